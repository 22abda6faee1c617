using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Identity;
using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Staff;
using PhysioSite.Features.Staff.Accounts;
using PhysioSite.Features.Staff.Accounts.SignIn;

namespace PhysioSite.Tests.Features.Staff.Accounts.SignIn;

/// <summary>Throttling of password guesses. The clock only moves forward, and each test uses new staff accounts.</summary>
public sealed class SignInThrottleTests : IClassFixture<StaffSite>
{
    private const string Wrong = "not the password at all";

    /// <summary>The hash checks. They account for the time that a sign-in takes.</summary>
    private static readonly ConcurrentQueue<string> Checks = [];

    private readonly StaffSite _site;

    public SignInThrottleTests(StaffSite site)
    {
        _site = site;
        _site.Replace ??= services => services.AddScoped<IPasswordHasher<StaffMember>>(provider =>
            new CountingHasher(ActivatorUtilities.CreateInstance<PasswordHasher<StaffMember>>(provider)));
    }

    [Fact]
    public async Task SignIn_UnknownWrongLockedLeftOrWithoutPassword_ChecksOneHashAndAnswersTheSame()
    {
        var (email, locked, left, unset) = (await AddAsync(), await AddAsync(), await AddAsync(), _site.NewEmail());
        await using (var scope = _site.Services.CreateAsyncScope())
        {
            var directory = scope.ServiceProvider.GetRequiredService<StaffDirectory>();
            await directory.AddAsync(unset, "Not Yet", StaffRoles.Staff, ["madison"]);
            var id = await _site.WithDatabaseAsync(db => Task.FromResult(db.Users.Single(member => member.Email == left).Id));
            await directory.ChangeAsync(
                (await directory.FindAsync(id, CancellationToken.None))!,
                ["madison"],
                [],
                active: false,
                new StaffActor(id, "x"),
                _site.Clock.UtcNow);
        }

        using var guesser = _site.Open();
        await GuessAsync(guesser, locked, SignInThrottle.Tries);
        var answers = new List<string>();
        foreach (var (who, password) in new[]
        {
            (email, Wrong),
            (_site.NewEmail("nobody"), Wrong),
            (locked, StaffJourney.Password),
            (left, StaffJourney.Password),
            (unset, Wrong),
            ("", ""),
        })
        {
            var page = await guesser.GetAsync("/staff/sign-in");
            var before = Checks.Count;
            var answer = await guesser.SubmitAsync(page, "main form", [new("Email", who), new("Password", password)]);

            Assert.Equal(1, Checks.Count - before);
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            answers.Add(Answer.Words(answer.Page.QuerySelector("main")!));
        }

        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task Stranger_WithFiveWrongPasswords_WaitsAMinuteThenLongerUpToFifteen()
    {
        var email = await AddAsync();
        using var guesser = _site.Open();
        await GuessAsync(guesser, email, SignInThrottle.Tries - 1);
        await GuessAsync(guesser, email, 1);

        foreach (var minutes in new[] { 1, 2, 4, 8, 15, 15 })
        {
            _site.Clock.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
            Assert.Equal(HttpStatusCode.BadRequest, (await guesser.SignInAsync(email, StaffJourney.Password)).Status);
            _site.Clock.Advance(TimeSpan.FromSeconds(1));
            await GuessAsync(guesser, email, 1);
        }

        _site.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.Redirect, (await guesser.SignInAsync(email, StaffJourney.Password)).Status);
    }

    [Fact]
    public async Task Colleague_WhoseAccountIsGuessedAt_SignsInFromTheirOwnBrowser()
    {
        var email = _site.NewEmail();
        using var own = await _site.MadisonAsync(email);
        await own.SubmitAsync(await own.GetAsync("/staff"), "header form", []);
        using var guesser = _site.Open();
        await GuessAsync(guesser, email, 3 * SignInThrottle.TriesOfUnknownBrowsers);
        using var elsewhere = _site.Open();
        Assert.Equal(HttpStatusCode.BadRequest, (await elsewhere.SignInAsync(email, StaffJourney.Password)).Status);

        Assert.Equal(HttpStatusCode.Redirect, (await own.SignInAsync(email, StaffJourney.Password)).Status);
    }

    [Fact]
    public async Task KnownBrowser_WithFiveWrongPasswords_WaitsToo()
    {
        var email = _site.NewEmail();
        using var own = await _site.MadisonAsync(email);
        await own.SubmitAsync(await own.GetAsync("/staff"), "header form", []);
        await GuessAsync(own, email, SignInThrottle.Tries);

        Assert.Equal(HttpStatusCode.BadRequest, (await own.SignInAsync(email, StaffJourney.Password)).Status);
        _site.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Redirect, (await own.SignInAsync(email, StaffJourney.Password)).Status);
    }

    [Fact]
    public async Task KnownBrowser_OfOneColleague_IsAStrangerToAnother()
    {
        var (email, other) = (_site.NewEmail(), await AddAsync());
        using var own = await _site.MadisonAsync(email);
        await own.SubmitAsync(await own.GetAsync("/staff"), "header form", []);
        await GuessAsync(own, other, SignInThrottle.Tries);

        using var samePlace = _site.Open();
        Assert.Equal(HttpStatusCode.BadRequest, (await samePlace.SignInAsync(other, StaffJourney.Password)).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await own.SignInAsync(email, StaffJourney.Password)).Status);
    }

    [Fact]
    public async Task DeviceCookie_MadeUp_IsNoKnownBrowser()
    {
        var email = await AddAsync();
        using var guesser = _site.Open();
        await GuessAsync(guesser, email, SignInThrottle.Tries);
        using var forger = _site.Open();
        forger.Client.DefaultRequestHeaders.Add("Cookie", "__Host-device=CfDJ8forged");

        Assert.Equal(HttpStatusCode.BadRequest, (await forger.SignInAsync(email, StaffJourney.Password)).Status);
    }

    [Fact]
    public async Task Strangers_FromManyAddresses_SlowDownTogetherAndOneMoreAddressOfAnotherAccountDoesNot()
    {
        var throttle = new SignInThrottle(new MemoryAttempts(_site.Clock), _site.Clock);
        for (var i = 0; i < SignInThrottle.TriesOfUnknownBrowsers; i++)
        {
            Assert.True(await throttle.TryBeginAsync("A", null, $"203.0.113.{i}"));
        }

        // Another address has one attempt in 15 minutes, so that the owner of the account is not kept out.
        Assert.True(await throttle.TryBeginAsync("A", null, "198.51.100.1"));
        Assert.False(await throttle.TryBeginAsync("A", null, "198.51.100.1"));
        Assert.True(await throttle.TryBeginAsync("A", "known", "198.51.100.1"));
        Assert.True(await throttle.TryBeginAsync("B", null, "203.0.113.1"));

        await throttle.ResetAsync("A");
        Assert.True(await throttle.TryBeginAsync("A", null, "198.51.100.1"));
    }

    /// <summary>"Waits at most 15 minutes" holds while somebody keeps trying from many addresses.</summary>
    [Fact]
    public async Task Owner_OnANewComputerUnderAttack_HasAnAttemptEveryFifteenMinutes()
    {
        var throttle = new SignInThrottle(new MemoryAttempts(_site.Clock), _site.Clock);
        var attacker = 0;
        for (var quarter = 0; quarter < 4; quarter++)
        {
            for (var i = 0; i < 40; i++)
            {
                await throttle.TryBeginAsync("A", null, $"203.0.{attacker / 250}.{attacker++ % 250}");
            }

            Assert.True(await throttle.TryBeginAsync("A", null, "192.0.2.1"));
            _site.Clock.Advance(TimeSpan.FromMinutes(15));
        }
    }

    [Fact]
    public async Task Tries_ManyAtOnce_DoNotSlipThroughTogether()
    {
        var throttle = new SignInThrottle(new MemoryAttempts(_site.Clock), _site.Clock);

        var begun = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => Task.Run(() => throttle.TryBeginAsync("A", null, "203.0.113.1"))));

        Assert.Equal(SignInThrottle.Tries, begun.Count(one => one));
    }

    [Fact]
    public async Task Success_OfTheOwner_LeavesStrangersAsSlowAsTheyWere()
    {
        var throttle = new SignInThrottle(new MemoryAttempts(_site.Clock), _site.Clock);
        for (var i = 0; i < SignInThrottle.TriesOfUnknownBrowsers - 1; i++)
        {
            await throttle.TryBeginAsync("A", null, $"203.0.113.{i}");
        }

        Assert.True(await throttle.TryBeginAsync("A", null, "192.0.2.1"));
        await throttle.SucceedAsync("A", null, "192.0.2.1");

        Assert.True(await throttle.TryBeginAsync("A", null, "198.51.100.1"));
        Assert.True(await throttle.TryBeginAsync("A", null, "198.51.100.2"));
        Assert.False(await throttle.TryBeginAsync("A", null, "198.51.100.2"));
    }

    [Fact]
    public async Task Flood_OfMadeUpNames_IsForgottenOldestFirst()
    {
        var counts = new MemoryAttempts(_site.Clock);
        var throttle = new SignInThrottle(counts, _site.Clock);
        for (var i = 0; i < 100_000; i++)
        {
            await throttle.TryBeginAsync($"made up {i}", null, "203.0.113.1");
        }

        Assert.InRange(counts.Remembered, 1, 20_001);
    }

    private static async Task GuessAsync(Browser browser, string email, int times)
    {
        var page = await browser.GetAsync("/staff/sign-in");
        for (var i = 0; i < times; i++)
        {
            var refused = await browser.SubmitAsync(page, "main form", [new("Email", email), new("Password", Wrong)]);
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        }
    }

    private async Task<string> AddAsync()
    {
        var email = _site.NewEmail();
        (await _site.MadisonAsync(email)).Dispose();
        return email;
    }

    private sealed class CountingHasher(PasswordHasher<StaffMember> real) : IPasswordHasher<StaffMember>
    {
        public string HashPassword(StaffMember user, string password) => real.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(StaffMember user, string hashedPassword, string providedPassword)
        {
            Checks.Enqueue(hashedPassword);
            return real.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
