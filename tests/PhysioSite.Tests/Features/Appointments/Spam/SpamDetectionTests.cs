using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using PhysioSite.Content.Model;
using PhysioSite.Data.Sqlite;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Assignment;
using PhysioSite.Features.Appointments.Spam;
using PhysioSite.Tests.Features.Clinics;
using PhysioSite.Text;

namespace PhysioSite.Tests.Features.Appointments.Spam;

/// <summary>The table of spam signs, and which of them hold a form.</summary>
public sealed class SpamDetectionTests
{
    private const string LongNote = "Cheap pills for your runners, ask for our list";

    private readonly TestClock _clock = new(TestClock.Tuesday);
    private readonly SpamOptions _options = new();
    private readonly SubmissionKeys _keys;
    private readonly RepeatedNotes _notes;
    private readonly SpamDetection _signs;

    public SpamDetectionTests()
    {
        _keys = new SubmissionKeys(new EphemeralDataProtectionProvider(), _clock);
        _notes = new RepeatedNotes(new OnlyInstance(), Options.Create(_options));
        _signs = new SpamDetection(_notes, new OnlyInstance(), Options.Create(_options));
    }

    [Theory]
    [InlineData(0, null, null, false)]
    [InlineData(60, null, "My knee, since Sunday", false)]
    [InlineData(60, "x", null, true)]
    [InlineData(0, "x", "http://pills.example", true)]
    [InlineData(60, null, "http://pills.example", false)]
    [InlineData(0, null, "My knee, since Sunday", false)]
    [InlineData(0, null, "See HTTPS://pills.example", true)]
    [InlineData(1.9, null, "see www.pills.example", true)]
    [InlineData(2, null, "see www.pills.example", false)]
    [InlineData(0, null, "[url=pills.example]pills[/url]", true)]
    [InlineData(0, null, "<a href=pills.example>pills</a>", true)]
    [InlineData(0, null, "I wrote to ada@example.com, and my doctor’s name is Wwww", false)]
    public async Task Form_WithTheseSigns_IsHeldOrNot(double seconds, string? trap, string? note, bool held)
    {
        Assert.Equal(held, await ReadAsync(Form(note, trap), seconds) is not null);
    }

    [Theory]
    [InlineData("name")]
    [InlineData("access")]
    [InlineData("note")]
    public async Task Link_InAnyFieldOfText_IsSeen(string field)
    {
        const string Link = "https://pills.example";
        var form = Form(null);
        var details = form.Details;
        var withLink = field switch
        {
            "name" => details with { Name = Link },
            "access" => details with { Access = Link },
            _ => details with { Note = Link },
        };

        Assert.Equal(
            "It was sent within 2 seconds of opening the page. There is a web address in it.",
            await ReadAsync(form with { Details = withLink }, 0));
    }

    [Fact]
    public async Task Reasons_OfEverySign_FitTheColumnAndSayNothingThatWasTyped()
    {
        for (var i = 0; i < _options.SameNotes; i++)
        {
            await ReadAsync(Form($"{LongNote} www.pills.example"), 0);
        }

        var reasons = (await ReadAsync(Form($"{LongNote} www.pills.example", "Canarytrap"), 0))!;

        Assert.Equal(4, reasons.Count(c => c == '.'));
        Assert.InRange(reasons.Length, 1, 200);
        Assert.DoesNotContain("pills", reasons, StringComparison.Ordinal);
        Assert.DoesNotContain("Canarytrap", reasons, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_FromBeforeKeysSaidWhen_IsNeverTooFast()
    {
        Assert.Null(await _signs.CheckAsync(Form("www.pills.example"), new SubmissionKey(new byte[32], null), _clock.UtcNow));
    }

    [Fact]
    public async Task Signs_TurnedOff_HoldNothingButTheTrap()
    {
        (_options.FastestSeconds, _options.SameNotes) = (0, 0);

        await Assert.AllAsync(Enumerable.Range(0, 10), async _ => Assert.Null(await ReadAsync(Form($"{LongNote} www.pills.example"), 0)));
        Assert.NotNull(await ReadAsync(Form(null, "x"), 60));
    }

    [Fact]
    public async Task Note_SentAFourthTimeWithinADay_IsRepeated()
    {
        await Assert.AllAsync(Enumerable.Range(0, 3), async _ => Assert.Null(await ReadAsync(Form(LongNote), 60)));
        Assert.NotNull(await ReadAsync(Form($"  {LongNote.ToUpperInvariant().Replace(" ", "\n!", StringComparison.Ordinal)}"), 60));
        Assert.Null(await ReadAsync(Form(LongNote + " too"), 60));

        _clock.Advance(TimeSpan.FromHours(25));
        Assert.Null(await ReadAsync(Form(LongNote), 60));
    }

    [Fact]
    public async Task Note_OfAFewWords_IsNeverRepeated()
    {
        await Assert.AllAsync(
            Enumerable.Range(0, 10), async _ => Assert.Null(await ReadAsync(Form("Please call after 5 pm, not before!"[..24]), 60)));
    }

    [Fact]
    public async Task Note_OfOneFormThatArrivesOften_IsOneNote()
    {
        Assert.True(_keys.TryRead(_keys.Issue(), out var key));

        await Assert.AllAsync(Enumerable.Range(0, 10), async _ => Assert.False(await _notes.IsRepeatedAsync(LongNote, key, _clock.UtcNow)));
        Assert.Equal(1, _notes.Remembered);
    }

    [Fact]
    public async Task Notes_OfAFlood_TakeNoMoreMemoryThanTheBound()
    {
        for (var i = 0; i < KeyedCounts.Most + 100; i++)
        {
            await _notes.IsRepeatedAsync($"{LongNote} {i}", new SubmissionKey(BitConverter.GetBytes(i), null), _clock.UtcNow);
        }

        Assert.Equal(KeyedCounts.Most, _notes.Remembered);
        _clock.Advance(TimeSpan.FromHours(25));
        await _notes.IsRepeatedAsync(LongNote, new SubmissionKey([1], null), _clock.UtcNow);
        Assert.Equal(1, _notes.Remembered);
    }

    private static NewRequest Form(string? note, string? honeypot = null)
    {
        var details = new PatientDetails(
            "Ada Example", ContactWay.Call, null, null, false, false, null, null, UserText.Lines(note), null, []);
        var assignment = new ClinicAssignment(SampleClinic.In("America/Chicago"), null, null);
        return new NewRequest(assignment, VisitKind.Clinic, details, honeypot is not null);
    }

    /// <summary>Evaluates a new form as if it were sent this many seconds after it was opened.</summary>
    private async Task<string?> ReadAsync(NewRequest answers, double seconds)
    {
        Assert.True(_keys.TryRead(_keys.Issue(), out var key));
        return await _signs.CheckAsync(answers, key, _clock.UtcNow.AddSeconds(seconds));
    }
}
