using Microsoft.Data.Sqlite;

namespace PhysioSite.Data.Sqlite;

/// <summary>
/// Interrupts a running statement on cancellation. Microsoft.Data.Sqlite ignores the cancellation token while a statement runs.
/// </summary>
internal static class SqliteInterrupt
{
    /// <param name="statement">Runs one long statement on <paramref name="connection"/>.</param>
    /// <exception cref="OperationCanceledException">The statement was interrupted.</exception>
    public static async Task<T> RunAsync<T>(SqliteConnection connection, Func<Task<T>> statement, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.Register(() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle));
        try
        {
            return await statement();
        }
        catch (SqliteException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }
}
