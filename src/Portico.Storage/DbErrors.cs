using Microsoft.Data.Sqlite;
using Npgsql;

namespace Portico.Storage;

/// <summary>What an engine's error means, where the caller can do something about it.</summary>
public static class DbErrors
{
    const int SqliteUnique = 2067; // SQLITE_CONSTRAINT_UNIQUE
    const int SqlitePrimaryKey = 1555; // SQLITE_CONSTRAINT_PRIMARYKEY
    const int SqliteForeignKey = 787; // SQLITE_CONSTRAINT_FOREIGNKEY

    /// <summary>A row with this value of a unique column is there already.</summary>
    public static bool IsTaken(Exception e) =>
        e switch
        {
            SqliteException s => s.SqliteExtendedErrorCode is SqliteUnique or SqlitePrimaryKey,
            PostgresException p => p.SqlState == PostgresErrorCodes.UniqueViolation,
            _ => false,
        };

    /// <summary>Another row refers to this one, or the row referred to is gone.</summary>
    public static bool IsReferred(Exception e) =>
        e switch
        {
            SqliteException s => s.SqliteExtendedErrorCode == SqliteForeignKey,
            PostgresException p => p.SqlState == PostgresErrorCodes.ForeignKeyViolation,
            _ => false,
        };
}
