using Microsoft.Extensions.Logging.Abstractions;
using PhysioSite.Content;
using PhysioSite.Content.Reading;

namespace PhysioSite.Tests.Content;

/// <summary>Texts that an earlier start has checked are rendered when a page needs them.</summary>
public sealed class KnownTextsTests : IDisposable
{
    private const string Article = "articles/shin-splints.md";

    private readonly ContentCopy _copy = new();
    private readonly string _data = Directory.CreateTempSubdirectory("physiosite-known-").FullName;

    public void Dispose()
    {
        _copy.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public void SecondStart_WithTheSameFiles_ShowsTheSameTexts()
    {
        var first = Start();

        var second = Start();

        Assert.True(File.Exists(Path.Combine(_data, "content.json.sha256")));
        foreach (var (before, after) in first.Languages.Zip(second.Languages))
        {
            foreach (var article in before.Articles)
            {
                var same = after.FindArticle(article.Slug)!;
                Assert.Equal(article.Body.Html.ToString(), same.Body.Html.ToString());
                Assert.Equal(article.Body.PlainText, same.Body.PlainText);
                Assert.Equal(
                    article.Questions.Select(question => question.Answer.Html.ToString()),
                    same.Questions.Select(question => question.Answer.Html.ToString()));
            }
        }
    }

    [Fact]
    public void Read_OfKnownTexts_DoesNotCheckThem()
    {
        _copy.Append(Article, "See [nothing](/articles/nothing).");
        var texts = ContentTexts.Load(_copy.Folder);

        Assert.NotEmpty(ContentReader.Read(texts).Problems);
        Assert.Empty(ContentReader.Read(texts, areTextsKnown: true).Problems);
    }

    [Fact]
    public void Fingerprint_OfAnotherProgram_Differs()
    {
        var texts = ContentTexts.Load(_copy.Folder);

        Assert.Equal(texts.Fingerprint(typeof(Program).Module.ModuleVersionId), texts.Fingerprint());
        Assert.NotEqual(texts.Fingerprint(Guid.NewGuid()), texts.Fingerprint());
    }

    [Fact]
    public void SecondStart_AfterATextWasChanged_ChecksIt()
    {
        Start();
        var line = _copy.Append(Article, "See [nothing](/articles/nothing).");

        var problem = Assert.Single(Start().Problems);

        Assert.Equal((Article, line), (problem.File, problem.Line));
    }

    /// <summary>The texts are valid again, and the copy gets them back.</summary>
    [Fact]
    public void ThirdStart_AfterAMistakeWasUndone_HasNoProblem()
    {
        Start();
        var valid = _copy.Read(Article);
        _copy.Append(Article, "See [nothing](/articles/nothing).");
        Start();
        Assert.False(File.Exists(Path.Combine(_data, "content.json.sha256")));
        _copy.Write(Article, valid);

        Assert.Empty(Start().Problems);
        Assert.True(File.Exists(Path.Combine(_data, "content.json.sha256")));
    }

    private ContentLibrary Start()
    {
        var library = new ContentLibrary(
            _copy.Folder, NullLogger<ContentLibrary>.Instance, Path.Combine(_data, "content.json"));
        library.SaveCopy();
        return library;
    }
}
