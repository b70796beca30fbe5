using Dapper;
using Npgsql;

namespace Portico.Tests.Support;

/// <summary>What a server of PostgreSQL says of statements that wait.</summary>
static class Waits
{
    /// <summary>Returns when a statement of this database waits for a lock.</summary>
    public static Task ForALockAsync(NpgsqlConnection connection) =>
        Eventually.HoldsAsync(
            async () =>
                await connection.ExecuteScalarAsync<bool>(
                    """
                    select exists (
                      select 1 from pg_locks l join pg_database d on d.oid = l.database where not l.granted and d.datname = current_database())
                    """
                ),
            TimeSpan.FromSeconds(15)
        );
}
