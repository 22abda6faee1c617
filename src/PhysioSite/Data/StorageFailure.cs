using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;

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

    /// <summary>Whether none of several PostgreSQL servers is a primary that answers. Npgsql does not call this transient.</summary>
    public static bool HasNoPrimary(Exception exception) =>
        exception is NpgsqlException { SqlState: null, InnerException: null or AggregateException };
}
