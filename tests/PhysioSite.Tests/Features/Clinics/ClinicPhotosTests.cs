using System.Net;
using PhysioSite.Content.Reading;
using PhysioSite.Tests.Content;

namespace PhysioSite.Tests.Features.Clinics;

/// <summary>Photos of the place, which the sample content does not have.</summary>
public sealed class ClinicPhotosTests
{
    private const string English = "clinics/madison.md";
    private const string Spanish = "es/clinics/madison.md";
    private const string Described = "photos:\n  /images/madison.jpg: \"La puerta azul\"\n";
    private const string Photo = "/images/madison.jpg";

    [Fact]
    public async Task Photos_OfAClinic_AreServedInTwoWidthsWithTheirDescriptionInBothLanguages()
    {
        using var copy = WithPhoto();
        using var site = new Site { Settings = { ["Content:Folder"] = copy.Folder } };
        using var browser = site.Open();

        foreach (var (path, alt) in new[]
        {
            ("/clinics/madison", "The blue door"), ("/es/clinics/madison", "La puerta azul"),
        })
        {
            var image = Assert.Single((await browser.GetAsync(path)).Page.QuerySelectorAll("main .photos img"));

            Assert.Equal(alt, image.GetAttribute("alt"));
            Assert.Equal("lazy", image.GetAttribute("loading"));
            Assert.Equal(("960", "640"), (image.GetAttribute("width"), image.GetAttribute("height")));
            foreach (var source in image.GetAttribute("srcset")!.Split(", "))
            {
                var answer = await browser.GetAsync(source.Split(' ')[0]);
                Assert.Equal((HttpStatusCode.OK, "image/webp"), (answer.Status, answer.Response.Content.Headers.ContentType?.MediaType));
            }
        }
    }

    [Theory]
    [InlineData(English, Photo, "/images/nowhere.jpg", English, "\"photos\" leads nowhere")]
    [InlineData(English, ": \"The blue door\"", ": \"\"", English, "\"photos./images/madison.jpg\" must be a text")]
    [InlineData(Spanish, Described, "", Spanish, "\"photos\" of clinics/madison.md is not translated")]
    public void Photo_WithAMistake_IsReported(string file, string right, string wrong, string reported, string says)
    {
        using var copy = WithPhoto();
        copy.Replace(file, right, wrong);

        var problems = ContentReader.Read(ContentTexts.Load(copy.Folder)).Problems;

        Assert.Contains(problems, problem => problem.File == reported && problem.Message.Contains(says, StringComparison.Ordinal));
    }

    private static ContentCopy WithPhoto()
    {
        var copy = new ContentCopy();
        File.WriteAllBytes(Path.Combine(copy.Folder, "images/madison.jpg"), Photos.Encode(".jpg", 1200, 800));
        Describe(English, "The blue door");
        Describe(Spanish, "La puerta azul");
        return copy;

        void Describe(string file, string alt) => copy.Replace(file, "---\n", $"---\nphotos:\n  {Photo}: \"{alt}\"\n");
    }
}
