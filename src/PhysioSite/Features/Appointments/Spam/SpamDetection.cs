using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using PhysioSite.Features.Appointments.Request;

namespace PhysioSite.Features.Appointments.Spam;

/// <summary>
/// Checks a form for signs of spam. A strong sign, which real users almost never trigger, is enough to hold the form. A weak sign, such
/// as fast input or a web address, also occurs in genuine requests, so two are required. No form is rejected: staff review held requests.
/// </summary>
public sealed partial class SpamDetection(RepeatedNotes notes, IOptions<SpamOptions> options)
{
    /// <returns>The reason to hold the form, as text for staff without user input. Null to accept the form.</returns>
    public string? Read(RequestForm form, SubmissionKey key, DateTime now)
    {
        string?[] enough =
        [
            string.IsNullOrEmpty(form.Subject) ? null : "A field that people do not see was filled in.",
            notes.IsRepeated(form.Note, key, now) ? "The same note came several times within a day." : null,
        ];
        string?[] withAnother =
        [
            now - key.IssuedUtc < TimeSpan.FromSeconds(options.Value.FastestSeconds)
                ? string.Create(CultureInfo.InvariantCulture, $"It was sent within {options.Value.FastestSeconds} seconds of opening the page.") : null,
            new[] { form.Name, form.Access, form.Note }.Any(HasLink) ? "There is a web address in it." : null,
        ];
        return enough.Any(sign => sign is not null) || withAnother.All(sign => sign is not null)
            ? string.Join(' ', enough.Concat(withAnother).OfType<string>())
            : null;
    }

    private static bool HasLink(string? text) => text is not null && Link().IsMatch(text);

    [GeneratedRegex(@"https?://|\bwww\.|\[(?:url|link)\b|<a\s", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
