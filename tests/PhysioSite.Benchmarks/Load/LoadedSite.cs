using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PhysioSite.TestSupport;

namespace PhysioSite.Benchmarks.Load;

/// <summary>The published site on one core, with the sample content and an empty database.</summary>
internal sealed class LoadedSite : IDisposable
{
    private readonly string _program;
    private readonly Dictionary<string, string> _settings;
    private readonly ChildProcess _child;

    private LoadedSite(string program, Dictionary<string, string> settings, Uri address)
    {
        (_program, _settings, Address) = (program, settings, address);
        _child = ChildProcess.Start(Machine.Pinned(StartInfo(), Machine.ServerCore), _ => { });
    }

    public Uri Address { get; }

    public Process Process => _child.Process;

    public string Database => Path.Combine(_settings["Data:Folder"], "physiosite.db");

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <exception cref="InvalidOperationException">The site cannot be published; the message is the output of dotnet.</exception>
    public static async Task<LoadedSite> StartAsync(string folder, params (string Key, string Value)[] settings)
    {
        var published = await PublishAsync(folder, "site");
        var all = new Dictionary<string, string>
        {
            ["Data:Folder"] = Path.Combine(folder, "data"),

            // The forms are sent at once, like spam.
            ["Spam:FastestSeconds"] = "0",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return await StartPublishedAsync(published, all);
    }

    /// <param name="published">The folder of the published site.</param>
    public static async Task<LoadedSite> StartPublishedAsync(string published, Dictionary<string, string> all)
    {
        var site = new LoadedSite(Path.Combine(published, "PhysioSite.dll"), all, new Uri($"http://127.0.0.1:{FreePort()}"));
        using var client = new HttpClient();
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return (await client.GetAsync(new Uri(site.Address, "/healthz"))).IsSuccessStatusCode;
                }
                catch (HttpRequestException) when (!site.Process.HasExited)
                {
                    return false;
                }
            },
            "the site answers");
        return site;
    }

    /// <param name="name">The name of the new folder in <paramref name="folder"/>.</param>
    /// <param name="options">Further options of <c>dotnet publish</c>.</param>
    /// <returns>The folder of the published site.</returns>
    /// <exception cref="InvalidOperationException">The site cannot be published; the message is the output of dotnet.</exception>
    public static async Task<string> PublishAsync(string folder, string name, params string[] options)
    {
        var published = Path.Combine(folder, name);
        var output = new ConcurrentQueue<string>();
        using (var publishing = ChildProcess.Start(
            new ProcessStartInfo(
                SiteProgram.Dotnet,
                [
                    "publish", Path.Combine(Repository.Root, "src", "PhysioSite"),
                    "-c", "Release",
                    "-o", published,
                    "-nologo",
                    "-v", "quiet",
                    .. options,
                ]),
            output.Enqueue))
        {
            if (await publishing.ExitAsync(CancellationToken.None) != 0)
            {
                throw new InvalidOperationException($"The site cannot be published:\n{string.Join('\n', output)}");
            }
        }

        return published;
    }

    /// <summary>Sends a form.</summary>
    /// <returns>The address of the private page.</returns>
    public async Task<string> AskAsync()
    {
        using var browser = Open(new CookieContainer());
        return (await browser.AskAsync()).StatusPath;
    }

    /// <summary>Creates the first administrator.</summary>
    /// <returns>The Cookie header of the session.</returns>
    public async Task<string> SignInAsync()
    {
        var cookies = new CookieContainer();
        using var browser = await SignInBrowserAsync(cookies);
        return $"Cookie: {cookies.GetCookieHeader(Address)}";
    }

    /// <summary>Creates the first administrator.</summary>
    /// <param name="cookies">Get the session.</param>
    public async Task<Browser> SignInBrowserAsync(CookieContainer cookies)
    {
        var output = new ConcurrentQueue<string>();
        using (var command = ChildProcess.Start(StartInfo("admin-link"), output.Enqueue))
        {
            await command.ExitAsync(CancellationToken.None);
        }

        var link = new Uri(output.Single(line => line.Contains("/staff/first-administrator?code=", StringComparison.Ordinal)).Trim());
        var browser = Open(cookies);
        var page = await browser.OpenLinkAsync(link.PathAndQuery);
        var sent = await browser.SubmitAsync(page, "main form", [new("Password", StaffJourney.Password)]);
        return sent.Status == HttpStatusCode.Redirect
            ? browser
            : throw new InvalidOperationException($"The administrator was not created: {sent.Main}");
    }

    public void Dispose() => _child.Dispose();

    private Browser Open(CookieContainer cookies) => new(
        new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = Address });

    private ProcessStartInfo StartInfo(params string[] arguments) => SiteProgram.StartInfo(
        _program, Path.GetDirectoryName(_program)!, Address.GetLeftPart(UriPartial.Authority), "Production", _settings, arguments);
}
