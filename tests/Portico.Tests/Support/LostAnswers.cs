using Npgsql;

namespace Portico.Tests.Support;

/// <summary>
/// Makes commits whose answer is lost: the server waits after a durable commit for a standby that does not exist, and the waiting connection is
/// cut. The change is made, its maker never hears of it. For servers of a test's own: it changes the whole server until it is disposed.
/// </summary>
public sealed class LostAnswers : IAsyncDisposable
{
    readonly NpgsqlConnection connection;

    LostAnswers(NpgsqlConnection connection) => this.connection = connection;

    public static async Task<LostAnswers> BeginAsync(string connectionString)
    {
        var opened = new NpgsqlConnection(connectionString + ";Pooling=False");
        await opened.OpenAsync();
        var lost = new LostAnswers(opened);
        await lost.RunAsync("set synchronous_commit = local");
        await lost.RunAsync("alter system set synchronous_standby_names = 'nobody'");
        await lost.ReloadAsync("nobody");
        return lost;
    }

    /// <summary>Waits until a connection has committed and waits, then cuts it.</summary>
    public async Task CutCommitAsync() =>
        await Eventually.HoldsAsync(
            async () => await RunAsync("select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'") is true,
            TimeSpan.FromSeconds(10)
        );

    async Task ReloadAsync(string expected)
    {
        await RunAsync("select pg_reload_conf()");
        await Eventually.HoldsAsync(
            async () => await RunAsync("select setting from pg_settings where name = 'synchronous_standby_names'") as string == expected,
            TimeSpan.FromSeconds(10)
        );
        // Whether commits wait is decided by the checkpointer's view of the setting, which follows the reload.
        await Task.Delay(100);
    }

    async Task<object?> RunAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("alter system reset synchronous_standby_names");
        await ReloadAsync("");
        await connection.DisposeAsync();
    }
}
