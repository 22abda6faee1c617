using PhysioSite.Operations;

namespace PhysioSite.Tests.Operations;

public sealed class ProgressLinesTests
{
    [Fact]
    public void Progress_InALog_IsALineAtTheBeginningAndOneEachTenSeconds()
    {
        var clock = new TestClock(TestClock.Tuesday);
        using var output = new StringWriter { NewLine = "\n" };
        var progress = new ProgressLines("Copying", output, clock);

        progress.Report(0.05);
        clock.Advance(TimeSpan.FromSeconds(10));
        progress.Report(0.254);
        progress.Report(0.3);
        clock.Advance(TimeSpan.FromSeconds(9));
        progress.Report(0.5);
        clock.Advance(TimeSpan.FromSeconds(1));
        progress.Report(1.2);

        Assert.Equal("Copying ...\nCopying ... 25 %\nCopying ... 100 %\n", output.ToString());
    }
}
