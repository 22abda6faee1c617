using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Request;
using PhysioSite.Tests.Features.Appointments;
using PhysioSite.Tests.Features.Appointments.Request;
using PhysioSite.Text;

namespace PhysioSite.Tests.HostileInput;

/// <summary>The same rules accept every real name and phone number.</summary>
public sealed class RealPeopleTests(BusySite site) : IClassFixture<BusySite>
{
    private static readonly string[] Names =
    [
        "O'Brien", "O’Brien", "Sinéad O'Connor", "Nguyễn Thị Hồng", "'Abd al-Rahman",
        "ʿAbd al-Raḥmān", "Ng", "Ó Súilleabháin", "Jean-Luc", "María José Carreño Quiñones",
        "Åsa Öberg", "Ж", "Юлия Щукина", "王小明", "歐陽娜娜", "𠮷野家 太郎", "محمد بن سلمان", "فاطمه نیک\u200Cپور", "שרה־לאה כהן", "अनुष्का शर्मा",
        "ณัฐวุฒิ ใจดี", "김철수", "Kealiʻi Kaʻahumanu", "O", "Ada Lovelace III",
        "Martin King, Jr.", "X Æ A-12", "Sukarno", "D’Arcy Wentworth-Thompson", "van der Berg",
        "Þórður Ægisson", "Łukasz Żółć", "Ελένη Παπαδοπούλου", "ნინო ბერიძე", "Անահիտ Պետրոսյան",
        "அருண் குமார்", "አበበ ቢቂላ", "ᏣᎳᎩ", "Lumḥə́ṅ St̓át̓imc", "Zoë (Zo) Müller",
        "Dr. Ana María de los Ángeles Fernández-Villanueva y Santa Cruz de la Sierra",
        "Rhoshandiatellyneshiaunneveshenk Koyaanisquatsiuth Williams", "Mx. Sam \"Sunny\" Day", "Ada / Bea Example", "Nuñez & Söhne",
    ];

    /// <summary>608 555 0142 in the notations that people use.</summary>
    private static readonly string[] Phones =
    [
        "6085550142", "608 555 0142", "608-555-0142", "608.555.0142", "608/555-0142",
        "(608) 555-0142", "(608)555-0142", "608 5550142", "1 608 555 0142", "1-608-555-0142",
        "16085550142", "+1 608 555 0142", "+16085550142", "+1-608-555-0142", "+1 (608) 555-0142",
        "(+1) 608 555 0142", "tel:+16085550142", "  608 555 0142  ", "608\u00A0555\u00A00142",
        "608\u2011555\u20110142", "608–555–0142", "608—555—0142", "608 − 555 − 0142", "６０８-５５５-０１４２",
        "\u202A608 555 0142\u202C", "608\u200B5550142", "608·555·0142", "011 1 608 555 0142",
    ];

    /// <summary>Invalid numbers, grouped by the error message that the form shows for them.</summary>
    private static readonly Dictionary<string, string[]> WrongPhones = new()
    {
        ["Enter a phone number with its area code, like 608 555 0142"] =
        [
            "911", "988", "555 0142", "608 555 014", "1 608 555 014", "108 555 0142", "my usual number", "n/a",
            "+1 608 555 014", "ada@example.com", "608 555 0142\u0007", "½½½ ½½½ ½½½½",
        ],
        ["Enter the phone number in digits, without letters, like 608 555 0142"] = ["608-555-HURT", "1-800-FLOWERS", "608 555 O142"],
        ["Enter an extension of up to 6 digits after an x, like 608 555 0142 x12"] = ["608 555 0142 x1234567", "608 555 0142 ext"],
        ["Enter one phone number only, like 608 555 0142. Write anything else in the note"] =
        [
            "608 555 0142 or 0143", "608 555 0142, 608 555 0143", "608 555 0142 or 608 555 0143", "608 555 0142 (after 5 pm)",
        ],
        ["Check the country code and the number after it, like +52 55 1234 5678"] = ["+44 123", "+0 20 7946 0958", "008 555 0142"],
        ["Enter a US number of 10 digits, or put + and the country code first, like +52 55 1234 5678"] =
            ["52 55 1234 5678", "1 52 55 1234 5678", "06 12 34 56 78"],
        ["Enter a US number of 10 digits, or put + and the country code first, like +44 20 7946 0958"] = ["44 20 7946 0958"],
    };

    /// <summary>
    /// Numbers that are not known to be in use. The form accepts them, because the patient may be right, and staff are informed.
    /// </summary>
    private static readonly string[] UnknownPhones = ["911 555 0142", "411 555 0142", "608 155 0142", "608 055 0142"];

    [Fact]
    public void Name_OfRealPeople_PassesUnchanged()
    {
        Assert.True(Names.Distinct().Count() >= 40);
        Assert.All(Names, name => Assert.Empty(Errors(new RequestForm { Zip = "53703", Phone = "608 555 0142", Name = name })));
        Assert.All(Names, name => Assert.Equal(name.Normalize(), UserText.OneLine(name)));
    }

    [Fact]
    public void Phone_InEveryNotation_IsTheSameNumber()
    {
        Assert.True(Phones.Distinct().Count() >= 20);
        Assert.All(Phones, typed =>
        {
            Assert.True(PhoneNumber.TryParse(typed, out var phone));
            Assert.Equal("+16085550142", phone.Stored);
            Assert.Empty(Errors(new RequestForm { Zip = "53703", Name = "Ada Example", Phone = typed }));
        });
    }

    [Fact]
    public void Phone_ThatIsNotOneNumber_IsRefusedWithWhatToDo()
    {
        Assert.True(WrongPhones.Values.Sum(phones => phones.Length) >= 25);
        Assert.All(WrongPhones, message => Assert.All(message.Value, phone => Assert.Equal(
            [$"phone: {message.Key}"], Errors(new RequestForm { Zip = "53703", Name = "Ada Example", Phone = phone }))));
    }

    [Fact]
    public void Phone_PossibleButNotKnown_IsAccepted()
    {
        Assert.All(UnknownPhones, phone => Assert.Empty(Errors(new RequestForm { Zip = "53703", Name = "Ada Example", Phone = phone })));
        Assert.All(UnknownPhones, phone => Assert.False(PhoneNumber.TryParse(phone, out var number) && number.IsKnown));
    }

    [Fact]
    public void MailLink_OfAnAddressWithSigns_WritesToItAlone()
    {
        Assert.Equal("mailto:ada@example.com", RequestLabels.MailLink("ada@example.com"));
        Assert.Equal("mailto:ada%3Fbcc%3Dspy@example.com", RequestLabels.MailLink("ada?bcc=spy@example.com"));
        Assert.Equal("mailto:o%27neill%252@example.com", RequestLabels.MailLink("o'neill%2@example.com"));
    }

    private List<string> Errors(RequestForm form) =>
        [.. site.ErrorsOf(form).Select(error => $"{error.PropertyName}: {error.ErrorMessage}")];
}
