using System.Text;
using AngleSharp.Html.Parser;
using PhysioSite.Email;
using PhysioSite.Features.Appointments.Request;
using PhysioSite.Features.Staff.Requests.Export;
using PhysioSite.Localization;
using PhysioSite.Tests.Features.Appointments;
using PhysioSite.Tests.Features.Appointments.Request;
using PhysioSite.Text;

namespace PhysioSite.Tests.HostileInput;

/// <summary>Properties that hold for any text, of the functions that process all text.</summary>
public sealed class TextRulesTests(BusySite site) : IClassFixture<BusySite>
{
    private const int Times = 1000;

    private static readonly string[] Parts = ["body > p:first-of-type", "th", "td", "a", "body > p:last-of-type"];

    [Fact]
    public void OneLine_Twice_IsTheSameAndOnOneLine() => RandomText.Check(Times, text =>
        UserText.OneLine(text) is var line
        && UserText.OneLine(line) == line
        && line?.AsSpan().IndexOfAny("\r\n\u0085\u2028\u2029") is null or -1);

    [Fact]
    public void Lines_Twice_IsTheSame() => RandomText.Check(Times, text =>
        UserText.Lines(text) is var lines && UserText.Lines(lines) == lines);

    [Fact]
    public void Readable_OneLine_HasNoControlsAndIsComposed() => RandomText.Check(Times, text =>
        UserText.OneLine(text) is not { } line
        || !UserText.IsReadable(line)
        || (!line.Any(char.IsControl) && line.IsNormalized(NormalizationForm.FormC)));

    [Fact]
    public void Validator_OfAnyAnswers_DoesNotThrow()
    {
        RandomText.Check(200, text => site.ErrorsOf(Form(text)) is not null);

        static RequestForm Form(string text) => new()
        {
            Zip = text,
            Clinic = text,
            Visit = text,
            Area = text,
            PreferredTimes = [text, null],
            Name = text,
            Contact = text,
            Phone = text,
            Email = text,
            MessageOk = text,
            For = text,
            SeenBefore = text,
            Access = text,
            Note = text,
            Key = text,
            From = text,
        };
    }

    [Fact]
    public void Mail_OfAnyText_EncodesItInHtml() => RandomText.Check(200, text =>
    {
        var line = UserText.OneLine(text);
        if (line is null || !UserText.IsReadable(line))
        {
            return true;
        }

        var email = new EmailText(line, [line], [new(line, line)], new(line, new Uri("https://www.physiosite.example/")), [line]);
        var html = new HtmlParser().ParseDocument(email.ToHtml(Language.English));
        return Parts.All(part => html.QuerySelector(part)!.TextContent == line)
            && html.QuerySelectorAll("body *").Length == 9;
    });

    [Fact]
    public void Cell_OfAnyText_IsNotCalculatedAndCanBeReadBack() => RandomText.Check(Times, text =>
        new[] { text, "=" + text, "'" + text, " @" + text, "\t" + text }.All(typed =>
            CsvFormulaGuard.Unescape(CsvFormulaGuard.Escape(typed)) == typed
            && (CsvFormulaGuard.Escape(typed) is "" or [not ('=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '|'), ..])));

    [Theory]
    [InlineData("=1+1", true)]
    [InlineData("+1 608 555 0142", true)]
    [InlineData("-1", true)]
    [InlineData("@SUM(1)", true)]
    [InlineData("|calc", true)]
    [InlineData("\u00A0 =1", true)]
    [InlineData("\"=1", true)]
    [InlineData("'=1", true)]
    [InlineData("\u200E=1", true)]
    [InlineData("＝1", true)]
    [InlineData("＋1", true)]
    [InlineData("－1", true)]
    [InlineData("＠A", true)]
    [InlineData("Ada =1", false)]
    [InlineData("'Abd al-Rahman", false)]
    [InlineData("ʻOkina", false)]
    [InlineData("608-555-0142", false)]
    [InlineData("ada@example.com", false)]
    [InlineData("", false)]
    public void Inert_OfACell_PutsAnApostropheBeforeWhatWouldBeCalculated(string text, bool calculated)
    {
        Assert.Equal(calculated ? "'" + text : text, CsvFormulaGuard.Escape(text));
    }

    [Theory]
    [InlineData("\u200BAda\uFEFF \u00ADExample\u2060", "Ada Example")]
    [InlineData("\u2068Ada\u2069 \u202AExample\u202C", "Ada Example")]
    [InlineData("\u202Eelpmaxe adA", "elpmaxe adA")]
    [InlineData(" Ada\u00A0\u3000\t Example\r\n", "Ada Example")]
    [InlineData("Jose\u0301 Nun\u0303ez", "José Nuñez")]
    [InlineData("فاطمه نیک\u200Cپور", "فاطمه نیک\u200Cپور")]
    [InlineData("👩\u200D👧", "👩\u200D👧")]
    [InlineData("שרה\u200F!", "שרה\u200F!")]
    [InlineData("\u200B\u200D\u200E\u2060\uFEFF", null)]
    [InlineData("\u3164\u115F\u2800", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void OneLine_KeepsWhatCanBeSeen(string? typed, string? kept)
    {
        Assert.Equal(kept, UserText.OneLine(typed));
        Assert.True(UserText.IsReadable(kept));
    }

    [Theory]
    [InlineData(" first\r\nsecond\rthird\u2028fourth\vfifth\f", "first\nsecond\nthird\nfourth\nfifth")]
    [InlineData("two\tspaces  and\n\na line", "two\tspaces  and\n\na line")]
    public void Lines_EndInLineFeedsAlone(string typed, string kept)
    {
        Assert.Equal(kept, UserText.Lines(typed));
    }

    [Theory]
    [InlineData("\u0007")]
    [InlineData("\0")]
    [InlineData("\u0080")]
    [InlineData("\u001B[31m")]
    [InlineData("\uD83E")]
    [InlineData("\uDDB5\uD83E")]
    [InlineData("\uFFFD")]
    [InlineData("\uFFFE")]
    [InlineData("\uFDD0")]
    [InlineData("\U0001FFFF")]
    [InlineData("A\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301")]
    public void IsReadable_OfWhatCannotBeReadBack_IsFalse(string text)
    {
        Assert.False(UserText.IsReadable(UserText.Lines("Ada " + text)));
        Assert.False(UserText.IsReadable(UserText.OneLine("Ada " + text)));
    }
}
