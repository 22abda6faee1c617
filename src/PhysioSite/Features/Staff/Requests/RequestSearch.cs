using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data.Encryption;
using PhysioSite.Features.Staff.Shared;
using PhysioSite.Text;

namespace PhysioSite.Features.Staff.Requests;

/// <param name="Rows">The newest first, and one more than are shown if there are more.</param>
/// <param name="Unreadable">Requests among those looked through whose name, phone and email cannot be read.</param>
public sealed record FoundRequests(IReadOnlyList<QueueRow> Rows, int Unreadable);

/// <summary>
/// Finds requests by what the patient is called and how they are reached. All of that is encrypted in the database, so the requests one
/// may see are opened one after the other, newest first, until enough are found.
/// </summary>
public sealed class RequestSearch(StaffScope scope, ColumnEncryption encryption, TimeProvider time)
{
    public const int Most = 50;
    public const int Shortest = 2;
    public const int Longest = 100;

    /// <summary>Digits from which on they are looked for in phone numbers.</summary>
    private const int FewestDigits = 4;

    /// <summary>
    /// Digits from which on zeros before them may be what other countries dial at home before a number, or before a country code, and do
    /// not store.
    /// </summary>
    private const int FewestDigitsAbroad = 7;

    private const CompareOptions Alike = CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace;

    /// <summary>The newest <see cref="Most"/> requests that fit, and one more if there are more.</summary>
    /// <param name="words">A phone number, or words that are all in the name, the email address or the reference.</param>
    /// <param name="clinicSlug">Null: of all one's clinics.</param>
    public async Task<FoundRequests> FindAsync(string words, string? clinicSlug, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var fits = Matcher(words);
        var requests = await scope.RequestsAsync(cancellationToken);
        var found = new List<QueueRow>();
        var unreadable = 0;

        // Ids are made in the order of time, and have an index.
        await foreach (var request in requests
            .Where(request => request.ErasedUtc == null && (clinicSlug == null || request.ClinicSlug == clinicSlug))
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

        return new FoundRequests(found, unreadable);
    }

    private static Func<QueueRow, bool> Matcher(string words)
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
        return request => parts.All(part => new[] { request.Details.Value?.Name, request.Details.Value?.Email, request.Reference }.Any(text => Holds(text, part)));
    }

    private static bool Holds(string? text, string part) =>
        text is not null && CultureInfo.InvariantCulture.CompareInfo.IndexOf(text, part, Alike) >= 0;
}
