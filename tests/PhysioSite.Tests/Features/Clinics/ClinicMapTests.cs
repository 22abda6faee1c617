using System.Globalization;
using System.Xml.Linq;
using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Clinics;
using PhysioSite.Features.Clinics.Map;

namespace PhysioSite.Tests.Features.Clinics;

public sealed class ClinicMapTests(Site site) : IClassFixture<Site>
{
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
    public async Task Map_BesideAList_HasPinsThatLeadToTheirClinicUnderItsNumber(string zip)
    {
        using var browser = site.Open();

        var page = (await browser.GetAsync($"/clinics?zip={zip}")).Page;

        var cards = page.QuerySelectorAll(".clinic-list > li").ToList();
        Assert.Equal(Enumerable.Range(1, 16), cards.Select(card => int.Parse(card.GetAttribute("value")!, CultureInfo.InvariantCulture)));
        var pins = page.QuerySelectorAll(".map a").ToList();
        Assert.NotEmpty(pins);
        Assert.All(pins, pin =>
        {
            var card = page.GetElementById(pin.GetAttribute("href")![1..])!;
            Assert.Equal(card.GetAttribute("value"), pin.TextContent.Trim());
            Assert.Equal("-1", pin.GetAttribute("tabindex"));
        });
        Assert.NotNull(page.QuerySelector(".map svg[aria-hidden=true] image[href='/clinics/map.svg']"));
    }

    [Theory]
    [InlineData("53703", "Madison")]
    [InlineData("94704", "Berkeley")]
    [InlineData("97801", "Portland")]
    public void Map_NearAZip_ShowsTheRegionOfTheNearestClinics(string zip, string nearest)
    {
        var directory = site.Services.GetRequiredService<ClinicDirectory>();
        var place = directory.FindZip(zip)!;
        List<Clinic> clinics = [.. directory.ByDistance(place).Select(found => found.Clinic)];

        var map = ClinicMap.Of(clinics, 3, place.Center);

        Assert.Equal(nearest, map.Pins.Single(pin => pin.Number == 1).Clinic.Name);
        Assert.Superset(new HashSet<int> { 1, 2, 3 }, map.Pins.Select(pin => pin.Number).ToHashSet());
        Assert.True(map.Scale > 1, $"scale {map.Scale}");
        Assert.InRange(map.Left, MapProjection.Width * (1 - map.Scale), 0);
        Assert.InRange(map.Top, MapProjection.Height * (1 - map.Scale), 0);
        Assert.All(map.Pins, pin =>
        {
            var point = MapProjection.Project(pin.Clinic.Place!.Coordinates);
            var shown = new MapPoint((point.X * map.Scale) + map.Left, (point.Y * map.Scale) + map.Top);
            Assert.InRange(shown.DistanceTo(pin.Place ?? pin.Pin), 0, pin.Place is null ? map.PinRadius : 0.1);
        });
        AssertPinsAreApart(map);
    }

    [Fact]
    public void Map_OfCrowdedPlaces_HasNoPinOverAnotherOrOverTheEdge()
    {
        var map = ClinicMap.Of(Content.Clinics);

        Assert.Equal(15, map.Pins.Count);
        AssertPinsAreApart(map);
        Assert.Equal(6, map.Pins.Count(pin => pin.Place is not null));
    }

    [Fact]
    public async Task Land_Served_IsSmallWellFormedAndCached()
    {
        using var browser = site.Open();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/clinics/map.svg");
        request.Headers.Add("Accept-Encoding", "gzip");

        using var packed = await browser.Client.SendAsync(request);
        var plain = await browser.GetAsync("/clinics/map.svg");

        Assert.InRange((await packed.Content.ReadAsByteArrayAsync()).Length, 3_000, 15_000);
        Assert.Equal("gzip", packed.Content.Headers.ContentEncoding.Single());
        Assert.Equal("image/svg+xml", plain.Response.Content.Headers.ContentType?.MediaType);
        Assert.True(plain.Response.Headers.CacheControl is { Public: true, MaxAge: { TotalHours: 24 } });
        var svg = XDocument.Parse(plain.Text);
        Assert.All(svg.Descendants(), element => Assert.True(element.Name.LocalName is "svg" or "g" or "path", element.Name.LocalName));
        Assert.DoesNotContain(
            svg.Descendants().Attributes(),
            attribute => attribute.Name.LocalName is "style" or "class"
                || attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
    }

    [Fact]
    public void Map_OfAClinicOutsideTheContiguousStates_HasNoPin()
    {
        var madison = Content.FindClinic("madison")!;
        var honolulu = madison with
        {
            Slug = "honolulu",
            Place = madison.Place! with { Coordinates = new Coordinates(21.3069, -157.8583) },
        };

        Assert.Equal([2], ClinicMap.Of([honolulu, madison]).Pins.Select(pin => pin.Number));
        Assert.Equal([2], ClinicMap.Of([honolulu, madison], 1, new Coordinates(21.3, -157.8)).Pins.Select(pin => pin.Number));
        Assert.Empty(ClinicMap.Of([]).Pins);
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

    private static void AssertPinsAreApart(ClinicMap map)
    {
        var radius = map.PinRadius;
        Assert.All(map.Pins, pin => Assert.All(
            map.Pins.Where(other => other != pin),
            other => Assert.True(pin.Pin.DistanceTo(other.Pin) >= 2 * radius, $"{pin} and {other}")));
        Assert.All(map.Pins, pin => Assert.InRange(pin.Pin.X, radius, MapProjection.Width - radius));
        Assert.All(map.Pins, pin => Assert.InRange(pin.Pin.Y, radius, MapProjection.Height - radius));
    }
}
