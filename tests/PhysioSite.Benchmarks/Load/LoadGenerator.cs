using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PhysioSite.Benchmarks.Load;

/// <summary>Runs wrk (Debian's package) against a server and measures the processor time of the server.</summary>
internal sealed partial class LoadGenerator(string folder)
{
    /// <exception cref="InvalidOperationException">A response was not 200, or wrk failed.</exception>
    public async Task<LoadRun> RunAsync(
        string name, Process server, Uri page, int connections, TimeSpan length, bool differentQueries = false, params string[] headers)
    {
        List<string> arguments =
        [
            "-t1", $"-c{connections}", $"-d{(int)length.TotalSeconds}s", "--latency", "-H", "Accept-Encoding: gzip",
            .. headers.SelectMany(header => new[] { "-H", header }),
        ];
        if (differentQueries)
        {
            var script = Path.Combine(folder, "queries.lua");
            await File.WriteAllTextAsync(
                script, "local n = 0\nfunction request() n = n + 1; return wrk.format(nil, wrk.path .. \"?n=\" .. n) end\n");
            arguments.AddRange(["-s", script]);
        }

        using var wrk = new Process
        {
            StartInfo = Machine.Pinned(
                new ProcessStartInfo("wrk", [.. arguments, page.AbsoluteUri]) { RedirectStandardOutput = true }, Machine.LoadCore),
        };
        server.Refresh();
        var (busy, spent, ended) = (Machine.Busy(), server.TotalProcessorTime, Machine.EndedChildren());
        wrk.Start();
        var text = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        server.Refresh();
        (busy, spent, ended) = (Machine.Busy() - busy, server.TotalProcessorTime - spent, Machine.EndedChildren() - ended);
        if (wrk.ExitCode != 0 || text.Contains("Non-2xx", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"wrk {page} failed:\n{text}");
        }

        var requests = Number(Requests().Match(text));
        return new LoadRun(
            name,
            connections,
            Number(Rate().Match(text)),
            Milliseconds(Percentile50().Match(text)),
            Milliseconds(Percentile99().Match(text)),
            spent.TotalMicroseconds / requests,
            Math.Max(0, 100 * (busy - spent - ended) / length));
    }

    private static double Number(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    private static double Milliseconds(Match match) => Number(match) * match.Groups[2].Value switch { "us" => 0.001, "ms" => 1, _ => 1000 };

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Requests();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"50%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Percentile50();

    [GeneratedRegex(@"99%\s+([\d.]+)(us|ms|s)")]
    private static partial Regex Percentile99();
}
