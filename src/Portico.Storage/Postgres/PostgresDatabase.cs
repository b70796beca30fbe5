using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Portico.Storage.Postgres;

/// <summary>PostgreSQL 15 or newer, shared by all nodes.</summary>
sealed class PostgresDatabase : Database
{
    const int MaxTries = 8;
    const string NoCompiler = "set jit = off";

    static PostgresDatabase() => RowReaders.ShareByEngine();

    public PostgresDatabase(StorageOptions options, TimeProvider time)
    {
        var connection = new NpgsqlConnectionStringBuilder(options.PostgresConnection) { ApplicationName = "portico" };
        if (connection.Timeout > 5)
            connection.Timeout = 5;
        var source = new NpgsqlDataSourceBuilder(connection.ConnectionString);
        // Compiling a query pays for those that run for seconds. Ours run for milliseconds, and those that go through many groups look dear to the planner: a page of
        // calls then took 400 ms, of which 390 were the compiler's. Not by a start-up parameter, which poolers refuse.
        source.UsePhysicalConnectionInitializer(
            c =>
            {
                using var command = new NpgsqlCommand(NoCompiler, c);
                command.ExecuteNonQuery();
            },
            async c =>
            {
                await using var command = new NpgsqlCommand(NoCompiler, c);
                await command.ExecuteNonQueryAsync();
            }
        );
        Source = source.Build();
        NodeId = "node_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
    }

    public NpgsqlDataSource Source { get; }
    public override Engine Engine => Engine.Postgres;
    public override string NodeId { get; }

    public override async ValueTask<DbConnection> OpenReadAsync(CancellationToken ct)
    {
        try
        {
            return await Source.OpenConnectionAsync(ct);
        }
        catch (Exception e) when (IsOutage(e))
        {
            throw Unavailable(e);
        }
    }

    public override async Task<T> WriteAsync<T>(Func<DbWork, Task<T>> work, CancellationToken ct)
    {
        for (var turn = 1; ; turn++)
        {
            try
            {
                return await WriteOnceAsync(work, ct);
            }
            catch (PostgresException e)
                when (e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected && turn < MaxTries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2 << turn), ct);
            }
            catch (Exception e) when (IsOutage(e))
            {
                throw Unavailable(e);
            }
        }
    }

    async Task<T> WriteOnceAsync<T>(Func<DbWork, Task<T>> work, CancellationToken ct)
    {
        await using var connection = await Source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var w = new DbWork(connection, transaction, Engine.Postgres);
        var result = await work(w);
        if (w.Signals.Count > 0)
            await PublishAsync(connection, transaction, w.Signals, ct);
        w.Committing = true;
        try
        {
            await transaction.CommitAsync(ct);
        }
        catch (Exception e) when (IsOutage(e))
        {
            throw new PorticoException(
                ErrorTable.StorageUnavailable,
                "PostgreSQL went away while it committed: the change may have been made. Read it again before you repeat it.",
                inner: e
            )
            {
                RetryAfter = TimeSpan.FromSeconds(2),
            };
        }
        return result;
    }

    /// <summary>The row for those who were not listening, the notification for those who are; both become visible at the commit.</summary>
    static async Task PublishAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        IReadOnlyList<ChangeSignal> signals,
        CancellationToken ct
    )
    {
        foreach (var signal in signals)
        {
            await using var command = new NpgsqlCommand(
                """
                insert into storage_changes (kind, id, version) values (@kind, @id, @version);
                select pg_notify('portico_changes', @payload);
                """,
                connection,
                transaction
            );
            command.Parameters.AddWithValue("kind", signal.Kind);
            command.Parameters.AddWithValue("id", signal.Id);
            command.Parameters.AddWithValue("version", signal.Version);
            command.Parameters.AddWithValue(
                "payload",
                string.Create(CultureInfo.InvariantCulture, $"{signal.Kind}\n{signal.Id}\n{signal.Version}")
            );
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    public override async Task<StorageHealth> CheckAsync(CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await using var connection = await Source.OpenConnectionAsync(ct);
            await using var command = new NpgsqlCommand("select count(*) from pg_tables where schemaname = current_schema()", connection);
            var tables = (long)(await command.ExecuteScalarAsync(ct))!;
            return new StorageHealth(
                true,
                $"PostgreSQL {connection.PostgreSqlVersion} answers, {tables} tables",
                Stopwatch.GetElapsedTime(started)
            );
        }
        catch (Exception e) when (IsOutage(e) || e is NpgsqlException)
        {
            return new StorageHealth(false, $"PostgreSQL does not answer: {e.Message}", Stopwatch.GetElapsedTime(started));
        }
    }

    /// <summary>The server is away, as against a statement that is wrong.</summary>
    internal static bool IsOutage(Exception e) =>
        e is PostgresException p
            ? p.SqlState.StartsWith("57P", StringComparison.Ordinal)
                || p.SqlState.StartsWith("08", StringComparison.Ordinal)
                || p.SqlState.StartsWith("53", StringComparison.Ordinal)
            : e is NpgsqlException or System.Net.Sockets.SocketException or TimeoutException or IOException;

    static PorticoException Unavailable(Exception e) =>
        new(ErrorTable.StorageUnavailable, "PostgreSQL does not answer. Nothing was changed.", inner: e)
        {
            RetryAfter = TimeSpan.FromSeconds(2),
        };

    public override ValueTask DisposeAsync() => Source.DisposeAsync();
}
