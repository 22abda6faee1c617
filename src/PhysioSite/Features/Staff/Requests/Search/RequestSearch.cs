using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content.Model;
using PhysioSite.Data.Encryption;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Staff.Requests.Listing;
using PhysioSite.Features.Staff.Shared;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff.Requests.Search;

/// <param name="Rows">Newest first, with one row more than is shown if there are more matches.</param>
/// <param name="Unreadable">Number of examined requests whose name, phone and email cannot be decrypted.</param>
public sealed record FoundRequests(IReadOnlyList<QueueRow> Rows, int Unreadable);

/// <summary>
/// Finds requests by name and contact details of the patient. These are encrypted in the database, so the requests that the user may see
/// are decrypted one by one, newest first, until enough matches are found.
/// </summary>
public sealed class RequestSearch(StaffScope scope, LikelyDuplicates duplicates, ColumnEncryption encryption, TimeProvider time)
{
    public const int Most = 50;
    public const int Shortest = 2;
    public const int Longest = 100;

    /// <summary>Minimum number of digits to search phone numbers for.</summary>
    private const int FewestDigits = 4;

    /// <summary>
    /// Minimum number of digits from which leading zeros are ignored. They may be a trunk prefix of another country or an international
    /// prefix, which are not stored.
    /// </summary>
    private const int FewestDigitsAbroad = 7;

    private const CompareOptions Alike = CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace;

    /// <summary>Returns the newest <see cref="Most"/> matching requests, and one more if there are more.</summary>
    /// <param name="words">A phone number, or words that must each occur in the name, the email address or the reference.</param>
    /// <param name="clinic">Null searches all clinics of the user.</param>
    public async Task<FoundRequests> FindAsync(string words, Clinic? clinic, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var fits = Matcher(words);
        var visible = await scope.RequestsAsync(cancellationToken);
        var requests = clinic is null ? visible : visible.Where(AppointmentRequest.BelongsTo(clinic));
        var found = new List<QueueRow>();
        var unreadable = 0;

        // IDs are generated in chronological order and are indexed.
        await foreach (var request in requests
            .Where(request => request.ErasedUtc == null)
            .OrderByDescending(request => request.Id)
            .Select(QueueRow.Columns(encryption, now))
            .AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            unreadable += request.Details.IsReadable ? 0 : 1;
            if (fits(request))
            {
                found.Add(request);
                if (found.Count > Most)
                {
                    break;
                }
            }
        }

        return new FoundRequests(await duplicates.MarkAsync(found, cancellationToken), unreadable);
    }

    private static Func<QueueRow, bool> Matcher(string words)
    {
        var fits = WordsMatcher(words);
        var reference = Reference.Clean(words);
        return Reference.IsOne(reference) ? request => request.Reference == reference || fits(request) : fits;
    }

    private static Func<QueueRow, bool> WordsMatcher(string words)
    {
        var digits = PhoneNumber.Digits(words);
        var isNumber = PhoneNumber.TryParse(words, out var number);
        if (isNumber || (digits.Length >= FewestDigits && !words.Any(char.IsLetter)))
        {
            var withoutZeros = digits.TrimStart('0');
            string[] wanted =
            [
                digits,
                isNumber ? PhoneNumber.Digits(number!.Stored) : digits,
                withoutZeros.Length >= FewestDigitsAbroad ? withoutZeros : digits,
            ];
            return request => PhoneNumber.Digits(request.Details.Value?.Phone) is var stored
                && wanted.Any(part => stored.Contains(part, StringComparison.Ordinal));
        }

        var parts = words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return request => parts.All(part =>
            new[] { request.Details.Value?.Name, request.Details.Value?.Email, request.Reference }.Any(text => Holds(text, part)));
    }

    private static bool Holds(string? text, string part) =>
        text is not null && CultureInfo.InvariantCulture.CompareInfo.IndexOf(text, part, Alike) >= 0;
}
