using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Portico.Storage.Sqlite;

/// <summary>
/// One prepared statement of the writer's connection for rows that come by the hundred: values are bound straight from spans. The general ADO.NET way
/// costs several times what the insert does. Used inside one work, disposed before the work ends, and then kept for the next one; not thread-safe.
/// </summary>
public sealed unsafe class SqliteStatement : IDisposable
{
    /// <summary>Room for the texts of one row; what does not fit is copied by the engine.</summary>
    const int TextRoom = 4_096;

    readonly sqlite3 connection;
    readonly sqlite3_stmt statement;
    readonly nint handle;
    readonly SqliteStatements home;
    readonly byte[] texts = GC.AllocateUninitializedArray<byte>(TextRoom, pinned: true);
    int used;
    int bound;

    internal SqliteStatement(SqliteConnection connection, string sql, SqliteStatements home)
    {
        this.connection = connection.Handle!;
        this.home = home;
        Sql = sql;
        Check(raw.sqlite3_prepare_v3(this.connection, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
        handle = statement.DangerousGetHandle();
    }

    internal string Sql { get; }

    /// <summary>The statement of this text, for this work.</summary>
    /// <exception cref="SqliteException">The SQL is wrong.</exception>
    public static SqliteStatement Of(DbWork work, string sql) => Home(work).Take(sql);

    /// <summary>Makes a function known that statements of this work call.</summary>
    public static void Define(DbWork work, string name, Func<string, string, string> function) => Home(work).Define(name, function);

    static SqliteStatements Home(DbWork work) => work.Statements ?? throw new InvalidOperationException("The work is not one of SQLite.");

    /// <summary>Binds the next parameter.</summary>
    public SqliteStatement Add(long value)
    {
        Check(NativeSqlite.BindInt64(handle, ++bound, value));
        return this;
    }

    /// <summary>Binds the next parameter; null binds NULL.</summary>
    public SqliteStatement Add(long? value)
    {
        if (value is { } number)
            return Add(number);
        Check(NativeSqlite.BindNull(handle, ++bound));
        return this;
    }

    /// <summary>Binds the next parameter; null binds NULL.</summary>
    public SqliteStatement Add(string? value)
    {
        if (value is not null)
            return Add(value.AsSpan());
        Check(NativeSqlite.BindNull(handle, ++bound));
        return this;
    }

    /// <summary>Binds the next parameter.</summary>
    public SqliteStatement Add(ReadOnlySpan<char> value)
    {
        if (Encoding.UTF8.GetMaxByteCount(value.Length) > TextRoom - used)
            return AddCopied(value);
        var bytes = Encoding.UTF8.GetBytes(value, texts.AsSpan(used));
        fixed (byte* start = texts)
            Check(NativeSqlite.BindText(handle, ++bound, start + used, bytes, NativeSqlite.Static));
        used += bytes;
        return this;
    }

    SqliteStatement AddCopied(ReadOnlySpan<char> value)
    {
        var utf8 = new byte[Encoding.UTF8.GetMaxByteCount(value.Length) + 1];
        var bytes = Encoding.UTF8.GetBytes(value, utf8);
        fixed (byte* start = utf8)
            Check(NativeSqlite.BindText(handle, ++bound, start, bytes, NativeSqlite.Transient));
        return this;
    }

    /// <summary>Runs the statement, which gives no rows, and makes it ready for the next values.</summary>
    /// <exception cref="SqliteException">The engine refused it.</exception>
    public void Run()
    {
        bound = used = 0;
        var code = NativeSqlite.Step(handle);
        _ = NativeSqlite.Reset(handle);
        if (code != raw.SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(code, connection);
    }

    void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(code, connection);
    }

    /// <summary>Gives the statement back.</summary>
    public void Dispose()
    {
        // Of a row that was not run nothing stays.
        bound = used = 0;
        home.Return(this);
    }

    internal void Finish() => statement.Dispose();
}
