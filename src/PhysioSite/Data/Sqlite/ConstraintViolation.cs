using Microsoft.Data.Sqlite;

namespace PhysioSite.Data.Sqlite;

/// <summary>A row that was refused because of its values, such as a duplicate of a unique value. Other rows can still be saved.</summary>
internal static class ConstraintViolation
{
    /// <summary>SQLITE_CONSTRAINT.</summary>
    private const int Code = 19;

    public static bool Is(Exception exception) => exception.GetBaseException() is SqliteException { SqliteErrorCode: Code };
}
