using FluentValidation;
using PhysioSite.Features.Appointments;
using PhysioSite.Tests.Appointments;

namespace PhysioSite.Tests.HostileInput;

/// <summary>The same rules let everyone through who has a name and a phone.</summary>
public sealed class RealPeopleTests(BusySite site) : IClassFixture<BusySite>
{
    private static readonly string[] Names =
    [
        "O'Brien", "O’Brien", "Sinéad O'Connor", "Nguyễn Thị Hồng", "'Abd al-Rahman", "ʿAbd al-Raḥmān", "Ng", "Ó Súilleabháin", "Jean-Luc", "María José Carreño Quiñones",
        "Åsa Öberg", "Ж", "Юлия Щукина", "王小明", "歐陽娜娜", "𠮷野家 太郎", "محمد بن سلمان", "فاطمه نیک\u200Cپور", "שרה־לאה כהן", "अनुष्का शर्मा",
        "ณัฐวุฒิ ใจดี", "김철수", "Kealiʻi Kaʻahumanu", "O", "Ada Lovelace III", "Martin King, Jr.", "X Æ A-12", "Sukarno", "D’Arcy Wentworth-Thompson", "van der Berg",
        "Þórður Ægisson", "Łukasz Żółć", "Ελένη Παπαδοπούλου", "ნინო ბერიძე", "Անահիտ Պետրոսյան", "அருண் குமார்", "አበበ ቢቂላ", "ᏣᎳᎩ", "Lumḥə́ṅ St̓át̓imc", "Zoë (Zo) Müller",
        "Dr. Ana María de los Ángeles Fernández-Villanueva y Santa Cruz de la Sierra", "Rhoshandiatellyneshiaunneveshenk Koyaanisquatsiuth Williams", "Mx. Sam \"Sunny\" Day", "Ada / Bea Example", "Nuñez & Söhne",
    ];

    /// <summary>608 555 0142, as people write it.</summary>
    private static readonly string[] Phones =
    [
        "6085550142", "608 555 0142", "608-555-0142", "608.555.0142", "608/555-0142", "(608) 555-0142", "(608)555-0142", "608 5550142", "1 608 555 0142", "1-608-555-0142",
        "16085550142", "+1 608 555 0142", "+16085550142", "+1-608-555-0142", "+1 (608) 555-0142", "(+1) 608 555 0142", "tel:+16085550142", "  608 555 0142  ", "608\u00A0555\u00A00142",
        "608\u2011555\u20110142", "608–555–0142", "608—555—0142", "608 − 555 − 0142", "６０８-５５５-０１４２", "\u202A608 555 0142\u202C", "608\u200B5550142", "608·555·0142", "011 1 608 555 0142",
    ];

    private static readonly string[] WrongPhones =
    [
        "911", "988", "555 0142", "608 555 014", "608 555 01422", "108 555 0142", "008 555 0142", "911 555 0142", "411 555 0142", "608 911 0142",
        "608 155 0142", "608 055 0142", "608-555-HURT", "608 555 O142", "608 555 0142 or 0143", "608 555 0142, 608 555 0143", "my usual number", "n/a", "+44 123", "+0 20 7946 0958",
        "44 20 7946 0958", "+1 608 555 014", "ada@example.com", "608 555 0142 (after 5 pm)", "608 555 0142\u0007", "½½½ ½½½ ½½½½",
    ];

    [Fact]
    public void Name_OfRealPeople_PassesUnchanged()
    {
        Assert.True(Names.Distinct().Count() >= 40);
        Assert.All(Names, name => Assert.Empty(Errors(new RequestForm { Zip = "53703", Phone = "608 555 0142", Name = name })));
        Assert.All(Names, name => Assert.Equal(name.Normalize(), TypedText.OneLine(name)));
    }

    [Fact]
    public void Phone_InEveryNotation_IsTheSameNumber()
    {
        Assert.True(Phones.Distinct().Count() >= 20);
        Assert.All(Phones, typed =>
        {
            Assert.True(PatientPhone.TryParse(typed, out var phone));
            Assert.Equal(new PatientPhone("16085550142", null), phone);
        });
    }

    [Theory]
    [InlineData("608 555 0142 x12")]
    [InlineData("608-555-0142 ext. 12")]
    [InlineData("608 555 0142 extn 12")]
    [InlineData("(608) 555-0142, extension 12")]
    [InlineData("608.555.0142#12")]
    [InlineData("tel:+1-608-555-0142;ext=12")]
    public void Phone_WithAnExtension_KeepsIt(string typed)
    {
        Assert.True(PatientPhone.TryParse(typed, out var phone));
        Assert.Equal(new PatientPhone("16085550142", "12"), phone);
    }

    [Fact]
    public void Phone_ThatCannotBeCalled_IsRefusedWithAnExample()
    {
        Assert.True(WrongPhones.Distinct().Count() >= 20);
        Assert.All(WrongPhones, phone => Assert.Equal(
            ["phone: Enter a phone number with its area code, like 608 555 0142"], Errors(new RequestForm { Zip = "53703", Name = "Ada Example", Phone = phone })));
    }

    [Fact]
    public void Phone_KeptForTheDesk_IsWithoutMarksThatReorderIt()
    {
        Assert.Equal("608 555 0142", PatientPhone.Plain("\u202A608\u200F 555\u200E 0142\u202C"));
        Assert.Null(PatientPhone.Plain(" \u200F "));
        Assert.False(PatientPhone.TryParse("608" + new string('-', 100) + "5550142", out _));
    }

    [Fact]
    public void MailLink_OfAnAddressWithSigns_WritesToItAlone()
    {
        Assert.Equal("mailto:ada@example.com", RequestWords.MailLink("ada@example.com"));
        Assert.Equal("mailto:ada%3Fbcc%3Dspy@example.com", RequestWords.MailLink("ada?bcc=spy@example.com"));
        Assert.Equal("mailto:o%27neill%252@example.com", RequestWords.MailLink("o'neill%2@example.com"));
    }

    private List<string> Errors(RequestForm form)
    {
        using var scope = site.Services.CreateScope();
        return [.. scope.ServiceProvider.GetRequiredService<IValidator<RequestForm>>().Validate(form).Errors.Select(error => $"{error.PropertyName}: {error.ErrorMessage}")];
    }
}
