using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Data;
using PhysioSite.Email;
using PhysioSite.Email.Outbox;
using PhysioSite.Features.Appointments;
using PhysioSite.Features.Appointments.History;
using PhysioSite.Features.Appointments.Indexing;
using PhysioSite.Localization;
using PhysioSite.TestSupport;

namespace PhysioSite.Benchmarks.Growth;

/// <summary>
/// Fills the database of a site with requests of two years, most of them closed. A few thousand are made by the code of the site; the rest
/// are copies of their rows with other ids, references, clinics and times, because encryption alone would take minutes.
/// </summary>
internal sealed class RequestGenerator(Site site)
{
    private const int Originals = 2_000;
    private const int RowsPerStatement = 50;

    private static readonly TimeSpan Period = TimeSpan.FromDays(730);

    private static readonly string[] FirstNames =
    [
        "James", "Mary", "Robert", "Patricia", "John", "Jennifer", "Michael", "Linda", "David", "Elizabeth", "María", "José", "Zoë",
        "Seán", "Björn", "Ana", "Li", "Mei", "Fatima", "Omar", "Anh", "Priya", "Kofi", "Ngozi", "Ivan", "Olga", "Kenji", "Yuki", "Lucía",
        "Mateo",
    ];

    private static readonly string[] LastNames =
    [
        "Smith", "Johnson", "Williams", "Brown", "Jones", "Garcia", "Miller", "Davis", "Rodriguez", "Martinez", "Hernandez", "Lopez",
        "O’Brien", "García-López", "de la Cruz", "Nguyen", "Kim", "Patel", "Okafor", "Ivanova", "Tanaka", "Müller", "Wu", "McDonald",
        "Anderson", "Thomas", "Taylor", "Moore", "Jackson", "Martin", "Lee", "Perez", "Thompson", "White", "Harris", "Sanchez", "Clark",
    ];

    private readonly Random _random = new(16);
    private readonly HashSet<string> _references = [];

    /// <param name="clinics">The slugs that the requests are distributed to.</param>
    public async Task FillAsync(int count, IReadOnlyList<string> clinics)
    {
        await MakeOriginalsAsync(Math.Min(count, Originals));
        await using (var scope = site.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IndexBuilder>().RunAsync(null, CancellationToken.None);
        }

        await site.WithDatabaseAsync(async db =>
        {
            await db.Database.OpenConnectionAsync();
            var requests = await ReadAsync(db, Table<AppointmentRequest>(db));
            var events = (await ReadAsync(db, Table<RequestEvent>(db))).ToLookup(row => row["RequestId"]);
            var emails = (await ReadAsync(db, Table<OutboxEmail>(db))).ToLookup(row => row["RequestId"]);
            var terms = (await ReadAsync(db, Table<SearchTerm>(db))).ToLookup(row => row["SearchId"]);
            for (var made = requests.Count; made < count;)
            {
                var (newRequests, newEvents) = (new List<Row>(), new List<Row>());
                var (newEmails, newTerms) = (new List<Row>(), new List<Row>());
                for (; made < count && newRequests.Count < RowsPerStatement * 10; made++)
                {
                    var original = requests[_random.Next(requests.Count)];
                    var key = original["Id"];
                    var request = Copy(original, made, count, clinics[_random.Next(clinics.Count)]);
                    newRequests.Add(request);
                    newTerms.AddRange(terms[original["SearchId"]].Select(row => new Row(row) { ["SearchId"] = request["SearchId"] }));
                    newEvents.AddRange(events[key].Select(row => new Row(row) { ["Id"] = NewId(request), ["RequestId"] = request["Id"] }));
                    newEmails.AddRange(emails[key].Select(row => new Row(row)
                    {
                        ["Id"] = NewId(request),
                        ["RequestId"] = request["Id"],
                        ["About"] = request["Reference"],
                        ["Scope"] = request["ClinicSlug"],
                        ["CreatedUtc"] = request["ReceivedUtc"],
                    }));
                }

                await InsertAsync(db, Table<AppointmentRequest>(db), newRequests);
                await InsertAsync(db, Table<RequestEvent>(db), newEvents);
                await InsertAsync(db, Table<OutboxEmail>(db), newEmails);
                await InsertAsync(db, Table<SearchTerm>(db), newTerms);
            }

            return true;
        });
    }

    /// <summary>Vacuums and analyzes the tables, as PostgreSQL does in the background.</summary>
    /// <returns>The size of the database in bytes.</returns>
    public static async Task<long> PrepareAsync(Site site) => await site.WithDatabaseAsync(async db =>
    {
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = "VACUUM ANALYZE";
        await command.ExecuteNonQueryAsync();
        command.CommandText = "SELECT pg_database_size(current_database())";
        return (long)(await command.ExecuteScalarAsync())!;
    });

    private async Task MakeOriginalsAsync(int count)
    {
        var content = site.Services.GetRequiredService<PhysioSite.Content.ContentLibrary>().Current;
        var keys = site.Services.GetRequiredService<SubmissionKeys>();
        var (by, now) = (new StaffActor(Guid.CreateVersion7(), "Ada"), site.Clock.UtcNow);
        var email = EmailRenderer.Render(new TestEmail(now), Language.English);
        foreach (var some in Enumerable.Range(0, count).Chunk(500))
        {
            await site.WithDatabaseAsync(async db =>
            {
                foreach (var i in some)
                {
                    var clinic = content.Clinics[i % content.Clinics.Count];
                    _ = keys.TryRead(keys.Issue(), out var key);
                    var request = AppointmentRequest.Receive(
                        key!, clinic, clinic.Visits[0], Details(i), now.AddDays(-1), now.AddHours((i % 50) - 10));
                    ChangeState(request, by, i, now);
                    db.Add(request);
                    var topic = new EmailTopic(request.Id, request.Reference, request.ClinicSlug);
                    db.Add(new OutboxEmail(EmailKind.ClinicNotice, topic, clinic.Inbox, email, now));
                    db.Add(new OutboxEmail(EmailKind.PatientConfirmation, topic, "patient@example.com", email, now));
                }

                return await db.SaveChangesAsync();
            });
        }

        await site.WithDatabaseAsync(db => db.Set<OutboxEmail>().ExecuteUpdateAsync(set => set
            .SetProperty(row => row.State, OutboxState.Sent)
            .SetProperty(row => row.SentUtc, now)));
    }

    /// <summary>Of a hundred requests, three are held, nine open, three scheduled, five withdrawn, and the rest closed.</summary>
    private static void ChangeState(AppointmentRequest request, StaffActor by, int i, DateTime now)
    {
        switch (i % 100)
        {
            case < 3:
                request.Hold("There is a web address in it.", now);
                break;
            case < 6:
                break;
            case < 9:
                request.Claim(by, null, now);
                break;
            case < 12:
                request.RecordCall(by, CallResult.NoAnswer, now.AddDays(1), null, now);
                break;
            case < 15:
                request.Schedule(by, now.AddDays(i % 14), null, null, now);
                break;
            case < 20:
                request.Withdraw(now);
                break;
            default:
                request.Close(by, RequestOutcome.AppointmentMade, null, now);
                break;
        }
    }

    private PatientDetails Details(int i)
    {
        var (first, last) = (FirstNames[_random.Next(FirstNames.Length)], LastNames[_random.Next(LastNames.Length)]);
        return new PatientDetails(
            $"{first} {last}", ContactWay.Call, $"+1608555{i % 10000:0000}", $"patient{i}@example.com", true, false, null, null,
            "My shin hurts after running, mostly on the inner side, and more in the morning.", "shin", [], i % 10 == 0 ? "es" : "en");
    }

    private Row Copy(Row original, int number, int count, string clinic)
    {
        // Ids and times in the same order: the newest request is the last one.
        var received = site.Clock.UtcNow - (Period * (1 - ((double)number / count)));
        var isOpen = Convert.ToString(original["State"], CultureInfo.InvariantCulture) is not ("Closed" or "Withdrawn");
        var row = new Row(original)
        {
            ["Id"] = Stored(Guid.CreateVersion7(received), original["Id"]),
            ["Reference"] = NewReference(),
            ["FormKeyHash"] = $"copy:{number}",
            ["StatusTokenHash"] = $"copy:{number}",
            ["ClinicSlug"] = clinic,
            ["SearchId"] = SearchId.New(received),
            ["ReceivedUtc"] = Stored(received, original["ReceivedUtc"]),
        };
        if (!isOpen)
        {
            row["ClosedUtc"] = Stored(received.AddDays(2), original["ReceivedUtc"]);
        }

        return row;
    }

    /// <summary>Of so many, two would be the same by chance.</summary>
    private string NewReference()
    {
        string reference;
        do
        {
            reference = Reference.Next();
        }
        while (!_references.Add(reference));

        return reference;
    }

    private static object NewId(Row request) => Stored(Guid.CreateVersion7(), request["Id"]);

    /// <summary>SQLite stores ids and times as text.</summary>
    private static object Stored(Guid id, object like) => like is string ? id.ToString().ToUpperInvariant() : id;

    private static object Stored(DateTime time, object like) =>
        like is string ? time.ToString("yyyy-MM-dd HH:mm:ss.fffffff", CultureInfo.InvariantCulture) : time;

    private static string Table<T>(SiteDbContext db) => db.Model.FindEntityType(typeof(T))!.GetTableName()!;

    private static async Task<List<Row>> ReadAsync(SiteDbContext db, string table)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"SELECT * FROM \"{table}\"";
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Row>();
        while (await reader.ReadAsync())
        {
            rows.Add(new Row(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, reader.GetValue)));
        }

        return rows;
    }

    private static async Task InsertAsync(SiteDbContext db, string table, List<Row> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        var columns = rows[0].Keys.ToList();
        await using var transaction = await db.Database.GetDbConnection().BeginTransactionAsync();
        foreach (var some in rows.Chunk(RowsPerStatement))
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
            command.Transaction = transaction;
            var values = new List<string>();
            foreach (var row in some)
            {
                values.Add($"({string.Join(", ", columns.Select(column => Add(command, row[column])))})");
            }

            var names = string.Join(", ", columns.Select(column => $"\"{column}\""));
            command.CommandText = $"INSERT INTO \"{table}\" ({names}) VALUES {string.Join(", ", values)}";
            await command.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
    }

    private static string Add(DbCommand command, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ($"@p{command.Parameters.Count}", value);
        command.Parameters.Add(parameter);
        return parameter.ParameterName;
    }

    /// <summary>A row as the database has it, by column.</summary>
    private sealed class Row(IDictionary<string, object> values) : Dictionary<string, object>(values);
}
