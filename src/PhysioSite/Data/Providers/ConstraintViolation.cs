using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace PhysioSite.Data.Providers;

/// <summary>A row that was refused because of its values, such as a duplicate of a unique value. Other rows can still be saved.</summary>
internal static class ConstraintViolation
{
    /// <summary>SQLITE_CONSTRAINT.</summary>
    private const int SqliteCode = 19;

    /// <summary>The class of integrity constraint violations in the SQL standard.</summary>
    private const string SqlStateClass = "23";

    public static bool Is(Exception exception) => exception.GetBaseException() switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode == SqliteCode,
        DbException { SqlState: { } state } => state.StartsWith(SqlStateClass, StringComparison.Ordinal),
        _ => false,
    };
}
