namespace PhysioSite.TestSupport;

/// <summary>The steps of a patient who sends an appointment request.</summary>
public static class RequestJourney
{
    public const string Form = "form[method=post]";
    public const string Path = "/request-appointment";

    /// <summary>The form on the private page that cancels the request.</summary>
    public const string Withdrawal = "main form[action$='handler=withdraw']";

    /// <summary>The minimum answers that the form requires.</summary>
    public static Dictionary<string, string?> Answers(params (string Field, string? Value)[] over)
    {
        var answers = new Dictionary<string, string?> { ["zip"] = "53703", ["name"] = "Ada Example", ["phone"] = "608 555 0142" };
        foreach (var (field, value) in over)
        {
            answers[field] = value;
        }

        return answers;
    }

    /// <summary>Opens the form, fills it in and sends it.</summary>
    public static async Task<Answer> SendAsync(this Browser browser, params (string Field, string? Value)[] over) =>
        await browser.SubmitAsync(await browser.GetAsync(Path), Form, Answers(over));

    /// <summary>Sends a valid form and follows the redirect to its receipt.</summary>
    public static async Task<Receipt> AskAsync(this Browser browser, params (string Field, string? Value)[] over)
    {
        var sent = await browser.SendAsync(over);
        Assert.Equal(System.Net.HttpStatusCode.Redirect, sent.Status);
        var page = await browser.GetAsync(sent.Location!);
        Assert.Equal(System.Net.HttpStatusCode.OK, page.Status);
        return new Receipt(
            page,
            page.Page.QuerySelector("#reference")!.TextContent.Trim(),
            page.Page.QuerySelector("main a[href^='/requests/']")!.GetAttribute("href")!);
    }
}

/// <param name="StatusPath">The path of the patient's private page.</param>
public sealed record Receipt(Answer Page, string Reference, string StatusPath);
