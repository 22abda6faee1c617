using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Content.Reading;
using PhysioSite.Tests.Features;

namespace PhysioSite.Tests.Content;

public sealed class ContentTests
{
    private static readonly SiteContent Sample = new ContentLibrary(Repository.ContentPath, NullLogger<ContentLibrary>.Instance).Current;

    [Fact]
    public void Content_OfTheSample_HasNoProblem()
    {
        var (content, problems) = ContentReader.Read(ContentTexts.Load(Repository.ContentPath));

        Assert.Empty(problems);
        Assert.NotNull(content);
    }

    [Fact]
    public void Content_OfTheSample_HoldsWhatWasPromised()
    {
        Assert.True(Sample.Articles.Count >= 21, $"{Sample.Articles.Count} articles");
        Assert.True(Sample.Clinics.Count(clinic => !clinic.IsVirtual) >= 13, $"{Sample.Clinics.Count} clinics");
        Assert.Single(Sample.Clinics, clinic => clinic.IsVirtual);
        Assert.Empty(InfoPage.Required.Except(Sample.Pages.Select(page => page.Slug)));
    }

    [Fact]
    public void Articles_OfTheSample_HaveFilledCareCardsQuestionsAndSources()
    {
        Assert.All(Sample.Articles, article =>
        {
            Assert.All(
                [article.CareCards.Emergency, article.CareCards.DoctorToday, article.CareCards.PhysicalTherapist],
                card => Assert.True(card.Count >= 2, $"{article.Slug}: a care card with {card.Count} items"));
            Assert.NotEmpty(article.Questions);
            Assert.NotEmpty(article.Sources);
            Assert.InRange(article.Body.CallsToAction, 2, 3);
            Assert.NotEqual(article.Author, article.ReviewedBy);
            Assert.NotEmpty(article.Body.Headings);
        });
    }

    [Fact]
    public void CareCards_OfTheSample_FinishTheirSentence()
    {
        var cards = Sample.Articles.Select(article => article.CareCards).Append(Sample.FindPage(InfoPage.SymptomsSlug)!.CareCards!);
        var items = cards.SelectMany(card => card.Signs);

        Assert.All(items, item => Assert.True(char.IsLower(item[0]) && item[^1] is not '.', $"\"{item}\" does not finish \"... if:\""));
    }

    [Fact]
    public void Positions_OnTheTestDay_CoverEveryRoleAndTypeAndOneIsClosed()
    {
        var now = TestClock.Tuesday.UtcDateTime;
        var open = Sample.OpenPositions(now);

        Assert.True(open.Count >= 8, $"{open.Count} open positions");
        Assert.Equal(Enum.GetValues<PositionRole>(), open.Select(position => position.Role).Distinct().Order());
        Assert.Equal(Enum.GetValues<PositionType>(), open.Select(position => position.Type).Distinct().Order());
        Assert.Single(Sample.Positions, position => !position.IsOpen(now));
        Assert.Contains(open, position => position.SignOnBonus is null);
        Assert.Contains(open, position => position.SignOnBonus is not null);
    }

    [Fact]
    public void Clinics_OfTheSample_HaveReservedNumbersAndAddresses()
    {
        // 555-0100 to 555-0199 are reserved for fiction (NANPA), .example for documentation (RFC 2606): no real person is called or
        // receives an email.
        Assert.All(Sample.Clinics, clinic =>
        {
            Assert.Matches(@"^\(\d{3}\) 555-01\d\d$", clinic.Phone.Text);
            Assert.EndsWith(".example", clinic.Inbox, StringComparison.Ordinal);
            Assert.NotEmpty(clinic.Visits);
            Assert.NotEmpty(clinic.Services);
        });
        Assert.Distinct(Sample.Clinics.Select(clinic => clinic.Phone.Text));
        Assert.Distinct(Sample.Clinics.Select(clinic => clinic.Inbox));
    }

    [Fact]
    public void Holidays_OfTheGroup_HoldAtEveryClinicThatDoesNotListTheDay()
    {
        var christmas = new DateOnly(2026, 12, 25);
        var eve = new DateOnly(2026, 12, 24);

        Assert.All(Sample.Clinics, clinic => Assert.Equal(("Christmas Day", 0), Day(clinic.Hours.SpecialOn(christmas))));
        Assert.Equal("08:00-12:00", Hours("madison", eve));
        Assert.Equal("07:00-11:00", Hours("phoenix", eve));
        Assert.Equal("12:00-16:00", Hours("denver", new DateOnly(2027, 2, 12)));
        Assert.All(Sample.Clinics, clinic => Assert.Distinct(clinic.Hours.Exceptions.Select(day => day.Date)));
        Assert.Equal("Navidad", PublicPages.Spanish.FindClinic("madison")!.Hours.SpecialOn(christmas)!.Reason);

        static (string?, int?) Day(SpecialDay? day) => (day?.Reason, day?.Spans.Count);

        string Hours(string clinic, DateOnly date) =>
            string.Join(", ", Sample.FindClinic(clinic)!.Hours.On(date).Select(span => $"{span.From:HH:mm}-{span.To:HH:mm}"));
    }

    [Fact]
    public void VirtualCare_OfTheSample_TreatsEveryStateWithAClinicAndNoOther()
    {
        var virtualCare = Sample.Clinics.Single(clinic => clinic.IsVirtual);

        Assert.Equal(
            Sample.Clinics.Where(clinic => !clinic.IsVirtual).Select(clinic => clinic.Place!.Address.State).Distinct().Order(),
            virtualCare.LicensedStates.Order());
    }
}
