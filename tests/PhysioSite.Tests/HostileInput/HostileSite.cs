using System.Net;
using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Features.Appointments;
using PhysioSite.Tests.Features.Appointments;

namespace PhysioSite.Tests.HostileInput;

/// <summary>A site for thousands of form posts, with one patient browser and one staff browser.</summary>
public sealed class HostileSite : StaffedSite
{
    public static readonly IReadOnlyDictionary<string, string> Valid = new Dictionary<string, string>
    {
        ["zip"] = "53703",
        ["name"] = "Ada Example",
        ["phone"] = "608 555 0142",
        ["email"] = "ada@patients.example",
        ["access"] = "",
        ["note"] = "",
    };

    private string _token = "";

    public HostileSite()
    {
        // This many requests produce a large log, and other tests check the log.
        Settings["Logging:LogLevel:Default"] = "Warning";
        Settings["Logging:LogLevel:Microsoft"] = "Warning";
    }

    public Browser Patient { get; private set; } = null!;

    /// <summary>Every field of the form on the page, except the antiforgery token.</summary>
    public IReadOnlyList<string> Fields { get; private set; } = [];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Patient = Open();
        var page = await Patient.GetAsync(RequestJourney.Path);
        var form = page.Page.QuerySelector(RequestJourney.Form)!;
        _token = form.QuerySelector<IHtmlInputElement>("[name=__RequestVerificationToken]")!.Value;
        Fields = [.. form.QuerySelectorAll("[name]").Select(field => field.GetAttribute("name")!).Where(name => name[0] != '_').Distinct()];
    }

    /// <summary>A submission key like the one in a new page.</summary>
    public string NewKey() => Services.GetRequiredService<SubmissionKeys>().Issue();

    /// <summary>Sends the form with names and values that are already encoded.</summary>
    public Task<Answer> PostAsync(string key, params IEnumerable<(string Name, string Encoded)> fields) =>
        Patient.PostRawAsync(
            RequestJourney.Path,
            fields.Append(("form-key", key)).Append(("__RequestVerificationToken", Uri.EscapeDataString(_token))));

    /// <summary>The request that belongs to the receipt at <paramref name="location"/>.</summary>
    public Task<AppointmentRequest> ReceivedAsync(string location)
    {
        var hash = SubmissionKey.HashToken(location.Split('/')[^1]);
        return WithDatabaseAsync(db => db.Set<AppointmentRequest>().AsNoTracking().SingleAsync(request => request.StatusTokenHash == hash));
    }
}

internal static class HostileSteps
{
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    public static async Task<Answer> PostRawAsync(this Browser browser, string path, IEnumerable<(string Name, string Encoded)> fields)
    {
        var body = string.Join('&', fields.Select(field => $"{field.Name}={field.Encoded}"));
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.ContentType = new("application/x-www-form-urlencoded");
        var response = await browser.Client.PostAsync(new Uri(path, UriKind.Relative), content);
        return new Answer(response, await response.Content.ReadAsStringAsync());
    }

    /// <summary>
    /// The text as an HTML page can represent it: HTML has no NUL and no lone surrogates, and parses a numeric reference to a C1 control
    /// as a Windows-1252 character.
    /// </summary>
    public static string InHtml(string text) => string.Concat(
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Select(c => c switch
        {
            '\0' => '\uFFFD',
            >= '\u0080' and <= '\u009F' => Windows1252.GetString([(byte)c])[0],
            _ => c,
        }));

    /// <summary>The value of a field as it is in the page source.</summary>
    public static string Typed(this Answer answer, string field) => answer.Page.QuerySelector($"form [name='{field}']") switch
    {
        IHtmlTextAreaElement area => area.TextContent,
        { } input => input.GetAttribute("value") ?? "",
        null => throw new InvalidOperationException($"The page has no field {field}."),
    };

    /// <summary>The fields in the error summary. Each has a message that is also shown at the field.</summary>
    public static IReadOnlyList<string> Refused(this Answer answer)
    {
        var links = answer.Page.QuerySelectorAll("#error-summary li a");
        Assert.All(links, link =>
        {
            Assert.Matches(@"^\p{Lu}.{10,}", link.TextContent);
            var error = answer.Page.QuerySelector(link.GetAttribute("href") + "-error");
            Assert.EndsWith(link.TextContent, error?.TextContent.Trim(), StringComparison.Ordinal);
        });
        return [.. links.Select(link => link.GetAttribute("href")![1..])];
    }

    /// <summary>Asserts that the page executes nothing, and fetches from and sends to the site's own origin only.</summary>
    public static void AssertInert(this Answer answer)
    {
        Assert.True((int)answer.Status < 500, $"The answer is {(int)answer.Status}.");
        if (answer.Response.Content.Headers.ContentType?.MediaType != "text/html")
        {
            return;
        }

        foreach (var element in answer.Page.All)
        {
            Assert.False(
                element.LocalName is "iframe" or "object" or "embed" or "base" or "style" or "math" or "template" or "noscript",
                $"<{element.LocalName}>");
            Assert.False(element.LocalName is "meta" && element.HasAttribute("http-equiv"), "<meta http-equiv>");
            foreach (var attribute in element.Attributes)
            {
                Assert.False(attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase), attribute.Name);
                if (attribute.Name is "href" or "src" or "action" or "formaction" && element.LocalName != "use")
                {
                    Assert.Matches(@"^(/(?![/\\])|#|\?|tel:\+?\d|mailto:|https://(?!.*(evil|good))|$)", attribute.Value);
                }
            }
        }

        Assert.DoesNotContain(answer.Page.Scripts, script => !script.HasAttribute("src") && script.Type != "application/ld+json");
        Assert.False(answer.Text.Contains('\0', StringComparison.Ordinal), "There is a NUL in the page.");
    }

    public static void AssertIs(this Answer answer, params HttpStatusCode[] expected) => Assert.Contains(answer.Status, expected);
}
