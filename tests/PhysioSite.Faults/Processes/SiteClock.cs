using System.Globalization;

namespace PhysioSite.Faults.Processes;

/// <summary>
/// The clock of the site's process, which can be moved while the site runs: libfaketime is loaded into the process and reads the offset
/// from a file. Only the time of day changes; timers are not affected.
/// </summary>
internal sealed class SiteClock
{
    /// <summary>libfaketime reads its file once per second.</summary>
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(1.2);

    private static readonly string? Library = new[] { "x86_64-linux-gnu", "aarch64-linux-gnu" }
        .Select(machine => $"/usr/lib/{machine}/faketime/libfaketimeMT.so.1")
        .FirstOrDefault(File.Exists);

    private readonly string _file;

    public SiteClock(string folder)
    {
        _file = Path.Combine(folder, "clock");
        Write();
    }

    /// <summary>Why the clock cannot be moved in this environment, or null.</summary>
    public static string? Missing => Library is null ? "install faketime" : null;

    /// <summary>How far the site's clock is ahead of the system clock.</summary>
    public TimeSpan Offset { get; private set; }

    public DateTime UtcNow => DateTime.UtcNow + Offset;

    /// <summary>Environment variables for the site's process.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment => Library is null
        ? []
        :
        [
            new("LD_PRELOAD", Library),
            new("FAKETIME_TIMESTAMP_FILE", _file),
            new("FAKETIME_CACHE_DURATION", "1"),
            new("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            // libfaketime's monotonic fix makes .NET runtime waits return immediately, so that its threads spin.
            new("FAKETIME_FORCE_MONOTONIC_FIX", "0"),
            new("NO_FAKE_STAT", "1"),
        ];

    /// <summary>
    /// Moves the site's clock and completes when the site sees the new time. Does nothing where the clock cannot be moved.
    /// </summary>
    public async Task MoveAsync(TimeSpan by, CancellationToken stop)
    {
        if (Missing is null)
        {
            Offset += by;
            Write();
            await Task.Delay(Noticed, stop);
        }
    }

    private void Write()
    {
        var draft = _file + ".draft";
        File.WriteAllText(draft, Offset.TotalSeconds.ToString("+0;-0;+0", CultureInfo.InvariantCulture) + "\n");
        File.Move(draft, _file, overwrite: true);
    }
}
