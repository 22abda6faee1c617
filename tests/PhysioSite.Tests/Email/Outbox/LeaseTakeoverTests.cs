using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Email;
using PhysioSite.Email.Outbox;
using PhysioSite.Tests.Data.PostgreSql;
using PhysioSite.Tests.Email.Transports;

namespace PhysioSite.Tests.Email.Outbox;

/// <summary>When an instance sends the emails that another one has leased.</summary>
public sealed class LeaseTakeoverTests
{
    private static readonly TimeSpan LongestSend = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Lease = LongestSend + TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TimeToRecord = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    [Fact]
    public Task Lease_OfAKilledInstance_IsTakenOverWhenItExpires() => TakeOverAsync(DatabaseProvider.Sqlite);

    [PostgreSqlFact]
    public Task Lease_OfAKilledInstanceInPostgreSql_IsTakenOverWhenItExpires() => TakeOverAsync(DatabaseProvider.PostgreSql);

    [Fact]
    public Task Lease_ThatExpiredInAnOutage_IsNotTakenOverBeforeTheOutcomeCouldBeRecorded() =>
        RecordAfterAnOutageAsync(DatabaseProvider.Sqlite);

    [PostgreSqlFact]
    public Task Lease_ThatExpiredInAnOutageOfPostgreSql_IsNotTakenOverBeforeTheOutcomeCouldBeRecorded() =>
        RecordAfterAnOutageAsync(DatabaseProvider.PostgreSql);

    [Fact]
    public Task Lease_OfAnInstanceKilledInAnOutage_IsTakenOverAfterTheOutage() => TakeOverAfterAnOutageAsync(DatabaseProvider.Sqlite);

    [PostgreSqlFact]
    public Task Lease_OfAnInstanceKilledInAnOutageOfPostgreSql_IsTakenOverAfterTheOutage() =>
        TakeOverAfterAnOutageAsync(DatabaseProvider.PostgreSql);

    /// <summary>An interruption in the last seconds of a lease could keep the outcome from being recorded in time.</summary>
    [Fact]
    public async Task Lease_ThatIsLongEnoughToSend_IsLongEnoughToRecordTheOutcomeAfterwards()
    {
        await using var site = await SiteWithAnEmailAsync(DatabaseProvider.Sqlite);
        var leases = Leases(site);
        var email = Assert.Single(await leases.TakeAsync([], CancellationToken.None));

        site.Clock.Advance(Lease - TimeToRecord - LongestSend);
        Assert.True(leases.IsLongEnough(email));
        site.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(leases.IsLongEnough(email));
    }

    private static async Task TakeOverAsync(DatabaseProvider provider)
    {
        await using var site = await SiteWithAnEmailAsync(provider);
        var (killed, other) = (Leases(site), Leases(site));
        Assert.Single(await killed.TakeAsync([], CancellationToken.None));

        Assert.Empty(await other.TakeWithinAsync(Lease - Poll, site.Clock));
        Assert.Single(await other.TakeWithinAsync(Poll, site.Clock));
    }

    /// <summary>The instance that has sent the email needs longer than others to reach the database again.</summary>
    private static async Task RecordAfterAnOutageAsync(DatabaseProvider provider)
    {
        await using var site = await SiteWithAnEmailAsync(provider);
        var (sender, other) = (Leases(site), Leases(site));
        var email = Assert.Single(await sender.TakeAsync([], CancellationToken.None));
        Assert.Empty(await other.TakeWithinAsync(TimeToRecord, site.Clock));

        site.Clock.Advance(Lease * 2);
        Assert.Empty(await other.TakeWithinAsync(TimeToRecord, site.Clock));
        Assert.Empty(await Leases(site).TakeWithinAsync(TimeToRecord, site.Clock));

        Assert.True(await sender.RecordSentAsync(email));
        Assert.Empty(await other.TakeWithinAsync(Lease, site.Clock));
        Assert.Equal(OutboxState.Sent, Assert.Single(await site.MailsAsync(email.Reference)).State);
    }

    private static async Task TakeOverAfterAnOutageAsync(DatabaseProvider provider)
    {
        await using var site = await SiteWithAnEmailAsync(provider);
        var killed = Leases(site);
        Assert.Single(await killed.TakeAsync([], CancellationToken.None));

        site.Clock.Advance(Lease * 2);
        Assert.Single(await Leases(site).TakeWithinAsync(TimeToRecord + (2 * Poll), site.Clock));
    }

    private static OutboxLeases Leases(SmtpSite site) =>
        new(site.Services.GetRequiredService<IServiceScopeFactory>(), site.Clock, LongestSend);

    private static async Task<SmtpSite> SiteWithAnEmailAsync(DatabaseProvider provider)
    {
        var site = new SmtpSite { Provider = provider };
        await site.StopSendingAsync();
        await using var scope = site.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        var text = new EmailText("Subject", ["Text"], [], null, []);
        db.Add(OutboxSteps.Email("LEASED", "patient@patients.example", text, site.Clock.UtcNow));
        await db.SaveChangesAsync();
        return site;
    }
}
