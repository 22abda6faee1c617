using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace PhysioSite.TestSupport;

/// <summary>Debian's nginx with a documented configuration, in front of a site or of several instances.</summary>
public sealed class Nginx : IDisposable
{
    public const string Host = "www.example.org";

    private const string Program = "/usr/sbin/nginx";

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-nginx-").FullName;
    private readonly int _port = FreePort();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ChildProcess _child;

    /// <summary>Like Debian's nginx.conf, the rest of the configuration compresses.</summary>
    /// <param name="documented">The configuration, with the ports and paths of the document.</param>
    private Nginx(string documented)
    {
        var certificate = TestCertificates.OfTheSite;
        File.WriteAllText(Path.Combine(_folder, "site.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "site.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var adapted = documented
            .Replace("listen 443", $"listen 127.0.0.1:{_port}", StringComparison.Ordinal)
            .Replace("listen 80", $"listen 127.0.0.1:{FreePort()}", StringComparison.Ordinal)
            .Replace("/etc/ssl/example.org", Path.Combine(_folder, "site"), StringComparison.Ordinal)
            .Replace("/var/cache", _folder, StringComparison.Ordinal);
        var configuration = Path.Combine(_folder, "nginx.conf");
        File.WriteAllText(
            configuration,
            $$"""
            {{(Environment.UserName == "root" ? "user root;" : "")}}
            daemon off;
            pid {{_folder}}/nginx.pid;
            error_log stderr;
            events {}
            http {
              access_log off;
              gzip on;
              client_body_temp_path {{_folder}}/body;
              proxy_temp_path {{_folder}}/proxy;
              fastcgi_temp_path {{_folder}}/fastcgi;
              uwsgi_temp_path {{_folder}}/uwsgi;
              scgi_temp_path {{_folder}}/scgi;
            {{adapted}}
            }
            """);
        _child = ChildProcess.Start(new ProcessStartInfo(Program, ["-p", _folder, "-c", configuration]), _errors.Enqueue);
    }

    /// <summary>Why tests with nginx are skipped. Null when they run.</summary>
    public static string? WhyNot =>
        File.Exists(Program) || Environment.GetEnvironmentVariable("REQUIRE_PROXY") == "1"
            ? null
            : $"There is no {Program}. Install it with \"apt-get install nginx-light\" (Debian) to run the tests behind a proxy.";

    /// <summary>Starts it with docs/nginx.conf.</summary>
    /// <param name="change">Changes the documented configuration.</param>
    public static Task<Nginx> StartAsync(Uri site, Func<string, string> change) => StartAsync(change(
        Read("nginx.conf").Replace("http://127.0.0.1:5080", site.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)));

    /// <summary>Starts it with the files of docs/deploy.</summary>
    public static Task<Nginx> StartAsync(params Uri[] instances)
    {
        var upstream = Read("deploy/upstream.conf");
        for (var i = 0; i < instances.Length; i++)
        {
            upstream = upstream.Replace($"127.0.0.1:{5081 + i} ", $"{instances[i].Authority} ", StringComparison.Ordinal);
        }

        upstream = Regex.Replace(upstream, @"(?m)^ *server 127\.0\.0\.1:508\d .*\n", "");
        return StartAsync(upstream + Read("deploy/nginx.conf"));
    }

    private static async Task<Nginx> StartAsync(string documented)
    {
        var nginx = new Nginx(documented);
        try
        {
            await Eventually.TrueAsync(nginx.ListensAsync, "nginx listens");
            return nginx;
        }
        catch (TimeoutException)
        {
            nginx.Dispose();
            throw;
        }
    }

    /// <summary>A browser of a patient who opens the public address.</summary>
    public Browser Open() => Open(new CookieContainer());

    /// <inheritdoc cref="Open()"/>
    public Browser Open(CookieContainer cookies)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            CookieContainer = cookies,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, _port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate is X509Certificate2 shown && shown.Thumbprint == TestCertificates.OfTheSite.Thumbprint;
        return new Browser(new HttpClient(handler) { BaseAddress = new Uri($"https://{Host}") });
    }

    public void Dispose()
    {
        _child.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> ListensAsync()
    {
        if (_child.Process.HasExited)
        {
            await _child.ExitAsync(CancellationToken.None);
            throw new InvalidOperationException($"nginx has ended: {string.Join('\n', _errors)}");
        }

        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <param name="file">A path below docs.</param>
    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, "docs", file));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
