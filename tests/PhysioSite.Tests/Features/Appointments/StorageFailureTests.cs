using System.Data.Common;
using System.Net;
using AngleSharp.Html.Dom;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Appointments.Indexing;
using PhysioSite.Features.Appointments.Jobs;

namespace PhysioSite.Tests.Features.Appointments;

/// <summary>
/// A request is either stored on disk with everything that belongs to it, or the patient is told that it is not stored and loses no
/// answers.
/// </summary>
public sealed class StorageFailureTests : IDisposable
{
    private static readonly Dictionary<string, string?> Answers = RequestJourney.Answers(
        ("email", "ada@example.com"),
        ("note", "First line\nsecond <line>"),
        ("access", "Hearing loop"),
        ("area", "knee"),
        ("wishes", "monday-morning"));

    private readonly BusySite _site = new();
    private readonly Outage _outage = new();

    public StorageFailureTests()
    {
        _site.Replace = services => services.ConfigureDbContext<SiteDbContext>(options => options.AddInterceptors(_outage));
    }

    public void Dispose() => _site.Dispose();

    [Theory]
    [InlineData("AppointmentRequests")]
    [InlineData("RequestEvents")]
    [InlineData("Outbox")]
    public async Task Submit_OneTableCannotBeWritten_StoresNothingAndTakesTheSameFormLater(string table)
    {
        using var browser = _site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        Answer refused;
        await using (await _site.RefuseInsertsAsync(table))
        {
            refused = await browser.SubmitAsync(page, RequestJourney.Form, Answers);

            AssertNotStored(refused);
            Assert.Equal((0, 0, 0), await _site.CountAsync());
            Assert.Empty(Directory.EnumerateFiles(_site.MailPath));
        }

        await AssertTakenAsync(browser, refused);

        // Nobody expects that one table alone refuses rows.
        Assert.Contains("   at ", Assert.Single(LoggedFailures()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_SecondMailCannotBeStored_KeepsNeitherRequestNorFirstMail()
    {
        using var browser = _site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        await using var full = await _site.RefuseInsertsAsync("Outbox", "NEW.Kind = 'To the patient'");

        var refused = await browser.SubmitAsync(page, RequestJourney.Form, Answers);

        AssertNotStored(refused);
        Assert.Equal((0, 0, 0), await _site.CountAsync());
    }

    [Fact]
    public async Task Submit_DatabaseCannotBeOpened_StoresNothingAndTakesTheSameFormLater()
    {
        using var browser = _site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        _outage.IsOn = true;

        var refused = await browser.SubmitAsync(page, RequestJourney.Form, Answers);
        _outage.IsOn = false;

        AssertNotStored(refused);
        Assert.Equal((0, 0, 0), await _site.CountAsync());
        await AssertTakenAsync(browser, refused);
    }

    [Fact]
    public async Task Submit_CommitFails_StoresNothingAndTakesTheSameFormLater()
    {
        using var browser = _site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        _outage.IsAtCommit = true;

        var refused = await browser.SubmitAsync(page, RequestJourney.Form, Answers);
        _outage.IsAtCommit = false;

        AssertNotStored(refused);
        Assert.Equal((0, 0, 0), await _site.CountAsync());
        await AssertTakenAsync(browser, refused);
    }

    private static void AssertNotStored(Answer refused)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.StartsWith("Error", refused.Page.Title, StringComparison.Ordinal);
        var link = Assert.Single(refused.Page.QuerySelectorAll("#error-summary a"));
        Assert.Equal(
            "We could not store your request, so it was not sent. Everything you typed is still here. "
            + "Please try again in a minute, or call (608) 555-0100.",
            link.TextContent);
        var filled = Browser.Filled((IHtmlFormElement)refused.Page.QuerySelector(RequestJourney.Form)!, [])
            .ToLookup(pair => pair.Key, pair => pair.Value);
        Assert.All(Answers, pair => Assert.Equal(pair.Value, filled[pair.Key].First()));
    }

    private async Task AssertTakenAsync(Browser browser, Answer refused)
    {
        var sent = await browser.SubmitAsync(refused, RequestJourney.Form, []);
        Assert.Equal(HttpStatusCode.Redirect, sent.Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(sent.Location!)).Status);
        Assert.Equal((1, 1, 2), await _site.CountAsync());
    }

    [Fact]
    public async Task Log_WhileNothingCanBeStored_SaysSoInOneLineForEachForm()
    {
        using var browser = _site.Open();
        var page = await browser.GetAsync(RequestJourney.Path);
        _outage.IsAtCommit = true;

        await browser.SubmitAsync(page, RequestJourney.Form, Answers);
        await browser.SubmitAsync(page, RequestJourney.Form, Answers);
        _outage.IsAtCommit = false;

        Assert.Equal(2, LoggedFailures().Count);
        Assert.All(LoggedFailures(), line =>
        {
            Assert.Contains("the patient was told so: database or disk is full", line, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Log_WhileTheDatabaseIsGone_NamesEachJobAndThePagesWithoutStackTraces()
    {
        using var patient = _site.Open();
        var receipt = await patient.AskAsync();
        var jobs = _site.Services.GetServices<IHostedService>().OfType<AppointmentJobs>().Single();
        using var browser = _site.Open();
        _outage.IsOn = true;

        await browser.GetAsync(receipt.StatusPath);
        await jobs.RunOnceAsync(CancellationToken.None);
        await jobs.RunOnceAsync(CancellationToken.None);
        var failures = LoggedFailures();
        _outage.IsOn = false;
        await jobs.RunOnceAsync(CancellationToken.None);

        Assert.Single(failures, line => line.Contains("A page could not be answered: unable to open", StringComparison.Ordinal));
        Assert.Single(failures, line => line.Contains("Escalation failed and is tried again", StringComparison.Ordinal));
        Assert.DoesNotContain(failures, line => line.Contains("   at ", StringComparison.Ordinal));
        Assert.Contains(_site.Logs.Lines, line => line.Contains("Escalation runs again", StringComparison.Ordinal));
    }

    /// <summary>Entity Framework would log them as errors, with the command.</summary>
    [Fact]
    public async Task Log_OfACommandAndAConnectionThatFail_IsLeftToTheCaller()
    {
        var nowhere = _site.Provider == DatabaseProvider.Sqlite
            ? "Data Source=/nowhere/none.db"
            : "Host=/nowhere;Database=none;Username=none";

        await Assert.ThrowsAnyAsync<DbException>(() => _site.WithDatabaseAsync(db => db.Database.ExecuteSqlRawAsync("none")));
        await Assert.ThrowsAnyAsync<DbException>(() => _site.WithDatabaseAsync(async db =>
        {
            db.Database.SetConnectionString(nowhere);
            await db.Database.OpenConnectionAsync();
            return true;
        }));

        foreach (var logged in (string[])["Failed executing DbCommand", "An error occurred using the connection"])
        {
            var lines = _site.Logs.Lines.Where(line => line.Contains(logged, StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(lines);
            Assert.All(lines, line => Assert.StartsWith("Debug ", line, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Log_OfWorkInTheBackgroundWhileTheDatabaseIsGone_SaysWhyWithoutStackTraces()
    {
        _site.Settings["Appointments:PublicOnTimeDays"] = "30";
        using var index = ActivatorUtilities.CreateInstance<IndexService>(_site.Services);
        _outage.IsOn = true;

        await index.StartAsync(CancellationToken.None);
        Assert.Null(await _site.Services.GetRequiredService<OnTimeFigure>().FindAsync(CancellationToken.None));
        _site.Services.GetRequiredService<OutboxSignal>().Set();
        if (_site.Provider == DatabaseProvider.Sqlite)
        {
            await _site.WithDatabaseAsync(async db =>
            {
                await _site.Services.GetRequiredService<ErasedDataPurge>().RunAsync(db, CancellationToken.None);
                return true;
            });
            Assert.Contains(_site.Logs.Lines, line => Says(line, "Erased data stays in the write-ahead log"));
        }

        foreach (var what in (string[])
            ["could not be indexed", "could not be counted", "The outbox was interrupted", "encrypted values could not be checked"])
        {
            await Eventually.TrueAsync(
                () =>
                {
                    _site.Clock.FireTimers();
                    return Task.FromResult(_site.Logs.Lines.Any(line => Says(line, what)));
                },
                $"the log says \"{what}\" and why");
        }

        _outage.IsOn = false;
        Assert.DoesNotContain(LoggedFailures(), line => line.Contains("   at ", StringComparison.Ordinal));

        static bool Says(string line, string what) =>
            line.Contains(what, StringComparison.Ordinal) && line.Contains("unable to open database file", StringComparison.Ordinal);
    }

    private List<string> LoggedFailures() =>
        [.. _site.Logs.Lines.Where(line => line.StartsWith("Error ", StringComparison.Ordinal))];

    private sealed class Outage : IDbConnectionInterceptor, IDbTransactionInterceptor
    {
        public volatile bool IsOn;

        public volatile bool IsAtCommit;

        public ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection,
            ConnectionEventData eventData,
            InterceptionResult result,
            CancellationToken cancellationToken = default) =>
            IsOn ? throw new SqliteException("unable to open database file", 14) : ValueTask.FromResult(result);

        public ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction,
            TransactionEventData eventData,
            InterceptionResult result,
            CancellationToken cancellationToken = default) =>
            IsAtCommit ? throw new SqliteException("database or disk is full", 13) : ValueTask.FromResult(result);
    }
}
