using System.Diagnostics;
using System.Net.Http.Headers;
using PhysioSite.TestSupport;

namespace PhysioSite.Benchmarks.Load;

/// <summary>Debian's nginx, which serves the bytes and the headers of one page of the site from files, in one process.</summary>
internal sealed class NginxTwin : IDisposable
{
    private static readonly string[] ByNginx = ["Date", "ETag", "Transfer-Encoding", "Connection"];

    private readonly ChildProcess _child;

    private NginxTwin(ChildProcess child, Uri address)
    {
        _child = child;
        Address = address;
    }

    public Uri Address { get; }

    public Process Process => _child.Process;

    public static async Task<NginxTwin> StartAsync(Uri page, string folder, int port)
    {
        using var client = new HttpClient();
        var (plain, _) = await GetAsync(client, page, null);
        var (compressed, headers) = await GetAsync(client, page, "gzip");
        var file = Path.Combine(folder, "page");
        await File.WriteAllBytesAsync(file, plain);
        await File.WriteAllBytesAsync(file + ".gz", compressed);
        File.SetLastWriteTimeUtc(file + ".gz", File.GetLastWriteTimeUtc(file));
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(
            configuration,
            $$"""
            daemon off;
            master_process off;
            pid {{folder}}/nginx.pid;
            error_log stderr;
            events { worker_connections 2048; }
            http {
              access_log off;
              server_tokens off;
              sendfile on;
              tcp_nopush on;
              keepalive_requests 100000000;
              open_file_cache max=100 inactive=600s;
              open_file_cache_valid 600s;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              server {
                listen 127.0.0.1:{{port}};
                location = {{page.AbsolutePath}} {
                  alias {{file}};
                  types {}
                  default_type "text/html; charset=utf-8";
                  gzip_static on;
            {{string.Join('\n', headers.Select(header => $"      add_header {header.Key} \"{string.Join(", ", header.Value)}\";"))}}
                }
              }
            }
            """);
        var start = new ProcessStartInfo("/usr/sbin/nginx", ["-p", folder, "-c", configuration]);
        var twin = new NginxTwin(
            ChildProcess.Start(Machine.Pinned(start, Machine.ServerCore), Console.Error.WriteLine),
            new Uri($"http://127.0.0.1:{port}{page.AbsolutePath}"));
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return (await GetAsync(client, twin.Address, "gzip")).Body.AsSpan().SequenceEqual(compressed)
                        && (await GetAsync(client, twin.Address, null)).Body.AsSpan().SequenceEqual(plain);
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "nginx serves the same bytes");
        return twin;
    }

    public void Dispose() => _child.Dispose();

    private static async Task<(byte[] Body, IEnumerable<KeyValuePair<string, IEnumerable<string>>> Headers)> GetAsync(
        HttpClient client, Uri page, string? encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, page);
        if (encoding is not null)
        {
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(encoding));
        }

        using var response = await client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (
            await response.Content.ReadAsByteArrayAsync(),
            response.Headers.Where(header => !ByNginx.Contains(header.Key)).ToList());
    }
}
