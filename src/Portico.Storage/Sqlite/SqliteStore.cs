using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Portico.Storage.Sqlite;

/// <summary>
/// One SQLite file with one writer and any number of readers. Works that wait together share a transaction (group commit);
/// each runs inside a savepoint, so one that fails undoes only itself. Where the engine gives up the whole transaction (disk full), the others run again.
/// </summary>
public sealed class SqliteStore : IAsyncDisposable
{
    const int MaxGroup = 256;

    /// <summary>Bytes of a page where the caller names none: SQLite's own default.</summary>
    const int DefaultPageBytes = 4_096;

    /// <summary>Bytes of the log after which its pages go into the file.</summary>
    const int CheckpointBytes = 16 * 1024 * 1024;

    readonly string readString;
    readonly Channel<IPending> queue;
    readonly SqliteConnection writer;
    readonly SqliteStatements statements;
    readonly Task loop;
    readonly ChangeSignals? signals;
    volatile bool closed;

    static SqliteStore() => RowReaders.ShareByEngine();

    /// <param name="path">The file; made when absent.</param>
    /// <param name="options">Sync mode and queue length.</param>
    /// <param name="signals">Receives the signals of committed works; null when nobody listens.</param>
    /// <param name="pageBytes">Of a file that is made: larger pages are fewer writes where rows only come at the end.</param>
    public SqliteStore(string path, StorageOptions options, ChangeSignals? signals = null, int pageBytes = DefaultPageBytes)
    {
        Path = path;
        this.signals = signals;
        PrivateDirectory.Create(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        writer = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            writer.Open();
            Run(
                writer,
                $"pragma page_size={pageBytes}; pragma journal_mode=wal; pragma synchronous={(options.FullSync ? "full" : "normal")}; pragma busy_timeout=10000; pragma foreign_keys=on; pragma temp_store=memory; pragma wal_autocheckpoint={CheckpointBytes / pageBytes};"
            );
        }
        catch
        {
            writer.Dispose();
            throw;
        }
        statements = new SqliteStatements(writer);
        readString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = true,
        }.ToString();
        queue = Channel.CreateBounded<IPending>(new BoundedChannelOptions(options.WriteQueue) { SingleReader = true });
        loop = Task.Run(WriteLoopAsync);
    }

    public string Path { get; }

    public async ValueTask<DbConnection> OpenReadAsync(CancellationToken ct)
    {
        var connection = new SqliteConnection(readString);
        await connection.OpenAsync(ct);
        return connection;
    }

    public Task<T> WriteAsync<T>(Func<DbWork, Task<T>> work, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var pending = new Pending<T>(work, ct);
        if (!queue.Writer.TryWrite(pending))
            throw closed
                ? new PorticoException(ErrorTable.StorageUnavailable, "The embedded store is closed because this node stops.")
                : new PorticoException(
                    ErrorTable.Overloaded,
                    "Too many writes wait for the embedded store. Try again shortly, or move to PostgreSQL."
                );
        return pending.Task;
    }

    async Task WriteLoopAsync()
    {
        var group = new List<IPending>(MaxGroup);
        while (await queue.Reader.WaitToReadAsync())
        {
            group.Clear();
            while (group.Count < MaxGroup && queue.Reader.TryRead(out var pending))
                group.Add(pending);
            var again = await CommitAsync(group);
            while (again.Count > 0)
                again = await CommitAsync(again);
        }
    }

    /// <summary>Runs and commits the works together; returns those that must run again because another one cost them their transaction.</summary>
    async Task<List<IPending>> CommitAsync(List<IPending> group)
    {
        SqliteTransaction transaction;
        try
        {
            transaction = writer.BeginTransaction(deferred: false);
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException)
        {
            foreach (var pending in group)
                pending.Fail(Explain(e));
            return [];
        }
        await using (transaction)
        {
            var works = new List<(IPending Pending, DbWork Work)>(group.Count);
            for (var i = 0; i < group.Count; i++)
            {
                var work = new DbWork(writer, transaction, Engine.Sqlite) { Statements = statements };
                var ran = await TryRunAsync(group[i], work, transaction, alone: group.Count == 1);
                if (ran == Ran.Well)
                    works.Add((group[i], work));
                if (ran == Ran.TransactionLost)
                    return [.. works.Select(w => w.Pending), .. group.Skip(i + 1)];
            }
            try
            {
                transaction.Commit();
            }
            catch (Exception e) when (e is SqliteException or InvalidOperationException)
            {
                foreach (var (pending, _) in works)
                    pending.Fail(Explain(e));
                return [];
            }
            foreach (var (pending, work) in works)
            {
                pending.Succeed();
                foreach (var signal in work.Signals)
                    signals?.Deliver(signal);
            }
            return [];
        }
    }

    enum Ran
    {
        Well,
        Failed,

        /// <summary>The work failed and the engine undid everything since the transaction began.</summary>
        TransactionLost,
    }

    /// <summary>A work that has the transaction for itself needs no savepoint, for which every page it changes would be copied aside.</summary>
    static async Task<Ran> TryRunAsync(IPending pending, DbWork work, SqliteTransaction transaction, bool alone)
    {
        if (pending.IsCancelled)
        {
            pending.Fail(new OperationCanceledException());
            return Ran.Failed;
        }
        try
        {
            if (!alone)
                transaction.Save("work");
            await pending.RunAsync(work);
            if (!alone)
                transaction.Release("work");
            return Ran.Well;
        }
        catch (Exception e) when (e is not OutOfMemoryException && alone)
        {
            pending.Fail(Explain(e));
            return Ran.TransactionLost;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            try
            {
                transaction.Rollback("work");
                transaction.Release("work");
            }
            catch (Exception undo) when (undo is SqliteException or InvalidOperationException)
            {
                pending.Fail(Explain(e));
                return Ran.TransactionLost;
            }
            pending.Fail(Explain(e));
            return Ran.Failed;
        }
    }

    static Exception Explain(Exception e) =>
        e is SqliteException { SqliteErrorCode: 13 }
            ? new PorticoException(
                ErrorTable.StorageUnavailable,
                "The disk of the data directory is full. Free some space; nothing was changed.",
                inner: e
            )
        : e is SqliteException { SqliteErrorCode: 5 or 6 or 10 or 14 } s
            ? new PorticoException(
                ErrorTable.StorageUnavailable,
                $"The embedded store cannot be written ({s.Message}). Nothing was changed.",
                inner: e
            )
        : e;

    internal static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public async ValueTask DisposeAsync()
    {
        closed = true;
        if (!queue.Writer.TryComplete())
            return;
        await loop;
        statements.Dispose();
        await writer.DisposeAsync();
        using var one = new SqliteConnection(readString);
        SqliteConnection.ClearPool(one);
    }

    interface IPending
    {
        bool IsCancelled { get; }
        Task RunAsync(DbWork work);
        void Succeed();
        void Fail(Exception e);
    }

    sealed class Pending<T>(Func<DbWork, Task<T>> work, CancellationToken ct) : IPending
    {
        readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        T result = default!;

        public Task<T> Task => done.Task;
        public bool IsCancelled => ct.IsCancellationRequested;

        public async Task RunAsync(DbWork w) => result = await work(w);

        public void Succeed() => done.TrySetResult(result);

        public void Fail(Exception e)
        {
            if (e is OperationCanceledException)
                done.TrySetCanceled(ct);
            else
                done.TrySetException(e);
        }
    }
}
