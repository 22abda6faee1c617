using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.Data.Sqlite;

namespace PhysioSite.Tests.Web;

/// <summary>A site that is told to stop while patients send forms and staff have the desk open.</summary>
public sealed class GracefulStopTests : IDisposable
{
    private const int Patients = 50;

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-stop-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Stop_WhileFormsArrive_AnswersEachFormThatItStores()
    {
        var data = Path.Combine(_folder, "data");
        using var site = await RealSite.StartAsync(
            [new("Data:Folder", data), new("RateLimits:FormsPerTenMinutes", "100000")], "Development");
        using var desk = await SignInAsync(site);
        using var events = await desk.Client.GetAsync("/staff/live", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, events.StatusCode);
        var listening = events.Content.ReadAsStringAsync();
        var receipts = 0;
        var asking = Enumerable.Range(0, Patients)
            .Select(_ => AskUntilStoppedAsync(site, () => Interlocked.Increment(ref receipts)))
            .ToList();
        await Eventually.TrueAsync(() => Task.FromResult(Volatile.Read(ref receipts) >= Patients), "forms are stored");

        site.AskToStop();

        Assert.Equal(0, await site.ExitAsync());
        await Task.WhenAll(asking);
        await listening;
        Assert.Equal(receipts, CountRequests(Path.Combine(data, "physiosite.db")));
    }

    /// <summary>Sends forms over one connection until the site does not answer any more.</summary>
    private static async Task AskUntilStoppedAsync(RealSite site, Action acknowledge)
    {
        using var browser = site.Open();
        while (await SendAsync(browser, HttpMethod.Get, null) is { } page)
        {
            Assert.Equal(HttpStatusCode.OK, page.Status);
            using var form = new FormUrlEncodedContent(Browser.Filled(
                page.Page.QuerySelector<IHtmlFormElement>(RequestJourney.Form)!, RequestJourney.Answers()));
            if (await SendAsync(browser, HttpMethod.Post, form) is not { } sent)
            {
                return;
            }

            Assert.Equal(HttpStatusCode.Redirect, sent.Status);
            acknowledge();
        }
    }

    /// <returns>Null when there was no answer. An answer that has begun must arrive whole.</returns>
    private static async Task<Answer?> SendAsync(Browser browser, HttpMethod method, HttpContent? form)
    {
        using var request = new HttpRequestMessage(method, RequestJourney.Path) { Content = form };
        HttpResponseMessage response;
        try
        {
            response = await browser.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }
        catch (HttpRequestException)
        {
            return null;
        }

        return new Answer(response, await response.Content.ReadAsStringAsync());
    }

    private static async Task<Browser> SignInAsync(RealSite site)
    {
        var browser = site.Open();
        var page = await browser.OpenLinkAsync((await site.AdministratorLinkAsync()).PathAndQuery);
        await browser.SubmitAsync(page, "main form", [new("Password", StaffJourney.Password)]);
        return browser;
    }

    private static long CountRequests(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """SELECT COUNT(*) FROM "AppointmentRequests" """;
        return (long)command.ExecuteScalar()!;
    }
}
