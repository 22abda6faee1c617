using PhysioSite.Web.Caching;

namespace PhysioSite.Tests.Web.Caching;

public sealed class ContentCodingsTests
{
    [Theory]
    [InlineData("", "identity")]
    [InlineData("gzip", "gzip identity")]
    [InlineData("GZip", "gzip identity")]
    [InlineData("x-gzip", "gzip identity")]
    [InlineData("gzip, deflate, br, zstd", "br gzip identity")]
    [InlineData("br;q=0.5, gzip;q=0.8", "gzip br identity")]
    [InlineData("gzip;q=0", "identity")]
    [InlineData("br;q=0, *", "gzip identity")]
    [InlineData("*", "br gzip identity")]
    [InlineData("*;q=0", "identity")]
    [InlineData("gzip;q=0.5, identity", "identity gzip")]
    [InlineData("gzip, identity;q=0", "gzip")]
    [InlineData("identity;q=0", "identity")]
    [InlineData("deflate", "identity")]
    [InlineData("gzip;q=x", "identity")]
    public void Accepted_OfAHeader_AreTheBestFirst(string header, string codings) =>
        Assert.Equal(codings, string.Join(' ', ContentCodings.Accepted(header)));

    [Fact]
    public void Accepted_OfNoHeader_IsIdentity() => Assert.Equal("identity", string.Join(' ', ContentCodings.Accepted(default)));

    [Fact]
    public void Accepted_OfTwoHeaders_AreTakenTogether() =>
        Assert.Equal("br gzip identity", string.Join(' ', ContentCodings.Accepted(new(["gzip", "br"]))));
}
