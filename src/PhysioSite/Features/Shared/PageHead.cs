using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using static PhysioSite.Localization.Texts;

namespace PhysioSite.Features.Shared;

/// <summary>A step on the way to a page: its name and address.</summary>
public sealed record Crumb(string Name, string Path);

/// <summary>What a page tells its layout.</summary>
public static class PageHead
{
    private const string Key = "head";
    private const string DataKey = "data";
    private const string ScriptKey = "script";
    private const string UnlistedKey = "unlisted";
    private const string ErrorTitleKey = "error-title";

    private sealed record Head(string Title, string? Description, IReadOnlyList<Crumb> Crumbs);

    /// <param name="title">Of the page alone; the layout adds the group's name.</param>
    /// <param name="description">For search engines; null where none should come and nobody sees it before opening the page.</param>
    /// <param name="crumbs">From the home page down to the page above this one, or to this one.</param>
    public static void SetHead(this ViewDataDictionary data, string title, string? description, params Crumb[] crumbs) =>
        data[Key] = new Head(title, description, crumbs);

    /// <summary>Says to machines what the page says to people.</summary>
    public static void Describe(this ViewDataDictionary data, params IEnumerable<JsonObject> nodes) => data[DataKey] = nodes.ToList();

    /// <summary>The page works better with the site's script.</summary>
    public static void UseScript(this ViewDataDictionary data) => data[ScriptKey] = true;

    /// <summary>Search engines are to leave the page out.</summary>
    public static void Unlist(this ViewDataDictionary data) => data[UnlistedKey] = true;

    /// <summary>Heads the error summary in place of "There is a problem".</summary>
    public static void SetErrorTitle(this ViewDataDictionary data, string title) => data[ErrorTitleKey] = title;

    public static string? ErrorTitle(this ViewDataDictionary data) => data[ErrorTitleKey] as string;

    /// <summary>Begins with "Error" when the page shows errors, so that a screen reader says so first.</summary>
    public static string Title(this ViewDataDictionary data) =>
        Of(data)?.Title is not { } title ? "" : data.ModelState.ErrorCount > 0 ? Localize($"Error: {title}") : title;

    public static string? Description(this ViewDataDictionary data) => Of(data)?.Description;

    public static IReadOnlyList<Crumb> Crumbs(this ViewDataDictionary data) => Of(data)?.Crumbs ?? [];

    public static IReadOnlyList<JsonObject> Descriptions(this ViewDataDictionary data) => data[DataKey] as List<JsonObject> ?? [];

    public static bool IsUnlisted(this ViewDataDictionary data) => data[UnlistedKey] is true || data.Description() is null;

    public static bool UsesScript(this ViewDataDictionary data) => data[ScriptKey] is true;

    private static Head? Of(ViewDataDictionary data) => data[Key] as Head;
}
