using System.Text;
using NetVips;
using PhysioSite.Content.Pictures;

namespace PhysioSite.Tests.Content.Pictures;

public sealed class PictureStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("physiosite-pictures-");

    private string Cache => Path.Combine(_folder.FullName, "data", "cache");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".webp")]
    [InlineData(".avif")]
    public void Photo_LargerThanPagesShowIt_IsWrittenInTwoWidths(string suffix)
    {
        var (picture, problem) = new PictureStore(Cache).Find(Photo(suffix, 1200, 800), "/images/a" + suffix);

        Assert.Null(problem);
        Assert.Equal((960, 640), (picture!.Width, picture.Height));
        Assert.Matches("^/pictures/[0-9a-f]{24}-480.webp$", picture.Address);
        Assert.Equal($"{picture.Address} 480w, {picture.Address.Replace("-480", "-960", StringComparison.Ordinal)} 960w", picture.Sources);
        using var small = Image.NewFromFile(Path.Combine(Cache, Path.GetFileName(picture.Address)));
        Assert.Equal((480, 320), (small.Width, small.Height));
        Assert.Equal(2, Directory.GetFiles(Cache).Length);
    }

    [Fact]
    public void Photo_SmallerThanPagesShowIt_IsNotEnlarged()
    {
        var (picture, _) = new PictureStore(Cache).Find(Photo(".jpg", 300, 200), "/images/a.jpg");

        Assert.Equal((300, 200, null), (picture!.Width, picture.Height, picture.Sources));
        Assert.EndsWith("-300.webp", picture.Address, StringComparison.Ordinal);
    }

    /// <summary>A file from a phone names the place and the time.</summary>
    [Fact]
    public void Photo_OfACameraHeldUpright_IsTurnedAndKeepsNothingElse()
    {
        var (picture, _) = new PictureStore(Cache).Find(Photo(".jpg", 1200, 800, orientation: 6), "/images/a.jpg");

        Assert.Equal((800, 1200), (picture!.Width, picture.Height));
        var written = File.ReadAllBytes(Path.Combine(Cache, Path.GetFileName(picture.Address)));
        Assert.DoesNotContain("At home", Encoding.Latin1.GetString(written), StringComparison.Ordinal);
        Assert.DoesNotContain("EXIF", Encoding.Latin1.GetString(written), StringComparison.Ordinal);
    }

    [Fact]
    public void Photo_ThatWasPrepared_IsNotWrittenAgain()
    {
        var file = Photo(".jpg", 1200, 800);
        new PictureStore(Cache).Find(file, "/images/a.jpg");
        var written = Directory.GetFiles(Cache).ToDictionary(path => path, File.GetLastWriteTimeUtc);

        new PictureStore(Cache).Find(file, "/images/a.jpg");

        Assert.Equal(written, Directory.GetFiles(Cache).ToDictionary(path => path, File.GetLastWriteTimeUtc));
    }

    [Fact]
    public void Photo_ThatChanged_GetsAnotherAddress()
    {
        var store = new PictureStore(Cache);
        var file = Photo(".jpg", 1200, 800);
        var before = store.Find(file, "/images/a.jpg").Picture;
        File.WriteAllBytes(file, Photos.Encode(".jpg", 1000, 800));

        Assert.NotEqual(before!.Address, store.Find(file, "/images/a.jpg").Picture!.Address);
    }

    /// <summary>A folder that cannot be written: its parent is a file. The photo is shown as it is.</summary>
    [Fact]
    public void Photo_WithoutAWritableCache_IsShownAsItIs()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "data"), "");

        var (picture, problem) = new PictureStore(Cache).Find(Photo(".jpg", 1200, 800), "/images/a.jpg");

        Assert.Equal((null, "/images/a.jpg", 960), (problem, picture!.Address, picture.Width));
    }

    [Fact]
    public void Photo_CutOff_IsAProblemAndWritesNothing()
    {
        var file = Photo(".jpg", 1200, 800);
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..5000]);

        var (picture, problem) = new PictureStore(Cache).Find(file, "/images/a.jpg");

        Assert.Null(picture);
        Assert.Contains("damaged", problem, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Cache));
    }

    [Fact]
    public void Drawing_HasTheSizeOfItsViewBox()
    {
        var file = Path.Combine(_folder.FullName, "a.svg");
        File.WriteAllText(file, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 90 640 170.4\"/>");

        var (picture, _) = new PictureStore(Cache).Find(file, "/images/a.svg");

        Assert.Equal(("/images/a.svg", null, 640, 170), (picture!.Address, picture.Sources, picture.Width, picture.Height));
    }

    private string Photo(string suffix, int width, int height, int orientation = 1)
    {
        var file = Path.Combine(_folder.FullName, "a" + suffix);
        File.WriteAllBytes(file, Photos.Encode(suffix, width, height, orientation));
        return file;
    }
}
