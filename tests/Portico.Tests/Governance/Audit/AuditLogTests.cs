using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Portico.Governance.Audit;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Audit;

public sealed class AuditLogTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    internal static void Write(TestNode node, int from, int count)
    {
        for (var i = from; i < from + count; i++)
            node.Get<AuditLog>().Write("test", i, static (json, n) => json.WriteNumber("n", n));
    }

    static async Task<string> KeyAsync(TestNode node) =>
        AuditKey.FromPublic((await node.Get<AuditKeys>().ListAsync(Ct)).Single().PublicDer).PublicPem;

    [Theory, ClassData(typeof(StoreCase))]
    public async Task What_was_written_is_exported_whole_in_its_order_and_verified_by_the_key(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        Write(node, 0, 2_500);
        await node.Get<AuditSequencer>().FlushAsync(Ct);
        Write(node, 2_500, 7);
        var export = await AuditExports.OfAsync(node);

        export.Lines.Select(l => JsonNode.Parse(l)!["n"]!.GetValue<int>()).ShouldBe(Enumerable.Range(0, 2_507));
        export.Checkpoints.Select(c => c.Checkpoint.Size).ShouldBe([1_000, 2_000, 2_500, 2_507]);
        var verdict = export.Verify(await KeyAsync(node));
        verdict.Faults.ShouldBeEmpty();
        (verdict.Entries, verdict.Checkpoints, verdict.KeyIsGiven).ShouldBe((2_507, 4, true));
        // Without one from elsewhere the key of the export is taken, and the verdict says so.
        export.Verify().KeyIsGiven.ShouldBeFalse();
        using var other = AuditKey.Create();
        export.Verify(other.PublicPem).Faults.ShouldNotBeEmpty();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_node_that_died_goes_on_with_its_log_and_loses_nothing(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var first = await store.OpenAsync();
        Write(first, 0, 1_234);
        await first.Get<AuditSequencer>().FlushAsync(Ct);
        Write(first, 1_234, 66);
        var id = first.Get<AuditLog>().Id;
        // Its services were never started, so none is stopped: as after a kill, what the sequencer did not take stands in the journal alone.
        await first.DisposeAsync();
        var second = await store.OpenAsync();
        Write(second, 1_300, 10);
        var export = await AuditExports.OfAsync(second);

        second.Get<AuditLog>().Id.ShouldBe(id);
        export.Lines.Select(l => JsonNode.Parse(l)!["n"]!.GetValue<int>()).ShouldBe(Enumerable.Range(0, 1_310));
        export.Verify(await KeyAsync(second)).Faults.ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_commit_whose_answer_was_lost_is_not_made_twice(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        Write(node, 0, 100);
        await node.Get<AuditSequencer>().FlushAsync(Ct);
        Write(node, 100, 100);
        // Another sequencer of the same log, as one whose first answer was lost: it thinks of the log as it was before.
        using var again = new AuditSequencer(
            node.Database,
            node.Get<AuditLog>(),
            node.Get<AuditProofs>(),
            node.Get<AuditKeys>(),
            Microsoft.Extensions.Logging.Abstractions.NullLogger<AuditSequencer>.Instance
        );
        await again.FlushAsync(Ct);
        Write(node, 200, 50);
        await node.Get<AuditSequencer>().FlushAsync(Ct);
        Write(node, 250, 5);
        await again.FlushAsync(Ct);

        var export = await AuditExports.OfAsync(node);
        export.Lines.Select(l => JsonNode.Parse(l)!["n"]!.GetValue<int>()).ShouldBe(Enumerable.Range(0, 255));
        export.Verify(await KeyAsync(node)).Faults.ShouldBeEmpty();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Every_entry_has_a_proof_under_the_newest_checkpoint(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        Write(node, 0, 777);
        await node.Get<AuditSequencer>().FlushAsync(Ct);
        var (proofs, log) = (node.Get<AuditProofs>(), node.Get<AuditLog>().Id);

        foreach (var index in new long[] { 0, 1, 255, 256, 511, 512, 700, 776 })
        {
            var found = (await proofs.EntryAsync(log, index, Ct))!;
            var signed = SignedCheckpoint.Parse(found.Note);
            JsonNode.Parse(found.Line)!["n"]!.GetValue<long>().ShouldBe(index);
            signed.Checkpoint.Size.ShouldBe(777);
            MerkleProofs
                .Includes(Merkle.Leaf(System.Text.Encoding.UTF8.GetBytes(found.Line)), index, 777, found.Path, signed.Checkpoint.Root)
                .ShouldBeTrue();
        }
        (await proofs.EntryAsync(log, 777, Ct)).ShouldBeNull();
        (await proofs.EntryAsync("log_other", 0, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Times_do_not_go_back_with_the_clock_and_an_entry_says_by_how_much_it_did()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var time = new ManualTime(Start);
        var node = await store.OpenAsync(time: time);
        Write(node, 0, 1);
        time.Set(Start.AddHours(-1));
        Write(node, 1, 2);
        time.Set(Start.AddMinutes(1));
        Write(node, 3, 1);
        var export = await AuditExports.OfAsync(node, to: Start.AddDays(1));

        var lines = export.Lines.Select(l => JsonNode.Parse(l)!).ToList();
        lines.Select(l => l["kind"]!.GetValue<string>()).ShouldBe(["test", "clock.set_back", "test", "test", "test"]);
        lines[1]["by_us"]!.GetValue<long>().ShouldBe(3_600_000_000);
        lines.Select(l => l["at"]!.GetValue<long>() - Micros.Of(Start)).ShouldBe([0, 0, 0, 0, 60_000_000]);
        export.Verify().Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_that_is_damaged_is_not_added_to()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        Write(node, 0, 300);
        await node.Get<AuditSequencer>().FlushAsync(Ct);
        await node.Database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "update governance_audit_tiles set hashes = zeroblob(44 * 32) where level = 0 and tile = 1",
                    transaction: work.Transaction
                ),
            Ct
        );
        await node.DisposeAsync();
        var second = await store.OpenAsync();
        Write(second, 300, 1);
        var refused = await Should.ThrowAsync<PorticoException>(() => second.Get<AuditSequencer>().FlushAsync(Ct));
        refused.Kind.ShouldBe(ErrorTable.AuditUnavailable);
        refused.Message.ShouldContain("damaged");
    }

    [Fact]
    public async Task When_too_much_waits_for_the_store_nothing_more_is_taken_until_it_is_in()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync(settings: new Dictionary<string, string?> { ["Audit:MaxJournalBytes"] = "1048576" });
        var written = 0;
        var refused = Should.Throw<PorticoException>(() =>
        {
            for (; written < 100_000; written++)
                Write(node, written, 1);
        });
        refused.Kind.ShouldBe(ErrorTable.AuditUnavailable);
        node.Get<AuditLog>().Healthy.ShouldBeFalse();
        await node.Get<AuditSequencer>().FlushAsync(Ct);
        node.Get<AuditLog>().Healthy.ShouldBeTrue();
        Write(node, written, 1);
        (await AuditExports.OfAsync(node)).Lines.Count.ShouldBe(written + 1);
    }

    [Fact]
    public async Task Writers_at_once_lose_no_entry_and_stand_in_the_order_of_their_times()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await node.StartAsync();
        const int Writers = 8;
        const int Each = 3_000;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(() => Write(node, w * Each, Each), Ct)));
        var export = await AuditExports.OfAsync(node);

        export
            .Lines.Select(l => JsonNode.Parse(l)!)
            .Where(l => l["kind"]!.GetValue<string>() == "test")
            .Select(l => l["n"]!.GetValue<int>())
            .Order()
            .ShouldBe(Enumerable.Range(0, Writers * Each));
        export.Verify().Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stretch_of_time_is_verified_without_what_came_before_it()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var time = new ManualTime(Start);
        var node = await store.OpenAsync(time: time);
        for (var hour = 0; hour < 6; hour++)
        {
            time.Set(Start.AddHours(hour));
            Write(node, hour * 1_100, 1_100);
            await node.Get<AuditSequencer>().FlushAsync(Ct);
        }
        var export = await AuditExports.OfAsync(node, Start.AddHours(2), Start.AddHours(4));
        (export.Manifest.Logs.Single().First, export.Manifest.Logs.Single().End).ShouldBe((2_200, 4_400));
        export.Verify(await KeyAsync(node)).Faults.ShouldBeEmpty();
        // The subtrees before it belong to the proof.
        var forged = export.Copy();
        var log = forged.Manifest.Logs.Single();
        log.Before[0][3] ^= 1;
        forged.Manifest = forged.Manifest with { Logs = [log] };
        forged.Verify(await KeyAsync(node)).Faults.ShouldNotBeEmpty();
    }
}
