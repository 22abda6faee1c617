using Microsoft.Data.Sqlite;
using PhysioSite.Features.Staff;
using PhysioSite.Tests.Operations;

namespace PhysioSite.Tests.Data.Encryption;

/// <summary>A deleted or damaged key, and a backup in which single values are damaged.</summary>
public sealed class LostKeyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;

    private string Keys => Path.Combine(_folder, "data", "keys");

    [Theory]
    [InlineData("deleted")]
    [InlineData("not xml")]
    [InlineData("another document")]
    [InlineData("truncated")]
    [InlineData("other secret")]
    public async Task Key_Spoiled_CostsWhatItEncryptedAndNothingElse(string way)
    {
        string first;
        using (var site = Open())
        {
            using var patient = site.Open();
            first = (await patient.AskAsync()).Reference;
        }

        var key = Assert.Single(Directory.GetFiles(Keys, "key-*.xml"));
        var whole = await File.ReadAllTextAsync(key);
        if (way == "deleted")
        {
            File.Delete(key);
        }
        else
        {
            await File.WriteAllTextAsync(key, way switch
            {
                "not xml" => "no key",
                "another document" => "<html></html>",
                "truncated" => whole[..(whole.Length / 2)],
                _ => whole.Replace("<value>", "<value>*", StringComparison.Ordinal),
            });
        }

        using (var site = Open())
        {
            using var patient = site.Open();
            var second = (await patient.AskAsync(("name", "Grace Readable"))).Reference;
            using var staff = await site.SignInAsync("keys@cedarandstride.example", StaffRoles.Administrator);
            var queue = await staff.GetAsync("/staff");

            Assert.Contains(first, queue.Main, StringComparison.Ordinal);
            Assert.Contains("Cannot be read", queue.Main, StringComparison.Ordinal);
            Assert.Contains(second, queue.Main, StringComparison.Ordinal);
            Assert.Contains("Grace Readable", queue.Main, StringComparison.Ordinal);
            Assert.Equal("Degraded", await site.ReadinessAsync("encryption"));
        }

        await File.WriteAllTextAsync(key, whole);
        using (var site = Open())
        {
            using var browser = site.Open();
            await browser.SignInAsync("keys@cedarandstride.example", StaffJourney.Password);
            Assert.Contains("Ada Example", (await browser.GetAsync("/staff")).Main, StringComparison.Ordinal);
            Assert.Equal("Healthy", await site.ReadinessAsync("encryption"));
        }
    }

    [Fact]
    public async Task Backup_WithOneDamagedValue_IsRestoredAndNamesIt()
    {
        var backup = Path.Combine(_folder, "backup.db");
        using (var site = Open())
        {
            using var patient = site.Open();
            var receipt = await patient.AskAsync();
            await patient.AskAsync();
            await site.SpoilAsync("AppointmentRequests.Details", $"Reference = '{receipt.Reference}'");
            Assert.Equal(0, await site.Services.RunCommandAsync("backup", backup));
        }

        using var doctor = Run("doctor");
        using var restore = Run("restore", backup);

        Assert.Equal(1, await doctor.ExitAsync());
        Assert.Contains("1 of 4 encrypted values cannot be read", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("Their keys are there, so they are damaged", doctor.Output, StringComparison.Ordinal);
        Assert.True(await restore.ExitAsync() == 0, restore.Output);
        Assert.Contains(
            "1 of 4 encrypted values are damaged in the backup and stay unreadable: Details of AppointmentRequests ",
            restore.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_WithoutAKey_NamesIt()
    {
        using (var site = Open())
        {
            using var patient = site.Open();
            await patient.AskAsync();
        }

        var key = Assert.Single(Directory.GetFiles(Keys, "key-*.xml"));
        File.Move(key, Path.Combine(_folder, "moved.xml"));
        using (var site = Open())
        {
            using var patient = site.Open();
            await patient.AskAsync();
        }

        using var doctor = Run("doctor");
        Assert.Equal(1, await doctor.ExitAsync());
        Assert.Contains($"missing: {Path.GetFileNameWithoutExtension(key)["key-".Length..]}", doctor.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(key, "no key");
        using var again = Run("doctor");
        Assert.Equal(1, await again.ExitAsync());
        Assert.Contains($"Damaged in {Keys}: {Path.GetFileName(key)}", again.Output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private Site Open() => new() { Settings = { ["Data:Folder"] = Path.Combine(_folder, "data") } };

    private RealSite Run(params string[] arguments)
    {
        SqliteConnection.ClearAllPools();
        return RealSite.Run([new("Data:Folder", Path.Combine(_folder, "data"))], arguments: arguments);
    }
}
