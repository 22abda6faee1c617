using PhysioSite.Tests.Support;

namespace PhysioSite.Tests;

public sealed class ReceiptTests
{
    [Fact]
    public async Task Ask_NearMadison_ReceiptNamesClinicDistanceAndDueTime()
    {
        using var site = new Site();
        using var browser = site.Open();

        var receipt = await browser.AskAsync();

        Assert.Matches("^[34679ACDEFGHJKMNPQRTWXY]{8}$", receipt.Reference);
        Assert.Contains("Cedar & Stride Madison has it, 0.2 miles from 53703.", receipt.Page.Main, StringComparison.Ordinal);
        Assert.Contains("Tuesday 17 November, 5 pm (Central Time)", receipt.Page.Main, StringComparison.Ordinal);
    }
}
