using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using SQLitePCL;

namespace PhysioSite.Data;

/// <summary>
/// A change that was not stored, for example because the disk is full or the database is locked. A page tells the user so and keeps what
/// was typed.
/// </summary>
internal static class StorageFailure
{
    /// <summary>Includes concurrency conflicts: a caller that handles them catches them first.</summary>
    public static bool Is(Exception exception) => exception is DbException or DbUpdateException;

    /// <summary>Whether a database server did not answer. The same can succeed as soon as it does.</summary>
    public static bool IsPassing(Exception exception) =>
        exception is DbException { IsTransient: true }
        || HasNoPrimary(exception)
        || (exception.InnerException is { } inner && IsPassing(inner));

    /// <summary>
    /// Why the database did not do it, in one line: it is full, busy, gone or cannot be written. Null for every other failure.
    /// </summary>
    public static string? Reason(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: var code } when IsOfTheFile(code) => exception.Message,
        PostgresException { SqlState: var state, MessageText: var text } e when e.IsTransient || IsOfTheServer(state) => $"{state}: {text}",
        PostgresException => null,
        NpgsqlException e when e.IsTransient || HasNoPrimary(e) =>
            $"{e.Message} {e.InnerException?.Message}".ReplaceLineEndings(" ").Trim(),
        { InnerException: { } inner } => Reason(inner),
        _ => null,
    };

    /// <summary>Whether the file is locked, or the disk is full or fails.</summary>
    private static bool IsOfTheFile(int code) => code
        is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_READONLY or raw.SQLITE_IOERR or raw.SQLITE_FULL or raw.SQLITE_CANTOPEN;

    /// <summary>Whether the server ends, or was found to be a standby.</summary>
    private static bool IsOfTheServer(string state) => state
        is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.ReadOnlySqlTransaction;

    /// <summary>
    /// How a log describes a failure: without the exception and its stack trace when the reason says what an operator needs.
    /// </summary>
    public static (Exception? Exception, string Reason) ForLog(Exception exception) =>
        Reason(exception) is { } reason ? (null, reason) : (exception, exception.GetType().Name);

    /// <summary>Whether none of several PostgreSQL servers is a primary that answers. Npgsql does not call this transient.</summary>
    public static bool HasNoPrimary(Exception exception) =>
        exception is NpgsqlException { SqlState: null, InnerException: null or AggregateException };
}
