using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using PhysioSite.Data;
using PhysioSite.Data.Encryption;
using PhysioSite.Data.Providers;
using PhysioSite.Data.Sqlite;
using PhysioSite.Data.Sqlite.CompiledModel;

namespace PhysioSite.Tests.Data.Sqlite;

/// <summary>The migrations, the model and the connection settings.</summary>
public sealed class SchemaTests(SchemaTests.SqliteSite site) : IClassFixture<SchemaTests.SqliteSite>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("physiosite-schema-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Model_OfTheProgram_HasNoChangesWithoutAMigration()
    {
        Assert.False(await site.WithDatabaseAsync(db => Task.FromResult(db.Database.HasPendingModelChanges())));
    }

    /// <summary>docs/decisions/0024-compiled-model.md has the command that generates it again.</summary>
    [Fact]
    public async Task CompiledModel_IsThatOfTheConfigurations()
    {
        var (compiled, configured) = await site.WithDatabaseAsync(db => Task.FromResult(
            (db.Model, db.GetService<IDesignTimeModel>().Model)));

        Assert.IsType<SiteDbContextModel>(compiled);
        Assert.Equal(Facts(configured), Facts(compiled));
    }

    /// <summary>
    /// The first three migrations are handwritten, so the test compares the resulting schema, not only the model snapshot.
    /// </summary>
    [Fact]
    public async Task Migrations_AllApplied_MakeTheSchemaOfTheModel()
    {
        await using var migrated = Open("migrated.db");
        await migrated.Database.MigrateAsync();
        await using var modelled = Open("modelled.db");
        await modelled.Database.EnsureCreatedAsync();

        var expected = await SchemaAsync(modelled);

        Assert.Contains("column AppointmentRequests Details TEXT 1  0 0", expected);
        Assert.Equal(expected, await SchemaAsync(migrated));
    }

    [Fact]
    public async Task Migration_OfADatabaseWithRequests_SaysWhenToEscalateAndWhenTheyWereClosed()
    {
        await using var db = Open("before.db");
        await db.GetService<IMigrator>().MigrateAsync("20261122000000_Initial");
        foreach (var (state, id) in new[] { ("New", 1), ("Claimed", 2), ("Closed", 3), ("Withdrawn", 4), ("Withdrawn", 5) })
        {
            var guid = new Guid(id, 0, 0, new byte[8]);
            var (reference, form, status) = ($"R{id}", $"f{id}", $"s{id}");
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO AppointmentRequests (
                    Id, Reference, FormKeyHash, StatusTokenHash, ClinicSlug, Visit, Details, ReceivedUtc, DueUtc, State, Version)
                VALUES (
                    {guid}, {reference}, {form}, {status}, 'madison', 'Clinic', 'x',
                    '2026-11-01 10:00:00', '2026-11-02 10:00:00', {state}, 3)
                """);
            if (state != "New" && id != 5)
            {
                var at = $"2026-11-03 1{id}:00:00";
                var eventId = new Guid(id, 1, 0, new byte[8]);
                await db.Database.ExecuteSqlAsync(
                    $"INSERT INTO RequestEvents (Id, RequestId, Kind, AtUtc) VALUES ({eventId}, {guid}, {state}, {at})");
            }
        }

        await db.Database.MigrateAsync();

        Assert.Equal(
            [
                "R1 2026-11-02 10:00:00 - 0",
                "R2 - - 0",
                "R3 - 2026-11-03 13:00:00 0",
                "R4 - 2026-11-03 14:00:00 0",
                "R5 - 2026-11-01 10:00:00 0",
            ],
            await db.Database.SqlQueryRaw<string>(
                """
                SELECT Reference || ' ' || coalesce(EscalateUtc, '-') || ' ' || coalesce(ClosedUtc, '-') || ' ' || Escalations AS Value
                FROM AppointmentRequests
                ORDER BY Reference
                """).ToListAsync());
    }

    [Fact]
    public async Task Start_OnAnEmptyFolder_AppliesEveryMigration()
    {
        Assert.Empty(await site.WithDatabaseAsync(db => db.Database.GetPendingMigrationsAsync()));
        var applied = await site.WithDatabaseAsync(db => db.Database.GetAppliedMigrationsAsync());
        Assert.Equal(await site.WithDatabaseAsync(db => Task.FromResult(db.Database.GetMigrations())), applied);
        Assert.NotEmpty(applied);
    }

    [Fact]
    public async Task Migrations_TakenBack_LeaveNothingAndApplyAgain()
    {
        await using var db = Open("down.db");
        await db.Database.MigrateAsync();
        var full = await SchemaAsync(db);

        await db.GetService<IMigrator>().MigrateAsync(Migration.InitialDatabase);
        var empty = await SchemaAsync(db);
        await db.Database.MigrateAsync();

        Assert.Empty(empty);
        Assert.Equal(full, await SchemaAsync(db));
    }

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")]
    [InlineData("foreign_keys", "1")]
    [InlineData("busy_timeout", "5000")]
    [InlineData("secure_delete", "1")]
    public async Task Connection_OfTheSite_IsSetToSurviveAPowerCutAndToErase(string pragma, string expected)
    {
        // Several connections, because the settings apply per connection.
        for (var i = 0; i < 3; i++)
        {
            await using var first = site.Services.CreateAsyncScope();
            await using var second = site.Services.CreateAsyncScope();
            foreach (var db in new[] { first, second }.Select(scope => scope.ServiceProvider.GetRequiredService<SiteDbContext>()))
            {
                await db.Database.OpenConnectionAsync();
                Assert.Equal(expected, await PragmaAsync(db, pragma));
            }
        }
    }

    [Theory]
    [InlineData("PRAGMA synchronous = NORMAL", "synchronous = 2")]
    [InlineData("PRAGMA journal_mode = DELETE", "journal_mode = wal")]
    [InlineData("PRAGMA foreign_keys = OFF", "foreign_keys = 1")]
    [InlineData("PRAGMA secure_delete = OFF", "secure_delete = 1")]
    public async Task Settings_ThatDidNotTake_StopTheStart(string change, string named)
    {
        await using var db = Open("settings.db");
        await db.Database.OpenConnectionAsync();
        DurableSqlite.Assert(db.Database.GetDbConnection());
        await db.Database.ExecuteSqlRawAsync(change);

        var thrown = Assert.Throws<StartupException>(() => DurableSqlite.Assert(db.Database.GetDbConnection()));

        Assert.Contains(named, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sqlite_WithoutTheFixOfTheWriteAheadLog_StopsTheStart()
    {
        DurableSqlite.AssertVersion("3.51.3");
        DurableSqlite.AssertVersion("3.53.4");
        var refusal = Assert.Throws<StartupException>(() => DurableSqlite.AssertVersion("3.51.2"));
        Assert.Contains("SQLite 3.51.2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_WithARequest_HoldsNothingOfThePatientInPlainText()
    {
        using var browser = site.Open();
        var receipt = await browser.AskAsync(
            ("name", "Wilhelmina Plaintext"), ("phone", "415 555 0187"), ("email", "wilhelmina@plaintext.example"),
            ("note", "Quinquagenarian marathon"), ("access", "Hearing loop please"), ("area", "shin"));
        var token = receipt.StatusPath.Split('/')[^1];

        // Reads each file once, the database last: closing the file drops SQLite's locks of this process, and SQLite may then delete the
        // other files.
        var files = Directory.GetFiles(site.DataPath, "physiosite.db*").OrderDescending(StringComparer.Ordinal).Select(Read).ToList();

        Assert.True(files.Any(file => Holds(file, receipt.Reference)), "The reference is stored as it is, so this reads the right files.");
        foreach (var secret in new[]
        {
            "Wilhelmina", "Plaintext", "plaintext.example", "wilhelmina", "plaintext", "WILHELMINA", "wilhel",
            "14155550187", "name:wil", "phone:0187",
            "555-0187", "555 0187", "4155550187", "5550187",
            "Quinquagenarian", "Hearing loop", token,
        })
        {
            Assert.DoesNotContain(files, file => Holds(file, secret));
        }
    }

    /// <summary>What a model says of its entities, one fact per line, in a fixed order.</summary>
    private static IEnumerable<string> Facts(IModel model) => model.GetEntityTypes()
        .SelectMany(entity => entity.GetProperties()
            .Select(property => string.Join(
                ' ',
                property.GetColumnName(),
                property.GetColumnType(),
                property.IsNullable,
                property.GetMaxLength(),
                property.IsConcurrencyToken,
                property.ValueGenerated,
                property.ClrType,
                property.GetValueConverter()?.ModelClrType))
            .Concat(entity.GetKeys().Select(key => $"{key.IsPrimaryKey()} {Names(key.Properties)}"))
            .Concat(entity.GetIndexes().Select(index => $"{index.GetDatabaseName()} {Names(index.Properties)} {index.IsUnique}"))
            .Concat(entity.GetForeignKeys().Select(key =>
                $"{key.PrincipalEntityType.Name} {Names(key.Properties)} {key.DeleteBehavior} {key.IsRequired}"))
            .Concat(entity.GetNavigations().Select(navigation => $"{navigation.Name} {navigation.TargetEntityType.Name}"))
            .Select(fact => $"{entity.GetTableName()}: {fact}"))
        .Order(StringComparer.Ordinal);

    private static string Names(IEnumerable<IReadOnlyProperty> properties) =>
        string.Join(',', properties.Select(property => property.Name));

    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static bool Holds(byte[] file, string text) =>
        new[] { Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 }
            .Select(encoding => encoding.GetBytes(text))
            .Any(wanted => file.AsSpan().IndexOf(wanted) >= 0);

    private SiteDbContext Open(string file)
    {
        var options = new DbContextOptionsBuilder<SiteDbContext>()
            .UseSqlite(DurableSqlite.ConnectionString(Path.Combine(_folder, file)))
            .AddInterceptors(new DurableSqlite(), EncryptedValueInterceptor.Instance)
            .Options;
        return new SiteDbContext(
            options,
            site.Services.GetRequiredService<ColumnEncryption>(),
            site.Services.GetRequiredService<WriteGate>());
    }

    private static async Task<string?> PragmaAsync(SiteDbContext db, string pragma)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";
        return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>All table metadata of SQLite, one fact per line, in a fixed order.</summary>
    private static async Task<List<string>> SchemaAsync(SiteDbContext db)
    {
        const string tables = "FROM sqlite_master t JOIN ";
        const string own = "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND t.name NOT LIKE '!_!_EF%' ESCAPE '!'";
        var facts = new List<string>();
        await db.Database.OpenConnectionAsync();
        foreach (var query in new[]
        {
            "SELECT 'table', t.name, t.sql LIKE '%AUTOINCREMENT%', t.sql LIKE '%WITHOUT ROWID%', "
                + $"t.sql LIKE '%CHECK%', t.sql LIKE '%COLLATE%' FROM sqlite_master t {own}",
            "SELECT 'column', t.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk, c.hidden "
                + $"{tables} pragma_table_xinfo(t.name) c {own}",
            "SELECT 'index', t.name, CASE WHEN i.origin = 'c' THEN i.name ELSE '' END, i.\"unique\", i.origin, i.partial, "
                + $"c.seqno, c.name, c.desc, c.coll {tables} pragma_index_list(t.name) i "
                + $"JOIN pragma_index_xinfo(i.name) c {own} AND c.key = 1",
            "SELECT 'key', t.name, k.seq, k.\"table\", k.\"from\", k.\"to\", k.on_update, k.on_delete, k.match "
                + $"{tables} pragma_foreign_key_list(t.name) k {own}",
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('view', 'trigger')",
        })
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = query;
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                var cells = Enumerable.Range(0, reader.FieldCount)
                    .Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture));
                facts.Add(string.Join(' ', cells));
            }
        }

        facts.Sort(StringComparer.Ordinal);
        return facts;
    }

    public sealed class SqliteSite : Site
    {
        public SqliteSite() => Provider = DatabaseProvider.Sqlite;
    }
}
