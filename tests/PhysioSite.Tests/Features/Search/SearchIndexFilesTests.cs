using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using PhysioSite.Content;
using PhysioSite.Data;
using PhysioSite.Features.Search;

namespace PhysioSite.Tests.Features.Search;

/// <summary>The search indexes that are kept for the next start.</summary>
public sealed class SearchIndexFilesTests : IDisposable
{
    private const string Query = "shin splints";
    private const string Article = "articles/shin-splints.md";

    private readonly ContentCopy _copy = new();
    private readonly string _data = Directory.CreateTempSubdirectory("physiosite-search-").FullName;
    private readonly LogCollector _logs = new();
    private readonly List<SiteSearch> _started = [];

    private string Folder => Path.Combine(_data, "search");

    public void Dispose()
    {
        _started.ForEach(search => search.Dispose());
        _copy.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public void SecondStart_WithTheSameContent_UsesTheFiles()
    {
        Start().Prepare(default);
        Assert.Equal(["en", "es"], Files().Select(file => Path.GetFileName(file)[..2]).Order());
        var ofThisSqlite = $"-{new SqliteConnection().ServerVersion}.db";
        Assert.All(Files(), file => Assert.EndsWith(ofThisSqlite, file, StringComparison.Ordinal));
        Change(Files("en"), "UPDATE listed SET title = 'Kept ' || title");

        var titles = Start().Find(Query).Pages.Select(page => page.Title).ToList();

        Assert.NotEmpty(titles);
        Assert.All(titles, title => Assert.StartsWith("Kept ", title, StringComparison.Ordinal));
        foreach (var file in OperatingSystem.IsWindows() ? [] : Files())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode);
        }
    }

    [Fact]
    public void SecondStart_AfterTheContentChanged_BuildsItAgainAndDeletesTheOldFiles()
    {
        Start().Prepare(default);
        var before = Files();
        _copy.Append(Article, "A quokka has no shin splints.");

        var search = Start();
        search.Prepare(default);

        Assert.Equal("/articles/shin-splints", Assert.Single(search.Find("quokka").Pages).Path);
        Assert.Equal(2, Files().Count);
        Assert.Empty(Files().Intersect(before));
    }

    /// <param name="from">Where the damage begins, as part of the file. A file with a damaged end is opened without an error.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public void SecondStart_WithADamagedFile_FindsTheSame(double from)
    {
        var expected = Paths(Start().Find(Query));
        var file = Files("en");
        var bytes = File.ReadAllBytes(file);
        bytes.AsSpan((int)(bytes.Length * from)).Fill(0x55);
        File.Delete(file);
        File.WriteAllBytes(file, bytes);

        var found = Start().Find(Query);

        Assert.Equal(expected, Paths(found));
        Assert.NotEqual(bytes, File.ReadAllBytes(file));
        Assert.Equal(expected, Paths(Start().Find(Query)));
    }

    /// <summary>A process that ends meanwhile leaves no half index under the name of a whole one.</summary>
    [Fact]
    public async Task Index_WhileItIsBuilt_HasAnotherName()
    {
        Directory.CreateDirectory(Folder);
        var (created, renamed) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        using var watcher = new FileSystemWatcher(Folder) { NotifyFilter = NotifyFilters.FileName };
        watcher.Created += (_, file) => created.Enqueue(file.FullPath);
        watcher.Renamed += (_, file) => renamed.Enqueue(file.FullPath);
        watcher.EnableRaisingEvents = true;

        Start().Prepare(default);

        await Eventually.TrueAsync(() => Task.FromResult(renamed.Count == 2), "both files have their name");
        Assert.Equal(Files().Order(), renamed.Order());
        Assert.DoesNotContain(created, Files().Contains);
    }

    [Fact]
    public void Start_WithADraftOfAnEarlierProcess_DeletesIt()
    {
        Directory.CreateDirectory(Folder);
        var draft = Path.Combine(Folder, "en-1-2.db.3");
        File.WriteAllText(draft, "half");

        Start().Prepare(default);

        Assert.False(File.Exists(draft));
        Assert.Equal(2, Files().Count);
    }

    [Fact]
    public void Start_WithoutAFolderToWriteTo_FindsTheSameAndSaysSo()
    {
        var expected = Paths(Start().Find(Query));
        Directory.Delete(Folder, recursive: true);
        File.WriteAllText(Folder, "");

        var search = Start();

        Assert.Equal(expected, Paths(search.Find(Query)));
        Assert.Contains(_logs.Lines, line => line.Contains("cannot be kept", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_DeletedWhileTheSiteRuns_AreNotMissed()
    {
        var search = Start();
        var expected = Paths(search.Find(Query));

        Directory.Delete(Folder, recursive: true);

        Assert.Equal(expected, Paths(search.Find(Query)));
        Assert.NotEmpty(search.Find("achilles").Pages);
    }

    [Fact]
    public void Preparation_ThatIsStopped_LeavesNoFile()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => Start().Prepare(stopped.Token));
        Assert.Empty(Files());
    }

    private static List<string> Paths(SearchResults results)
    {
        Assert.NotEmpty(results.Pages);
        return [.. results.Pages.Select(page => page.Path)];
    }

    private static void Change(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.NotEqual(0, command.ExecuteNonQuery());
    }

    private List<string> Files() => Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder)] : [];

    private string Files(string language) =>
        Files().Single(file => Path.GetFileName(file).StartsWith(language + "-", StringComparison.Ordinal));

    private SiteSearch Start()
    {
        var library = new ContentLibrary(_copy.Folder, NullLogger<ContentLibrary>.Instance);
        var log = LoggerFactory.Create(logging => logging.AddProvider(_logs));
        var folder = new DataFolder(Options.Create(new DataOptions { Folder = _data }), new HostingEnvironment { ContentRootPath = "/" });
        var search = new SiteSearch(
            library,
            TimeProvider.System,
            new SearchIndexFiles(library, folder, log.CreateLogger<SearchIndexFiles>()),
            log.CreateLogger<SiteSearch>());
        _started.Add(search);
        return search;
    }
}
