using System.Net;
using System.Net.Sockets;
using System.Text;
using PhysioSite.Features.Appointments.Request;

namespace PhysioSite.Tests.Web;

/// <summary>Tests that need a real server or a real startup of the program.</summary>
public sealed class RealServerTests : IDisposable
{
    private const int TooLong = 300 * 1024;

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-real-").FullName;

    private Dictionary<string, string> Settings => new() { ["Data:Folder"] = Path.Combine(_folder, "data") };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Start_InDevelopment_PrintsAddressFoldersAndALinkThatWorksOnce()
    {
        using var site = await RealSite.StartAsync(Settings, "Development");
        var link = await site.AdministratorLinkAsync();
        using var browser = site.Open();

        Assert.Matches($@"PhysioSite +{site.Address}", site.Output);
        Assert.Contains(Settings["Data:Folder"], site.Output, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(Settings["Data:Folder"], "mail"), site.Output, StringComparison.Ordinal);
        Assert.Equal(site.Address.Authority, link.Authority);
        var page = await browser.OpenLinkAsync(link.PathAndQuery);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        var sent = await browser.SubmitAsync(page, "main form", new Dictionary<string, string?> { ["Password"] = StaffJourney.Password });
        Assert.Equal("/staff", sent.Location);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/staff")).Status);
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenLinkAsync(link.PathAndQuery)).Status);
    }

    [Fact]
    public async Task Start_InProduction_PrintsNoLinkAndTheProgramPrintsOneWhenAsked()
    {
        using var site = await RealSite.StartAsync(Settings);
        await site.PrintsAsync("admin-link");
        using var browser = site.Open();
        using var asked = RealSite.Run(Settings, "Production", "admin-link");

        Assert.Equal(0, await asked.ExitAsync());
        var printed = asked.Output.Split('\n')
            .Single(line => line.Contains("/staff/first-administrator?code=", StringComparison.Ordinal));
        var link = new Uri(printed.Trim());
        Assert.Equal("www.physiosite.example", link.Host);
        Assert.DoesNotContain("first-administrator?code=", site.Output, StringComparison.Ordinal);
        Assert.Contains("https://www.physiosite.example/", site.Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenLinkAsync(link.PathAndQuery)).Status);
    }

    [Fact]
    public async Task AdminLink_ForAnAdministratorWhoLostThePassword_SetsANewOne()
    {
        using var site = await RealSite.StartAsync(Settings, "Development");
        using var browser = site.Open();
        var page = await browser.OpenLinkAsync((await site.AdministratorLinkAsync()).PathAndQuery);
        await browser.SubmitAsync(page, "main form", new Dictionary<string, string?> { ["Password"] = StaffJourney.Password });
        var email = page.Page.QuerySelector("#email")!.GetAttribute("value")!;

        using var unknown = RealSite.Run(Settings, "Production", "admin-link", "--for", "nobody@cedarandstride.example");
        using var asked = RealSite.Run(Settings, "Production", "admin-link", "--for", email.ToUpperInvariant());

        Assert.Equal(1, await unknown.ExitAsync());
        Assert.Contains("is not the address of an administrator", unknown.Output, StringComparison.Ordinal);
        Assert.Equal(0, await asked.ExitAsync());
        var link = new Uri(asked.Output.Split('\n').Single(line => line.Contains("/staff/set-password", StringComparison.Ordinal)).Trim());
        using var elsewhere = site.Open();
        var form = await elsewhere.OpenLinkAsync(link.PathAndQuery);
        var set = await elsewhere.SubmitAsync(form, "main form", [new("Password", "four otters play the viola")]);
        Assert.Equal("/staff", set.Location);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/staff")).Status);
    }

    [Fact]
    public async Task AdminLink_BeforeTheFirstStart_SaysWhatToDo()
    {
        using var asked = RealSite.Run(Settings, "Production", "admin-link");

        Assert.Equal(1, await asked.ExitAsync());
        Assert.Contains("Start the site once with the same settings", asked.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kill_AfterAReceipt_LosesNothingAndOpenFormsStillWork()
    {
        var cookies = new CookieContainer();
        Receipt receipt;
        Answer unsent;
        var settings = Settings;
        using (var before = await RealSite.StartAsync(settings))
        {
            using var browser = before.Open(cookies);
            receipt = await browser.AskAsync(("name", "Ada Before"));
            unsent = await browser.GetAsync(RequestJourney.Path);
            settings["ASPNETCORE_URLS"] = before.Address.AbsoluteUri;
        }

        using var after = await RealSite.StartAsync(settings);
        using var again = after.Open(cookies);
        var status = await again.GetAsync(receipt.StatusPath);
        var sent = await again.SubmitAsync(unsent, RequestJourney.Form, RequestJourney.Answers(("name", "Ada After")));

        Assert.Contains(receipt.Reference, status.Main, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, sent.Status);
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync(sent.Location!)).Status);
    }

    [Fact]
    public async Task SecondProcess_OnTheSameFolder_FailsAndSaysWhy()
    {
        using var first = await RealSite.StartAsync(Settings);
        using var second = RealSite.Run(Settings);

        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains(
            $"Another PhysioSite process is using the data folder {Settings["Data:Folder"]}", second.Output, StringComparison.Ordinal);
        AssertPlain(second);
        using var browser = first.Open();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/healthz/ready")).Status);
    }

    [Theory]
    [InlineData("Data:Folder", "", "Data:Folder is not set. Set it (environment: Data__Folder)")]
    [InlineData(
        "Content:Folder",
        "/nowhere/content",
        "There is no site.yml in the content folder /nowhere/content. Set Content:Folder (environment: Content__Folder)")]
    [InlineData("Email:Smtp:Port", "many", "Email:Smtp:Port")]
    public async Task Start_WithAWrongSetting_SaysWhichAndEndsWithOne(string setting, string value, string says)
    {
        using var site = RealSite.Run(new Dictionary<string, string>(Settings) { [setting] = value });

        Assert.Equal(1, await site.ExitAsync());
        Assert.Contains("PhysioSite cannot start.", site.Output, StringComparison.Ordinal);
        Assert.Contains(says, site.Output, StringComparison.Ordinal);
        AssertPlain(site);
    }

    [Fact]
    public async Task Start_WithManyWrongSettings_NamesThemAllAtOnce()
    {
        using var site = RealSite.Run(new Dictionary<string, string>
        {
            ["Data:Folder"] = "",
            ["Content:Folder"] = "",
            ["Site:PublicOrigin"] = "www.example.org",
            ["Site:KnownProxies:0"] = "proxy",
            ["Site:KnownNetworks:0"] = "10.0.0.0",
            ["Email:From"] = "nobody",
            ["Email:Smtp:Host"] = "smtp.example.org",
            ["Email:Smtp:Security"] = "None",
            ["Email:Smtp:Port"] = "0",
            ["Email:Smtp:User"] = "site",
            ["Email:Smtp:TimeoutSeconds"] = "0",
            ["RateLimits:FormsPerTenMinutes"] = "0",
            ["RateLimits:SignInsPerTenMinutes"] = "-1",
            ["Appointments:AnswerWithinOpenHours"] = "-1",
            ["Staff:IdleMinutes"] = "0",
            ["Staff:SessionHours"] = "100",
        });

        Assert.Equal(1, await site.ExitAsync());
        Assert.All(
            [
                "Data:Folder is not set.",
                "Content:Folder is empty.",
                "Site:PublicOrigin must be the address of the site without a path",
                "Each of Site:KnownProxies must be an IP address",
                "Each of Site:KnownNetworks must be a network",
                "Email:From is \"nobody\".",
                "Email:Smtp:Security is None, but smtp.example.org is not this machine",
                "Email:Smtp:Port is 0",
                "Only one of Email:Smtp:User and Email:Smtp:Password is set.",
                "Email:Smtp:TimeoutSeconds is 0.",
                "RateLimits:FormsPerTenMinutes must be at least 1.",
                "RateLimits:SignInsPerTenMinutes must be at least 1.",
                "Appointments:AnswerWithinOpenHours must be more than 0",
                "Staff:IdleMinutes must be from 2 to 60.",
                "Staff:SessionHours must be from 1 to 12.",
            ],
            says => Assert.Contains(says, site.Output, StringComparison.Ordinal));
        AssertPlain(site);
    }

    [Fact]
    public async Task Start_WithBrokenContent_ListsEveryMistakeWithFileAndLine()
    {
        using var copy = new ContentCopy();
        var zone = copy.Replace("clinics/madison.md", "America/Chicago", "America/Chcago");
        var link = copy.Append("pages/about.md", "[Nowhere](/nowhere)");
        var settings = Settings;
        settings["Content:Folder"] = copy.Folder;
        using var site = RealSite.Run(settings);

        Assert.Equal(1, await site.ExitAsync());
        Assert.Contains($"content/clinics/madison.md:{zone}: \"timeZone\" is \"America/Chcago\".", site.Output, StringComparison.Ordinal);
        Assert.Contains($"content/pages/about.md:{link}:", site.Output, StringComparison.Ordinal);
        AssertPlain(site);
    }

    [Fact]
    public async Task Start_WhenThePortIsTaken_SaysSo()
    {
        using var first = await RealSite.StartAsync(Settings);
        var settings = new Dictionary<string, string>
        {
            ["Data:Folder"] = Path.Combine(_folder, "other"),
            ["ASPNETCORE_URLS"] = first.Address.AbsoluteUri,
        };
        using var second = RealSite.Run(settings);

        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains("PhysioSite cannot start.", second.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"Failed to bind to address {first.Address.AbsoluteUri.TrimEnd('/')}: address already in use.",
            second.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_LargerThanAnyForm_Gets413AndAPage()
    {
        using var site = await RealSite.StartAsync(Settings);
        using var browser = site.Open();
        // The longest valid form is accepted, in a script in which each character is sent as nine characters.
        await browser.AskAsync(
            ("name", new string('漢', RequestFormValidator.LongestName)),
            ("note", new string('字', RequestFormValidator.LongestNote)),
            ("access", new string('語', RequestFormValidator.LongestAccess)));

        foreach (var (path, chunked) in new[] { (RequestJourney.Path, false), (RequestJourney.Path, true), ("/staff/sign-in", false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new StringContent("note=" + new string('x', TooLong), Encoding.ASCII, "application/x-www-form-urlencoded"),
            };
            request.Headers.TransferEncodingChunked = chunked;
            using var response = await browser.Client.SendAsync(request);
            var answer = new Answer(response, await response.Content.ReadAsStringAsync());

            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
            Assert.Contains("That is too much text", answer.Main, StringComparison.Ordinal);
            Assert.Contains("(608) 555-0100", answer.Main, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/")).Status);
    }

    /// <summary>
    /// One process for all hostile connections: requests that are too large get a response, connections that are too slow are closed, and
    /// other clients are served meanwhile.
    /// </summary>
    [Fact]
    public async Task Strangers_TooLargeOrTooSlow_AreCutWhileOthersAreServed()
    {
        using var site = await RealSite.StartAsync(Settings);
        using var browser = site.Open();
        var slow = new[]
        {
            DripAsync(site.Address, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "),
            DripAsync(
                site.Address,
                "POST /request-appointment HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n"),
        };

        foreach (var (request, expected) in new[]
        {
            (
                "POST /request-appointment HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + $"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {10 * 1024 * 1024}\r\n\r\n",
                "413"),
            ($"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: {new string('x', 100 * 1024)}\r\n\r\n", "431"),
            (
                "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: x\r\n")) + "\r\n",
                "431"),
            ($"GET /?{new string('x', 5000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "414"),
            ("TRACE / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "405"),
            ("GET / HTTP/1.1\r\n\r\n", "400"),
            ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "400"),
        })
        {
            Assert.StartsWith($"HTTP/1.1 {expected} ", await RawAsync(site.Address, request), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/clinics")).Status);
        Assert.All(await Task.WhenAll(slow), cut => Assert.True(cut, "A connection that drips is still open after half a minute."));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/clinics")).Status);
    }

    /// <returns>The response of the server.</returns>
    private static async Task<string> RawAsync(Uri address, string request)
    {
        using var client = new TcpClient(address.Host, address.Port);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        }
        catch (IOException)
        {
            // The server closed the connection before it read everything. Its response can still be read.
        }

        var buffer = new byte[64];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, limit.Token));
    }

    /// <summary>Sends one byte per second.</summary>
    /// <returns>Whether the server closed the connection within 30 seconds.</returns>
    private static async Task<bool> DripAsync(Uri address, string start)
    {
        using var client = new TcpClient(address.Host, address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(start));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[4096];
        var closed = Task.Run(async () =>
        {
            try
            {
                while (await stream.ReadAsync(buffer, limit.Token) > 0)
                {
                }

                return true;
            }
            catch (IOException)
            {
                return true;
            }
        });
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (!closed.IsCompleted && await second.WaitForNextTickAsync(limit.Token))
            {
                await stream.WriteAsync("x"u8.ToArray(), limit.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The connection is closed, or still open at the timeout. The reading task reports which.
        }

        try
        {
            return await closed;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The output tells an operator what to do and contains no stack trace.</summary>
    private static void AssertPlain(RealSite site) =>
        Assert.DoesNotMatch(@"(?m)^\s+at \S+\(|Unhandled exception|""Exception""", site.Output);
}
