using System.Diagnostics;
using Microsoft.Data.Sqlite;
using PhysioSite.Data.Sqlite;

namespace PhysioSite.Benchmarks;

/// <summary>
/// Measures durable single-row commits by 50 concurrent writers, with and without <see cref="WriteGate"/>. docs/decisions/0003 is based on
/// these results. Run it with the argument <c>write-gate</c>.
/// </summary>
internal static class WriteGateLoad
{
    private const int Writers = 50;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    public static async Task RunAsync()
    {
        for (var round = 1; round <= 3; round++)
        {
            await MeasureAsync("with the gate", gated: true);
            await MeasureAsync("without", gated: false);
        }
    }

    private static async Task MeasureAsync(string name, bool gated)
    {
        var folder = Directory.CreateTempSubdirectory("physiosite-gate-").FullName;
        var connectionString = DurableSqlite.ConnectionString(Path.Combine(folder, "load.db"));
        await using var keeper = await OpenAsync(connectionString);
        await RunAsync(keeper, "CREATE TABLE Rows (Id TEXT PRIMARY KEY, Content TEXT NOT NULL)");
        using var gate = new WriteGate();
        var (waits, busy, watch) = (new List<double>(), 0, Stopwatch.StartNew());
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            await using var connection = await OpenAsync(connectionString);
            while (watch.Elapsed < Length)
            {
                var begun = watch.Elapsed;
                try
                {
                    using var turn = gated ? await gate.EnterAsync(CancellationToken.None) : null;
                    await RunAsync(connection, $"INSERT INTO Rows VALUES ('{Guid.CreateVersion7()}', '{new string('x', 2000)}')");
                }
                catch (SqliteException)
                {
                    Interlocked.Increment(ref busy);
                }

                lock (waits)
                {
                    waits.Add((watch.Elapsed - begun).TotalMilliseconds);
                }
            }
        })));
        waits.Sort();
        Console.WriteLine(
            $"SQLite {keeper.ServerVersion}, {name}: "
            + $"{(waits.Count - busy) / watch.Elapsed.TotalSeconds:N0} commits a second, {busy} busy errors, "
            + $"median {waits[waits.Count / 2]:N1} ms, p99 {waits[(int)(waits.Count * 0.99)]:N1} ms, longest {waits[^1]:N0} ms");
        SqliteConnection.ClearAllPools();
        await keeper.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<SqliteConnection> OpenAsync(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync();
        DurableSqlite.Apply(connection);
        return connection;
    }

    private static async Task RunAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
