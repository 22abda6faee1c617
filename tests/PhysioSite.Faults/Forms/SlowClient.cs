using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace PhysioSite.Faults.Forms;

/// <summary>A client that holds a connection open by sending one byte per second.</summary>
internal static class SlowClient
{
    private static readonly TimeSpan BetweenBytes = TimeSpan.FromSeconds(1);

    /// <summary>Sends a request whose headers never end.</summary>
    public static Task<TimeSpan> SendHeadersAsync(Uri site, CancellationToken stop) =>
        SendAsync(site, "", $"GET /request-appointment HTTP/1.1\r\nHost: {site.Authority}\r\nX-Slow: {new string('x', 4000)}", stop);

    /// <summary>Sends a form whose body takes more than one hour.</summary>
    public static Task<TimeSpan> SendBodyAsync(Uri site, CancellationToken stop) => SendAsync(
        site,
        $"POST /request-appointment HTTP/1.1\r\nHost: {site.Authority}\r\n"
        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\n",
        "note=" + new string('x', 3995),
        stop);

    /// <returns>The time until the site closed the connection.</returns>
    private static async Task<TimeSpan> SendAsync(Uri site, string atOnce, string slowly, CancellationToken stop)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(site.Host, site.Port, stop);
        var watch = Stopwatch.StartNew();
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(atOnce), stop);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var cut = ReadToEndAsync(stream, over.Token);
        try
        {
            foreach (var letter in Encoding.ASCII.GetBytes(slowly))
            {
                await stream.WriteAsync(new[] { letter }, stop);
                if (await Task.WhenAny(cut, Task.Delay(BetweenBytes, stop)) == cut)
                {
                    break;
                }
            }
        }
        catch (IOException)
        {
            // The connection was closed while a byte was being sent.
        }

        stop.ThrowIfCancellationRequested();
        var lasted = watch.Elapsed;
        await over.CancelAsync();
        return lasted;
    }

    private static async Task ReadToEndAsync(NetworkStream stream, CancellationToken stop)
    {
        try
        {
            var buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, stop) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection was closed, or the run has ended.
        }
    }
}
