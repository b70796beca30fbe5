using Microsoft.Data.Sqlite;

namespace Portico.Storage.Sqlite;

/// <summary>
/// The statements of a writer's connection that come again with every batch: to parse one of thirty columns costs as much as to run it for a hundred rows. Used by the writer alone, one work after
/// another; not thread-safe.
/// </summary>
sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    /// <summary>More different ones than there are in the product: what is over it is parsed each time.</summary>
    const int Most = 64;

    readonly Dictionary<string, SqliteStatement> idle = new(StringComparer.Ordinal);
    readonly HashSet<string> functions = new(StringComparer.Ordinal);

    /// <summary>One that nobody uses, else a new one.</summary>
    /// <exception cref="SqliteException">The SQL is wrong.</exception>
    public SqliteStatement Take(string sql) => idle.Remove(sql, out var statement) ? statement : new SqliteStatement(connection, sql, this);

    /// <summary>Keeps it for the next one; giving it back twice changes nothing.</summary>
    public void Return(SqliteStatement statement)
    {
        if (idle.TryGetValue(statement.Sql, out var kept) && kept == statement)
            return;
        if (idle.Count >= Most || !idle.TryAdd(statement.Sql, statement))
            statement.Finish();
    }

    /// <summary>Makes a function known to the connection, once: the engine parses every statement anew after it.</summary>
    public void Define(string name, Func<string, string, string> function)
    {
        if (functions.Add(name))
            connection.CreateFunction(name, function, isDeterministic: true);
    }

    public void Dispose()
    {
        foreach (var statement in idle.Values)
            statement.Finish();
        idle.Clear();
    }
}
