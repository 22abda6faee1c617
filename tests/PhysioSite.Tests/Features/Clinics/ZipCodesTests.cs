using System.Globalization;
using PhysioSite.Features.Clinics;

namespace PhysioSite.Tests.Features.Clinics;

public sealed class ZipCodesTests
{
    private static readonly ZipCodes Codes = new();

    [Fact]
    public void Count_WholeTable_IsEveryCode() => Assert.Equal(41_117, Codes.Count);

    [Theory]
    [InlineData("00501", "Holtsville", "NY", 40.8154, -73.0451)]
    [InlineData("00544", "Holtsville", "NY", 40.8154, -73.0451)]
    [InlineData("00901", "Puerto Rico", "PR", 18.4666, -66.1080)]
    [InlineData("10001", "New York", "NY", 40.7484, -73.9967)]
    [InlineData("33130", "Miami", "FL", 25.7672, -80.2059)]
    [InlineData("53703", "Madison", "WI", 43.0775, -89.3831)]
    [InlineData("59601", "Helena", "MT", 46.6131, -112.0213)]
    [InlineData("85016", "Phoenix", "AZ", 33.5021, -112.0305)]
    [InlineData("96813", "Honolulu", "HI", 21.3179, -157.8521)]
    [InlineData("99929", "Wrangell", "AK", 56.4335, -132.3529)]
    [InlineData("99950", "Ketchikan", "AK", 55.3422, -131.6478)]
    public void Find_CodeInUse_TellsPlaceAndCenter(string code, string place, string state, double latitude, double longitude)
    {
        var found = Codes.Find(code);

        Assert.NotNull(found);
        Assert.Equal((code, place, state), (found.Code, found.Place, found.State));
        Assert.Equal(latitude, found.Center.Latitude);
        Assert.Equal(longitude, found.Center.Longitude);
    }

    [Theory]
    [InlineData("00000")]
    [InlineData("00500")]
    [InlineData("00502")]
    [InlineData("53700")]
    [InlineData("99951")]
    [InlineData("99999")]
    [InlineData("abcde")]
    [InlineData("5370a")]
    [InlineData("5370")]
    [InlineData("537033")]
    [InlineData("53703-1234")]
    [InlineData(" 5370")]
    [InlineData("-5370")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("５３７０３")]
    [InlineData("٥٣٧٠٣")]
    [InlineData("zip\t0")]
    public void Find_NotACode_FindsNothing(string? code) => Assert.Null(Codes.Find(code));

    [Fact]
    public void Find_EveryRowOfTheTable_HasTheSameValues()
    {
        using var reader = new StreamReader(typeof(ZipCodes).Assembly.GetManifestResourceStream("us-zip-codes.tsv")!);
        Assert.Equal("zip\tplace\tstate\tlatitude\tlongitude", reader.ReadLine());
        var rows = 0;
        while (reader.ReadLine() is { } line)
        {
            var columns = line.Split('\t');
            var found = Codes.Find(columns[0]);
            Assert.NotNull(found);
            Assert.Equal(
                (columns[0], columns[1], columns[2], columns[3], columns[4]),
                (found.Code, found.Place, found.State, Degrees(found.Center.Latitude), Degrees(found.Center.Longitude)));
            rows++;
        }

        Assert.Equal(Codes.Count, rows);
    }

    private static string Degrees(double degrees) => degrees.ToString("0.0000", CultureInfo.InvariantCulture);
}
