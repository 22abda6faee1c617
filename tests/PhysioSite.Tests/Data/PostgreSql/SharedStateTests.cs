using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.PostgreSql;
using PhysioSite.Data.PostgreSql.Instances;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Jobs;
using PhysioSite.Features.Appointments.Spam;
using PhysioSite.Features.Staff.Accounts.SignIn;
using PhysioSite.Tests.Features.Staff;
using PhysioSite.Web;

namespace PhysioSite.Tests.Data.PostgreSql;

/// <summary>Limits, waits and the memory of notes that two instances share.</summary>
[Collection(nameof(TwoSites))]
public sealed class SharedStateTests(TwoSites sites) : IAsyncLifetime
{
    private const string Note = "Cheap pills for your runners, ask for our list";

    private StaffSite[] Both => [sites.First, sites.Second];

    public async Task InitializeAsync()
    {
        if (PostgreSqlServer.WhyNot is null)
        {
            foreach (var site in Both)
            {
                // Reads the secret, which one test replaces.
                await Get<KeyedHash>(site).OfAsync("", CancellationToken.None);
            }

            // What other tests have counted.
            sites.Advance(TimeSpan.FromMinutes(11));
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [PostgreSqlFact]
    public async Task Forms_OfOneAddress_AreCountedByAllInstances()
    {
        var limits = Limits(new RateLimitOptions { FormsPerTenMinutes = 2 });

        Assert.Equal(FormAdmission.Accepted, (await AdmitAsync(limits[0], "198.51.100.7")).Admission);
        Assert.Equal(FormAdmission.Accepted, (await AdmitAsync(limits[1], "198.51.100.7")).Admission);
        var (refused, retry) = await AdmitAsync(limits[0], "198.51.100.7");
        Assert.Equal(FormAdmission.Refused, refused);
        Assert.Equal(600, retry);
        Assert.Equal(FormAdmission.Accepted, (await AdmitAsync(limits[0], "198.51.100.8")).Admission);

        // The first 56 bits have twice the limit. What is refused does not use it up.
        Assert.Equal(FormAdmission.Accepted, (await AdmitAsync(limits[0], "2001:db8:0:1::1")).Admission);
        Assert.Equal(FormAdmission.Accepted, (await AdmitAsync(limits[1], "2001:db8:0:1::2")).Admission);
        Assert.Equal(FormAdmission.Refused, (await AdmitAsync(limits[1], "2001:db8:0:1::3")).Admission);
        Assert.Equal(FormAdmission.Accepted, (await AdmitAsync(limits[1], "2001:db8:0:2::1")).Admission);
        Assert.Equal(FormAdmission.Accepted, (await AdmitAsync(limits[0], "2001:db8:0:2::2")).Admission);
        Assert.Equal(FormAdmission.Refused, (await AdmitAsync(limits[0], "2001:db8:0:3::1")).Admission);

        sites.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(FormAdmission.Accepted, (await AdmitAsync(limits[1], "198.51.100.7")).Admission);
    }

    [PostgreSqlFact]
    public async Task Forms_OfAllAddresses_AreCountedByAllInstances()
    {
        var limits = Limits(new RateLimitOptions { FormsPerTenMinutes = 2, FormsPerTenMinutesOverall = 2 });

        var admissions = new List<FormAdmission>();
        for (var i = 0; i < 22; i++)
        {
            admissions.Add((await AdmitAsync(limits[i % 2], $"198.51.100.{i}")).Admission);
        }

        Assert.All(admissions[..2], admission => Assert.Equal(FormAdmission.Accepted, admission));
        Assert.All(admissions[2..20], admission => Assert.Equal(FormAdmission.WithoutEmails, admission));
        Assert.All(admissions[20..], admission => Assert.Equal(FormAdmission.Refused, admission));
    }

    [PostgreSqlFact]
    public async Task Posts_OfOneAddress_AreCountedByAllInstances()
    {
        var options = Options.Create(new RateLimitOptions { SignInsPerTenMinutes = 3, PublicPostsPerTenMinutes = 3 });
        var limits = Both.Select(site => new PostLimit(Get<ISharedCounts>(site), options)).ToArray();
        for (var i = 0; i < 3; i++)
        {
            Assert.False(await limits[i % 2].RefusesSignInAsync(From("203.0.113.5"), null));
            Assert.False(await limits[i % 2].RefusesPublicPostAsync(From("203.0.113.5"), "change"));
        }

        foreach (var limit in limits)
        {
            Assert.True(await limit.RefusesSignInAsync(From("203.0.113.5"), null));
            Assert.True(await limit.RefusesPublicPostAsync(From("203.0.113.5"), "change"));
            Assert.False(await limit.RefusesSignInAsync(From("203.0.113.5"), "a known browser"));
            Assert.False(await limit.RefusesPublicPostAsync(From("203.0.113.5"), "position"));
        }
    }

    [PostgreSqlFact]
    public async Task WrongPasswords_OnBothInstances_MakeBothWaitUntilThePasswordIsSet()
    {
        var email = sites.First.NewEmail();
        (await sites.First.MadisonAsync(email)).Dispose();
        var browsers = Both.Select(site => site.Open()).ToArray();
        for (var i = 0; i < SignInThrottle.Tries; i++)
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await browsers[i % 2].SignInAsync(email, "wrong password")).Status);
        }

        foreach (var browser in browsers)
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.SignInAsync(email, StaffJourney.Password)).Status);
        }

        await Get<SignInThrottle>(sites.First).ResetAsync(email.ToUpperInvariant());
        Assert.Equal(HttpStatusCode.Redirect, (await browsers[1].SignInAsync(email, StaffJourney.Password)).Status);
        foreach (var browser in browsers)
        {
            browser.Dispose();
        }
    }

    [PostgreSqlFact]
    public async Task WrongPasswords_ManyAtOnceOnBothInstances_DoNotSlipThroughTogether()
    {
        var throttles = Both.Select(Get<SignInThrottle>).ToArray();

        var begun = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            Task.Run(() => throttles[i % 2].TryBeginAsync("AT ONCE", null, "203.0.113.1"))));

        Assert.Equal(SignInThrottle.Tries, begun.Count(one => one));
        sites.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await throttles[0].TryBeginAsync("AT ONCE", null, "203.0.113.1"));
        Assert.False(await throttles[1].TryBeginAsync("AT ONCE", null, "203.0.113.1"));
        await throttles[1].SucceedAsync("AT ONCE", null, "203.0.113.1");
        Assert.True(await throttles[0].TryBeginAsync("AT ONCE", null, "203.0.113.1"));
    }

    [PostgreSqlFact]
    public async Task Notes_SentToBothInstancesAtOnce_AreRepeatedAboveTheLimit()
    {
        var notes = Both.Select(site => new RepeatedNotes(Get<ISharedCounts>(site), Options.Create(new SpamOptions()))).ToArray();
        var now = sites.First.Clock.UtcNow;

        var repeated = await Task.WhenAll(Enumerable.Range(0, 12).Select(i =>
            Task.Run(() => notes[i % 2].IsRepeatedAsync(Note, new SubmissionKey([(byte)i], null), now))));

        Assert.Equal(new SpamOptions().SameNotes, repeated.Count(one => !one));
        Assert.False(await notes[0].IsRepeatedAsync(Note + " too", new SubmissionKey([1], null), now));
    }

    /// <summary>A copy of the database must not tell, nor allow to test, whose address, account or note was counted.</summary>
    [PostgreSqlFact]
    public async Task Database_OfCounts_HasKeyedHashesOnlyAndForgetsThem()
    {
        var limits = Limits(new RateLimitOptions());
        var notes = new RepeatedNotes(Get<ISharedCounts>(sites.First), Options.Create(new SpamOptions()));
        await AdmitAsync(limits[0], "198.51.100.77");
        await Get<SignInThrottle>(sites.First).TryBeginAsync("GRACE@EXAMPLE.COM", null, "198.51.100.77");
        await notes.IsRepeatedAsync("Another note about pills for runners", new SubmissionKey([42], null), sites.First.Clock.UtcNow);

        var rows = await CountsAsync();
        var texts = string.Join('\n', [.. rows, .. await ValuesAsync()]).ToUpperInvariant();
        Assert.True(rows.Count >= 5, $"{rows.Count} rows");
        Assert.All(
            (string[])["198.51", "GRACE", "EXAMPLE", "PILLS"],
            word => Assert.DoesNotContain(word, texts, StringComparison.Ordinal));
        var secret = await Get<IStateStore>(sites.First).ReadAsync("counts-secret", CancellationToken.None);
        Assert.True(Get<ColumnEncryption>(sites.Second).CanDecrypt(secret!));

        sites.Advance(TimeSpan.FromMinutes(10));
        await Get<ExpiredRows>(sites.Second).RemoveAsync();
        Assert.InRange((await CountsAsync()).Count, 3, rows.Count - 2);
        sites.AdvanceADay();
        await Get<ExpiredRows>(sites.First).RemoveAsync();
        Assert.Empty(await CountsAsync());
    }

    [PostgreSqlFact]
    public async Task Secret_ThatCannotBeDecrypted_IsReplaced()
    {
        var state = Get<IStateStore>(sites.First);
        const string Name = "counts-secret";
        var before = await state.ReadAsync(Name, CancellationToken.None);
        Assert.True(await state.TryReplaceAsync(Name, before, "not encrypted", CancellationToken.None));

        var hash = new KeyedHash(state, Get<ColumnEncryption>(sites.First));
        var first = await hash.OfAsync("a text", CancellationToken.None);
        var second = await new KeyedHash(Get<IStateStore>(sites.Second), Get<ColumnEncryption>(sites.Second))
            .OfAsync("a text", CancellationToken.None);

        Assert.Equal(first, second);
        Assert.NotEqual(first, await hash.OfAsync("another", CancellationToken.None));
        Assert.NotEqual(first, await Get<KeyedHash>(sites.First).OfAsync("a text", CancellationToken.None));
        var replaced = await state.ReadAsync(Name, CancellationToken.None);
        Assert.True(await state.TryReplaceAsync(Name, replaced, before!, CancellationToken.None));
    }

    /// <summary>An instance without its database has limits and no errors.</summary>
    [PostgreSqlFact]
    public async Task Limits_WithoutTheDatabase_AreThoseOfTheInstance()
    {
        var settings = Options.Create(new DatabaseOptions { ConnectionString = "Host=127.0.0.1;Port=1;Database=none;Username=none" });
        var database = new SharedDatabase(new PostgreSqlConnection(settings), NullLogger<SharedDatabase>.Instance);
        var (hash, clock) = (Get<KeyedHash>(sites.First), sites.First.Clock);
        var counts = new SharedCounts(database, hash, clock);
        using var limit = new FormLimit(counts, Options.Create(new RateLimitOptions { FormsPerTenMinutes = 2 }));
        var throttle = new SignInThrottle(new SharedAttempts(database, hash, clock), clock);
        var notes = new RepeatedNotes(counts, Options.Create(new SpamOptions { SameNotes = 1 }));

        Assert.Equal(FormAdmission.Accepted, (await AdmitAsync(limit, "198.51.100.9")).Admission);
        Assert.Equal(FormAdmission.Accepted, (await AdmitAsync(limit, "198.51.100.9")).Admission);
        Assert.Equal(FormAdmission.Refused, (await AdmitAsync(limit, "198.51.100.9")).Admission);
        for (var i = 0; i < SignInThrottle.Tries; i++)
        {
            Assert.True(await throttle.TryBeginAsync("A", null, "198.51.100.9"));
        }

        Assert.False(await throttle.TryBeginAsync("A", null, "198.51.100.9"));
        await throttle.ResetAsync("A");
        Assert.True(await throttle.TryBeginAsync("A", null, "198.51.100.9"));
        Assert.False(await notes.IsRepeatedAsync(Note, new SubmissionKey([1], null), clock.UtcNow));
        Assert.True(await notes.IsRepeatedAsync(Note, new SubmissionKey([2], null), clock.UtcNow));
    }

    [PostgreSqlFact]
    public async Task Retention_ConfirmedOnOneInstance_RunsOnTheOther()
    {
        var options = Options.Create(new RetentionOptions { ConfirmAfterDays = 3 });
        var guards = Both
            .Select(site => new RetentionGuard(Get<IStateStore>(site), options, NullLogger<RetentionGuard>.Instance)).ToArray();
        var now = sites.First.Clock.UtcNow;
        await guards[0].ConfirmAsync(now, CancellationToken.None);
        var later = now.AddDays(10);

        Assert.False(await AllowsAsync(0, later));
        Assert.Contains("ran last at", await guards[1].FindHoldReasonAsync(CancellationToken.None), StringComparison.Ordinal);
        Assert.False(await AllowsAsync(1, later));

        await guards[1].ConfirmAsync(later, CancellationToken.None);
        Assert.Null(await guards[0].FindHoldReasonAsync(CancellationToken.None));
        Assert.True(await AllowsAsync(0, later));

        // An instance whose clock is wrong does not erase because another one was confirmed.
        Assert.False(await AllowsAsync(1, later.AddDays(400)));
        Assert.False(File.Exists(Path.Combine(sites.First.DataPath, "retention.json")));
        await guards[0].ConfirmAsync(now, CancellationToken.None);

        Task<bool> AllowsAsync(int i, DateTime at) =>
            Both[i].WithDatabaseAsync(db => guards[i].AllowsAsync(db, at, CancellationToken.None));
    }

    private static T Get<T>(StaffSite site)
        where T : notnull =>
        site.Services.GetRequiredService<T>();

    /// <summary>The limit of each instance.</summary>
    private FormLimit[] Limits(RateLimitOptions options) =>
        [.. Both.Select(site => new FormLimit(Get<ISharedCounts>(site), Options.Create(options)))];

    private static DefaultHttpContext From(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };

    private static async Task<(FormAdmission Admission, int? RetryAfter)> AdmitAsync(FormLimit limit, string address)
    {
        var context = From(address);
        var admission = await limit.AdmitAsync(context);
        var retry = context.Response.Headers.RetryAfter.ToString();
        return (admission, retry.Length > 0 ? int.Parse(retry, CultureInfo.InvariantCulture) : null);
    }

    private Task<List<string>> CountsAsync() => sites.First.WithDatabaseAsync(db =>
        db.Database.SqlQuery<string>($"SELECT stored::text AS \"Value\" FROM \"SharedCounts\" AS stored").ToListAsync());

    private Task<List<string>> ValuesAsync() => sites.First.WithDatabaseAsync(db =>
        db.Database.SqlQuery<string>($"SELECT stored::text AS \"Value\" FROM \"SharedValues\" AS stored").ToListAsync());
}
