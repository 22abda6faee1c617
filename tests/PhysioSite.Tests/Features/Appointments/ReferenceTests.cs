using PhysioSite.Features.Appointments;

namespace PhysioSite.Tests.Features.Appointments;

public sealed class ReferenceTests
{
    [Fact]
    public void Next_AThousandTimes_IsNeverTheSame()
    {
        var references = Enumerable.Range(0, 1000).Select(_ => Reference.Next()).ToList();

        Assert.Equal(references.Count, references.Distinct().Count());
        Assert.All(references, reference => Assert.Matches("^[34679ACDEFGHJKMNPQRTWXY]{8}$", reference));
        Assert.Equal(23, string.Concat(references).Distinct().Count());
    }

    [Theory]
    [InlineData("0O")]
    [InlineData("1IL")]
    [InlineData("2Z")]
    [InlineData("5S")]
    [InlineData("8B")]
    [InlineData("UV")]
    public void Alphabet_LookAlikes_AreLeftOut(string characters) =>
        Assert.DoesNotContain(characters, character => Reference.Alphabet.Contains(character));
}
