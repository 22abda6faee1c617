using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using PhysioSite.Data.Providers;

namespace PhysioSite.Features.Appointments.Spam;

/// <summary>
/// Checks a form for signs of spam. A strong sign, which real users almost never trigger, is enough to hold the form. A weak sign, such
/// as fast input or a web address, also occurs in genuine requests, so two are required. No form is rejected: staff review held requests.
/// </summary>
public sealed partial class SpamDetection(RepeatedNotes notes, ISharedCounts shared, IOptions<SpamOptions> options)
{
    private readonly KeyedCounts _confirmed = new(shared, "confirmation");

    /// <returns>The reason to hold the form, as text for staff without user input. Null to accept the form.</returns>
    public async Task<string?> CheckAsync(NewRequest answers, SubmissionKey key, DateTime now)
    {
        var details = answers.Details;
        var fastest = options.Value.FastestSeconds;
        string?[] strong =
        [
            answers.IsHoneypotFilled ? "A field that people do not see was filled in." : null,
            await notes.IsRepeatedAsync(details.Note, key, now) ? "The same note came several times within a day." : null,
        ];
        string?[] weak =
        [
            now - key.IssuedUtc < TimeSpan.FromSeconds(fastest)
                ? string.Create(CultureInfo.InvariantCulture, $"It was sent within {fastest} seconds of opening the page.")
                : null,
            new[] { details.Name, details.Access, details.Note }.Any(HasLink) ? "There is a web address in it." : null,
        ];
        return strong.Any(sign => sign is not null) || weak.All(sign => sign is not null)
            ? string.Join(' ', strong.Concat(weak).OfType<string>())
            : null;
    }

    /// <summary>Whether the patient gets a confirmation by email. The request is stored in any case.</summary>
    public async Task<bool> AllowsConfirmationAsync(PatientDetails details, SubmissionKey key, DateTime now) =>
        details.Email is not null
        && (options.Value.ConfirmationsPerAddress == 0
            || await _confirmed.CountAsync(details.Email.ToUpperInvariant(), key, now) <= options.Value.ConfirmationsPerAddress);

    private static bool HasLink(string? text) => text is not null && Link().IsMatch(text);

    [GeneratedRegex(@"https?://|\bwww\.|\[(?:url|link)\b|<a\s", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
