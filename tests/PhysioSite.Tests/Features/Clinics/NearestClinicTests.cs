using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Tests.Features.Clinics;

public sealed class NearestClinicTests
{
    private static readonly ClinicDirectory Directory = Open(Repository.ContentPath);

    /// <summary>Every clinic and its distance in miles on the WGS 84 ellipsoid, by Vincenty's inverse formula, nearest first.</summary>
    [Theory]
    [InlineData(
        "53703",
        "madison 0.1999, chicago 119.0, atlanta 696.5, denver 840.1, boston 931.5, austin 998.6, phoenix 1390.5, seattle 1622.5, "
        + "portland 1648.0, walnut-creek 1746.4, orinda 1753.1, berkeley 1757.8, oakland 1759.2, alameda 1760.4, san-francisco 1767.7")]
    [InlineData(
        "60614",
        "chicago 0.1709, madison 119.0, atlanta 589.7, boston 850.6, denver 918.3, austin 982.6, phoenix 1449.8, seattle 1735.8, "
        + "portland 1757.6, walnut-creek 1836.6, orinda 1843.3, berkeley 1848.0, oakland 1849.3, alameda 1850.4, san-francisco 1857.8")]
    [InlineData(
        "02116",
        "boston 0.1668, chicago 850.6, madison 931.2, atlanta 934.0, austin 1696.8, denver 1767.7, phoenix 2294.9, seattle 2492.0, "
        + "portland 2539.6, walnut-creek 2677.1, orinda 2683.7, berkeley 2688.4, oakland 2689.9, alameda 2691.1, san-francisco 2698.4")]
    [InlineData(
        "94607",
        "oakland 1.115, alameda 2.600, berkeley 4.313, san-francisco 7.372, orinda 7.666, walnut-creek 13.952, portland 532.8, "
        + "phoenix 648.4, seattle 678.2, denver 943.0, austin 1495.2, madison 1760.4, chicago 1850.3, atlanta 2132.7, boston 2691.2")]
    [InlineData(
        "94704",
        "berkeley 0.5068, oakland 3.901, orinda 4.346, alameda 6.546, san-francisco 10.617, walnut-creek 11.014, portland 528.8, "
        + "phoenix 648.7, seattle 674.1, denver 940.5, austin 1494.6, madison 1757.5, chicago 1847.4, atlanta 2130.9, boston 2688.2")]
    [InlineData(
        "94563",
        "orinda 0.3735, berkeley 5.156, walnut-creek 6.346, oakland 6.914, alameda 9.024, san-francisco 14.977, portland 528.2, "
        + "phoenix 644.8, seattle 673.3, denver 935.9, austin 1490.4, madison 1752.9, chicago 1842.8, atlanta 2126.2, boston 2683.6")]
    [InlineData(
        "94596",
        "walnut-creek 0.3541, orinda 7.023, berkeley 11.830, oakland 13.234, alameda 14.854, san-francisco 21.571, portland 526.7, "
        + "phoenix 639.8, seattle 671.6, denver 929.2, austin 1484.5, madison 1746.2, chicago 1836.1, atlanta 2119.7, boston 2677.0")]
    [InlineData(
        "94102",
        "san-francisco 0.4091, alameda 8.160, oakland 8.533, berkeley 10.172, orinda 14.661, walnut-creek 21.208, portland 534.4, "
        + "phoenix 654.3, seattle 680.0, denver 950.4, austin 1501.8, madison 1767.8, chicago 1857.6, atlanta 2140.0, boston 2698.5")]
    [InlineData(
        "94947",
        "berkeley 23.476, san-francisco 24.035, oakland 26.359, orinda 26.673, alameda 28.300, walnut-creek 31.476, portland 512.5, "
        + "seattle 658.3, phoenix 671.5, denver 954.4, austin 1515.7, madison 1768.0, chicago 1858.9, atlanta 2147.6, boston 2698.3")]
    [InlineData(
        "96813",
        "san-francisco 2396.2, alameda 2403.7, oakland 2404.6, berkeley 2405.8, orinda 2410.6, walnut-creek 2417.2, portland 2594.1, "
        + "seattle 2679.3, phoenix 2912.8, denver 3344.4, austin 3753.5, madison 4160.7, chicago 4253.2, atlanta 4499.4, boston 5088.4")]
    [InlineData(
        "99501",
        "seattle 1435.3, portland 1541.4, berkeley 2004.2, orinda 2005.6, san-francisco 2006.1, walnut-creek 2007.2, oakland 2007.7, "
        + "alameda 2010.0, denver 2398.5, phoenix 2544.7, madison 2735.3, chicago 2853.2, austin 3169.9, boston 3376.8, atlanta 3407.0")]
    [InlineData(
        "00901",
        "atlanta 1544.2, boston 1670.9, chicago 2054.4, austin 2144.8, madison 2173.1, denver 2738.3, phoenix 3010.8, walnut-creek 3607.3, "
        + "orinda 3613.6, alameda 3617.7, oakland 3617.8, berkeley 3618.2, san-francisco 3625.7, portland 3713.3, seattle 3726.5")]
    [InlineData(
        "33130",
        "atlanta 605.6, austin 1115.1, chicago 1191.8, boston 1255.3, madison 1301.1, denver 1725.0, phoenix 1978.8, walnut-creek 2575.5, "
        + "orinda 2581.8, alameda 2585.8, oakland 2585.9, berkeley 2586.4, san-francisco 2593.7, portland 2707.9, seattle 2734.5")]
    [InlineData(
        "59601",
        "seattle 491.4, portland 517.8, denver 591.8, walnut-creek 790.1, orinda 795.3, berkeley 798.9, oakland 802.0, alameda 804.2, "
        + "san-francisco 808.8, phoenix 904.4, madison 1134.5, chicago 1246.1, austin 1363.9, atlanta 1696.5, boston 2022.3")]
    [InlineData(
        "10001",
        "boston 187.5, chicago 714.1, atlanta 746.6, madison 807.9, austin 1516.0, denver 1630.3, phoenix 2140.8, seattle 2407.8, "
        + "portland 2445.4, walnut-creek 2550.5, orinda 2557.1, berkeley 2561.9, oakland 2563.2, alameda 2564.2, san-francisco 2571.6")]
    [InlineData(
        "68102",
        "madison 359.3, chicago 431.8, denver 486.4, austin 766.2, atlanta 817.2, phoenix 1031.8, boston 1281.7, seattle 1370.2, "
        + "portland 1371.5, walnut-creek 1408.0, orinda 1414.6, berkeley 1419.4, oakland 1420.6, alameda 1421.5, san-francisco 1429.1")]
    [InlineData(
        "97801",
        "portland 189.5, seattle 217.3, walnut-creek 561.3, orinda 564.8, berkeley 567.0, oakland 570.7, alameda 573.3, "
        + "san-francisco 575.5, denver 811.0, phoenix 912.0, madison 1458.8, austin 1555.6, chicago 1568.0, atlanta 1988.3, boston 2353.2")]
    [InlineData(
        "87101",
        "denver 327.5, phoenix 329.1, austin 619.4, walnut-creek 876.6, orinda 882.8, alameda 886.7, oakland 886.8, berkeley 887.4, "
        + "san-francisco 894.6, madison 1071.8, portland 1102.7, chicago 1125.1, seattle 1179.3, atlanta 1272.0, boston 1967.5")]
    [InlineData(
        "92101",
        "phoenix 302.5, walnut-creek 452.1, alameda 452.4, oakland 454.3, orinda 454.9, berkeley 457.4, san-francisco 457.9, "
        + "denver 834.8, portland 931.2, seattle 1064.3, austin 1156.2, madison 1667.4, chicago 1734.0, atlanta 1891.6, boston 2583.2")]
    [InlineData(
        "98101",
        "seattle 1.536, portland 145.3, walnut-creek 670.2, orinda 671.8, berkeley 672.6, oakland 676.6, san-francisco 678.9, "
        + "alameda 679.2, denver 1021.4, phoenix 1111.9, madison 1622.1, chicago 1735.0, austin 1771.1, atlanta 2181.6, boston 2491.8")]
    public void ByDistance_AcrossTheCountry_FitsTheEllipsoid(string code, string expected)
    {
        // Between these places, a distance on the sphere differs by at most 0.6 % from the distance on the ellipsoid.
        const double tolerance = 0.006;
        var miles = expected.Split(", ")
            .Select(pair => pair.Split(' '))
            .ToDictionary(pair => pair[0], pair => double.Parse(pair[1], CultureInfo.InvariantCulture));

        var found = Directory.ByDistance(Directory.FindZip(code)!);

        Assert.Equal(miles.Keys.Append("virtual-care").Order(), found.Select(clinic => clinic.Clinic.Slug).Order());
        Assert.All(
            found.SkipLast(1),
            clinic => Assert.InRange(clinic.Miles!.Value / miles[clinic.Clinic.Slug], 1 - tolerance, 1 + tolerance));
        Assert.Equal(miles.Keys.First(), found[0].Clinic.Slug);
        Assert.Equal(found.SkipLast(1).Select(clinic => clinic.Miles).Order(), found.SkipLast(1).Select(clinic => clinic.Miles));
        Assert.All(found.SkipLast(1).Zip(found.Skip(1).SkipLast(1)), pair => Assert.True(
            miles[pair.First.Clinic.Slug] <= miles[pair.Second.Clinic.Slug] * (1 + tolerance),
            $"{pair.First.Clinic.Name} is listed before {pair.Second.Clinic.Name}."));
        Assert.Equal(("virtual-care", null), (found[^1].Clinic.Slug, found[^1].Miles));
    }

    [Theory]
    [InlineData("94704", "berkeley", "oakland")]
    [InlineData("94563", "orinda", "oakland")]
    [InlineData("94596", "walnut-creek", "oakland")]
    [InlineData("94947", "berkeley", "san-francisco")]
    [InlineData("94607", "oakland", "oakland")]
    public void Nearest_VideoWished_SkipsClinicsWithoutVideo(string code, string inClinic, string byVideo)
    {
        var zip = Directory.FindZip(code)!;

        Assert.Equal(inClinic, Directory.Nearest(zip, VisitKind.Clinic).Nearest?.Clinic.Slug);
        Assert.Equal(byVideo, Directory.Nearest(zip, VisitKind.Video).Nearest?.Clinic.Slug);
    }

    [Theory]
    [InlineData("53703", null)]
    [InlineData("94947", null)]
    [InlineData("97801", "virtual-care")]
    [InlineData("92101", "virtual-care")]
    [InlineData("99501", null)]
    [InlineData("96813", null)]
    [InlineData("59601", null)]
    [InlineData("00901", null)]
    public void Nearest_FarFromEveryClinic_NamesVirtualCareWhereItIsLicensed(string code, string? virtualCare)
    {
        var zip = Directory.FindZip(code)!;

        Assert.All(Enum.GetValues<VisitKind>(), visit => Assert.Equal(virtualCare, Directory.Nearest(zip, visit).VirtualCare?.Slug));
        Assert.NotNull(Directory.Nearest(zip, VisitKind.Clinic).Nearest);
        Assert.All(
            Enum.GetValues<VisitKind>(),
            visit => Assert.Equal(code is not ("53703" or "94947"), Directory.Nearest(zip, visit).IsFar));
    }

    /// <summary>A video visit is with a therapist who is licensed in the patient's state, however near another state's clinic is.</summary>
    [Theory]
    [InlineData("03060", "boston", null)]
    [InlineData("10001", "boston", null)]
    [InlineData("96813", "san-francisco", null)]
    [InlineData("02139", "boston", "boston")]
    public void Nearest_VideoInAStateWithoutALicense_IsNone(string code, string inClinic, string? byVideo)
    {
        var zip = Directory.FindZip(code)!;

        Assert.Equal(inClinic, Directory.Nearest(zip, VisitKind.Clinic).Nearest?.Clinic.Slug);
        Assert.Equal(byVideo, Directory.Nearest(zip, VisitKind.Video).Nearest?.Clinic.Slug);
        Assert.Null(Directory.Nearest(zip, VisitKind.Video).VirtualCare);
    }

    [Fact]
    public void Nearest_SixtyMilesNorthAndABitMore_IsFarOnlyBeyondSixty()
    {
        // A degree of latitude is 69.09 miles on the sphere that the site uses.
        var madison = Directory.ByDistance(Directory.FindZip("53703")!)[0].Clinic.Place!.Coordinates;
        ZipCode North(double miles) =>
            new("00000", "North", "WI", new Coordinates(madison.Latitude + (miles / 69.0936), madison.Longitude));

        Assert.Null(Directory.Nearest(North(59.9), VisitKind.Clinic).VirtualCare);
        Assert.Equal("virtual-care", Directory.Nearest(North(60.1), VisitKind.Clinic).VirtualCare?.Slug);
    }

    [Fact]
    public void ByDistance_TwoClinicsAtOnePoint_AreInOrderOfName()
    {
        using var content = new ContentCopy();
        var madison = content.Read("clinics/madison.md");
        content.Write("clinics/aaa-neighbour.md", madison.Replace("name: Madison", "name: Neighbour", StringComparison.Ordinal));
        content.Write("clinics/zzz-linden-mill.md", madison.Replace("name: Madison", "name: Linden Mill", StringComparison.Ordinal));
        var directory = Open(content.Folder);

        var found = directory.ByDistance(directory.FindZip("53703")!);

        Assert.Equal(["Linden Mill", "Madison", "Neighbour"], found.Take(3).Select(clinic => clinic.Clinic.Name));
        Assert.Single(found.Take(3).Select(clinic => clinic.Miles).Distinct());
        Assert.Equal("Linden Mill", directory.Nearest(directory.FindZip("53703")!, VisitKind.Clinic).Nearest?.Clinic.Name);
    }

    private static ClinicDirectory Open(string folder) =>
        new(new ContentLibrary(folder, NullLogger<ContentLibrary>.Instance), new ZipCodes());
}
