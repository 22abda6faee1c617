using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data.Providers;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.Indexing;
using PhysioSite.Tests.Email.Outbox;
using PhysioSite.Tests.Features.Staff;
using PhysioSite.Text;

namespace PhysioSite.Tests.Data.Sqlite;

/// <summary>The current program on a copy of an earlier version's data folder. See EarlierDatabase/README.md.</summary>
public sealed class UpgradeTests : IDisposable
{
    private const string New = "XJENGRWD";
    private const string Held = "73HDKCT6";

    private static readonly string Earlier =
        Path.Combine(Repository.Root, "tests", "PhysioSite.Tests", "Data", "Sqlite", "EarlierDatabase");

    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-test-").FullName;
    private readonly StaffSite _site;

    public UpgradeTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "keys"));
        var files = Directory.GetFiles(Earlier, "*.*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".db", StringComparison.Ordinal) || file.EndsWith(".xml", StringComparison.Ordinal));
        foreach (var file in files)
        {
            File.Copy(file, Path.Combine(_folder, Path.GetRelativePath(Earlier, file)));
        }

        _site = new StaffSite
        {
            Provider = DatabaseProvider.Sqlite,
            Settings = { ["Data:Folder"] = _folder },
            // Background services are removed, so that only the upgrade changes data.
            Replace = services =>
            {
                var backgrounds = services
                    .Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationFactory is not null)
                    .ToList();
                foreach (var background in backgrounds)
                {
                    services.Remove(background);
                }
            },
        };
        _site.Clock.Set(new DateTimeOffset(2026, 11, 25, 23, 30, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Database_OfAnEarlierVersion_KeepsEveryRowAndEveryValue()
    {
        // Uses a copy, because SQLite writes files next to a database that it reads.
        var copy = Path.Combine(_folder, "before.db");
        File.Copy(Path.Combine(Earlier, "physiosite.db"), copy);
        var before = Rows(copy, []);

        Assert.Empty(await _site.WithDatabaseAsync(db => db.Database.GetPendingMigrationsAsync()));

        var after = Rows(Path.Combine(_folder, "physiosite.db"), [.. before.Keys]);
        Assert.True(before.Values.Sum(rows => rows.Count) > 80, "This reads the right file.");
        Assert.All(before, table => Assert.Equal(table.Value, after[table.Key]));
        var values = await ValuesAsync();
        var expected = await File.ReadAllLinesAsync(Path.Combine(Earlier, "values.tsv"));
        Assert.Equal(expected.Length, values.Count);
        Assert.All(expected, line =>
        {
            var parts = line.Split('\t');
            AssertHas(parts[2], values[$"{parts[0]} {parts[1].ToUpperInvariant()}"]);
        });
    }

    [Fact]
    public async Task Requests_OfAnEarlierVersion_AreWorkedOnTheDesk()
    {
        using var staff = _site.Open();
        await staff.SignInAsync("ines@cedarandstride.example", StaffJourney.Password);

        var queue = await staff.GetAsync("/staff?state=all");
        foreach (var name in new[] { "Ada Example", "Zoë Claimed", "Carla Scheduled", "Dan Closed", "Hal Phoenix" })
        {
            Assert.Contains(name, queue.Main, StringComparison.Ordinal);
        }

        await staff.PressAsync(await staff.OpenRequestAsync(New), "Claim");
        await staff.PressAsync(await staff.OpenRequestAsync(New), "Close", ("Outcome", "AppointmentMade"), ("Note", "Called back"));
        await staff.PressAsync(await staff.OpenRequestAsync(Held), "Release");

        var request = await _site.FindAsync(New);
        Assert.Equal((RequestState.Closed, "Called back"), (request.State, request.History[^1].Note?.Value));
        var mails = await _site.MailsAsync(Held);
        Assert.Equal([EmailKind.ClinicNotice, EmailKind.PatientConfirmation], mails.Select(mail => mail.Kind));
        Assert.Contains("/requests/1kR6Qxt4GJpsg3mIu8nAsg", mails[1].Content.Value!.Text, StringComparison.Ordinal);
        using var patient = _site.Open();
        Assert.Contains($"Your request {New}", (await patient.GetAsync("/requests/Gzg0PtByV_6RNMUrhaWJlg")).Main, StringComparison.Ordinal);
    }

    /// <summary>The requests are found before they are indexed, and by the index afterwards.</summary>
    [Fact]
    public async Task Requests_OfAnEarlierVersion_AreFoundBeforeAndAfterTheyAreIndexed()
    {
        using var staff = _site.Open();
        await staff.SignInAsync("ines@cedarandstride.example", StaffJourney.Password);
        async Task<bool> FindsAsync(string words)
        {
            var sent = await staff.SubmitAsync(await staff.GetAsync("/staff/search"), "main form", [new("Words", words)]);
            return (await staff.GetAsync(sent.Location!)).Page.QuerySelector($"tr[data-reference='{New}']") is not null;
        }

        Assert.Equal((true, false), (await FindsAsync("Example, Ada"), await FindsAsync("Ada Claimed")));
        await using (var scope = _site.Services.CreateAsyncScope())
        {
            Assert.Equal(0, await scope.ServiceProvider.GetRequiredService<IndexBuilder>().RunAsync(null, CancellationToken.None));
        }

        Assert.False(await _site.WithDatabaseAsync(db => db.Set<AppointmentRequest>().AnyAsync(request => request.SearchId == null)));
        Assert.Equal((true, false), (await FindsAsync("Example, Ada"), await FindsAsync("Ada Claimed")));
    }

    public void Dispose()
    {
        _site.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The rows of every table, limited to the columns of the earlier version.</summary>
    private static Dictionary<string, List<string>> Rows(string file, string[] selects)
    {
        using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        connection.Open();
        var queries = selects.Length > 0 ? [.. selects] : Texts(
            connection,
            """
            SELECT 'SELECT ' || group_concat('"' || c.name || '"', ', ') || ' FROM "' || t.name || '"'
            FROM sqlite_schema t JOIN pragma_table_info(t.name) c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '\_\_EF%' ESCAPE '\' GROUP BY t.name
            """);
        return queries.ToDictionary(query => query, query => Texts(connection, query));
    }

    private static List<string> Texts(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            var cells = Enumerable.Range(0, reader.FieldCount)
                .Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture));
            rows.Add(string.Join(" | ", cells));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    /// <summary>The values that the current program reads from the encrypted columns.</summary>
    private Task<Dictionary<string, string>> ValuesAsync() => _site.WithDatabaseAsync(async db =>
    {
        var values = new Dictionary<string, string>();
        void Add(string cell, Guid id, object? value) =>
            values.Add($"{cell} {id.ToString().ToUpperInvariant()}", JsonSerializer.Serialize(value));

        foreach (var request in await db.Set<AppointmentRequest>().Include(request => request.History).ToListAsync())
        {
            Add("AppointmentRequests.Details", request.Id, request.Details.Value);
            var cells = new[] { ("HeldToken", request.StatusToken), ("KeepReason", request.RetentionHoldReason) };
            foreach (var (cell, value) in cells.Where(pair => pair.Item2 is not null))
            {
                Add($"AppointmentRequests.{cell}", request.Id, value!.Value);
            }

            foreach (var happened in request.History.Where(happened => happened.Note is not null))
            {
                Add("RequestEvents.Note", happened.Id, happened.Note!.Value);
            }
        }

        foreach (var mail in await db.Set<OutboxEmail>().ToListAsync())
        {
            Add("Outbox.Content", mail.Id, mail.Content.Value);
        }

        return values;
    });

    /// <summary>
    /// A later version may have more properties than the earlier version stored, and reads a phone number in any notation as the same
    /// number.
    /// </summary>
    private static void AssertHas(string expected, string actual)
    {
        using var stored = JsonDocument.Parse(expected);
        using var read = JsonDocument.Parse(actual);
        if (stored.RootElement.ValueKind != JsonValueKind.Object)
        {
            Assert.True(JsonElement.DeepEquals(stored.RootElement, read.RootElement), actual);
            return;
        }

        Assert.All(stored.RootElement.EnumerateObject(), property => Assert.True(
            read.RootElement.TryGetProperty(property.Name, out var value)
                && (property.NameEquals("Phone")
                    ? PhoneNumber.ToStored(property.Value.GetString()) == value.GetString()
                    : JsonElement.DeepEquals(property.Value, value)),
            $"{property} is not in {actual}"));
    }
}
