using Microsoft.Data.Sqlite;
using PhysioSite.Data.Sqlite;

namespace PhysioSite.Tests.Data.Sqlite;

public sealed class SqliteInterruptTests
{
    [Fact]
    public async Task Statement_ThatIsCancelled_EndsAtOnce()
    {
        await using var connection = new SqliteConnection("Data Source=:memory:");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        using var stop = new CancellationTokenSource();

        // The cancellation occurs while SQLite executes a statement that never ends.
        connection.CreateFunction<long, long>("reached", n =>
        {
            _ = stop.CancelAsync();
            return n;
        });
        command.CommandText =
            """
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers)
            SELECT MAX(CASE WHEN n = 1000 THEN reached(n) ELSE n END) FROM numbers
            """;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() =>
            SqliteInterrupt.RunAsync(connection, () => command.ExecuteScalarAsync(stop.Token), stop.Token)));
    }

    [Fact]
    public async Task Statement_ThatFailsByItself_IsNotTakenForCancelled()
    {
        await using var connection = new SqliteConnection("Data Source=:memory:");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT * FROM nothing";

        await Assert.ThrowsAsync<SqliteException>(() =>
            SqliteInterrupt.RunAsync(connection, () => command.ExecuteScalarAsync(CancellationToken.None), CancellationToken.None));
    }
}
