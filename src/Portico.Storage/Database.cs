using System.Data.Common;

namespace Portico.Storage;

public enum Engine
{
    Sqlite,
    Postgres,
}

/// <summary>One write transaction. Signals are published after its commit and only then.</summary>
public sealed class DbWork(DbConnection connection, DbTransaction transaction, Engine engine)
{
    List<ChangeSignal>? signals;

    public DbConnection Connection => connection;
    public DbTransaction Transaction => transaction;
    public Engine Engine => engine;

    /// <summary>The commit was begun: when the work fails from here on, it may have been made all the same.</summary>
    public bool Committing { get; internal set; }

    /// <summary>Of SQLite: what its writer has parsed.</summary>
    internal Sqlite.SqliteStatements? Statements { get; init; }

    internal IReadOnlyList<ChangeSignal> Signals => signals ?? (IReadOnlyList<ChangeSignal>)[];

    /// <summary>Tells every node that this thing changed: each side re-reads it.</summary>
    public void Signal(string kind, string id, long version) => (signals ??= []).Add(new ChangeSignal(kind, id, version));
}

/// <summary>
/// The main store: embedded SQLite or PostgreSQL. SQL is written where it is used, in the subset that both share:
/// text ids, bigint microseconds, 0/1 integers for truth values, text JSON, upsert, returning, common table expressions.
/// </summary>
public abstract class Database : IAsyncDisposable
{
    public abstract Engine Engine { get; }

    /// <summary>Unique for this process; owner of leases, slices and holds.</summary>
    public abstract string NodeId { get; }

    /// <summary>A connection for reading; the caller disposes it.</summary>
    public abstract ValueTask<DbConnection> OpenReadAsync(CancellationToken ct);

    /// <summary>
    /// Runs the work in one write transaction. SQLite: all works go through one writer that commits them in groups, and one that fails undoes
    /// only itself. PostgreSQL: an own transaction, repeated when it lost a serialisation race. The work may run more than once.
    /// </summary>
    /// <exception cref="PorticoException">The writer's queue is full or the store does not answer.</exception>
    public abstract Task<T> WriteAsync<T>(Func<DbWork, Task<T>> work, CancellationToken ct);

    public Task WriteAsync(Func<DbWork, Task> work, CancellationToken ct) =>
        WriteAsync(
            async w =>
            {
                await work(w);
                return true;
            },
            ct
        );

    /// <summary>Runs a real query.</summary>
    public abstract Task<StorageHealth> CheckAsync(CancellationToken ct);

    public abstract ValueTask DisposeAsync();
}

/// <summary>Whether the store answered a real query, how fast, and what to do when it did not.</summary>
public sealed record StorageHealth(bool Good, string Detail, TimeSpan Elapsed);
