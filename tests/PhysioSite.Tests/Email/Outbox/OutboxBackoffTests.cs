using PhysioSite.Email.Outbox;

namespace PhysioSite.Tests.Email.Outbox;

public sealed class OutboxBackoffTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 5)]
    [InlineData(3, 15)]
    [InlineData(4, 60)]
    [InlineData(5, 60)]
    [InlineData(75, 60)]
    public void Backoff_AfterAttempts_IsTheMinutesAndUpToATenthMore(int attempts, double minutes)
    {
        Assert.Equal(TimeSpan.FromMinutes(minutes), OutboxEmail.Backoff(attempts, jitter: 0));
        Assert.Equal(TimeSpan.FromMinutes(minutes * 1.05), OutboxEmail.Backoff(attempts, jitter: 0.5));
        Assert.Equal(TimeSpan.FromMinutes(minutes * 1.1), OutboxEmail.Backoff(attempts, jitter: 1));
    }
}
