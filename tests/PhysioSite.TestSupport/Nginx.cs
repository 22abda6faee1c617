using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace PhysioSite.TestSupport;

/// <summary>Debian's nginx with the documented configuration (docs/nginx.conf), in front of a site.</summary>
public sealed class Nginx : IDisposable
{
    public const string Host = "www.example.org";

    private const string Program = "/usr/sbin/nginx";

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-nginx-").FullName;
    private readonly int _port = FreePort();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ChildProcess _child;

    private Nginx(Uri site, Func<string, string> change)
    {
        var certificate = TestCertificates.OfTheSite;
        File.WriteAllText(Path.Combine(_folder, "site.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder, "site.key"), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var documented = File.ReadAllText(Path.Combine(Repository.Root, "docs", "nginx.conf"))
            .Replace("listen 443", $"listen 127.0.0.1:{_port}", StringComparison.Ordinal)
            .Replace("listen 80", $"listen 127.0.0.1:{FreePort()}", StringComparison.Ordinal)
            .Replace("/etc/ssl/example.org", Path.Combine(_folder, "site"), StringComparison.Ordinal)
            .Replace("http://127.0.0.1:5080", site.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
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
              client_body_temp_path {{_folder}}/body;
              proxy_temp_path {{_folder}}/proxy;
              fastcgi_temp_path {{_folder}}/fastcgi;
              uwsgi_temp_path {{_folder}}/uwsgi;
              scgi_temp_path {{_folder}}/scgi;
            {{change(documented)}}
            }
            """);
        _child = ChildProcess.Start(new ProcessStartInfo(Program, ["-p", _folder, "-c", configuration]), _errors.Enqueue);
    }

    /// <summary>Why tests with nginx are skipped. Null when they run.</summary>
    public static string? WhyNot =>
        File.Exists(Program) || Environment.GetEnvironmentVariable("REQUIRE_PROXY") == "1"
            ? null
            : $"There is no {Program}. Install it with \"apt-get install nginx-light\" (Debian) to run the tests behind a proxy.";

    /// <param name="change">Changes the documented configuration.</param>
    public static async Task<Nginx> StartAsync(Uri site, Func<string, string> change)
    {
        var nginx = new Nginx(site, change);
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
    public Browser Open()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            CookieContainer = new CookieContainer(),
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
