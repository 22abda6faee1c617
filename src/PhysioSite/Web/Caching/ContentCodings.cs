using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace PhysioSite.Web.Caching;

/// <summary>Chooses content codings from the Accept-Encoding header of a request (RFC 9110, section 12.5.3).</summary>
internal static class ContentCodings
{
    public const string Brotli = "br";
    public const string Gzip = "gzip";
    public const string Identity = "identity";

    /// <summary>Bounds the memory for header values. Browsers send only a few different ones.</summary>
    private const int MostRemembered = 100;

    private const int LongestRemembered = 200;

    /// <summary>The smallest first, for codings that the client prefers equally.</summary>
    private static readonly string[] BySize = [Brotli, Gzip, Identity];

    private static readonly ImmutableArray<string> IdentityOnly = [Identity];

    private static readonly ConcurrentDictionary<string, ImmutableArray<string>> Remembered = new(StringComparer.Ordinal);

    /// <summary>The codings that the client accepts, the best first. Identity when it accepts none of them.</summary>
    public static ImmutableArray<string> Accepted(StringValues header)
    {
        if (header.Count == 0)
        {
            return IdentityOnly;
        }

        var text = header.Count == 1 ? header[0]! : header.ToString();
        if (Remembered.TryGetValue(text, out var codings))
        {
            return codings;
        }

        codings = Parse(header);
        if (text.Length <= LongestRemembered && Remembered.Count < MostRemembered)
        {
            Remembered[text] = codings;
        }

        return codings;
    }

    private static ImmutableArray<string> Parse(StringValues header)
    {
        // A malformed header means that nothing is known about the client.
        if (!StringWithQualityHeaderValue.TryParseList(header, out var accepted))
        {
            return IdentityOnly;
        }

        var codings = BySize
            .Select(coding => (Coding: coding, Quality: Quality(accepted, coding)))
            .Where(item => item.Quality > 0)
            .OrderByDescending(item => item.Quality)
            .Select(item => item.Coding)
            .ToImmutableArray();
        return codings.IsEmpty ? IdentityOnly : codings;
    }

    private static double Quality(IList<StringWithQualityHeaderValue> accepted, string coding) =>
        (Find(accepted, coding) ?? (coding == Gzip ? Find(accepted, "x-gzip") : null) ?? Find(accepted, "*")) is { } listed
            ? listed.Quality ?? 1
            // Identity is acceptable unless it is excluded, and every coding that is listed is preferred to it.
            : coding == Identity ? double.Epsilon : 0;

    private static StringWithQualityHeaderValue? Find(IList<StringWithQualityHeaderValue> accepted, string coding) =>
        accepted.FirstOrDefault(item => item.Value.Equals(coding, StringComparison.OrdinalIgnoreCase));
}
