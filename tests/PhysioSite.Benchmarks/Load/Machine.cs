using System.Diagnostics;
using System.Globalization;

namespace PhysioSite.Benchmarks.Load;

/// <summary>Reads Linux's counters of processor time.</summary>
internal static class Machine
{
    /// <summary>The core of the servers. The load generator uses the last one.</summary>
    public const int ServerCore = 0;

    public static int LoadCore => Environment.ProcessorCount - 1;

    /// <summary>Processor time of all processes together.</summary>
    public static TimeSpan Busy()
    {
        // user nice system idle iowait irq softirq steal, in hundredths of a second
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return TimeSpan.FromMilliseconds(10 * (fields[0] + fields[1] + fields[2] + fields[5] + fields[6] + fields[7]));
    }

    /// <summary>Processor time of the child processes of this program that have ended.</summary>
    public static TimeSpan EndedChildren()
    {
        // The name of the program, in parentheses, may contain spaces. cutime and cstime are the 14th and 15th field after it.
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(
            10 * (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)));
    }

    /// <summary>A program that runs on one core only.</summary>
    public static ProcessStartInfo Pinned(ProcessStartInfo start, int core)
    {
        start.ArgumentList.Insert(0, start.FileName);
        start.ArgumentList.Insert(0, core.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Insert(0, "-c");
        start.FileName = "taskset";
        return start;
    }
}
