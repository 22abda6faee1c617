using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Tests.Data.PostgreSql;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features.Appointments;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Data;

/// <summary>
/// How the databases execute the queries of the site, so that it stays quick with many requests: no table with a row for each request or
/// email is read as a whole, and lists are counted and paged in their indexes.
/// </summary>
public sealed class QueryPlanTests
{
    private static readonly string[] Growing =
        ["AppointmentRequests", "Outbox", "SearchTerms", "RequestEvents", "RequestTransfers", "StaffSessions"];

    private static readonly string[] Lists =
    [
        "/staff", "/staff?state=due", "/staff?state=today", "/staff?state=later", "/staff?state=retry", "/staff?state=mine",
        "/staff?state=booked", "/staff?state=canceled", "/staff?state=held", "/staff?state=closed", "/staff?state=all&page=2",
        "/staff?state=closed&clinic=madison&language=es", "/staff?state=all&clinic=madison",
        "/staff/delivery", "/staff/delivery?state=sent", "/staff/delivery?state=failed&clinic=madison", "/staff/export?state=closed",
    ];

    /// <summary>When the jobs run: emails are sent, then lose their text, and requests are erased.</summary>
    private static readonly int[] DaysOfJobs = [0, 1, 15, 181];

    /// <summary>A list, and the index in which its page is found without sorting.</summary>
    private static readonly (string Path, string Index)[] Ordered =
    [
        ("/staff?state=retry", "IX_AppointmentRequests_ListByDue"), ("/staff?state=held", "IX_AppointmentRequests_ListByDue"),
        ("/staff?state=closed", "IX_AppointmentRequests_ListByClosed"), ("/staff?state=canceled", "IX_AppointmentRequests_ListByClosed"),
        ("/staff?state=all", "_AppointmentRequests"), ("/staff/delivery?state=sent", "IX_Outbox_ListOfState"),
        ("/staff/delivery", "IX_Outbox_List"),
    ];

    [Fact]
    public Task Sqlite_ForStaffPages_ReadsNoTableAsAWhole() => AssertAsync(DatabaseProvider.Sqlite);

    [PostgreSqlFact]
    public Task PostgreSql_ForStaffPages_ReadsNoTableAsAWhole() => AssertAsync(DatabaseProvider.PostgreSql);

    [Fact]
    public Task Sqlite_ForPatientsEmailsAndJobs_ReadsNoTableAsAWhole() => AssertRestAsync(DatabaseProvider.Sqlite);

    [PostgreSqlFact]
    public Task PostgreSql_ForPatientsEmailsAndJobs_ReadsNoTableAsAWhole() => AssertRestAsync(DatabaseProvider.PostgreSql);

    private static async Task AssertRestAsync(DatabaseProvider provider)
    {
        var recorder = new Recorder();
        using var site = Site(provider, recorder);
        var start = site.Clock.GetUtcNow();
        var plans = await PlansAsync(site, recorder, async () =>
        {
            var kept = await site.AskAsync(("name", "Ada Example"));
            using var patient = site.Open();
            await patient.GetAsync(kept.StatusPath);
            var withdrawn = await site.AskAsync();
            await patient.SubmitAsync(await patient.GetAsync(withdrawn.StatusPath), RequestJourney.Withdrawal, []);
            await site.SentMailsAsync(kept.Reference);
            await site.SentMailsAsync(withdrawn.Reference);
            foreach (var days in DaysOfJobs)
            {
                await site.RunJobsAtAsync(start.AddDays(days));
            }

            await patient.GetAsync("/healthz/ready");
            return await patient.GetAsync("/");
        });

        Assert.All(plans, plan => AssertNoTableIsRead("", plan));

        // The emails that are due are found in the order in which they are sent, without reading all that wait.
        var due = plans.Where(plan => plan.Sql.Contains("\"LeaseUntilUtc\" IS NULL", StringComparison.Ordinal)
            && plan.Sql.Contains("ORDER BY", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(due);
        Assert.All(due, plan => Assert.Contains("IX_Outbox_Due", plan.Text, StringComparison.Ordinal));
        Assert.All(due, plan => Assert.True(IsUnsorted(plan), plan.Text));
    }

    private static StaffSite Site(DatabaseProvider provider, Recorder recorder) => new()
    {
        Provider = provider,
        Replace = services => services.ConfigureDbContext<SiteDbContext>(options => options.AddInterceptors(recorder)),
    };

    private static async Task AssertAsync(DatabaseProvider provider)
    {
        var recorder = new Recorder();
        using var site = Site(provider, recorder);
        await site.AskAsync(("name", "Ada Example"));
        var staff = await site.Administrator;
        using var member = await site.MadisonAsync(site.NewEmail());
        foreach (var browser in new[] { staff, member })
        {
            foreach (var path in Lists)
            {
                var plans = await PlansAsync(site, recorder, () => browser.GetAsync(path));
                Assert.All(plans, plan => AssertNoTableIsRead(path, plan));
            }

            foreach (var words in new[] { "ada", "example, ada", "0142", "608 555 0142", "ada@example.com" })
            {
                await browser.SubmitAsync(await browser.GetAsync("/staff/search"), "main form", [new("Words", words)]);
                var plans = await PlansAsync(site, recorder, () => browser.GetAsync("/staff/search"));
                Assert.All(plans, plan => AssertNoTableIsRead(words, plan));
                Assert.Contains(plans, plan => plan.Text.Contains("PK_SearchTerms", StringComparison.Ordinal)
                    || plan.Text.Contains("sqlite_autoindex_SearchTerms_1", StringComparison.Ordinal));
            }
        }

        foreach (var (path, index) in Ordered)
        {
            var pages = (await PlansAsync(site, recorder, () => staff.GetAsync(path), "SET enable_sort = off; SET enable_bitmapscan = off"))
                .Where(plan => plan.Sql.Contains("OFFSET", StringComparison.Ordinal))
                .ToList();
            Assert.Contains(pages, plan => plan.Text.Contains(index, StringComparison.Ordinal)
                && IsUnsorted(plan));
        }

        // Few requests are in this index. The others have a row for each request.
        var unacknowledged = (await PlansAsync(site, recorder, () => staff.GetAsync("/staff?state=due")))
            .Where(plan => plan.Sql.Contains("\"UnacknowledgedUtc\" IS NOT NULL", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(unacknowledged);
        Assert.All(
            unacknowledged, plan => Assert.Contains("IX_AppointmentRequests_ListUnacknowledged", plan.Text, StringComparison.Ordinal));

        // Emails of all clinics are counted in the smallest index that has their states. PostgreSQL may take another one for few rows.
        Assert.Contains(
            await PlansAsync(site, recorder, () => staff.GetAsync("/staff/delivery")),
            plan => plan.Text.Contains(
                provider == DatabaseProvider.Sqlite ? "IX_Outbox_CountOfStates" : "IX_Outbox_", StringComparison.Ordinal));

        // The last emails of each clinic that the page of email delivery lists.
        var ofClinics = (await PlansAsync(site, recorder, () => staff.GetAsync("/staff/delivery"), "SET enable_sort = off"))
            .Where(plan => plan.Sql.StartsWith("SELECT MAX", StringComparison.OrdinalIgnoreCase))
            .ToList();

        // With few rows, PostgreSQL may take that of a state instead.
        var expected = provider == DatabaseProvider.Sqlite ? "IX_Outbox_ListOfClinic" : "IX_Outbox_ListOf";
        Assert.NotEmpty(ofClinics);
        Assert.All(ofClinics, plan => Assert.True(plan.Text.Contains(expected, StringComparison.Ordinal) && IsUnsorted(plan), plan.Text));
    }

    private static bool IsUnsorted(Plan plan) =>
        !plan.Text.Contains("TEMP B-TREE", StringComparison.Ordinal) && !plan.Text.Contains("Sort", StringComparison.Ordinal);

    /// <summary>
    /// SQLite also scans what it has found in an index; then the alias is not that of a table. A Gather of PostgreSQL waits for parallel
    /// workers.
    /// </summary>
    private static void AssertNoTableIsRead(string page, Plan plan) => Assert.False(
        plan.Text.Split('\n').Any(line => line.Contains("Seq Scan", StringComparison.Ordinal)
            || line.Contains("Gather", StringComparison.Ordinal)
            || Growing.Any(table => line.StartsWith("SCAN ", StringComparison.Ordinal)
                && plan.Sql.Contains($"\"{table}\" AS \"{line["SCAN ".Length..]}\"", StringComparison.Ordinal))),
        $"{page}:\n{plan.Sql}\n{plan.Text}");

    /// <summary>The plans of the queries of a page on tables that grow.</summary>
    /// <param name="settings">Of PostgreSQL, which prefers other plans with few rows.</param>
    private static async Task<List<Plan>> PlansAsync(StaffSite site, Recorder recorder, Func<Task<Answer>> open, string settings = "")
    {
        recorder.Queries.Clear();
        Assert.True((await open()).Response.IsSuccessStatusCode);

        // WHERE 0 reads nothing: the page of a list that is empty.
        var queries = recorder.Queries
            .Where(query => Growing.Any(table => query.Sql.Contains($"\"{table}\"", StringComparison.Ordinal))
                && !query.Sql.EndsWith("WHERE 0", StringComparison.Ordinal))
            .ToList();
        return await site.WithDatabaseAsync(async db =>
        {
            await db.Database.OpenConnectionAsync();
            var isSqlite = site.Provider == DatabaseProvider.Sqlite;
            if (!isSqlite)
            {
                var set = "SET enable_seqscan = off; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; "
                    + $"SET min_parallel_table_scan_size = 0; SET min_parallel_index_scan_size = 0; {settings}";
                await db.Database.ExecuteSqlRawAsync(set);
            }

            var plans = new List<Plan>();
            foreach (var (sql, parameters) in queries)
            {
                await using var command = db.Database.GetDbConnection().CreateCommand();
                command.CommandText = $"{(isSqlite ? "EXPLAIN QUERY PLAN" : "EXPLAIN")} {sql}";
                foreach (var (name, value) in parameters)
                {
                    var parameter = command.CreateParameter();
                    (parameter.ParameterName, parameter.Value) = (name, value);
                    command.Parameters.Add(parameter);
                }

                var lines = new List<string>();
                await using var rows = await command.ExecuteReaderAsync();
                while (await rows.ReadAsync())
                {
                    lines.Add(Convert.ToString(rows.GetValue(isSqlite ? 3 : 0), CultureInfo.InvariantCulture)!);
                }

                plans.Add(new Plan(sql, string.Join('\n', lines)));
            }

            await db.Database.CloseConnectionAsync();
            return plans;
        });
    }

    private sealed record Plan(string Sql, string Text);

    private sealed class Recorder : DbCommandInterceptor
    {
        private static readonly string[] Verbs = ["SELECT", "UPDATE", "DELETE", "WITH"];

        public ConcurrentQueue<(string Sql, IReadOnlyList<(string Name, object? Value)> Parameters)> Queries { get; } = new();

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            Note(command);
            return new(result);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<int> result,
            CancellationToken cancellationToken = default)
        {
            Note(command);
            return new(result);
        }

        private void Note(DbCommand command)
        {
            // A command with several statements saves rows by their keys.
            if (Verbs.Any(verb => command.CommandText.StartsWith(verb, StringComparison.Ordinal))
                && !command.CommandText.TrimEnd(';', '\n', '\r').Contains(';', StringComparison.Ordinal))
            {
                Queries.Enqueue((
                    command.CommandText,
                    [.. command.Parameters.Cast<DbParameter>().Select(parameter => (parameter.ParameterName, parameter.Value))]));
            }
        }
    }
}
