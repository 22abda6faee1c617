using System.Net;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features.Appointments;
using PhysioSite.Tests.Features.Staff;
using PhysioSite.Tests.Features.Staff.Live;

namespace PhysioSite.Tests.Data.PostgreSql;

/// <summary>
/// The journeys of patients and staff with PostgreSQL. With TEST_DATABASE=PostgreSql the other tests of the site use it too.
/// </summary>
public sealed class JourneyTests(JourneyTests.PostgreSqlSite fixture) : IClassFixture<JourneyTests.PostgreSqlSite>
{
    private readonly StaffSite _site = fixture.Site;

    [PostgreSqlFact]
    public async Task Submit_SameFormTwentyTimesAtOnce_IsOneRequestWhoseEmailsAreSent()
    {
        using var browser = _site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        var answers = RequestJourney.Answers(("email", "ada@example.com"), ("note", "Line\r\nline with ’ and 😀"));

        var sent = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            Task.Run(() => browser.SubmitAsync(page, RequestJourney.Form, answers))));

        Assert.All(sent, answer => Assert.Equal(HttpStatusCode.Redirect, answer.Status));
        var receipt = await browser.GetAsync(Assert.Single(sent.Select(answer => answer.Location).Distinct())!);
        var reference = receipt.Page.QuerySelector("#reference")!.TextContent.Trim();
        Assert.Equal(2, (await _site.SentMailsAsync(reference)).Count);
        Assert.Equal("Line\nline with ’ and 😀", (await _site.FindAsync(reference)).Details.Value!.Note);
    }

    [PostgreSqlFact]
    public async Task Desk_WithARequest_ShowsFindsAndChangesIt()
    {
        var receipt = await _site.AskAsync(("name", "Zsófia Kovács"), ("phone", "415 555 0187"));
        using var grace = await _site.MadisonAsync(_site.NewEmail("grace"));
        using var ada = await _site.MadisonAsync(_site.NewEmail("ada"));
        Assert.Contains(receipt.Reference, (await grace.GetAsync("/staff")).Main, StringComparison.Ordinal);
        var search = await grace.SubmitAsync(await grace.GetAsync("/staff/search"), "main form", [new("Words", "kovacs zsofia")]);
        Assert.Contains(receipt.Reference, (await grace.GetAsync(search.Location!)).Main, StringComparison.Ordinal);
        var (gracesPage, adasPage) = (await grace.OpenRequestAsync(receipt.Reference), await ada.OpenRequestAsync(receipt.Reference));

        var answers = await Task.WhenAll(
            Task.Run(() => grace.PressAsync(gracesPage, "Claim")),
            Task.Run(() => ada.PressAsync(adasPage, "Close", ("Outcome", "NotWanted"))));

        Assert.Equal([HttpStatusCode.Redirect, HttpStatusCode.Conflict], answers.Select(answer => answer.Status).Order());
        var request = await _site.FindAsync(receipt.Reference);
        Assert.Equal(1, request.Version);
        Assert.Single(request.History, happened => happened.Kind is RequestEventKind.Claimed or RequestEventKind.Closed);
    }

    [PostgreSqlFact]
    public async Task ClosedRequest_PastItsTime_IsErasedWithItsEmails()
    {
        var start = _site.Clock.GetUtcNow();
        var receipt = await _site.AskAsync(("email", "wilhelmina@example.com"));
        using var staff = await _site.MadisonAsync(_site.NewEmail());
        await staff.PressOnAsync(receipt, "Close", ("Outcome", "SentElsewhere"), ("Note", "Sent to the hospital"));
        await _site.SentMailsAsync(receipt.Reference);

        await _site.RunJobsAtAsync(start.AddDays(180).AddMinutes(30));

        var request = await _site.FindAsync(receipt.Reference);
        Assert.Equal((_site.Clock.UtcNow, PatientDetails.Erased), (request.ErasedUtc, request.Details.Value));
        Assert.Empty(await _site.MailsAsync(receipt.Reference));
        Assert.DoesNotContain(_site.Logs.Lines, line => line.Contains("is tried again in a minute", StringComparison.Ordinal));
        Assert.DoesNotContain(_site.Logs.Lines, line => line.Contains("Erased data stays", StringComparison.Ordinal));
        Assert.True(await WasVacuumedAsync("AppointmentRequests"));
    }

    [PostgreSqlFact]
    public async Task Migrations_OfTheProgram_MatchTheModelOfSqlite()
    {
        using var sqlite = new Site { Provider = DatabaseProvider.Sqlite };
        var expected = await sqlite.WithDatabaseAsync(db => Task.FromResult(Names(db)));

        await _site.WithDatabaseAsync(db =>
        {
            Assert.False(db.Database.HasPendingModelChanges());
            string[] shared = ["DataProtectionKeys", "SharedCounts", "SharedPages", "SharedValues"];
            Assert.Equal(expected.Concat(shared).Order(StringComparer.Ordinal), Names(db));
            return Task.FromResult(true);
        });

        static List<string> Names(DbContext db) =>
            [.. db.Model.GetEntityTypes().Select(entity => entity.GetTableName()!).Order(StringComparer.Ordinal)];
    }

    [PostgreSqlFact]
    public async Task Connections_EndedByTheServer_AreReplaced()
    {
        using var browser = _site.Open();
        await browser.AskAsync();
        var page = await browser.GetAsync(RequestJourney.Path);
        var counts = _site.Services.GetRequiredService<ISharedCounts>();
        await counts.CountAsync("a value", TimeSpan.FromMinutes(1));

        PostgreSqlServer.EndConnections(_site.ConnectionString);

        Assert.Equal(2, (await counts.CountAsync("a value", TimeSpan.FromMinutes(1)))?.Count);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SubmitAsync(page, RequestJourney.Form, RequestJourney.Answers())).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/healthz/ready")).Status);
    }

    /// <summary>What other instances sent meanwhile was missed, so open pages read everything again.</summary>
    [PostgreSqlFact]
    public async Task Messages_AfterTheServerEndedTheConnections_ArriveAgain()
    {
        var listener = await FindListenerAsync(0);
        using var staff = await _site.MadisonAsync(_site.NewEmail());
        await using var events = await LiveEvents.OpenAsync(staff, "/staff/live");
        await events.UntilAsync("session");

        PostgreSqlServer.EndConnections(_site.ConnectionString);
        await events.UntilAsync("changed");
        await FindListenerAsync(listener);

        await _site.WithDatabaseAsync(db => db.Database.ExecuteSqlAsync($"SELECT pg_notify('physiosite', 'another changed madison')"));
        await events.UntilAsync("changed");
        Assert.Contains(_site.Logs.Lines, line => line.Contains("messages of other instances arrive again", StringComparison.Ordinal));
    }

    /// <returns>The process of the server that sends messages to the site.</returns>
    /// <param name="except">One that has ended.</param>
    private async Task<int> FindListenerAsync(int except)
    {
        var found = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                found = await _site.WithDatabaseAsync(db => db.Database.SqlQuery<int>(
                    $"""
                    SELECT pid AS "Value" FROM pg_stat_activity
                    WHERE datname = current_database() AND query = 'LISTEN physiosite' AND state = 'idle' AND pid <> {except}
                    """).SingleOrDefaultAsync());
                return found != 0;
            },
            "the site listens");
        return found;
    }

    /// <summary>VACUUM removes the earlier versions of rows, with what was erased.</summary>
    private Task<bool> WasVacuumedAsync(string table) => _site.WithDatabaseAsync(db => db.Database
        .SqlQuery<bool>($"SELECT last_vacuum IS NOT NULL AS \"Value\" FROM pg_stat_user_tables WHERE relname = {table}")
        .SingleAsync());

    public sealed class PostgreSqlSite : IDisposable
    {
        public StaffSite Site { get; } = new() { Provider = DatabaseProvider.PostgreSql };

        public void Dispose() => Site.Dispose();
    }
}
