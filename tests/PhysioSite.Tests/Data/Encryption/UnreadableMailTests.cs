using PhysioSite.Email.Outbox;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Data.Encryption;

/// <summary>An email that cannot be read needs manual action. The emails leased with it are sent.</summary>
public sealed class UnreadableMailTests(StaffSite site) : IClassFixture<StaffSite>
{
    public static TheoryData<string> Ways => [.. Spoiling.Ways];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Email_Spoiled_NeedsAPersonAndTheOthersLeasedWithItAreSent(string way)
    {
        var worker = await site.StopSendingAsync();
        var references = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            references.Add((await site.AskAsync()).Reference);
        }

        await site.SpoilAsync("Outbox.Content", $"About = '{references[1]}'", way);

        await worker.StartAsync(CancellationToken.None);
        await site.SentMailsAsync(references[0]);
        await site.SentMailsAsync(references[2]);
        var failed = Assert.Single(await site.MailsWhenAsync(references[1], mail => mail.State != OutboxState.Waiting, "settled"));

        Assert.Equal((OutboxState.Failed, 1), (failed.State, failed.Attempts));
        Assert.Equal(
            "The stored email cannot be read: it is damaged, or its key is missing. Its request is on the staff desk.",
            failed.LastError);
        Assert.Equal(("Degraded", "Degraded"), (await site.ReadinessAsync("encryption"), await site.ReadinessAsync("email")));
    }

    [Fact]
    public async Task Email_Spoiled_IsShownAsSuchAndFailsAgainWhenItIsSentAgain()
    {
        var receipt = await site.AskAsync();
        var mail = Assert.Single(await site.SentMailsAsync(receipt.Reference));
        await site.SpoilAsync("Outbox.Content", $"About = '{receipt.Reference}'");
        var staff = await site.Madison;

        var delivery = await staff.GetAsync("/staff/delivery");
        var page = await staff.GetAsync($"/staff/delivery/{mail.Id}");
        Assert.Contains("This email cannot be read.", page.Main, StringComparison.Ordinal);

        var question = await staff.SubmitAsync(delivery, $"form:has(input[value='{mail.Id.ToString().ToLowerInvariant()}'])", []);
        await staff.SubmitAsync(await staff.GetAsync(question.Location!), "form.panel", []);
        var failed = Assert.Single(await site.MailsWhenAsync(receipt.Reference, mail => mail.State == OutboxState.Failed, "failed"));
        Assert.Contains("cannot be read", failed.LastError, StringComparison.Ordinal);
    }
}
