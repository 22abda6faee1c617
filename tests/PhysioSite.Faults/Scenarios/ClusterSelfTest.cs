namespace PhysioSite.Faults.Scenarios;

/// <summary>
/// What only several instances have is broken on purpose, in the database, in one way after another. Each breakage must be reported as what
/// it is, and unbroken instances must not be reported.
/// </summary>
internal sealed class ClusterSelfTest : Scenario
{
    private const int Patients = 6;
    private const int Connections = 3;
    private const int Changes = 5;
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestUpdate = TimeSpan.FromSeconds(10);

    /// <summary>The SQL, and how the harness must report what it has broken.</summary>
    private static readonly (string Name, string Sql, string Report)[] Breakages =
    [
        (
            "change-of-staff-lost",
            """DELETE FROM "RequestEvents" WHERE "By" IS NOT NULL AND "Kind" <> 'Viewed'""",
            "a change of a request that was acknowledged to staff is not stored"),
        (
            "change-of-staff-twice",
            """
            INSERT INTO "RequestEvents" ("Id", "RequestId", "Kind", "ById", "By", "AtUtc", "Note", "IsUndone")
            SELECT gen_random_uuid(), "RequestId", "Kind", "ById", "By", "AtUtc", "Note", "IsUndone" FROM "RequestEvents"
            WHERE "By" IS NOT NULL AND "Kind" <> 'Viewed'
            """,
            "a change of a request is stored several times"),
        (
            "change-by-nobody",
            """UPDATE "RequestEvents" SET "By" = 'Somebody' WHERE "By" IS NOT NULL""",
            "the history of a request has what no member of staff did"),
        (
            "requests-lost",
            """DELETE FROM "Outbox"; DELETE FROM "RequestEvents"; DELETE FROM "AppointmentRequests" """,
            "lost "),
        (
            "emails-twice",
            """UPDATE "Outbox" SET "State" = 'Waiting', "SentUtc" = NULL""",
            "an email came more often than it may"),
        (
            "index-damaged",
            """
            CREATE TEMPORARY TABLE "Same" AS SELECT * FROM "Outbox";
            DELETE FROM "Outbox";
            UPDATE pg_index SET indisready = false WHERE indexrelid = '"IX_Outbox_About"'::regclass;
            INSERT INTO "Outbox" SELECT * FROM "Same";
            UPDATE pg_index SET indisready = true WHERE indexrelid = '"IX_Outbox_About"'::regclass;
            """,
            "the database is damaged"),

        // These leave traces that the next ones would be reported for as well.
        ("not-encrypted", """UPDATE "AppointmentRequests" SET "Details" = 'Ada Exbabababaca'""", "has data of patients in plain text"),
        (
            "pages-not-told",
            "REVOKE EXECUTE ON FUNCTION pg_notify(text, text) FROM PUBLIC",
            "a page of the desk on another instance is not told of a new request"),
        ("signed-out", """DELETE FROM "StaffSessions" """, StaffMember.SignedOut),
    ];

    private readonly List<string> _failures = [];

    public override string Name => "self-test-cluster";

    public override bool IsShort => false;

    public override string? Missing(Trial trial) => Cluster.Missing;

    public override async Task RunAsync(Trial trial, CancellationToken stop)
    {
        trial.Mail.Start();
        var cluster = await trial.StartClusterAsync(hasStandby: false, stop);
        using var team = await StaffTeam.SignInAsync(cluster, trial.Desk, trial.Random.Next(), stop);
        if (await FindProblemsAsync(trial, cluster, team, "SELECT 1", stop) is { Count: > 0 } problems)
        {
            _failures.Add($"unbroken instances are reported: {string.Join("; ", problems)}");
        }

        foreach (var (name, sql, report) in Breakages)
        {
            trial.Clear();
            trial.Injected++;
            var found = await FindProblemsAsync(trial, cluster, team, sql, stop);
            var isReported = found.Any(problem => problem.Contains(report, StringComparison.Ordinal));
            trial.Log($"{name}: {(isReported ? "reported" : "NOT REPORTED")}: {string.Join("; ", found)}");
            if (!isReported)
            {
                _failures.Add($"the breakage {name} goes unnoticed");
            }
        }

        // What was broken stays so.
        await trial.StopClusterAsync();
        trial.Clear();
        trial.Problems.AddRange(_failures);
        trial.Recovery = $"{trial.Injected - _failures.Count} of {trial.Injected} breakages reported";
        await trial.StartSiteAsync(stop);
    }

    private async Task<List<string>> FindProblemsAsync(Trial trial, Cluster cluster, StaffTeam team, string sql, CancellationToken stop)
    {
        await trial.ConcurrentPatients.AskAsync(Patients, Connections, stop);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var working = team.WorkAsync(trial.Ledger, enough.Token, stop);
        await Trial.BecomesAsync(() => trial.Desk.AcknowledgedCount >= Changes, Noticed, stop);
        await enough.CancelAsync();
        await working;
        await trial.WaitForOutboxAsync(stop);
        trial.Database.Write(sql);
        trial.Problems.AddRange(await InstanceChecks.ProblemsAsync(cluster, team, trial.ConcurrentPatients, LongestUpdate, stop));
        await trial.WaitForOutboxAsync(stop);
        return new Reconciliation(trial, this).Problems();
    }
}
