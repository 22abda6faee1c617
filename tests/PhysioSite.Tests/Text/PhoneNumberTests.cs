using FsCheck;
using FsCheck.Fluent;
using PhoneNumbers;
using PhysioSite.Tests.Features;
using PhysioSite.Tests.HostileInput;
using PhoneNumber = PhysioSite.Text.PhoneNumber;
using Problem = PhysioSite.Text.PhoneNumberProblem;

namespace PhysioSite.Tests.Text;

public sealed class PhoneNumberTests
{
    private static readonly PhoneNumberUtil Library = PhoneNumberUtil.GetInstance();

    [Theory]
    [InlineData("6085550142", "+16085550142")]
    [InlineData("608 555 0142", "+16085550142")]
    [InlineData("608-555-0142", "+16085550142")]
    [InlineData("608.555.0142", "+16085550142")]
    [InlineData("608/555-0142", "+16085550142")]
    [InlineData("(608) 555-0142", "+16085550142")]
    [InlineData("(608)555-0142", "+16085550142")]
    [InlineData("1 608 555 0142", "+16085550142")]
    [InlineData("1-608-555-0142", "+16085550142")]
    [InlineData("+1 608 555 0142", "+16085550142")]
    [InlineData("+1 (608) 555-0142", "+16085550142")]
    [InlineData("(+1) 608 555 0142", "+16085550142")]
    [InlineData("tel:+1-608-555-0142", "+16085550142")]
    [InlineData("  608\u00A0555\u20110142\t", "+16085550142")]
    [InlineData("608 – 555 – 0142", "+16085550142")]
    [InlineData("６０８ ５５５ ０１４２", "+16085550142")]
    [InlineData("＋1 608 555 0142", "+16085550142")]
    [InlineData("٦٠٨ ٥٥٥ ٠١٤٢", "+16085550142")]
    [InlineData("\u202A608 555 0142\u202C", "+16085550142")]
    [InlineData("\u200E608\u200F 555\u200E 0142", "+16085550142")]
    [InlineData("00 1 608 555 0142", "+16085550142")]
    [InlineData("011 1 608 555 0142", "+16085550142")]
    [InlineData("+011 1 608 555 0142", "+16085550142")]
    [InlineData("+1 416 555 0142", "+14165550142")]
    [InlineData("+44 20 7946 0958", "+442079460958")]
    [InlineData("011 44 20 7946 0958", "+442079460958")]
    [InlineData("00 44 20 7946 0958", "+442079460958")]
    [InlineData("+44 (0)20 7946 0958", "+442079460958")]
    [InlineData("+49 30 901820", "+4930901820")]
    [InlineData("+39 06 698 1234", "+39066981234")]
    [InlineData("+52 55 5550 0142", "+525555500142")]
    [InlineData("+52 1 55 5550 0142", "+525555500142")]
    [InlineData("+86 10 5550 0142", "+861055500142")]
    public void TryParse_NumberAsPeopleWriteIt_IsRead(string text, string stored)
    {
        Assert.Equal(stored, Parse(text).Stored);
    }

    [Theory]
    [InlineData("608-555-0142 (cell)")]
    [InlineData("(608) 555-0142 mobile")]
    [InlineData("cell 608 555 0142")]
    [InlineData("Cell: (608) 555-0142")]
    [InlineData("(home) 608 555 0142")]
    [InlineData("(home: 608 555 0142)")]
    [InlineData("608 555 0142 - work")]
    [InlineData("608 555 0142, my mom’s phone")]
    [InlineData("608 555 0142 (celular)")]
    [InlineData("mi teléfono es 608 555 0142")]
    [InlineData("608 555 0142 (trabajo)")]
    [InlineData("608 555 0142 ask for Bob")]
    [InlineData("手机 608 555 0142")]
    public void TryParse_WordsBesideTheNumber_AreLeftOut(string text)
    {
        Assert.Equal("+16085550142", Parse(text).Stored);
    }

    [Theory]
    [InlineData("608 555 0142 x12")]
    [InlineData("608 555 0142x12")]
    [InlineData("608 555 0142 X 12")]
    [InlineData("608 555 0142 ext 12")]
    [InlineData("608 555 0142 Ext. 12")]
    [InlineData("608 555 0142 ext: 12")]
    [InlineData("608 555 0142 extn 12")]
    [InlineData("608 555 0142, extension 12")]
    [InlineData("608 555 0142 extensión 12")]
    [InlineData("608 555 0142 extensio\u0301n 12")]
    [InlineData("608 555 0142 int. 12")]
    [InlineData("608 555 0142 interno 12")]
    [InlineData("608 555 0142 anexo 12")]
    [InlineData("(608) 555-0142 #12")]
    [InlineData("608 555 0142 # 12")]
    [InlineData("608 555 0142 (x12)")]
    [InlineData("608 555 0142 (work) x12")]
    [InlineData("608 555 0142 x12 (work)")]
    [InlineData("608 555 0142,12")]
    [InlineData("608 555 0142,,12#")]
    [InlineData("608 555 0142;12")]
    [InlineData("608 555 0142;ext=12")]
    [InlineData("tel:+1-608-555-0142;ext=12")]
    public void TryParse_Extension_IsKeptApart(string text)
    {
        var phone = Parse(text);

        Assert.Equal(("+16085550142", "12"), (phone.E164, phone.Extension));
        Assert.Equal("+16085550142;ext=12", phone.Stored);
        Assert.Equal("tel:+16085550142;ext=12", phone.Link);
        Assert.Equal("(608) 555-0142 ext. 12", phone.Text);
    }

    [Theory]
    [InlineData(null, Problem.NoNumber)]
    [InlineData("", Problem.NoNumber)]
    [InlineData("   ", Problem.NoNumber)]
    [InlineData("none", Problem.NoNumber)]
    [InlineData("911", Problem.NoNumber)]
    [InlineData("555 0142", Problem.NoNumber)]
    [InlineData("555 0142 x12", Problem.NoNumber)]
    [InlineData("608 555 014", Problem.NoNumber)]
    [InlineData("1 608 555 014", Problem.NoNumber)]
    [InlineData("108 555 0142", Problem.NoNumber)]
    [InlineData("+1 608 555 014", Problem.NoNumber)]
    [InlineData("ada@example.com", Problem.NoNumber)]
    [InlineData("608 555 0142\u0007", Problem.NoNumber)]
    [InlineData("608 555 0142\uD83D", Problem.NoNumber)]
    [InlineData("++1 608 555 0142", Problem.NoNumber)]
    [InlineData("608 555 01422", Problem.OtherCountry)]
    [InlineData("2 608 555 0142", Problem.OtherCountry)]
    [InlineData("52 55 1234 5678", Problem.OtherCountry)]
    [InlineData("1 52 55 1234 5678", Problem.OtherCountry)]
    [InlineData("44 20 7946 0958", Problem.OtherCountry)]
    [InlineData("020 7946 0958", Problem.OtherCountry)]
    [InlineData("06 12 34 56 78", Problem.OtherCountry)]
    [InlineData("+1 608 555 01422", Problem.CountryCode)]
    [InlineData("+0 20 7946 0958", Problem.CountryCode)]
    [InlineData("+44 123", Problem.CountryCode)]
    [InlineData("+44 1234", Problem.CountryCode)]
    [InlineData("+44 2079 4609 5812 3456", Problem.CountryCode)]
    [InlineData("+999 999 999 999", Problem.CountryCode)]
    [InlineData("+46 00887338", Problem.CountryCode)]
    [InlineData("008 555 0142", Problem.CountryCode)]
    [InlineData("608 555 O142", Problem.Letters)]
    [InlineData("608-555-HURT", Problem.Letters)]
    [InlineData("1-800-FLOWERS", Problem.Letters)]
    [InlineData("608e5550142", Problem.Letters)]
    [InlineData("608 555 0142 x1234567", Problem.Extension)]
    [InlineData("608 555 0142 ext", Problem.Extension)]
    [InlineData("608 555 0142 x", Problem.Extension)]
    [InlineData("608 555 0142 or 608 555 0143", Problem.MoreThanOne)]
    [InlineData("608 555 0142, 608 555 0143", Problem.MoreThanOne)]
    [InlineData("608 555 0142; 608 555 0143", Problem.MoreThanOne)]
    [InlineData("608 555 0142 608 555 0143", Problem.MoreThanOne)]
    [InlineData("608-555-0142/0143", Problem.MoreThanOne)]
    [InlineData("608 555 0142, 0143", Problem.MoreThanOne)]
    [InlineData("608 555 0142 or 0143", Problem.MoreThanOne)]
    [InlineData("608 555 0142 (after 5 pm)", Problem.MoreThanOne)]
    [InlineData("+1 608 555 0142 +1 608 555 0143", Problem.MoreThanOne)]
    [InlineData("6085550142 x12 x13", Problem.MoreThanOne)]
    [InlineData("6085550142cell", Problem.MoreThanOne)]
    [InlineData("<script>6085550142</script>", Problem.MoreThanOne)]
    [InlineData("6.085550142E9", Problem.MoreThanOne)]
    public void TryParse_NotOnePossibleNumber_SaysWhy(string? text, Problem expected)
    {
        Assert.False(PhoneNumber.TryParse(text, out var phone, out var problem));
        Assert.Null(phone);
        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData("52 55 1234 5678", "+52 55 1234 5678")]
    [InlineData("442079460958", "+44 20 7946 0958")]
    [InlineData("1 52 55 1234 5678", null)]
    [InlineData("06 12 34 56 78", null)]
    [InlineData("608 555 0142", null)]
    [InlineData("555 0142", null)]
    public void TryParseWithPlus_NumberOfAnotherCountryWithoutIt_IsFound(string text, string? shown)
    {
        Assert.Equal(shown, PhoneNumber.TryParseWithPlus(text, out var phone) ? phone.Text : null);
    }

    [Theory]
    [InlineData("+16085550142", "(608) 555-0142")]
    [InlineData("+16085550142;ext=4711", "(608) 555-0142 ext. 4711")]
    [InlineData("+18765550142", "(876) 555-0142")]
    [InlineData("+525512345678", "+52 55 1234 5678")]
    [InlineData("+442079460958;ext=7", "+44 20 7946 0958 ext. 7")]
    [InlineData("608.555.0142 x12", "(608) 555-0142 ext. 12")]
    [InlineData("the number you have", "the number you have")]
    [InlineData("+44 1234", "+44 1234")]
    [InlineData(null, null)]
    public void Show_WhatIsStored_IsAsPeopleWriteItOrAsItIs(string? stored, string? shown)
    {
        Assert.Equal(shown, PhoneNumber.Show(stored));
    }

    [Theory]
    [InlineData("(608) 555-0142 x12", "+16085550142;ext=12")]
    [InlineData("+16085550142;ext=12", "+16085550142;ext=12")]
    [InlineData(" \u202A+44 1234\u202C ", "+44 1234")]
    [InlineData(" \u200F ", null)]
    [InlineData(null, null)]
    public void ToStored_Typed_IsOneNotationOrWhatWasTyped(string? typed, string? stored)
    {
        Assert.Equal(stored, PhoneNumber.ToStored(typed));
        Assert.Equal(stored, PhoneNumber.ToStored(stored));
    }

    [Theory]
    [InlineData("608 155 0142")]
    [InlineData("608 055 0142")]
    [InlineData("911 555 0142")]
    [InlineData("999 555 0142")]
    [InlineData("+44 20 794 6095")]
    public void IsKnown_PossibleNumberThatIsNotInUse_IsFalse(string text)
    {
        Assert.False(Parse(text).IsKnown);
    }

    /// <summary>555-0100 to 555-0199 are reserved for fiction and have the format of numbers in use.</summary>
    [Fact]
    public void IsKnown_NumbersOfTheSample_IsTrue()
    {
        Assert.True(PublicPages.Content.Site.Contact.Phone.IsKnown);
        Assert.All(PublicPages.Content.Clinics, clinic => Assert.True(clinic.Phone.IsKnown, clinic.Phone.Text));
        Assert.All(Enumerable.Range(100, 100), last => Assert.True(Parse($"608 555 0{last}").IsKnown));
    }

    /// <summary>Parses numbers concurrently, as HTTP requests do.</summary>
    [Fact]
    public void Parse_OfWhatIsShown_IsTheSame_ForAnExampleOfEveryRegionAndType()
    {
        var examples = Library.GetSupportedRegions()
            .SelectMany(region => Enum.GetValues<PhoneNumberType>().Select(type => Library.GetExampleNumberForType(region, type)))
            .Concat(Library.GetSupportedGlobalNetworkCallingCodes().Select(Library.GetExampleNumberForNonGeoEntity))
            .OfType<PhoneNumbers.PhoneNumber>()
            .Where(example => Library.IsPossibleNumberWithReason(example) == PhoneNumberUtil.ValidationResult.IS_POSSIBLE)
            .ToList();

        Assert.True(examples.Count > 1000, $"{examples.Count} examples");
        Parallel.ForEach(examples, example =>
        {
            foreach (var format in new[] { PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.RFC3966 })
            {
                var phone = Parse(Library.Format(example, format));
                Assert.Equal(Library.Format(example, PhoneNumberFormat.E164), phone.E164);
                Assert.True(phone.IsKnown, phone.E164);
                AssertReadsBack(phone);
            }
        });
    }

    [Fact]
    public void Parse_OfANationalNumber_IsTheSameInEveryNotation()
    {
        var numbers = Gen.Choose(200, 999).SelectMany(area => Gen.Choose(0, 9_999_999), (area, line) => $"{area}{line:0000000}");
        var notations = new Func<string, string, string, string>[]
        {
            (area, exchange, line) => area + exchange + line,
            (area, exchange, line) => $"({area}) {exchange}-{line}",
            (area, exchange, line) => $"{area}-{exchange}-{line}",
            (area, exchange, line) => $"{area}.{exchange}.{line}",
            (area, exchange, line) => $"1 {area} {exchange} {line}",
            (area, exchange, line) => $"+1 {area} {exchange}-{line}",
            (area, exchange, line) => $"011 1 {area} {exchange}-{line}",
            (area, exchange, line) => $"00 1 {area} {exchange}-{line}",
        };

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(numbers.ToArbitrary(), number => notations.All(notation =>
            Parse(notation(number[..3], number[3..6], number[6..])) is var phone
            && phone.E164 == "+1" + number
            && phone.Text == Library.Format(Library.Parse(phone.E164, null), PhoneNumberFormat.NATIONAL))));
    }

    [Fact]
    public void Parse_OfAnyDigits_IsRefusedOrReadsBack()
    {
        var digits = Gen.Choose(0, 9).Select(digit => (char)('0' + digit)).ArrayOf(14)
            .SelectMany(all => Gen.Choose(5, 14), (all, length) => new string(all[..length]));

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(digits.ToArbitrary(), number =>
        {
            foreach (var text in new[] { number, "+" + number, "00" + number, "011" + number, "+" + number + " x" + number[..3] })
            {
                if (PhoneNumber.TryParse(text, out var phone))
                {
                    AssertReadsBack(phone);
                }
            }
        }));
    }

    [Fact]
    public void Parse_OfAnyText_IsRefusedOrReadsBack() => RandomText.Check(1000, text =>
    {
        string[] all =
        [
            text,
            "608 555 0142" + text,
            text + "(608) 555-0142",
            $"+44 20 7946 0958{text}x{text.Length}",
            "60" + text + "85550142",
        ];
        foreach (var typed in all)
        {
            Assert.Equal(PhoneNumber.TryParse(typed, out var phone, out var problem), problem == Problem.None);
            if (phone is not null)
            {
                AssertReadsBack(phone);
            }

            Assert.Matches("^[0-9]*$", PhoneNumber.Digits(typed));
            Assert.False(PhoneNumber.TryParseWithPlus(typed, out _) && phone is not null);
        }

        return true;
    });

    [Theory]
    [InlineData("(")]
    [InlineData("-")]
    [InlineData("a ")]
    [InlineData("6")]
    [InlineData(" x")]
    [InlineData(",")]
    [InlineData("\u200B")]
    [InlineData("\uFDFA")]
    public void TryParse_OfAVeryLongText_IsRefused(string piece)
    {
        var padding = string.Concat(Enumerable.Repeat(piece, 200_000));

        Assert.False(PhoneNumber.TryParse(padding + "6085550142", out _));
        Assert.False(PhoneNumber.TryParse("6085550142" + padding, out _));
    }

    private static void AssertReadsBack(PhoneNumber phone)
    {
        Assert.Equal(phone, Parse(phone.Text));
        Assert.Equal(phone, Parse(phone.Stored));
        Assert.Equal(phone, Parse(phone.Link));
    }

    private static PhoneNumber Parse(string text)
    {
        Assert.True(PhoneNumber.TryParse(text, out var phone, out var problem), $"{text}: {problem}");
        Assert.Equal(Problem.None, problem);
        return phone;
    }
}
