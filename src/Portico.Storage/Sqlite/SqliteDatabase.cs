using System.Data.Common;
using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Portico.Storage.Sqlite;

/// <summary>The embedded store: <c>portico.db</c> in the data directory, owned by one process.</summary>
sealed class SqliteDatabase : Database
{
    readonly SqliteStore store;
    readonly FileStream owner;

    public SqliteDatabase(StorageOptions options, ChangeSignals signals, TimeProvider time)
    {
        PrivateDirectory.Create(options.DataDirectory);
        owner = Own(System.IO.Path.Combine(options.DataDirectory, "portico.lock"));
        store = new SqliteStore(System.IO.Path.Combine(options.DataDirectory, "portico.db"), options, signals);
        NodeId = "node_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
    }

    public override Engine Engine => Engine.Sqlite;
    public override string NodeId { get; }

    static FileStream Own(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new PorticoException(
                ErrorTable.StorageUnavailable,
                $"Another Portico process uses the data directory '{System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))}'. Stop it, choose another directory, or use PostgreSQL for several nodes.",
                inner: e
            );
        }
    }

    public override ValueTask<DbConnection> OpenReadAsync(CancellationToken ct) => store.OpenReadAsync(ct);

    public override Task<T> WriteAsync<T>(Func<DbWork, Task<T>> work, CancellationToken ct) => store.WriteAsync(work, ct);

    public override async Task<StorageHealth> CheckAsync(CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await using var connection = (SqliteConnection)await OpenReadAsync(ct);
            await using var command = connection.CreateCommand();
            command.CommandText = "select count(*) from sqlite_master";
            var tables = (long)(await command.ExecuteScalarAsync(ct))!;
            return new StorageHealth(true, $"SQLite answers, {tables} tables and indexes", Stopwatch.GetElapsedTime(started));
        }
        catch (Exception e) when (e is DbException or IOException)
        {
            return new StorageHealth(false, $"SQLite does not answer: {e.Message}", Stopwatch.GetElapsedTime(started));
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await owner.DisposeAsync();
    }
}
