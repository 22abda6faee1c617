using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Tests.Data.PostgreSql;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Data;

/// <summary>
/// How the databases execute the queries of the staff pages, so that these stay quick with many requests: no table with a row for each
/// request or email is read as a whole, and lists are counted and paged in their indexes.
/// </summary>
public sealed class QueryPlanTests
{
    private static readonly string[] Growing = ["AppointmentRequests", "Outbox", "SearchTerms", "RequestEvents"];

    private static readonly string[] Lists =
    [
        "/staff", "/staff?state=due", "/staff?state=today", "/staff?state=later", "/staff?state=retry", "/staff?state=mine",
        "/staff?state=booked", "/staff?state=canceled", "/staff?state=held", "/staff?state=closed", "/staff?state=all&page=2",
        "/staff?state=closed&clinic=madison&language=es", "/staff?state=all&clinic=madison",
        "/staff/delivery", "/staff/delivery?state=sent", "/staff/delivery?state=failed&clinic=madison", "/staff/export?state=closed",
    ];

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

    private static async Task AssertAsync(DatabaseProvider provider)
    {
        var recorder = new Recorder();
        using var site = new StaffSite
        {
            Provider = provider,
            Replace = services => services.ConfigureDbContext<SiteDbContext>(options => options.AddInterceptors(recorder)),
        };
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

    /// <summary>SQLite also scans what it has found in an index; then the alias is not that of a table.</summary>
    private static void AssertNoTableIsRead(string page, Plan plan) => Assert.False(
        plan.Text.Split('\n').Any(line => line.Contains("Seq Scan", StringComparison.Ordinal)
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
            .Where(query => Growing.Any(table => query.Sql.Contains($"FROM \"{table}\"", StringComparison.Ordinal))
                && !query.Sql.EndsWith("WHERE 0", StringComparison.Ordinal))
            .ToList();
        return await site.WithDatabaseAsync(async db =>
        {
            await db.Database.OpenConnectionAsync();
            var isSqlite = site.Provider == DatabaseProvider.Sqlite;
            if (!isSqlite)
            {
                var set = $"SET enable_seqscan = off; {settings}";
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
        public ConcurrentQueue<(string Sql, IReadOnlyList<(string Name, object? Value)> Parameters)> Queries { get; } = new();

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            if (command.CommandText.StartsWith("SELECT", StringComparison.Ordinal))
            {
                Queries.Enqueue((
                    command.CommandText,
                    [.. command.Parameters.Cast<DbParameter>().Select(parameter => (parameter.ParameterName, parameter.Value))]));
            }

            return new(result);
        }
    }
}
