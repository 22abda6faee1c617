using System.Diagnostics;
using System.Text.RegularExpressions;

namespace PhysioSite.Faults.Processes;

/// <summary>
/// The system calls with which the site reads requests, writes its write-ahead log and answers, in order, recorded by strace. A killed
/// process loses nothing that it has written, so only this shows whether an answer waits for the disk.
/// </summary>
internal sealed partial class SystemCalls(string file)
{
    private const string WriteAheadLog = "physiosite.db-wal>";

    private static readonly string[] Options =
    [
        "-f", "--seccomp-bpf", "-y", "-s", "40", "-e", "signal=none",
        "-e", "trace=/^(fsync|fdatasync|p?writev?(64)?|(recv|send)(from|to|msg))$",
    ];

    private static readonly Lazy<string?> WhyNot = new(() =>
        ChildProcess.Run("strace", [.. Options, "-o", "/dev/null", "true"]) switch
        {
            null => null,
            var problem when problem.Contains("No such file", StringComparison.Ordinal) => "install strace",
            var problem => $"strace may not trace a process ({problem.Split('\n')[0]}); allow it, with Docker by --cap-add=SYS_PTRACE",
        });

    /// <summary>Why system calls cannot be recorded in this environment, or null.</summary>
    public static string? Missing => WhyNot.Value;

    /// <summary>The same start, recorded. The process stays the child of this program (-D), so that signals reach it.</summary>
    public ProcessStartInfo Trace(ProcessStartInfo start)
    {
        var traced = new ProcessStartInfo("strace", ["-D", .. Options, "-A", "-o", file, start.FileName, .. start.ArgumentList])
        {
            WorkingDirectory = start.WorkingDirectory,
        };
        traced.Environment.Clear();
        foreach (var (name, value) in start.Environment)
        {
            traced.Environment[name] = value;
        }

        return traced;
    }

    /// <summary>Where the record ends now.</summary>
    public long Position => File.Exists(file) ? new FileInfo(file).Length : 0;

    /// <summary>
    /// The acknowledged forms after <paramref name="position"/>, and how many of them were answered before the write-ahead log was
    /// written and then forced to the disk. They must have been sent one after another.
    /// </summary>
    public (int Answers, int TooEarly) Answers(long position)
    {
        var (answers, tooEarly) = (0, 0);
        var (isWritten, isSynced) = (false, false);
        var unfinished = new Dictionary<string, string>();
        foreach (var line in ReadLines(position))
        {
            var call = Call(line, unfinished, out var isComplete);
            if (call.Contains("\"POST /", StringComparison.Ordinal))
            {
                (isWritten, isSynced) = (false, false);
            }
            else if (call.Contains("\"HTTP/1.1 302", StringComparison.Ordinal) && IsBegin(line))
            {
                answers++;
                tooEarly += isSynced ? 0 : 1;
            }
            else if (isComplete && call.Contains(WriteAheadLog, StringComparison.Ordinal))
            {
                var isSync = Sync().IsMatch(call);
                isSynced |= isSync && isWritten;
                isWritten |= !isSync;
            }
        }

        return (answers, tooEarly);
    }

    /// <summary>A call that another thread interrupted is on two lines: the first has the arguments, the second the result.</summary>
    private static string Call(string line, Dictionary<string, string> unfinished, out bool isComplete)
    {
        var thread = line.Split(' ', 2)[0];
        isComplete = !line.EndsWith("<unfinished ...>", StringComparison.Ordinal);
        if (!isComplete)
        {
            unfinished[thread] = line;
        }

        return IsBegin(line) ? line : unfinished.GetValueOrDefault(thread, "") + line;
    }

    private static bool IsBegin(string line) => !line.Contains("<... ", StringComparison.Ordinal);

    private IEnumerable<string> ReadLines(long position)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(position, SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    [GeneratedRegex(@"\bf(data)?sync\(.*= 0$")]
    private static partial Regex Sync();
}
