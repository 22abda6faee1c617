using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Features.Appointments;

namespace PhysioSite.Features.Staff;

/// <summary>
/// Finds requests by what the patient is called and how they are reached. All of that is encrypted in the database, so the requests one
/// may see are opened one after the other, newest first, until enough are found.
/// </summary>
public sealed class RequestSearch(StaffScope scope, TimeProvider time)
{
    public const int Most = 50;
    public const int Shortest = 2;
    public const int Longest = 100;

    /// <summary>Digits from which on they are looked for in phone numbers.</summary>
    private const int FewestDigits = 4;

    private const CompareOptions Alike = CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace;

    /// <summary>The newest <see cref="Most"/> requests that fit, and one more if there are more.</summary>
    /// <param name="words">A phone number, or words that are all in the name, the email address or the reference.</param>
    /// <param name="clinicSlug">Null: of all one's clinics.</param>
    public async Task<IReadOnlyList<QueueRow>> FindAsync(string words, string? clinicSlug, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var fits = Matcher(words);
        var requests = await scope.RequestsAsync(cancellationToken);
        var found = new List<QueueRow>();

        // Ids are made in the order of time, and have an index.
        await foreach (var request in requests.AsNoTracking()
            .Where(request => request.ErasedUtc == null && (clinicSlug == null || request.ClinicSlug == clinicSlug))
            .OrderByDescending(request => request.Id)
            .AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            if (fits(request))
            {
                found.Add(QueueRow.Of(request, now));
                if (found.Count > Most)
                {
                    break;
                }
            }
        }

        return found;
    }

    private static Func<AppointmentRequest, bool> Matcher(string words)
    {
        var digits = Digits(words);
        if (digits.Length >= FewestDigits && !words.Any(char.IsLetter))
        {
            return request => Digits(request.Details.Phone).Contains(digits, StringComparison.Ordinal);
        }

        var parts = words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return request => parts.All(part => new[] { request.Details.Name, request.Details.Email, request.Reference }.Any(text => Holds(text, part)));
    }

    private static bool Holds(string? text, string part) =>
        text is not null && CultureInfo.InvariantCulture.CompareInfo.IndexOf(text, part, Alike) >= 0;

    /// <summary>Without the country code of the United States, which some write and most do not.</summary>
    private static string Digits(string? text)
    {
        var digits = string.Concat((text ?? "").Where(char.IsAsciiDigit));
        return digits.Length == 11 && digits[0] == '1' ? digits[1..] : digits;
    }
}
