using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using PhysioSite.Content;
using PhysioSite.Content.Model;
using PhysioSite.Data;
using PhysioSite.Data.Providers;
using PhysioSite.Data.Saving;
using PhysioSite.Features.Appointments;

namespace PhysioSite.Tests.Data;

/// <summary>New requests that arrive while another is being saved are saved together.</summary>
public sealed class BatchWriterTests : IAsyncDisposable
{
    private readonly Commits _commits = new();
    private readonly Site _site;

    public BatchWriterTests() => _site = new Site
    {
        Replace = services => services.AddSingleton<ISavedRowsObserver>(_commits),
    };

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task RequestsThatWait_AreSavedInOneCommit()
    {
        var keys = Enumerable.Range(0, 20).Select(_ => NewKey()).ToList();

        var results = await SaveAtOnceAsync(keys);

        Assert.All(results, Assert.Null);
        Assert.All(await _site.WithDatabaseAsync(db => CountAsync(db, keys)), count => Assert.Equal(1, count));
        Assert.InRange(_commits.Count, 1, _site.Provider == DatabaseProvider.PostgreSql ? keys.Count / 2 : 2);
    }

    [Fact]
    public async Task DuplicateInABatch_FailsAloneAndTheOthersAreSaved()
    {
        var (first, twice, last) = (NewKey(), NewKey(), NewKey());

        var results = await SaveAtOnceAsync([first, twice, twice, last]);

        Assert.Null(results[0]);
        Assert.Null(results[1]);
        Assert.IsType<DbUpdateException>(results[2]);
        Assert.Null(results[3]);
        Assert.All(await _site.WithDatabaseAsync(db => CountAsync(db, [first, twice, last])), count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task Row_IsStoredAsAContextStoresIt()
    {
        var (saved, batched) = (NewKey(), NewKey());

        await _site.WithDatabaseAsync(async db =>
        {
            db.Add(NewRequest(saved));
            return await db.SaveChangesAsync();
        });
        await SaveAsync(batched);

        var (expected, actual) = (await ReadAsync(saved), await ReadAsync(batched));
        Assert.NotEmpty(expected);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public async Task StatementThatFails_SavesNothing()
    {
        var key = NewKey();

        await Assert.ThrowsAnyAsync<DbException>(() => SaveAsync(key, "INSERT INTO \"NoSuchTable\" VALUES (1);"));

        Assert.Equal([0], await _site.WithDatabaseAsync(db => CountAsync(db, [key])));
    }

    [Fact]
    public async Task ContextWithAChange_IsRefused()
    {
        var key = NewKey();
        await SaveAtOnceAsync([key]);

        await _site.WithDatabaseAsync(async db =>
        {
            var request = await db.Set<AppointmentRequest>().SingleAsync(row => row.FormKeyHash == key.Hash);
            db.Entry(request).State = EntityState.Modified;
            return await Assert.ThrowsAsync<InvalidOperationException>(
                () => _site.Services.GetRequiredService<BatchWriter>().SaveAddedAsync(db, ""));
        });
    }

    private static SubmissionKey NewKey() => new(Guid.NewGuid().ToByteArray(), null);

    private AppointmentRequest NewRequest(SubmissionKey key)
    {
        var clinic = _site.Services.GetRequiredService<ContentLibrary>().English.Clinics[0];
        var details = new PatientDetails("Jane Doe", ContactWay.Call, "+16085550142", null, true, false, null, null, null, null, [], "en");
        var now = _site.Clock.UtcNow;
        return AppointmentRequest.Receive(key, clinic, VisitKind.Clinic, details, now, now);
    }

    /// <summary>The stored rows of a request: each column with its type and, unless it differs for each request, its value.</summary>
    private async Task<List<string>> ReadAsync(SubmissionKey key)
    {
        return await _site.WithDatabaseAsync(async db =>
        {
            await db.Database.OpenConnectionAsync();
            var read = new List<string>();
            foreach (var sql in new[]
            {
                $"""SELECT * FROM "AppointmentRequests" WHERE "FormKeyHash" = '{key.Hash}'""",
                $"""
                SELECT event.* FROM "RequestEvents" event JOIN "AppointmentRequests" request ON request."Id" = event."RequestId"
                WHERE request."FormKeyHash" = '{key.Hash}'
                """,
            })
            {
                await using var command = db.Database.GetDbConnection().CreateCommand();
                command.CommandText = sql;
                await using var row = await command.ExecuteReaderAsync();
                Assert.True(await row.ReadAsync());
                read.AddRange(Enumerable.Range(0, row.FieldCount).Select(
                    i => $"{row.GetName(i)} {row.GetDataTypeName(i)} {Value(row, i)}"));
            }

            return read;
        });

        static object Value(DbDataReader row, int i) =>
            row.GetName(i) is "Id" or "RequestId" or "Reference" or "FormKeyHash" or "StatusTokenHash" or "Details" or "HeldToken"
                ? $"{row.GetValue(i)}".Length
                : row.GetValue(i);
    }

    private static async Task<List<int>> CountAsync(SiteDbContext db, IEnumerable<SubmissionKey> keys)
    {
        var counts = new List<int>();
        foreach (var hash in keys.Select(key => key.Hash))
        {
            counts.Add(await db.Set<AppointmentRequest>().CountAsync(row => row.FormKeyHash == hash));
        }

        return counts;
    }

    /// <summary>Saves requests that all wait for the same writer.</summary>
    /// <returns>The exception of each, or null.</returns>
    private async Task<Exception?[]> SaveAtOnceAsync(IReadOnlyList<SubmissionKey> keys)
    {
        var saves = new List<Task>();
        await _site.WithDatabaseAsync(async db =>
        {
            using var turn = await db.EnterBulkWriteAsync(CancellationToken.None);
            _commits.Count = 0;
            saves.AddRange(keys.Select(key => SaveAsync(key)));
            return 0;
        });
        return await Task.WhenAll(saves.Select(save => Record.ExceptionAsync(() => save)));
    }

    private async Task SaveAsync(SubmissionKey key, string insert = "")
    {
        await using var scope = _site.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<SiteDbContext>();
        db.Add(NewRequest(key));
        await _site.Services.GetRequiredService<BatchWriter>().SaveAddedAsync(db, insert);
    }

    /// <summary>Counts the commits that contain requests.</summary>
    private sealed class Commits : ISavedRowsObserver
    {
        private int _count;

        public int Count
        {
            get => Volatile.Read(ref _count);
            set => Volatile.Write(ref _count, value);
        }

        public void OnSaved(IReadOnlyCollection<object> entities)
        {
            if (entities.OfType<AppointmentRequest>().Any())
            {
                Interlocked.Increment(ref _count);
            }
        }
    }
}
