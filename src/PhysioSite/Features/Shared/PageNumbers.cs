using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Shared;

/// <summary>Links to the pages of a long list.</summary>
/// <param name="Current">From 1.</param>
/// <param name="Total">Number of rows on all pages.</param>
/// <param name="Size">Number of rows on a page.</param>
/// <param name="Address">The URL of a page.</param>
public sealed record PageNumbers(int Current, int Total, int Size, Func<int, string> Address)
{
    /// <summary>The name of the value in the URL.</summary>
    public const string Name = "page";

    /// <summary>How many pages before and after the current one have a link.</summary>
    private const int Around = 2;

    public int Last => LastOf(Total, Size);

    /// <summary>For example "51–100 of 1,883".</summary>
    public string Range => Total == 0
        ? "0"
        : Localize($"{((Current - 1) * Size) + 1:N0}–{Math.Min(Current * Size, Total):N0} of {Total:N0}");

    /// <summary>The number of the page in a URL. A number after the last page is the last page, and anything else the first.</summary>
    public static int Read(string? typed, int total, int size) =>
        int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Clamp(number, 1, LastOf(total, size))
            : 1;

    /// <summary>Whether the value in the URL is the number as the links write it, of which there are not more than pages.</summary>
    public static bool IsWritten(string? typed, int number) => typed is null || typed == number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The URL of a page of a list, or its query string when the path is empty.</summary>
    /// <param name="query">The other values of the URL. Null is left out.</param>
    public static string AddressOf(string? path, int number, params IEnumerable<(string Name, string? Value)> query)
    {
        var values = new QueryBuilder();
        foreach (var (name, value) in query.Append((Name, number > 1 ? number.ToString(CultureInfo.InvariantCulture) : null)))
        {
            if (!string.IsNullOrEmpty(value))
            {
                values.Add(name, value);
            }
        }

        return path + values;
    }

    /// <summary>The pages with a link, in order. Zero stands for pages that are left out.</summary>
    public IEnumerable<int> Links()
    {
        var previous = 0;
        foreach (var number in Enumerable.Range(1, Last).Where(number =>
            number == 1 || number == Last || Math.Abs(number - Current) <= Around))
        {
            if (number > previous + 1)
            {
                yield return 0;
            }

            yield return previous = number;
        }
    }

    private static int LastOf(int total, int size) => Math.Max(1, (total + size - 1) / size);
}
