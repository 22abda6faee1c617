namespace PhysioSite.Faults;

internal enum Verdict
{
    Passed,
    Failed,
    Skipped,
}

/// <summary>The result of one scenario.</summary>
/// <param name="Refused">Text: the number of refusals and what the patients were told.</param>
/// <param name="Doubled">Text: the number of emails received more than once, and how many may be.</param>
/// <param name="Answers">Text: how long patients waited for the acknowledgement of a form.</param>
/// <param name="Reason">Why the scenario failed or was skipped.</param>
internal sealed record FaultRow(
    string Name,
    int Injected,
    int Acknowledged,
    int Lost,
    string Refused,
    int Received,
    string Doubled,
    string Answers,
    string Recovery,
    Verdict Verdict,
    string Reason)
{
    public static FaultRow Without(string name, Verdict verdict, string reason) => new(name, 0, 0, 0, "", 0, "", "", "", verdict, reason);
}

/// <summary>Formats the scenario results as a table.</summary>
internal static class FaultTable
{
    private static readonly string[] Heads =
        ["scenario", "faults", "acknowledged", "lost", "refused", "emails", "doubled", "time to answer", "time to recover", "verdict"];

    public static void Print(IReadOnlyList<FaultRow> rows)
    {
        List<string[]> lines = [Heads, .. rows.Select(Cells)];
        var widths = Heads.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        lines.Insert(1, [.. widths.Select(width => new string('-', width))]);
        Console.WriteLine();
        foreach (var line in lines)
        {
            Console.WriteLine("| " + string.Join(" | ", line.Select((cell, column) => cell.PadRight(widths[column]))) + " |");
        }

        int Count(Verdict verdict) => rows.Count(row => row.Verdict == verdict);
        Console.WriteLine();
        Console.WriteLine($"{Count(Verdict.Passed)} scenarios passed, {Count(Verdict.Failed)} failed, {Count(Verdict.Skipped)} skipped");
    }

    private static string[] Cells(FaultRow row)
    {
        var verdict = row.Verdict switch
        {
            Verdict.Passed => "passed",
            Verdict.Skipped => $"skipped: {row.Reason}",
            _ => $"FAILED: {row.Reason}",
        };
        return row.Verdict == Verdict.Skipped
            ? [row.Name, "", "", "", "", "", "", "", "", verdict]
            :
            [
                row.Name,
                $"{row.Injected}",
                $"{row.Acknowledged}",
                $"{row.Lost}",
                row.Refused,
                $"{row.Received}",
                row.Doubled,
                row.Answers,
                row.Recovery,
                verdict,
            ];
    }
}
