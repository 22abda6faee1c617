using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Content.Reading;

namespace PhysioSite.Tests.Content;

/// <summary>Files as editors, copies and cameras leave them.</summary>
public sealed class ContentFilesTests : IDisposable
{
    private const string About = "pages/about.md";
    private const string Madison = "clinics/madison.md";
    private const string Svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>";

    private static readonly byte[] Png = Photos.Encode(".png");

    private readonly ContentCopy _copy = new();

    public void Dispose() => _copy.Dispose();

    [Fact]
    public void File_WithByteOrderMarkOrWindowsLines_IsReadTheSame()
    {
        var text = _copy.Read(About);
        var expected = Read().FindPage("about")!.Body.PlainText;
        foreach (var (encoding, newLine) in new[]
        {
            (new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), "\n"),
            ((Encoding)new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), "\r\n"),
            (new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), "\r"),
            (new UnicodeEncoding(bigEndian: false, byteOrderMark: true), "\r\n"),
            (new UnicodeEncoding(bigEndian: true, byteOrderMark: true), "\n"),
        })
        {
            File.WriteAllText(Path.Combine(_copy.Folder, About), text.Replace("\n", newLine, StringComparison.Ordinal), encoding);

            Assert.Equal(expected, Read().FindPage("about")!.Body.PlainText);
        }
    }

    [Fact]
    public void File_InUtf16WithoutAMark_IsReported()
    {
        File.WriteAllBytes(Path.Combine(_copy.Folder, About), Encoding.Unicode.GetBytes(_copy.Read(About)));

        Assert.Contains(Problems(), problem => problem is { File: About, Line: 1 }
            && problem.Message.Contains("encoding UTF-8", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("  street: 214", "\tstreet: 214", "Indent with spaces, not with a tab.")]
    [InlineData("  street: 214", "\u00A0\u00A0street: 214", "invisible")]
    [InlineData("name: Madison", "name:\u00A0Madison", "invisible space, perhaps from copying")]
    [InlineData("name: Madison", "name\u00A0: Madison", "invisible character, perhaps from copying")]
    [InlineData("name: Madison", "\u200Bname: Madison", "invisible character, perhaps from copying")]
    [InlineData("name: Madison", "name: Madison\nname: Other", "not valid YAML")]
    public void FrontMatter_WithCharactersNobodySees_IsReportedAtItsLine(string right, string wrong, string says)
    {
        var line = _copy.Replace(Madison, right, wrong);

        var problems = Problems();

        Assert.Contains(problems, problem =>
            problem.File == Madison && Math.Abs(problem.Line - line) <= 1 && problem.Message.Contains(says, StringComparison.Ordinal));
        Assert.All(problems, problem => Assert.Equal(Madison, problem.File));
    }

    [Theory]
    [InlineData("clinics/madison.md.bak")]
    [InlineData("clinics/madison.md.orig")]
    [InlineData("clinics/.madison.md.swp")]
    [InlineData("clinics/#madison.md#")]
    [InlineData("articles/Thumbs.db")]
    [InlineData("desktop.ini")]
    [InlineData("images/README.md")]
    public void File_ThatAProgramLeft_IsSkipped(string file)
    {
        _copy.Write(file, "\0");

        Assert.Empty(Problems());
    }

    [Theory]
    [InlineData("articles/new-one.docx")]
    [InlineData("articles/new-one.txt")]
    [InlineData("pages/new-one.html")]
    [InlineData("articles/new-one.md/text.md")]
    public void File_ThatSomebodyWroteAndNobodyWouldRead_IsReportedOnce(string file)
    {
        _copy.Write(file, "\0Words");

        Assert.Contains(Problems(), problem => problem.File == file && problem.Message.Contains("not used", StringComparison.Ordinal));
        Assert.All(Problems(), problem => Assert.DoesNotContain("UTF-8", problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Folder_NamedLikeAFile_IsReported()
    {
        Directory.CreateDirectory(Path.Combine(_copy.Folder, "articles/new-one.md"));

        var problem = Assert.Single(Problems());
        Assert.Equal(("articles/new-one.md", true), (problem.File, problem.Message.Contains("is a folder", StringComparison.Ordinal)));
    }

    [Fact]
    public void Link_ToAFileOrFolder_IsFollowedAndALoopIsNot()
    {
        var elsewhere = Path.Combine(_copy.Folder, ".elsewhere");
        Directory.Move(Path.Combine(_copy.Folder, "careers"), elsewhere);
        Directory.CreateSymbolicLink(Path.Combine(_copy.Folder, "careers"), elsewhere);
        Directory.CreateSymbolicLink(Path.Combine(_copy.Folder, "articles", "all"), _copy.Folder);
        File.Move(Path.Combine(_copy.Folder, Madison), Path.Combine(elsewhere, ".madison"));
        File.CreateSymbolicLink(Path.Combine(_copy.Folder, Madison), Path.Combine(elsewhere, ".madison"));

        Assert.Empty(Problems());
        Assert.NotEmpty(Read().Positions);
        Assert.NotNull(Read().FindClinic("madison"));
    }

    /// <summary>A link to a file that is missing fails like a file without permission, also for the root user.</summary>
    [Fact]
    public void File_ThatCannotBeRead_IsTheOnlyOneReportedAndTheCopyIsShown()
    {
        var data = Directory.CreateTempSubdirectory("physiosite-copy-");
        var saved = Path.Combine(data.FullName, "content.json");
        new ContentLibrary(_copy.Folder, NullLogger<ContentLibrary>.Instance, saved).SaveCopy();
        _copy.Delete(Madison);
        File.CreateSymbolicLink(Path.Combine(_copy.Folder, Madison), Path.Combine(_copy.Folder, "nowhere"));
        _copy.Replace("clinics/denver.md", "name: Denver", "name: Denver West");

        var library = new ContentLibrary(_copy.Folder, NullLogger<ContentLibrary>.Instance, saved);

        var problem = Assert.Single(library.Problems);
        Assert.Equal((Madison, 1), (problem.File, problem.Line));
        Assert.Contains("cannot be read", problem.Message, StringComparison.Ordinal);
        Assert.Equal(("Madison", "Denver West"), (library.English.FindClinic("madison")!.Name, library.English.FindClinic("denver")!.Name));
        data.Delete(recursive: true);
    }

    /// <summary>What the copy refers to may be gone: the site starts with it and reports what is wrong.</summary>
    [Theory]
    [InlineData("images/calf-stretch-wall.svg")]
    [InlineData("pages/about.md")]
    [InlineData("clinics/denver.md")]
    public void Start_AfterAFileThatOthersNameIsDeleted_ShowsTheCopy(string deleted)
    {
        var data = Directory.CreateTempSubdirectory("physiosite-copy-");
        var saved = Path.Combine(data.FullName, "content.json");
        new ContentLibrary(_copy.Folder, NullLogger<ContentLibrary>.Instance, saved).SaveCopy();
        _copy.Delete(deleted);

        var library = new ContentLibrary(_copy.Folder, NullLogger<ContentLibrary>.Instance, saved);

        Assert.NotEmpty(library.Problems);
        Assert.NotNull(library.English.FindClinic("denver"));
        Assert.NotNull(library.English.FindPage("about"));
        data.Delete(recursive: true);
    }

    public static TheoryData<string, byte[]?, string?> Pictures => new()
    {
        { "door.png", Png, null },
        { "door.PNG", Png, null },
        { "door.jpg", Photos.Encode(".jpg"), null },
        { "door.webp", Photos.Encode(".webp"), null },
        { "door.avif", Photos.Encode(".avif"), null },
        { "door.gif", Photos.Encode(".gif"), null },
        { "door.jpg", Photos.Encode(".jpg")[..400], "The file is damaged" },
        { "door.webp", [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBPVP8 "u8], "The file is damaged" },
        { "door.avif", [0, 0, 0, 32, .. "ftypavif"u8], "The file is damaged" },
        { "door.SVG", Encoding.UTF8.GetBytes("<?xml version=\"1.0\"?>\n<!-- drawn -->\n" + Svg), null },
        { "door.heic", [0, 0, 0, 32, .. "ftypheic"u8], "Browsers do not show this kind of file" },
        { "door.tiff", [.. "II*"u8, 0], "Browsers do not show this kind of file" },
        { "door.jpeg", [0, 0, 0, 32, .. "ftypheic"u8], "damaged, or it is another kind" },
        { "door.png", [], "damaged, or it is another kind" },
        { "door.svg", Encoding.UTF8.GetBytes("<svg viewBox=\"0 0 1 1\"/>"), "first element must be <svg xmlns" },
        { "door.svg", Encoding.UTF8.GetBytes(Svg.Replace("/>", "><g>", StringComparison.Ordinal)), "The SVG is damaged" },
        { "door.gif", [.. "GIF8"u8, .. new byte[1_000_000]], "less than 1 MB" },
        { "door.jpg", null, "leads nowhere" },
    };

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Picture_IsAcceptedWhenBrowsersShowIt(string name, byte[]? bytes, string? says)
    {
        if (bytes is not null)
        {
            File.WriteAllBytes(Path.Combine(_copy.Folder, "images", name), bytes);
        }

        var line = _copy.Append(About, $"![The door](/images/{name})");

        var problems = Problems();

        if (says is null)
        {
            Assert.Empty(problems);
        }
        else
        {
            var problem = Assert.Single(problems);
            Assert.Equal((About, line), (problem.File, problem.Line));
            Assert.Contains(says, problem.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Photo_TooLarge_IsReported()
    {
        using (var file = File.Create(Path.Combine(_copy.Folder, "images/door.jpg")))
        {
            file.SetLength(20_000_001);
        }

        _copy.Append(About, "![The door](/images/door.jpg)");

        Assert.Contains("less than 20 MB", Assert.Single(Problems()).Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<ContentProblem> Problems() => ContentReader.Read(ContentTexts.Load(_copy.Folder)).Problems;

    private SiteContent Read() => ContentReader.Read(ContentTexts.Load(_copy.Folder)).Contents[0];
}
