using System.Globalization;
using System.Text.RegularExpressions;

namespace PhysioSite.Faults.Forms;

/// <summary>A patient with unique data who requests an appointment, and what the site must make of the answers.</summary>
/// <param name="Mark">A word that occurs in no other patient's answers.</param>
/// <param name="Path">The path of the form, in the patient's language.</param>
/// <param name="Answers">What the patient types and chooses. A field with several values occurs several times.</param>
/// <param name="Clinic">The slug of the clinic that must get the request.</param>
/// <param name="Visit">The kind of visit as the site stores it.</param>
/// <param name="Details">What the site must store.</param>
internal sealed partial record Patient(
    string Mark,
    string Path,
    IReadOnlyList<KeyValuePair<string, string?>> Answers,
    string Clinic,
    string Visit,
    TypedDetails Details)
{
    /// <summary>The number as emails show it, for example "(608) 555-0142".</summary>
    public string PhoneText => $"({Details.Phone[2..5]}) {Details.Phone[5..8]}-{Details.Phone[8..]}";

    public bool IsEnglish => Details.Language == "en";

    /// <summary>The marks and addresses of patients in a text.</summary>
    public static IEnumerable<string> Traces(string text) => Trace().Matches(text).Select(match => match.Value);

    [GeneratedRegex(@"Ex(?:[bcdfghjklm]a){5}|\bpatient\d+\.\d+@[\w.-]+", RegexOptions.CultureInvariant)]
    private static partial Regex Trace();
}

/// <summary>What a patient typed, in the form in which the site stores it (JSON property names).</summary>
/// <param name="Contact">0 for a call, 1 for a text message, 2 for an email.</param>
/// <param name="Phone">In E.164.</param>
internal sealed record TypedDetails(
    string Name,
    int Contact,
    string Phone,
    string? Email,
    bool MayLeaveMessage,
    bool ForSomeoneElse,
    bool? SeenBefore,
    string? Access,
    string? Note,
    string? Area,
    IReadOnlyList<string> Wishes,
    string Language);

/// <summary>Generates an endless sequence of patients. The same seed yields the same sequence.</summary>
internal sealed class Patients(int seed)
{
    /// <summary>ZIP codes, each with the clinic nearest to it.</summary>
    private static readonly (string Zip, string Clinic)[] Zips =
    [
        ("53703", "madison"), ("60601", "chicago"), ("98101", "seattle"), ("97201", "portland"), ("02108", "boston"),
        ("80202", "denver"), ("78701", "austin"), ("30303", "atlanta"), ("85004", "phoenix"), ("94501", "alameda"),
    ];

    private static readonly string[] Firsts = ["Ada", "Bela", "Chidi", "Dolores", "Ewa", "Zoë", "Grace", "D’Arcy", "O'Neil", "Jonas"];
    private static readonly string[] AreaCodes = ["608", "312", "206", "503", "617", "303", "512", "404", "602", "510"];
    private static readonly string[] Contacts = ["call", "text", "email"];

    private int _last;

    public Patient Next()
    {
        var number = Interlocked.Increment(ref _last);
        var random = new Random(unchecked((seed * 7919) + number));
        T Pick<T>(T[] from) => from[random.Next(from.Length)];
        var mark = Mark(number);
        var (zip, nearest) = Pick(Zips);
        var phone = $"{Pick(AreaCodes)} {200 + (number / 10_000):000} {number % 10_000:0000}";
        var details = new TypedDetails(
            $"{Pick(Firsts)} {mark}",
            number % 6 == 0 ? 2 : number % 4 == 1 ? 1 : 0,
            "+1" + phone.Replace(" ", "", StringComparison.Ordinal),
            number % 3 == 0 ? $"patient{number}.{seed}@patients.example" : null,
            number % 2 == 0,
            number % 7 == 0,
            (number % 3) switch { 0 => true, 1 => false, _ => null },
            number % 5 == 1 ? $"Interpreter for {mark}" : null,
            number % 5 == 0 ? $"{mark} comes by bus, number {number} of run {seed}" : null,
            Pick([null, "ankle", "shin", "knee", "hip"]),
            number % 4 == 2 ? ["monday-morning", "thursday-evening"] : [],
            number % 4 == 3 ? "es" : "en");
        var byVideo = number % 9 == 4;
        var byName = byVideo && number % 2 == 0 ? "virtual-care" : number % 10 == 7 ? "san-francisco" : null;
        List<KeyValuePair<string, string?>> answers =
        [
            new("zip", byName is null ? zip : ""),
            new("clinic", byName ?? ""),
            new("visit", byVideo ? "video" : "clinic"),
            new("area", details.Area ?? "by-phone"),
            .. details.Wishes.Append("any").Take(2).Select(wish => new KeyValuePair<string, string?>("wishes", wish)),
            new("name", details.Name),
            new("contact", Contacts[details.Contact]),
            new("phone", phone),
            new("email", details.Email ?? ""),
            .. details.MayLeaveMessage ? [new("message-ok", "yes")] : Array.Empty<KeyValuePair<string, string?>>(),
            new("for", details.ForSomeoneElse ? "someone" : "me"),
            .. details.SeenBefore is { } seen
                ? [new("seen-before", seen ? "yes" : "no")]
                : Array.Empty<KeyValuePair<string, string?>>(),
            new("access", details.Access ?? ""),
            new("note", details.Note ?? ""),
        ];
        return new Patient(
            mark,
            (details.Language == "es" ? "/es" : "") + RequestJourney.Path,
            answers,
            byName ?? nearest,
            byVideo ? "Video" : "Clinic",
            details);
    }

    private static string Mark(int number) =>
        "Ex" + string.Concat(number.ToString("00000", CultureInfo.InvariantCulture).Select(digit => "bcdfghjklm"[digit - '0'] + "a"));
}
