using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Shared.Layout;

/// <summary>A breadcrumb: the name and address of a parent page.</summary>
public sealed record Crumb(string Name, string Path);

/// <summary>Data that a page passes to its layout.</summary>
public static class PageHead
{
    private const string Key = "head";
    private const string DataKey = "data";
    private const string ScriptKey = "script";
    private const string StyleKey = "style";
    private const string OmitKey = "omit";
    private const string UnlistedKey = "unlisted";
    private const string QueryKey = "query";
    private const string RequestKey = "request";
    private const string ErrorTitleKey = "error-title";

    private sealed record Head(string Title, string? Description, IReadOnlyList<Crumb> Crumbs);

    /// <param name="title">Title of the page. The layout adds the name of the group.</param>
    /// <param name="description">Description for search engines. Null for pages that are not indexed or shared.</param>
    /// <param name="crumbs">From the home page to the parent of this page, or to this page.</param>
    public static void SetHead(this ViewDataDictionary data, string title, string? description, params Crumb[] crumbs) =>
        data[Key] = new Head(title, description, crumbs);

    /// <summary>Adds structured data with the content of the page.</summary>
    public static void Describe(this ViewDataDictionary data, params IEnumerable<JsonObject> nodes) => data[DataKey] = nodes.ToList();

    /// <summary>Includes the site's script. It is an enhancement and not required.</summary>
    public static void UseScript(this ViewDataDictionary data) => data[ScriptKey] = true;

    /// <summary>Adds a style sheet of <c>wwwroot</c> that only a few pages need.</summary>
    public static void UseStyle(this ViewDataDictionary data, string file) => data[StyleKey] = file;

    /// <summary>Null when the page has only the style sheet of the site.</summary>
    public static string? Style(this ViewDataDictionary data) => data[StyleKey] as string;

    /// <summary>Leaves out <c>pages.css</c>, of which the page needs nothing.</summary>
    public static void OmitPagesStyle(this ViewDataDictionary data) => data[OmitKey] = true;

    public static bool OmitsPagesStyle(this ViewDataDictionary data) => data[OmitKey] is true;

    /// <summary>The query string of the canonical address, for a page of a list that is no variant of the whole list.</summary>
    public static void SetCanonicalQuery(this ViewDataDictionary data, string query) => data[QueryKey] = query;

    public static string CanonicalQuery(this ViewDataDictionary data) => data[QueryKey] as string ?? "";

    /// <summary>Excludes the page from search engines.</summary>
    public static void Unlist(this ViewDataDictionary data) => data[UnlistedKey] = true;

    /// <summary>
    /// What the link to the request form in the layout remembers of this page: a value of its query string, for example the clinic.
    /// </summary>
    public static void RememberForRequest(this ViewDataDictionary data, string name, string? value)
    {
        if (value is not null)
        {
            data[RequestKey] = new Dictionary<string, string> { [name] = value };
        }
    }

    public static IDictionary<string, string> RequestValues(this ViewDataDictionary data) =>
        data[RequestKey] as Dictionary<string, string> ?? [];

    /// <summary>Replaces the title "There is a problem" of the error summary.</summary>
    public static void SetErrorTitle(this ViewDataDictionary data, string title) => data[ErrorTitleKey] = title;

    public static string? ErrorTitle(this ViewDataDictionary data) => data[ErrorTitleKey] as string;

    /// <summary>Starts with "Error" when the page has errors, so that a screen reader announces it first.</summary>
    public static string Title(this ViewDataDictionary data) =>
        Of(data)?.Title is not { } title ? "" : data.ModelState.ErrorCount > 0 ? Localize($"Error: {title}") : title;

    /// <summary>The title as the page set it, without "Error".</summary>
    public static string Name(this ViewDataDictionary data) => Of(data)?.Title ?? "";

    public static string? Description(this ViewDataDictionary data) => Of(data)?.Description;

    public static IReadOnlyList<Crumb> Crumbs(this ViewDataDictionary data) => Of(data)?.Crumbs ?? [];

    public static IReadOnlyList<JsonObject> Descriptions(this ViewDataDictionary data) => data[DataKey] as List<JsonObject> ?? [];

    public static bool IsUnlisted(this ViewDataDictionary data) => data[UnlistedKey] is true || data.Description() is null;

    public static bool UsesScript(this ViewDataDictionary data) => data[ScriptKey] is true;

    private static Head? Of(ViewDataDictionary data) => data[Key] as Head;
}
