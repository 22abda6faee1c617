using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace PhysioSite.Web;

public sealed class SiteOptions
{
    public const string Section = "Site";

    /// <summary>The public origin of the site: scheme and host, without a path.</summary>
    public string PublicOrigin { get; set; } = "";

    /// <summary>Addresses of proxies whose forwarded headers are trusted, in addition to the loopback addresses.</summary>
    public IList<string> KnownProxies { get; } = [];

    /// <summary>Networks of proxies whose forwarded headers are trusted, in CIDR notation.</summary>
    public IList<string> KnownNetworks { get; } = [];

    /// <summary>Whether browsers must use HTTPS for all subdomains of the public host too.</summary>
    public bool HstsIncludeSubDomains { get; set; }
}

/// <summary>Builds absolute URLs. It never uses the Host header of a request, because the client controls it.</summary>
public sealed class SiteAddress(IOptions<SiteOptions> options, IHostEnvironment environment, IServer server)
{
    private readonly Uri _origin = new(options.Value.PublicOrigin);

    public string PublicHost => _origin.Host;

    public static bool IsSameOrigin(Uri a, Uri b) =>
        Uri.Compare(a, b, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    public bool IsPublicOrigin(Uri origin) => IsSameOrigin(origin, _origin);

    /// <summary>The canonical URL of a page, for search engines.</summary>
    public Uri Public(string path) => new(_origin, path);

    /// <summary>A link for immediate use: in Development to this running instance, otherwise to the public origin.</summary>
    public Uri Link(string path) => new(environment.IsDevelopment() && Listening is { } here ? here : _origin, path);

    private Uri? Listening => server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address
        && Uri.TryCreate(WithLocalhost(address), UriKind.Absolute, out var url)
            ? url
            : null;

    /// <summary>Replaces a host that means "all addresses of this machine", which a browser cannot open.</summary>
    private static string WithLocalhost(string address) => address
        .Replace("//[::]", "//localhost", StringComparison.Ordinal)
        .Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal)
        .Replace("//+", "//localhost", StringComparison.Ordinal)
        .Replace("//*", "//localhost", StringComparison.Ordinal);
}
