using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using PhysioSite.Data.Providers;
using PhysioSite.Tests.Features.Appointments;
using PhysioSite.Tests.Features.Staff;

namespace PhysioSite.Tests.Operations.Move;

/// <summary>The data of a site with SQLite that is stopped, with rows in every table, and how to move it.</summary>
public sealed class StoppedSite : IDisposable
{
    private const string Email = "grace@cedarandstride.example";

    private readonly StaffSite _site = new() { Provider = DatabaseProvider.Sqlite };
    private readonly List<string> _targets = [];
    private Task? _filled;

    /// <summary>A request of a patient who gave everything, claimed by a staff member.</summary>
    public Receipt Request { get; private set; } = null!;

    /// <summary>Those of a staff member who was signed in when the site stopped.</summary>
    public CookieContainer Cookies { get; } = new();

    public string Folder => _site.DataPath;

    public string File => Path.Combine(Folder, "physiosite.db");

    public DateTimeOffset Stopped { get; private set; }

    public Task FillAsync() => _filled ??= FillOnceAsync();

    public static Browser Open(Site site, CookieContainer cookies) =>
        new(site.CreateDefaultClient(new Uri("https://localhost"), new CookieContainerHandler(cookies)));

    public string NewTarget()
    {
        var target = PostgreSqlServer.Create();
        _targets.Add(target);
        return target;
    }

    /// <summary>The settings of the site with the certificate for PostgreSQL.</summary>
    public Dictionary<string, string?> Settings(params (string Key, string? Value)[] over)
    {
        Dictionary<string, string?> settings = new()
        {
            ["Data:Folder"] = Folder,
            ["Data:KeyCertificate"] = TestCertificates.KeyFile,
        };
        foreach (var (key, value) in over)
        {
            settings[key] = value;
        }

        return settings;
    }

    public void Dispose()
    {
        _site.Dispose();
        _targets.ForEach(PostgreSqlServer.Drop);
    }

    private async Task FillOnceAsync()
    {
        _ = _site.Services;
        using var administrator = await _site.AdministratorAsync("ada@cedarandstride.example");
        using var staff = await _site.MadisonAsync(Email);
        Request = await _site.AskAsync(
            ("email", "zsofia@example.com"), ("name", "Zsófia O’Brien"), ("note", "Line\r\nline with ’ and 😀"), ("area", "shin"));
        await staff.PressOnAsync(Request, "Claim");
        await staff.PressOnAsync(Request, "Note", ("Note", "Rang twice"));
        await staff.PressOnAsync(await _site.AskAsync(), "Close", ("Outcome", "NotWanted"), ("Note", "Found another"));
        await staff.PressOnAsync(await _site.AskAsync(), "Transfer", ("To", "phoenix"), ("Note", "Moved away"));
        await staff.PressOnAsync(await _site.AskAsync(), "Schedule", ("Agreed", "2026-11-30T10:30"));
        var withdrawn = await _site.AskAsync(("email", "ada@example.com"));
        using (var patient = _site.Open())
        {
            await patient.SubmitAsync(await patient.GetAsync(withdrawn.StatusPath), RequestJourney.Withdrawal, []);
        }

        _site.Clock.Advance(TimeSpan.FromTicks(1_234_567));
        await _site.AskAsync();
        _site.Clock.Advance(TimeSpan.FromDays(1));
        await _site.RunJobsAsync();
        using (var signedIn = Open(_site, Cookies))
        {
            await signedIn.SignInAsync(Email, StaffJourney.Password);
        }

        await FillOtherTablesAsync();
        Stopped = _site.Clock.GetUtcNow();
        _site.Stop();
    }

    /// <summary>Two rows for each table that the site has not used, so that a new table needs no change of the test.</summary>
    private Task<bool> FillOtherTablesAsync() => _site.WithDatabaseAsync(async db =>
    {
        await db.Database.OpenConnectionAsync();
        foreach (var table in db.Model.GetRelationalModel().Tables.OrderBy(table => table.ForeignKeyConstraints.Count()))
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT COUNT(*) FROM \"{table.Name}\"";
            if ((long)(await command.ExecuteScalarAsync())! > 0)
            {
                continue;
            }

            var columns = table.Columns.ToList();
            var rows = Enumerable.Range(1, 2)
                .Select(number => $"({string.Join(", ", columns.Select(column => ValueFor(column, number)))})");
            var names = columns.Select(column => $"\"{column.Name}\"");
            command.CommandText = $"INSERT INTO \"{table.Name}\" ({string.Join(", ", names)}) VALUES {string.Join(", ", rows)}";
            await command.ExecuteNonQueryAsync();
        }

        return true;
    });

    /// <returns>SQL.</returns>
    private static string ValueFor(IColumn column, int number)
    {
        if (column.Table.ForeignKeyConstraints.FirstOrDefault(key => key.Columns.Contains(column)) is { } key)
        {
            var principal = key.PrincipalColumns[key.Columns.ToList().IndexOf(column)];
            return $"(SELECT \"{principal.Name}\" FROM \"{key.PrincipalTable.Name}\" LIMIT 1 OFFSET {number - 1})";
        }

        return (Nullable.GetUnderlyingType(column.ProviderClrType) ?? column.ProviderClrType) switch
        {
            var type when type == typeof(string) => $"'é{number}'",
            var type when type == typeof(byte[]) => $"x'00ff0{number}'",
            var type when type == typeof(Guid) => $"'{Guid.CreateVersion7().ToString().ToUpperInvariant()}'",
            var type when type == typeof(DateTime) => $"'2026-11-2{number} 10:00:00.1234567'",
            var type when type == typeof(DateTimeOffset) => $"'2026-11-2{number} 10:00:00.1234567+00:00'",
            var type when type == typeof(DateOnly) => $"'2026-11-2{number}'",
            _ => number.ToString(CultureInfo.InvariantCulture),
        };
    }
}
