namespace PhysioSite.Tests.Features.Info;

public sealed class ReferralsTests
{
    [Fact]
    public async Task Page_InBothLanguages_HasTheRuleOfEachStateAndItsClinics()
    {
        using var site = new Site();
        using var browser = site.Open();

        foreach (var content in new[] { PublicPages.Content, PublicPages.Spanish })
        {
            var page = (await browser.GetAsync(content.Language.Prefix + "/referrals")).Page;

            foreach (var clinic in content.Clinics.Where(clinic => !clinic.IsVirtual))
            {
                var rule = page.GetElementById(clinic.Place!.Address.State)!.ParentElement!;
                Assert.Contains(clinic.ReferralRule!, Answer.Words(rule), StringComparison.Ordinal);
                Assert.NotNull(rule.QuerySelector($"a[href='{content.Language.Prefix}/clinics/{clinic.Slug}']"));
            }
        }
    }

    /// <summary>A rule names its law. A date says when it was read; a law that could not be read has none.</summary>
    [Fact]
    public void Rules_OfAllStates_NameTheirLaw()
    {
        var english = PublicPages.Content.Site.ClinicDefaults.ReferralRules;
        var spanish = PublicPages.Spanish.Site.ClinicDefaults.ReferralRules;

        Assert.Equal(english.Keys, spanish.Keys);
        Assert.All(english.Values, rule => Assert.Contains(" Law: ", rule, StringComparison.Ordinal));
        Assert.All(spanish.Values, rule => Assert.Contains(" Ley: ", rule, StringComparison.Ordinal));
        Assert.Contains("30 days in a row", english["TX"], StringComparison.Ordinal);
    }
}
