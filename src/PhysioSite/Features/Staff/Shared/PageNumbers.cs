namespace PhysioSite.Features.Staff.Shared;

/// <summary>Links to the pages of a long list.</summary>
/// <param name="Current">From 1.</param>
/// <param name="Total">Number of rows on all pages.</param>
/// <param name="Size">Number of rows on a page.</param>
/// <param name="Address">The URL of a page.</param>
public sealed record PageNumbers(int Current, int Total, int Size, Func<int, string> Address)
{
    /// <summary>How many pages before and after the current one have a link.</summary>
    private const int Around = 2;

    public int Last => Math.Max(1, (Total + Size - 1) / Size);

    /// <summary>For example "51–100 of 883".</summary>
    public string Range => Total == 0
        ? "0"
        : $"{((Current - 1) * Size) + 1}–{Math.Min(Current * Size, Total)} of {Total}";

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
}
