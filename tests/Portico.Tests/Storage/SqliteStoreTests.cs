using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Portico.Storage;
using Portico.Storage.Sqlite;

namespace Portico.Tests.Storage;

public sealed class SqliteStoreTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("portico-test-").FullName;
    readonly List<ChangeSignal> delivered = [];
    SqliteStore store = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    string File => Path.Combine(folder, "some.db");

    public async ValueTask InitializeAsync()
    {
        var signals = new ChangeSignals(Microsoft.Extensions.Logging.Abstractions.NullLogger<ChangeSignals>.Instance);
        signals.Subscribe("thing", s => delivered.Add(s));
        store = new SqliteStore(File, new StorageOptions { WriteQueue = 16 }, signals);
        await store.WriteAsync(w => w.Connection.ExecuteAsync("create table t (n integer primary key, b blob)"), Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    Task<int> InsertAsync(int n) =>
        store.WriteAsync(w => w.Connection.ExecuteAsync("insert into t (n) values (@n)", new { n }, w.Transaction), Ct);

    async Task<List<int>> RowsAsync()
    {
        await using var db = await store.OpenReadAsync(Ct);
        return (await db.QueryAsync<int>("select n from t order by n")).ToList();
    }

    /// <summary>Holds the writer inside a work until released.</summary>
    (Task Holding, TaskCompletionSource Release) HoldWriter()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holding = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = store.WriteAsync(
            async _ =>
            {
                holding.TrySetResult();
                await release.Task;
                return 0;
            },
            Ct
        );
        return (holding.Task, release);
    }

    [Fact]
    public async Task Works_that_wait_together_are_committed_together_and_answered_only_then()
    {
        var first = HoldWriter();
        await first.Holding;
        var early = InsertAsync(1);
        var second = HoldWriter();
        var late = InsertAsync(2);
        first.Release.SetResult();
        await second.Holding;

        // 1 has run, its group has not been committed.
        early.IsCompleted.ShouldBeFalse();
        (await RowsAsync()).ShouldBeEmpty();

        second.Release.SetResult();
        await Task.WhenAll(early, late);
        (await RowsAsync()).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_work_that_fails_undoes_only_itself()
    {
        var hold = HoldWriter();
        await hold.Holding;
        var works = Enumerable
            .Range(0, 12)
            .Select(n =>
                store.WriteAsync(
                    async w =>
                    {
                        await w.Connection.ExecuteAsync("insert into t (n) values (@n)", new { n }, w.Transaction);
                        w.Signal("thing", $"{n}", 1);
                        return n % 3 == 0 ? throw new InvalidOperationException("no " + n) : n;
                    },
                    Ct
                )
            )
            .ToList();
        hold.Release.SetResult();

        for (var n = 0; n < works.Count; n++)
            if (n % 3 == 0)
                (await Should.ThrowAsync<InvalidOperationException>(() => works[n])).Message.ShouldBe("no " + n);
            else
                (await works[n]).ShouldBe(n);
        var kept = Enumerable.Range(0, 12).Where(n => n % 3 != 0).ToList();
        (await RowsAsync()).ShouldBe(kept);
        await InsertAsync(100); // Signals follow the answers; a later commit is behind them.
        delivered.Select(s => s.Id).ShouldBe(kept.Select(n => $"{n}"));
    }

    [Fact]
    public async Task A_read_transaction_keeps_its_view_while_others_write()
    {
        await InsertAsync(1);
        await using var db = await store.OpenReadAsync(Ct);
        await using var view = await db.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, Ct);
        (await db.ExecuteScalarAsync<int>("select count(*) from t", transaction: view)).ShouldBe(1);

        await InsertAsync(2);

        (await db.ExecuteScalarAsync<int>("select count(*) from t", transaction: view)).ShouldBe(1);
        (await RowsAsync()).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_reader_cannot_write()
    {
        await using var db = await store.OpenReadAsync(Ct);
        await Should.ThrowAsync<SqliteException>(() => db.ExecuteAsync("insert into t (n) values (1)"));
    }

    [Fact]
    public async Task Waits_for_another_process_that_holds_the_file()
    {
        await using var other = new SqliteConnection($"Data Source={File};Pooling=False");
        await other.OpenAsync(Ct);
        await other.ExecuteAsync("begin immediate");
        var waiting = InsertAsync(1);
        await Task.Delay(50, Ct);
        waiting.IsCompleted.ShouldBeFalse();

        await other.ExecuteAsync("commit");
        (await waiting).ShouldBe(1);
    }

    [Fact]
    public async Task Refuses_as_overloaded_what_the_queue_has_no_room_for()
    {
        var hold = HoldWriter();
        await hold.Holding;
        var waiting = Enumerable.Range(0, 16).Select(InsertAsync).ToList();

        (await Should.ThrowAsync<PorticoException>(() => InsertAsync(99))).Kind.ShouldBe(ErrorTable.Overloaded);

        hold.Release.SetResult();
        await Task.WhenAll(waiting);
        (await RowsAsync()).ShouldBe(Enumerable.Range(0, 16));
    }

    [Fact]
    public async Task A_work_whose_caller_left_before_its_turn_does_not_run()
    {
        var hold = HoldWriter();
        await hold.Holding;
        using var caller = new CancellationTokenSource();
        var ran = false;
        var gone = store.WriteAsync(_ => Task.FromResult(ran = true), caller.Token);
        await caller.CancelAsync();
        hold.Release.SetResult();

        await Should.ThrowAsync<OperationCanceledException>(() => gone);
        ran.ShouldBeFalse();
    }

    [Fact]
    public async Task A_full_disk_fails_the_work_that_needs_room_and_no_other()
    {
        var hold = HoldWriter();
        await hold.Holding;
        var before = InsertAsync(1);
        var big = store.WriteAsync(
            async w =>
            {
                // SQLite answers as on a full disk when a file may not grow.
                var pages = await w.Connection.ExecuteScalarAsync<long>("pragma page_count", transaction: w.Transaction);
                await w.Connection.ExecuteAsync($"pragma max_page_count = {pages + 2}", transaction: w.Transaction);
                return await w.Connection.ExecuteAsync("insert into t (n, b) values (50, zeroblob(1000000))", transaction: w.Transaction);
            },
            Ct
        );
        var after = InsertAsync(2);
        hold.Release.SetResult();

        var refusal = await Should.ThrowAsync<PorticoException>(() => big);
        refusal.Kind.ShouldBe(ErrorTable.StorageUnavailable);
        refusal.Message.ShouldContain("full");
        await Task.WhenAll(before, after);
        (await RowsAsync()).ShouldBe([1, 2]);
        (await InsertAsync(3)).ShouldBe(1);
    }

    [Fact]
    public async Task A_closed_store_says_that_it_is_closed()
    {
        await store.DisposeAsync();
        (await Should.ThrowAsync<PorticoException>(() => InsertAsync(1))).Kind.ShouldBe(ErrorTable.StorageUnavailable);
    }

    [Fact]
    public async Task Closing_runs_what_was_taken_before()
    {
        var hold = HoldWriter();
        await hold.Holding;
        var taken = InsertAsync(7);
        var closing = store.DisposeAsync();
        hold.Release.SetResult();
        await closing;
        (await taken).ShouldBe(1);
    }

    [Fact]
    public async Task A_second_process_on_the_same_directory_is_refused_by_name()
    {
        var options = new StorageOptions { DataDirectory = Path.Combine(folder, "data") };
        var signals = new ChangeSignals(Microsoft.Extensions.Logging.Abstractions.NullLogger<ChangeSignals>.Instance);
        await using var one = StorageModule.Open(options, signals, TimeProvider.System);
        Should
            .Throw<PorticoException>(() => StorageModule.Open(options, signals, TimeProvider.System))
            .Message.ShouldContain(options.DataDirectory);
    }
}
