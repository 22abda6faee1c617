using System.Net;

namespace PhysioSite.Faults.Desk;

/// <summary>
/// Sends what a browser asks of the public address to one instance, or to several in turn, without nginx but with the headers that nginx
/// adds. The cookies are those of the public address.
/// </summary>
internal sealed class DirectHandler(IReadOnlyList<Uri> instances, CookieContainer cookies) : DelegatingHandler(
    new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
{
    private int _next;

    /// <summary>A browser that has the cookies and reaches one instance only.</summary>
    public static Browser Open(Uri instance, CookieContainer cookies) => Open([instance], cookies);

    /// <summary>A browser that has the cookies, and sends each request to the next of the instances.</summary>
    public static Browser Open(IReadOnlyList<Uri> instances, CookieContainer cookies) => new(
        new HttpClient(new DirectHandler(instances, cookies)) { BaseAddress = new Uri($"https://{Nginx.Host}") });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var publicAddress = request.RequestUri!;
        request.RequestUri = new Uri(instances[_next++ % instances.Count], publicAddress.PathAndQuery);
        request.Headers.Host = Nginx.Host;
        request.Headers.Add("X-Forwarded-For", "127.0.0.1");
        request.Headers.Add("X-Forwarded-Proto", "https");
        if (cookies.GetCookieHeader(publicAddress) is { Length: > 0 } header)
        {
            request.Headers.Add("Cookie", header);
        }

        var response = await base.SendAsync(request, cancellationToken);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            cookies.SetCookies(publicAddress, cookie);
        }

        request.RequestUri = publicAddress;
        return response;
    }
}
