using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Portico.Governance.Access;
using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

/// <summary>What goes into a store comes out of it, member for member, whatever build wrote it.</summary>
public sealed class StoredRecordTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Json(CallRecord? record) => record is null ? "none" : JsonSerializer.Serialize(record, RecordJson.Default.CallRecord);

    /// <summary>One attempt that says what its call says, as nearly every call has.</summary>
    static CallRecord WithOneAttempt(Func<AttemptRecord, AttemptRecord>? change = null)
    {
        var record = Filled.Record();
        record.StartedAtUs = Micros.Of(Samples.Start);
        var same = record.Attempts[0] with
        {
            Number = 1,
            Usage = record.Usage,
            CostNanoUsd = record.CostNanoUsd,
            UpstreamRequestId = record.UpstreamRequestId,
            ErrorMessage = null,
        };
        record.Attempts = [change is null ? same : change(same)];
        return record;
    }

    /// <summary>As they were before there were searches, characters, minutes and images.</summary>
    static CallRecord WithTokensAlone(Func<AttemptRecord, AttemptRecord> change)
    {
        var record = WithOneAttempt(change);
        record.Usage = new Usage
        {
            Input = 7,
            AudioOutput = 9,
            Source = record.Usage.Source,
        };
        record.Attempts = record.Attempts.Select(a => a with { Usage = record.Usage }).ToList();
        return record;
    }

    public static TheoryData<Engine, string> Cases()
    {
        var data = new TheoryData<Engine, string>();
        foreach (var engine in new[] { Engine.Sqlite, Engine.Postgres })
        foreach (var name in Records.Keys)
            data.Add(engine, name);
        return data;
    }

    static readonly Dictionary<string, Func<CallRecord>> Records = new(StringComparer.Ordinal)
    {
        ["every member"] = () =>
        {
            var record = Filled.Record();
            record.StartedAtUs = Micros.Of(Samples.Start);
            return record;
        },
        ["an attempt like its call"] = () => WithOneAttempt(),
        ["an attempt that cost something else"] = () => WithOneAttempt(a => a with { CostNanoUsd = 5 }),
        ["an attempt of other tokens"] = () => WithOneAttempt(a => a with { Usage = a.Usage with { Reasoning = 5 } }),
        ["an attempt of other searches"] = () => WithOneAttempt(a => a with { Usage = a.Usage with { Searches = 5 } }),
        ["an attempt that failed"] = () => WithOneAttempt(a => a with { ErrorMessage = "why" }),
        ["an attempt of another request"] = () => WithOneAttempt(a => a with { UpstreamRequestId = null }),
        ["an attempt that is not the first"] = () => WithOneAttempt(a => a with { Number = 2 }),
        ["nothing but an id"] = () => new CallRecord { StartedAtUs = Micros.Of(Samples.Start) },
    };

    [Theory, MemberData(nameof(Cases))]
    public async Task A_record_comes_out_as_it_went_in(Engine engine, string name)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var record = Records[name]();
        record.Id = CallId.New(new ManualTime(Samples.Start));

        await node.Get<ICallStore>().InsertAsync([record], Ct);
        await node.Get<ICallStore>().InsertAsync([record], Ct);

        Json(await node.Get<ICallStore>().FindAsync(record.Id, Reach.Everywhere, Ct)).ShouldBe(Json(record));
        (await node.Get<ICallStore>().ListAsync(new CallFilter(Reach.Everywhere), new PageRequest(10, null), Ct)).Count.ShouldBe(1);
    }

    /// <summary>Earlier builds kept every attempt in a row of its own and had fewer columns.</summary>
    [Fact]
    public async Task A_months_file_of_an_earlier_build_is_read_and_written_on()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        var old = WithTokensAlone(a => a with { Number = 2 });
        old.Id = CallId.New(new ManualTime(Samples.Start));
        await node.Get<ICallStore>().InsertAsync([old], Ct);
        await node.DisposeAsync();
        var file = Directory.EnumerateFiles(store.DirectoryOf("one"), "calls-2026-03.db", SearchOption.AllDirectories).Single();
        await using (var db = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            foreach (
                var column in new[]
                {
                    "attempt_facts",
                    "attempt_id",
                    "attempt_started_us",
                    "attempt_duration_us",
                    "attempt_first_output_us",
                    "units",
                }
            )
                await db.ExecuteAsync($"alter table calls drop column {column}");
            await db.ExecuteAsync("update calls set detail = json_set(detail, '$.upstream_request_id', upstream_request_id)");
            await db.ExecuteAsync("alter table calls drop column upstream_request_id");
            await db.ExecuteAsync("alter table attempts drop column units");
        }

        node = await store.OpenAsync();
        var later = WithOneAttempt();
        later.Id = CallId.New(new ManualTime(Samples.Start));
        await node.Get<ICallStore>().InsertAsync([later], Ct);

        Json(await node.Get<ICallStore>().FindAsync(old.Id, Reach.Everywhere, Ct)).ShouldBe(Json(old));
        Json(await node.Get<ICallStore>().FindAsync(later.Id, Reach.Everywhere, Ct)).ShouldBe(Json(later));
    }

    /// <summary>A node that is replaced by a newer build while its journal holds calls.</summary>
    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_journal_of_an_earlier_build_is_applied(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        var records = new Samples(92).Take(20);
        foreach (var record in records)
            node.Get<Journal>().Append(JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Default.CallRecord));
        node.Get<Journal>().Append("{}"u8);

        await node.Get<JournalDrain>().ReplayAsync(Ct);

        foreach (var record in records)
            Json(await node.Get<ICallStore>().FindAsync(record.Id, Reach.Everywhere, Ct)).ShouldBe(Json(record));
    }
}
