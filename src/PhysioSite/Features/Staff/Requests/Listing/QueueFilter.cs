using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;
using PhysioSite.Content;

namespace PhysioSite.Features.Staff.Requests.Listing;

/// <summary>What the queue shows. It is in the URL, so that it survives every action.</summary>
/// <param name="Clinic">The slug of one of the user's clinics. Null for all of them.</param>
/// <param name="Language">ISO 639-1 code of the language of the form. Null for all.</param>
/// <param name="Tab">Null for the first tab with something to do.</param>
/// <param name="Page">The page of the tab, from 1.</param>
public sealed record QueueFilter(string? Clinic, string? Language, QueueTab? Tab, int Page)
{
    private const int LastPage = 10_000;

    /// <summary>The value of a tab in the URL.</summary>
    public static string Id(QueueTab tab) => tab.ToString().ToLowerInvariant();

    public static QueueTab? FindTab(string? id) =>
        Enum.GetValues<QueueTab>().Where(tab => Id(tab) == id).Select(tab => (QueueTab?)tab).FirstOrDefault();

    public static QueueFilter Read(string? clinic, string? language, string? state, int? page) =>
        new(clinic, language, FindTab(state), Math.Clamp(page ?? 1, 1, LastPage));

    /// <summary>The filter in the URL of a list, as <see cref="Address()"/> returns it. No filter for another URL.</summary>
    public static QueueFilter Read(string? url)
    {
        var query = QueryHelpers.ParseQuery(url is not null && url.StartsWith(SitePaths.StaffDesk + "?", StringComparison.Ordinal)
            ? url[SitePaths.StaffDesk.Length..]
            : null);
        string? Value(string name) => query.TryGetValue(name, out var value) ? value[0] : null;
        return Read(Value("clinic"), Value("language"), Value("state"), null);
    }

    public string Address() => Address(null);

    /// <summary>The URL of a form that changes requests of this list.</summary>
    public string Address(string? handler)
    {
        var query = new QueryBuilder();
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                query.Add(name, value);
            }
        }

        Add("clinic", Clinic);
        Add("language", Language);
        Add("state", Tab is { } tab ? Id(tab) : null);
        Add("page", Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : null);
        Add("handler", handler);
        return SitePaths.StaffDesk + query;
    }
}
