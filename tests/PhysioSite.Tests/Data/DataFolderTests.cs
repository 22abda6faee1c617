using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Tests.Operations;

namespace PhysioSite.Tests.Data;

/// <summary>Who may read the files of the data folder, and to whom they belong.</summary>
public sealed class DataFolderTests : IDisposable
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode EverybodyEnters =
        Everybody | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>A user that no machine has.</summary>
    private static readonly FileOwner Stranger = new(64321, 64322);

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Start_OnAFolderThatOthersCanRead_MakesWhatTheSiteWroteItsOwnersAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await StorageServices.StartAsync(Data);
        foreach (var name in new[] { "retention.json", "content.json", "refused-form.json", "mail/old.eml", "physiosite.db.before-2026" })
        {
            await File.WriteAllTextAsync(Path.Combine(Data, name), "");
        }

        string[] foreign = [Path.Combine(_folder, "elsewhere"), Path.Combine(Data, "notes.txt")];
        foreach (var file in foreign)
        {
            await File.WriteAllTextAsync(file, "");
        }

        var entries = Entries().ToList();
        foreach (var entry in entries)
        {
            entry.UnixFileMode = entry is DirectoryInfo ? EverybodyEnters : Everybody;
        }

        File.SetUnixFileMode(foreign[0], Everybody);
        File.CreateSymbolicLink(Path.Combine(Data, "mail", "link"), foreign[0]);

        await StorageServices.StartAsync(Data);

        Assert.True(entries.Count > 10, $"{entries.Count} entries");
        foreach (var entry in entries.Where(entry => entry.FullName != foreign[1]))
        {
            var expected = entry is DirectoryInfo ? PrivateFile.FolderMode : PrivateFile.FileMode;
            Assert.Equal((entry.FullName, expected), (entry.FullName, File.GetUnixFileMode(entry.FullName)));
        }

        foreach (var file in foreign)
        {
            Assert.Equal(Everybody, File.GetUnixFileMode(file));
        }
    }

    [Theory]
    [InlineData("a file")]
    [InlineData("a link to a file")]
    [InlineData("a link that leads nowhere")]
    public async Task Start_WithKeysThatAreNoFolder_IsRefused(string what)
    {
        var (keys, target) = (Path.Combine(Data, "keys"), Path.Combine(_folder, "target"));
        Directory.CreateDirectory(Data);
        if (what != "a link that leads nowhere")
        {
            await File.WriteAllTextAsync(what == "a file" ? keys : target, "");
        }

        if (what != "a file")
        {
            File.CreateSymbolicLink(keys, target);
        }

        var refused = await Assert.ThrowsAsync<StartupException>(() => StorageServices.StartAsync(Data));

        Assert.StartsWith($"{keys} must be a folder, but it is", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithALinkToAFolderOfKeys_UsesThatFolder()
    {
        var target = Directory.CreateDirectory(Path.Combine(_folder, "target"));
        Directory.CreateDirectory(Data);
        File.CreateSymbolicLink(Path.Combine(Data, "keys"), target.FullName);

        await StorageServices.StartAsync(Data);

        Assert.Single(target.GetFiles("key-*.xml"));
    }

    [RootFact]
    public async Task Files_CreatedByRootInAFolderOfAnotherUser_BelongToThatUser()
    {
        Directory.CreateDirectory(Path.Combine(Data, "mail"));
        GiveAway(Data);
        using var site = new Site { Provider = DatabaseProvider.Sqlite, Settings = { ["Data:Folder"] = Data } };
        using (var browser = site.Open())
        {
            await browser.AskAsync(("email", "ada@example.com"));
        }

        await Eventually.TrueAsync(
            () => Task.FromResult(Directory.GetFiles(Path.Combine(Data, "mail"), "*.eml").Length == 2), "two emails");
        var backup = Path.Combine(_folder, "backup.db");
        Assert.Equal(0, await site.Services.RunCommandAsync("backup", backup));
        Assert.Equal(0, await site.Services.RunCommandAsync("retention", "--confirm"));
        Assert.Equal(0, await site.Services.RunCommandAsync("email", "test", "--to", "to@example.com"));
        Directory.Delete(Path.Combine(Data, "mail"), recursive: true);
        Assert.Equal(Stranger, FileOwner.Find(backup));
        site.Stop();

        using var restore = RealSite.Run([new("Data:Folder", Data)], arguments: ["restore", backup]);
        Assert.True(await restore.ExitAsync() == 0, restore.Output);

        var names = Entries().Select(entry => entry.Name).ToList();
        Assert.Contains("retention.json", names);
        Assert.Contains(names, name => name.StartsWith("physiosite.db.before-", StringComparison.Ordinal));
        Assert.Contains(names, name => name.StartsWith("key-", StringComparison.Ordinal));
        Assert.All(Entries(), entry => Assert.Equal((entry.FullName, Stranger), (entry.FullName, FileOwner.Find(entry.FullName))));
    }

    [RootFact]
    public async Task Doctor_WithAFileOfAnotherUser_SaysHowToCorrectIt()
    {
        await StorageServices.StartAsync(Data);
        var file = Path.Combine(Data, "retention.json");
        await File.WriteAllTextAsync(file, "{}");
        GiveAway(file);

        using var doctor = RealSite.Run([new("Data:Folder", Data)], arguments: ["doctor"]);

        Assert.Equal(1, await doctor.ExitAsync());
        Assert.Contains(
            $"LOOK  files     1 do not belong to the owner of {Data}, so the site may not be able to use them: {file}. "
            + $"Run: chown -R {FileOwner.Find(Data)} {Data}",
            doctor.Output,
            StringComparison.Ordinal);
    }

    private static void GiveAway(string path) => Assert.Null(ChildProcess.Run("chown", "-R", $"{Stranger}", path));

    private IEnumerable<FileSystemInfo> Entries()
    {
        var folder = new DirectoryInfo(Data);
        return folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Prepend(folder);
    }
}
