using System.Globalization;

namespace PhysioSite.Tests.Connections;

/// <summary>
/// Which threads of the running program send a cached page, by their processor time. .NET reads its setting once for a process, so this
/// needs a process of its own.
/// </summary>
public sealed class InlineSchedulingTests : IDisposable
{
    private const string SocketThreads = ".NET Sockets";
    private const string ThreadPool = ".NET TP Worker";

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;

    [Theory]
    [InlineData(null, true)]
    [InlineData("0", false)]
    public async Task CachedPage_IsSentByTheThreadsThatWaitForSockets_UnlessTheOperatorSaysOtherwise(string? variable, bool isInline)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        KeyValuePair<string, string>[] choice = variable is null ? [] : [new("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", variable)];
        using var site = await RealSite.StartAsync([new("Data:Folder", _folder), .. choice]);
        using var client = new HttpClient { BaseAddress = site.Address };
        await client.GetStringAsync("/about");
        var before = Ticks(site.ProcessId);

        // A second of processor time is more than the background work of a site that has just started.
        Dictionary<string, long> used;
        do
        {
            for (var i = 0; i < 500; i++)
            {
                await client.GetStringAsync("/about");
            }

            used = Ticks(site.ProcessId).ToDictionary(thread => thread.Key, thread => thread.Value - before.GetValueOrDefault(thread.Key));
        }
        while (used.GetValueOrDefault(SocketThreads) + used.GetValueOrDefault(ThreadPool) < 100);

        Assert.Equal(isInline, used.GetValueOrDefault(SocketThreads) > used.GetValueOrDefault(ThreadPool));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The processor time of the threads of a process by their names, in hundredths of a second.</summary>
    private static Dictionary<string, long> Ticks(int process)
    {
        var ticks = new Dictionary<string, long>();
        foreach (var thread in Directory.GetDirectories($"/proc/{process}/task"))
        {
            try
            {
                // "tid (name) state ..."; user and system time are the 14th and 15th fields.
                var stat = File.ReadAllText(Path.Combine(thread, "stat"));
                var (start, end) = (stat.IndexOf('(', StringComparison.Ordinal), stat.LastIndexOf(')'));
                var fields = stat[(end + 2)..].Split(' ');
                var name = stat[(start + 1)..end];
                ticks[name] = ticks.GetValueOrDefault(name)
                    + long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                // The thread ended after they were listed.
            }
        }

        return ticks;
    }
}
