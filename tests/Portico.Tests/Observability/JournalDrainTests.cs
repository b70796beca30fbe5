using Microsoft.Extensions.Logging.Abstractions;
using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

public sealed class JournalDrainTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>As many calls end while a batch is stored as the list has left.</summary>
    sealed class Arrivals(CallRecorder recorder, Queue<CallRecord> left) : IJournalSink
    {
        public List<int> Batches { get; } = [];

        public Task ApplyAsync(DbWork work, IReadOnlyList<CallRecord> batch, CancellationToken ct)
        {
            Batches.Add(batch.Count);
            for (var i = 0; i < 3 && left.TryDequeue(out var call); i++)
                recorder.Record(call);
            return Task.CompletedTask;
        }
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Calls_that_end_while_a_batch_is_stored_wait_for_the_next_one(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var calls = new Queue<CallRecord>(new Samples(7, DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1)).Take(10));
        var recorder = node.Get<CallRecorder>();
        var arrivals = new Arrivals(recorder, calls);
        using var drain = new JournalDrain(
            node.Get<Journal>(),
            recorder,
            node.Get<Database>(),
            node.Get<ICallStore>(),
            [arrivals],
            node.Get<RecordOptions>(),
            TimeProvider.System,
            NullLogger<JournalDrain>.Instance
        );
        await drain.ReplayAsync(Ct);
        recorder.Record(calls.Dequeue());

        await drain.FlushAsync(Ct);
        arrivals.Batches.ShouldBe(
            [1],
            "a turn takes what is there, and does not follow every call that ends meanwhile with a batch of its own"
        );
        recorder.Backlog.ShouldBeGreaterThan(0);

        for (var turn = 0; turn < 4; turn++)
            await drain.FlushAsync(Ct);
        arrivals.Batches.ShouldBe([1, 3, 3, 3]);
        recorder.Backlog.ShouldBe(0);
    }
}
