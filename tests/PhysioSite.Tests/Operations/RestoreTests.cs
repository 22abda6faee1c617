using Microsoft.Data.Sqlite;
using PhysioSite.Data;
using PhysioSite.Data.Providers;

namespace PhysioSite.Tests.Operations;

/// <summary>The messages of backup, restore and doctor on errors. A command that fails changes nothing.</summary>
public sealed class RestoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;
    private readonly Site _site = new() { Provider = DatabaseProvider.Sqlite };

    private string BackupFile => Path.Combine(_folder, "backup.db");

    [Fact]
    public async Task Backup_OfRunningSite_HasTheRequestAndNoneOfItsSecretsInTheClear()
    {
        await AskAsync();

        Assert.Equal(0, await _site.Services.RunCommandAsync("backup", BackupFile));

        Assert.Equal(1L, Ask(BackupFile, """SELECT COUNT(*) FROM "AppointmentRequests" """));
        Assert.DoesNotContain("Ada Example", await File.ReadAllTextAsync(BackupFile), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder, "*.part"));
        var inspection = _site.Services.GetRequiredService<IDatabaseInspection>();
        await using var reader = await inspection.OpenAsync(CancellationToken.None);
        var now = _site.Clock.GetUtcNow();
        var last = await inspection.CheckBackupAsync(reader!, now.AddDays(6), CancellationToken.None);
        Assert.Contains(BackupFile, last, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StartupException>(() => inspection.CheckBackupAsync(reader!, now.AddDays(8), CancellationToken.None));
    }

    [Fact]
    public async Task Backup_IntoAFolderThatDoesNotExist_SaysWhatToDo()
    {
        var refused = await Assert.ThrowsAsync<StartupException>(
            () => _site.Services.RunCommandAsync("backup", Path.Combine(BackupFile, "missing", "backup.db")));

        Assert.Contains("The backup was not written: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("can be written, and try again.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backup_OntoAFileThatIsThere_LeavesItAlone()
    {
        await AskAsync();
        await File.WriteAllTextAsync(BackupFile, "last week's");

        var refused = await Assert.ThrowsAsync<StartupException>(() => _site.Services.RunCommandAsync("backup", BackupFile));

        Assert.Contains("exists already", refused.Message, StringComparison.Ordinal);
        Assert.Equal("last week's", await File.ReadAllTextAsync(BackupFile));
    }

    [Fact]
    public async Task Restore_WhileTheSiteRuns_IsRefused()
    {
        await AskAsync();
        await _site.Services.RunCommandAsync("backup", BackupFile);

        var refused = await Assert.ThrowsAsync<StartupException>(() => _site.Services.RunCommandAsync("restore", BackupFile));

        Assert.Contains("Stop that process", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_WithoutItsKeys_ChangesNothing()
    {
        await AskAsync();
        await _site.Services.RunCommandAsync("backup", BackupFile);
        using var other = new Site { Provider = DatabaseProvider.Sqlite };
        using (var browser = other.Open())
        {
            await browser.AskAsync();
            await browser.AskAsync();
        }

        using var restore = Stopped(other, "restore", BackupFile);

        Assert.Equal(1, await restore.ExitAsync());
        Assert.Contains("cannot be read with the keys", restore.Output, StringComparison.Ordinal);
        Assert.Equal(2L, Ask(Path.Combine(other.DataPath, "physiosite.db"), """SELECT COUNT(*) FROM "AppointmentRequests" """));
    }

    [Fact]
    public async Task Restore_OverLaterRequests_KeepsThemInAFileOfTheirOwn()
    {
        await AskAsync();
        await _site.Services.RunCommandAsync("backup", BackupFile);
        await AskAsync();

        using var restore = Stopped(_site, "restore", BackupFile);

        Assert.True(await restore.ExitAsync() == 0, restore.Output);
        Assert.Equal(1L, Ask(Path.Combine(_site.DataPath, "physiosite.db"), """SELECT COUNT(*) FROM "AppointmentRequests" """));
        var later = Assert.Single(Directory.GetFiles(_site.DataPath, "physiosite.db.before-*"));
        Assert.Equal(2L, Ask(later, """SELECT COUNT(*) FROM "AppointmentRequests" """));
    }

    [Fact]
    public async Task Restore_OfSomethingElse_ChangesNothing()
    {
        await AskAsync();
        await File.WriteAllTextAsync(BackupFile, new string('x', 5000));

        using var restore = Stopped(_site, "restore", BackupFile);

        Assert.Equal(1, await restore.ExitAsync());
        Assert.Contains("Nothing was restored", restore.Output, StringComparison.Ordinal);
        Assert.Equal(1L, Ask(Path.Combine(_site.DataPath, "physiosite.db"), """SELECT COUNT(*) FROM "AppointmentRequests" """));
        Assert.Empty(Directory.GetFiles(_site.DataPath, "*.restoring"));
    }

    [Fact]
    public async Task Restore_IntoANewFolderWithoutTheKeys_WritesNothing()
    {
        await AskAsync();
        await _site.Services.RunCommandAsync("backup", BackupFile);
        var before = Directory.GetFileSystemEntries(_folder);

        using var restore = RealSite.Run([new("Data:Folder", Path.Combine(_folder, "new"))], arguments: ["restore", BackupFile]);

        Assert.Equal(1, await restore.ExitAsync());
        Assert.Contains("4 encrypted values cannot be read with the keys in", restore.Output, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder));
    }

    public void Dispose()
    {
        _site.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AskAsync()
    {
        using var browser = _site.Open();
        await browser.AskAsync();
    }

    /// <summary>Stops the site and runs a command on its data folder.</summary>
    private static RealSite Stopped(Site site, params string[] arguments)
    {
        site.Stop();
        return RealSite.Run([new("Data:Folder", site.DataPath)], arguments: arguments);
    }

    private static object? Ask(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
