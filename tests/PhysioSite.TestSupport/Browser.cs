using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace PhysioSite.TestSupport;

/// <summary>A response and its parsed page.</summary>
public sealed record Answer(HttpResponseMessage Response, string Text)
{
    private IHtmlDocument? _page;

    public HttpStatusCode Status => Response.StatusCode;

    public string? Location => Response.Headers.Location is { } location
        ? location.IsAbsoluteUri ? location.PathAndQuery : location.OriginalString
        : null;

    public IHtmlDocument Page => _page ??= new HtmlParser().ParseDocument(Text);

    public string Main => Words(Page.QuerySelector("main")!);

    public static string Words(INode node) =>
        string.Join(' ', node.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>Reads pages, and fills in and submits their forms with the antiforgery tokens that they contain.</summary>
public sealed class Browser(HttpClient client) : IDisposable
{
    public HttpClient Client { get; } = client;

    public async Task<Answer> GetAsync(string path) => await AnswerAsync(await Client.GetAsync(path));

    /// <summary>
    /// Sends the form whose action or button matches, with its rendered values replaced by <paramref name="answers"/>. A null answer
    /// omits the field.
    /// </summary>
    /// <param name="form">A CSS selector for the form.</param>
    /// <param name="button">A CSS selector for the button that supplies the formaction and name.</param>
    public async Task<Answer> SubmitAsync(
        Answer page, string form, IEnumerable<KeyValuePair<string, string?>> answers, string? button = null)
    {
        var element = page.Page.QuerySelector<IHtmlFormElement>(form)
            ?? throw new InvalidOperationException($"The page has no form {form}.");
        var action = (button is null ? null : element.QuerySelector(button)?.GetAttribute("formaction"))
            ?? element.GetAttribute("action")
            ?? "";
        var path = page.Response.RequestMessage!.RequestUri!;
        return await AnswerAsync(await Client.PostAsync(new Uri(path, action), new FormUrlEncodedContent(Filled(element, answers))));
    }

    /// <summary>The name and value pairs that a browser sends for the form.</summary>
    public static List<KeyValuePair<string, string>> Filled(IHtmlFormElement form, IEnumerable<KeyValuePair<string, string?>> answers)
    {
        var over = answers.ToLookup(pair => pair.Key, pair => pair.Value);
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var element in form.QuerySelectorAll("input[name], select[name], textarea[name]"))
        {
            var name = element.GetAttribute("name")!;
            var value = element switch
            {
                _ when over.Contains(name) => null,
                IHtmlInputElement { Type: "checkbox" or "radio" } choice => choice.IsChecked ? choice.Value : null,
                IHtmlInputElement input => input.Value,
                IHtmlSelectElement select => select.Value,
                IHtmlTextAreaElement area => area.Value,
                _ => null,
            };
            if (value is not null && !element.HasAttribute("disabled"))
            {
                fields.Add(new(name, value));
            }
        }

        fields.AddRange(over.SelectMany(
            group => group.OfType<string>(),
            (group, value) => new KeyValuePair<string, string>(group.Key, value)));
        return fields;
    }

    public void Dispose() => Client.Dispose();

    private static async Task<Answer> AnswerAsync(HttpResponseMessage response) =>
        new(response, await response.Content.ReadAsStringAsync());
}
