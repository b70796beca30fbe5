using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Portico.Storage.Sqlite;

/// <summary>
/// One prepared statement of the writer's connection for rows that come by the hundred: values are bound straight from spans. The general ADO.NET way
/// costs several times what the insert does. Used inside one work, disposed before the work ends; not thread-safe.
/// </summary>
public sealed class SqliteStatement : IDisposable
{
    const int StackBytes = 512;

    readonly sqlite3 connection;
    readonly sqlite3_stmt statement;
    int bound;

    /// <exception cref="SqliteException">The SQL is wrong.</exception>
    public SqliteStatement(DbWork work, string sql)
    {
        connection = ((SqliteConnection)work.Connection).Handle!;
        Check(raw.sqlite3_prepare_v2(connection, sql, out statement));
    }

    /// <summary>Binds the next parameter.</summary>
    public SqliteStatement Add(long value)
    {
        Check(raw.sqlite3_bind_int64(statement, ++bound, value));
        return this;
    }

    /// <summary>Binds the next parameter; null binds NULL.</summary>
    public SqliteStatement Add(string? value)
    {
        if (value is not null)
            return Add(value.AsSpan());
        Check(raw.sqlite3_bind_null(statement, ++bound));
        return this;
    }

    /// <summary>Binds the next parameter.</summary>
    public SqliteStatement Add(ReadOnlySpan<char> value)
    {
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        var utf8 = most <= StackBytes ? stackalloc byte[StackBytes] : new byte[most];
        Check(raw.sqlite3_bind_text(statement, ++bound, utf8[..Encoding.UTF8.GetBytes(value, utf8)]));
        return this;
    }

    /// <summary>Runs the statement, which gives no rows, and makes it ready for the next values.</summary>
    /// <exception cref="SqliteException">The engine refused it.</exception>
    public void Run()
    {
        bound = 0;
        var code = raw.sqlite3_step(statement);
        raw.sqlite3_reset(statement);
        if (code != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(code, connection);
    }

    void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(code, connection);
    }

    public void Dispose() => statement.Dispose();
}
