using System.Globalization;
using System.Net;
using PhysioSite.Content.Model;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Tests.Features.Clinics;

/// <summary>Finds the ZIP code for a position.</summary>
public sealed class ZipLookupTests(Site site) : IClassFixture<Site>
{
    private const string Path = "/clinics/zip-code";

    private static readonly ZipCodes Codes = new();
    private static readonly IReadOnlyList<(string Code, Coordinates Center)> Rows = ReadRows();

    [Theory]
    [InlineData(43.0775, -89.3831, "53703")]
    [InlineData(40.8154, -73.0451, "00501")]
    [InlineData(37.8100, -122.2700, null)]
    [InlineData(44.5000, -114.1000, null)]
    [InlineData(24.5551, -81.7800, null)]
    [InlineData(52.9000, 172.9000, null)]
    [InlineData(18.3400, -64.9000, null)]
    public void Nearest_SomewhereInTheCountry_IsTheNearestOfAllRows(double latitude, double longitude, string? known)
    {
        var position = new Coordinates(latitude, longitude);
        var (code, center) = Rows.MinBy(row => GreatCircle.Miles(position, row.Center));
        var near = GreatCircle.Miles(position, center) < ZipCodes.FarMiles;

        Assert.Equal(known ?? (near ? code : null), Codes.Nearest(position)?.Code);
    }

    [Fact]
    public void Nearest_AtTheMiddleOfEveryHundredthCode_IsACodeWithThatMiddle()
    {
        Assert.All(Rows.Where((_, i) => i % 100 == 0), row => Assert.Equal(row.Center, Codes.Nearest(row.Center)?.Center));
    }

    [Fact]
    public void Nearest_FiftyMilesFromTheLastCode_IsNoneBeyond()
    {
        // There is only sea south of Key West. A degree of latitude is 69.09 miles on the sphere that the site uses.
        var south = Rows.Where(row => row.Code.StartsWith("330", StringComparison.Ordinal)).MinBy(row => row.Center.Latitude).Center;
        Coordinates South(double miles) => new(south.Latitude - (miles / 69.0936), south.Longitude);

        Assert.NotNull(Codes.Nearest(South(49.9)));
        Assert.Null(Codes.Nearest(South(50.1)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/es")]
    public async Task Lookup_OfAPosition_AnswersTheCodeAndKeepsNothing(string prefix)
    {
        // A site of its own: another test sends the position in the address, which the log has.
        using var quiet = new Site();
        using var browser = quiet.Open();

        using var answer = await PostAsync(browser, prefix, ("latitude", "43.0775"), ("longitude", "-89.3831"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("{\"zip\":\"53703\"}", await answer.Content.ReadAsStringAsync());
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.NotEmpty(quiet.Logs.Lines);
        Assert.DoesNotContain(
            quiet.Logs.Lines,
            line => line.Contains("43.0775", StringComparison.Ordinal) || line.Contains("89.3831", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData("48.8566", "2.3522")]
    [InlineData("-43.0775", "-89.3831")]
    [InlineData("90", "180")]
    public async Task Lookup_FarFromEveryCode_IsNotFound(string latitude, string longitude)
    {
        using var browser = site.Open();

        using var answer = await PostAsync(browser, "", ("latitude", latitude), ("longitude", longitude));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.True(answer.Headers.CacheControl?.NoStore);
    }

    [Theory]
    [InlineData("NaN", "-89.3831")]
    [InlineData("43.0775", "Infinity")]
    [InlineData("90.1", "-89.3831")]
    [InlineData("43.0775", "-180.1")]
    [InlineData("43,0775", "-89,3831")]
    [InlineData("1e400", "0")]
    [InlineData("", "")]
    [InlineData("north", "<script>")]
    [InlineData(null, "-89.3831")]
    [InlineData("43.0775", null)]
    [InlineData(null, null)]
    public async Task Lookup_OfNonsense_IsABadRequest(string? latitude, string? longitude)
    {
        using var browser = site.Open();

        using var answer = await PostAsync(browser, "", ("latitude", latitude), ("longitude", longitude));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Lookup_OfNoForm_IsABadRequest()
    {
        using var browser = site.Open();

        using var json = await browser.Client.PostAsJsonAsync(Path, new { latitude = 43.0775, longitude = -89.3831 });
        using var nothing = await browser.Client.PostAsync(Path, null);
        var get = await browser.GetAsync($"{Path}?latitude=43.0775&longitude=-89.3831");

        Assert.Equal(
            (HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, HttpStatusCode.NotFound),
            (json.StatusCode, nothing.StatusCode, get.Status));
    }

    private static Task<HttpResponseMessage> PostAsync(Browser browser, string prefix, params (string Name, string? Value)[] fields) =>
        browser.Client.PostAsync(prefix + Path, new FormUrlEncodedContent(fields
            .Where(field => field.Value is not null)
            .Select(field => KeyValuePair.Create(field.Name, field.Value!))));

    private static List<(string Code, Coordinates Center)> ReadRows()
    {
        using var reader = new StreamReader(typeof(ZipCodes).Assembly.GetManifestResourceStream("us-zip-codes.tsv")!);
        return
        [
            .. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Skip(1)
                .Select(line => line.TrimEnd('\r').Split('\t'))
                .Select(columns => (
                    columns[0],
                    new Coordinates(
                        double.Parse(columns[3], CultureInfo.InvariantCulture),
                        double.Parse(columns[4], CultureInfo.InvariantCulture)))),
        ];
    }
}
