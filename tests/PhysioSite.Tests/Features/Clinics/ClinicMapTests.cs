using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Tests.Features.Clinics;

public sealed partial class ClinicMapTests(Site site) : IClassFixture<Site>
{
    private const double PinRadius = 25;

    private static readonly SiteContent Content = new ContentLibrary(Repository.ContentPath, NullLogger<ContentLibrary>.Instance).Current;

    /// <summary>
    /// Expected values: <c>d3.geoAlbersUsa().scale(1300).translate([487.5, 305])</c> of d3-geo 3.1.2, the projection of the outline.
    /// </summary>
    [Theory]
    [InlineData(47.6318, -122.3436, 97.612, 45.715)]
    [InlineData(42.3481, -71.0739, 908.505, 167.414)]
    [InlineData(24.5551, -81.7800, 794.406, 604.452)]
    [InlineData(32.7157, -117.1611, 99.744, 397.468)]
    [InlineData(39.8283, -98.5795, 453.493, 278.585)]
    [InlineData(46.8606, -68.0120, 927.772, 55.230)]
    public void Project_KnownPlace_IsWhereTheOutlinesOwnProjectionPutsIt(double latitude, double longitude, double x, double y)
    {
        var point = MapProjection.Project(new Coordinates(latitude, longitude));

        Assert.Equal(x, point.X, 0.1);
        Assert.Equal(y, point.Y, 0.1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("53703")]
    [InlineData("94704")]
    [InlineData("94704-1234")]
    [InlineData("99501")]
    [InlineData("00901")]
    public async Task Map_BesideAList_HasThePinOfEachClinicWithADoorUnderItsNumber(string zip)
    {
        using var browser = site.Open();

        var page = (await browser.GetAsync($"/clinics?zip={zip}")).Page;
        var list = page.QuerySelectorAll(".clinic-list h2 a").Select(link => link.TextContent).ToList();
        var pins = Pins(await browser.GetAsync($"/clinics/map.svg?zip={zip}"));

        Assert.Equal(16, list.Count);
        Assert.Equal(
            list.Index().Where(item => item.Item != "Virtual care").Select(item => item.Index + 1),
            pins.Select(pin => pin.Number).Order());
        Assert.All(pins, pin =>
        {
            var place = MapProjection.Project(Content.Clinics.Single(clinic => clinic.Name == list[pin.Number - 1]).Place!.Coordinates);
            // A line's end point is rounded to one decimal.
            Assert.InRange(place.DistanceTo(pin.LineFrom ?? pin.Middle), 0, pin.LineFrom is null ? PinRadius : 0.1);
        });
    }

    [Fact]
    public async Task Map_OfCrowdedPlaces_HasNoPinOverAnotherOrOverTheEdge()
    {
        using var browser = site.Open();

        var pins = Pins(await browser.GetAsync("/clinics/map.svg"));

        Assert.All(pins, pin => Assert.All(
            pins.Where(other => other != pin),
            other => Assert.True(pin.Middle.DistanceTo(other.Middle) >= 2 * PinRadius, $"{pin} and {other}")));
        Assert.All(pins, pin => Assert.InRange(pin.Middle.X, PinRadius, MapProjection.Width - PinRadius));
        Assert.All(pins, pin => Assert.InRange(pin.Middle.Y, PinRadius, MapProjection.Height - PinRadius));
        Assert.Equal(6, pins.Count(pin => pin.LineFrom is not null));
    }

    [Fact]
    public async Task Map_Served_IsSmallWellFormedAndCached()
    {
        using var browser = site.Open();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/clinics/map.svg?zip=53703");
        request.Headers.Add("Accept-Encoding", "gzip");

        using var packed = await browser.Client.SendAsync(request);
        var plain = await browser.GetAsync("/clinics/map.svg?zip=53703");

        Assert.InRange((await packed.Content.ReadAsByteArrayAsync()).Length, 3_000, 15_000);
        Assert.Equal("gzip", packed.Content.Headers.ContentEncoding.Single());
        Assert.Equal("image/svg+xml", plain.Response.Content.Headers.ContentType?.MediaType);
        Assert.True(plain.Response.Headers.CacheControl is { Public: true, MaxAge: { TotalHours: 1 } });
        var svg = XDocument.Parse(plain.Text);
        Assert.All(
            svg.Descendants(),
            element => Assert.True(element.Name.LocalName is "svg" or "g" or "path" or "circle" or "text", element.Name.LocalName));
        Assert.DoesNotContain(
            svg.Descendants().Attributes(),
            attribute => attribute.Name.LocalName is "style" or "class"
                || attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("00000")]
    [InlineData("abcde")]
    [InlineData("５３７０３")]
    [InlineData("\"/><script>alert(1)</script>")]
    [InlineData("' onload='alert(1)")]
    [InlineData("]]>&lt;&#0;\0\r\n")]
    [InlineData("53703;DROP")]
    public async Task Map_ForAZipThatIsNone_IsThePlainMap(string zip)
    {
        using var browser = site.Open();
        var plain = await browser.GetAsync("/clinics/map.svg");

        var answer = await browser.GetAsync($"/clinics/map.svg?zip={Uri.EscapeDataString(zip)}");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(plain.Text, answer.Text);
    }

    [Fact]
    public void Draw_ClinicOutsideTheContiguousStates_HasNoPin()
    {
        var madison = Content.FindClinic("madison")!;
        var honolulu = madison with
        {
            Slug = "honolulu",
            Place = madison.Place! with { Coordinates = new Coordinates(21.3069, -157.8583) },
        };

        var texts = XDocument.Parse(ClinicMap.Draw([honolulu, madison])).Descendants()
            .Where(element => element.Name.LocalName == "text");

        Assert.Equal(["2"], texts.Select(text => text.Value));
        Assert.DoesNotContain(XDocument.Parse(ClinicMap.Draw([])).Descendants(), element => element.Name.LocalName == "text");
    }

    [Theory]
    [InlineData(1, 300, 300)]
    [InlineData(2, 300, 300)]
    [InlineData(9, 0, 0)]
    [InlineData(7, 975, 300)]
    [InlineData(16, 487, 600)]
    public void Spread_ManyAtOnePlace_KeepsThemApartOnTheMapAndTheSameEachTime(int count, double x, double y)
    {
        MapPoint[] places = [.. Enumerable.Repeat(new MapPoint(x, y), count), new MapPoint(400, 300)];

        var pins = PinLayout.Spread(places, 54, 29);

        Assert.Equal(pins, PinLayout.Spread(places, 54, 29));
        Assert.Equal(places[^1], pins[^1]);
        Assert.All(pins, pin => Assert.True(pin.X is >= 29 and <= 946 && pin.Y is >= 29 and <= 581, $"{pin}"));
        Assert.All(pins.Index(), pin => Assert.All(
            pins.Skip(pin.Index + 1),
            other => Assert.True(pin.Item.DistanceTo(other) >= 53.9, $"{pin.Item} and {other}")));
    }

    private static List<Pin> Pins(Answer answer)
    {
        var elements = XDocument.Parse(answer.Text).Descendants().ToList();
        var lines = elements.Where(element => element.Name.LocalName == "path")
            .Select(path => Line().Match(path.Attribute("d")!.Value))
            .Where(line => line.Success)
            .Select(line => (From: Point(line.Groups[1], line.Groups[2]), To: Point(line.Groups[3], line.Groups[4])))
            .ToList();
        return
        [
            .. elements.Where(element => element.Name.LocalName == "text").Select(text =>
            {
                var middle = new MapPoint((double)text.Attribute("x")!, (double)text.Attribute("y")!);
                Assert.Single(
                    elements,
                    disc => disc.Name.LocalName == "circle"
                        && (double)disc.Attribute("r")! == PinRadius
                        && new MapPoint((double)disc.Attribute("cx")!, (double)disc.Attribute("cy")!) == middle);
                return new Pin(
                    (int)text,
                    middle,
                    lines.Where(line => line.To == middle).Select(line => (MapPoint?)line.From).SingleOrDefault());
            }),
        ];

        static MapPoint Point(Group x, Group y) =>
            new(double.Parse(x.ValueSpan, CultureInfo.InvariantCulture), double.Parse(y.ValueSpan, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)$")]
    private static partial Regex Line();

    /// <param name="LineFrom">The actual location, if a line connects it to the pin.</param>
    private sealed record Pin(int Number, MapPoint Middle, MapPoint? LineFrom);
}
