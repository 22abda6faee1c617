using System.Net;
using System.Text;

namespace PhysioSite.Tests.Features.Staff.Requests;

/// <summary>The export of the request queue as a spreadsheet file.</summary>
public sealed class ExportTests(StaffSite site) : IClassFixture<StaffSite>
{
    private const string Columns =
        "Reference,Clinic,State,Received,Answer by,Agreed time,Time zone,Claimed by,Outcome,Name,Phone,Email,Language,Preferred times";

    [Fact]
    public async Task Export_FromTheQueue_IsAFileOfTheFilteredRequests()
    {
        var email = site.NewEmail();
        using var staff = await site.MadisonAsync(email);
        var waiting = await site.AskAsync(
            ("name", "Ada, \"the first\" Example"), ("email", "ada@patients.example"), ("wishes", "monday-morning"),
            ("note", "unmistakable note"), ("area", "hip"));
        var scheduled = await site.AskAsync();
        await staff.PressAsync(await staff.OpenRequestAsync(scheduled.Reference), "Schedule", ("Agreed", "2026-12-01T10:00"));

        var queue = await staff.GetAsync("/staff?clinic=madison&state=today");
        var link = queue.Page.QuerySelectorAll("main a").Single(link => link.TextContent == "Export as CSV").GetAttribute("href")!;
        var file = await staff.GetAsync(link);
        var later = await RowsAsync(staff, "/staff/export?state=booked");

        Assert.Equal("text/csv; charset=utf-8", file.Response.Content.Headers.ContentType!.ToString());
        var disposition = file.Response.Content.Headers.ContentDisposition!;
        Assert.Equal(("attachment", "requests-2026-11-17.csv"), (disposition.DispositionType, disposition.FileName));
        Assert.True(file.Response.Headers.CacheControl!.NoStore);
        Assert.Equal("nosniff", file.Response.Headers.GetValues("X-Content-Type-Options").Single());
        var rows = await RowsAsync(staff, link);
        Assert.Equal(Columns, string.Join(',', rows[0]));
        Assert.Equal(
            [
                waiting.Reference, "Madison", "New", "2026-11-17 09:00", "2026-11-17 17:00", "", "Central Time", "", "",
                "Ada, \"the first\" Example", "(608) 555-0142", "ada@patients.example", "English", "Monday morning, 7 am to 11 am",
            ],
            rows.Single(row => row[0] == waiting.Reference));
        Assert.DoesNotContain(rows, row => row[0] == scheduled.Reference);
        Assert.Equal(
            ("Scheduled", "2026-12-01 10:00"),
            later.Where(row => row[0] == scheduled.Reference).Select(row => (row[2], row[5])).Single());
        Assert.DoesNotContain("unmistakable", file.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("ip or groin", file.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OfAnotherClinicsRequests_HasNoneOfThem()
    {
        var reference = (await site.AskAsync()).Reference;
        var phoenix = await site.Phoenix;

        foreach (var path in new[]
        {
            "/staff/export", "/staff/export?clinic=madison&state=all", "/staff/export?clinic=nowhere&state=nonsense",
        })
        {
            Assert.DoesNotContain(await RowsAsync(phoenix, path), row => row[0] == reference || row[1] == "Madison");
        }

        using var anyone = site.Open();
        Assert.StartsWith("/staff/sign-in", (await anyone.GetAsync("/staff/export")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OfTextThatWouldBeCalculated_HasItAsText()
    {
        var receipt = await site.AskAsync(
            ("name", "=HYPERLINK(\"http://evil.example\",\"Ada\")"),
            ("phone", "+52 55 1234 5678 x12"),
            ("email", "=cmd@patients.example"));

        var row = (await RowsAsync(await site.Madison, "/staff/export?state=all")).Single(row => row[0] == receipt.Reference);

        Assert.Equal(["'=HYPERLINK(\"http://evil.example\",\"Ada\")", "'+52 55 1234 5678 ext. 12", "'=cmd@patients.example"], row[9..12]);
    }

    [Fact]
    public async Task Export_OfHeldAndErasedRequests_LeavesOutTheOneAndEmptiesTheOther()
    {
        var held = (await site.AskAsync()).Reference;
        var erased = (await site.AskAsync()).Reference;
        await site.RunSqlAsync($"UPDATE AppointmentRequests SET State = 'Held' WHERE Reference = '{held}'");
        await site.RunSqlAsync($"UPDATE AppointmentRequests SET ErasedUtc = '2026-11-17 10:00:00' WHERE Reference = '{erased}'");

        var rows = await RowsAsync(await site.Madison, "/staff/export?state=all");

        Assert.DoesNotContain(rows, row => row[0] == held);
        var row = rows.Single(row => row[0] == erased);
        Assert.Equal("Madison", row[1]);
        Assert.All(row[9..], Assert.Empty);
    }

    [Fact]
    public async Task Export_IsLogged_WithWhoAndHowManyAndNoPatient()
    {
        var receipt = await site.AskAsync(("name", "Unmistakable Patient"));
        var madison = await site.Madison;

        var rows = await RowsAsync(madison, "/staff/export?clinic=madison&state=today");

        Assert.Contains(
            site.Logs.Lines,
            line => line.Contains($"exported {rows.Count - 1} requests of madison, tab Today", StringComparison.Ordinal));
        Assert.DoesNotContain(site.Logs.Lines, line => line.Contains("Unmistakable", StringComparison.Ordinal));
        Assert.Contains(rows, row => row[0] == receipt.Reference);
    }

    /// <summary>Parses CSV according to RFC 4180, independently of the library that wrote the file.</summary>
    private static async Task<List<List<string>>> RowsAsync(Browser browser, string path)
    {
        using var response = await browser.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal([0xEF, 0xBB, 0xBF], bytes[..3]);
        var text = Encoding.UTF8.GetString(bytes[3..]);
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        List<List<string>> rows = [[]];
        var cell = new StringBuilder();
        for (var (i, quoted) = (0, false); i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                if (quoted && i + 1 < text.Length && text[i + 1] == '"')
                {
                    cell.Append(text[i++]);
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (!quoted && text[i] is ',' or '\r')
            {
                rows[^1].Add(cell.ToString());
                cell.Clear();
            }
            else if (!quoted && text[i] == '\n')
            {
                rows.Add([]);
            }
            else
            {
                cell.Append(text[i]);
            }
        }

        return rows[..^1];
    }
}
