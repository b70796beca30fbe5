using Portico.Governance.Policy;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Policy;

/// <summary>What a run of a replay keeps, on both engines: it moves in one step, ends where somebody cancels it, and stays within its bounds.</summary>
public sealed class PolicyReplayStoreTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly ManualTime time = new();

    PolicyReplayRun Run(string id) =>
        new()
        {
            Id = id,
            State = "running",
            Level = "org_1",
            Text = "models:\n  deny: [a]\n",
            To = time.GetUtcNow(),
            ReadsContents = true,
            AskedBy = "Ms Ray",
            Position = "",
            Counts = ReplayCounts.None,
            CreatedAt = time.GetUtcNow(),
            UpdatedAt = time.GetUtcNow(),
        };

    static ReplayCounts Counts(long looked, long refused) =>
        new(
            looked,
            refused,
            0,
            0,
            3,
            new Dictionary<string, long> { ["gone"] = 2 },
            new Dictionary<string, long> { ["card"] = 4, ["a"] = 1 }
        );

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_step_is_made_once_and_a_cancelled_run_moves_no_more(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var replays = (await store.OpenAsync(time: time)).Get<PolicyReplayStore>();
        (await replays.InsertAsync(Run("replay_1"), Ct)).ShouldBeTrue();
        var begun = (await replays.NextAsync(Ct)).ShouldNotBeNull();

        (
            await replays.MoveAsync(begun, "call_9", "running", Counts(10, 1), [new ReplayFinding("call_9", "refused", "a line")], null, Ct)
        ).ShouldBeTrue();
        (await replays.MoveAsync(begun, "call_9", "running", Counts(20, 2), [], null, Ct)).ShouldBeFalse("the step was made");

        var moved = (await replays.FindAsync("replay_1", Ct)).ShouldNotBeNull();
        (moved.Position, moved.Counts.Looked, moved.Counts.Opened).ShouldBe(("call_9", 10, 3));
        moved.Counts.Unjudged.ShouldBe(new Dictionary<string, long> { ["gone"] = 2 });
        moved.Counts.Rules.ShouldBe(new Dictionary<string, long> { ["a"] = 1, ["card"] = 4 }, ignoreOrder: true);
        (await replays.CancelAsync("replay_1", Ct)).ShouldBeTrue();
        (await replays.CancelAsync("replay_1", Ct)).ShouldBeFalse();
        (await replays.MoveAsync(moved, "call_8", "done", Counts(20, 2), [], null, Ct)).ShouldBeFalse();
        (await replays.FindAsync("replay_1", Ct))!.State.ShouldBe("cancelled");
        (await replays.NextAsync(Ct)).ShouldBeNull();
        (await replays.FindingsAsync("replay_1", new PageRequest(10, null), Ct)).ShouldBe([
            new ReplayFinding("call_9", "refused", "a line"),
        ]);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Runs_findings_and_what_is_remembered_have_bounds_and_runs_take_turns(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var replays = (await store.OpenAsync(time: time)).Get<PolicyReplayStore>();
        for (var i = 0; i < PolicyReplayStore.MaxRunning; i++)
            (await replays.InsertAsync(Run($"replay_{i}"), Ct)).ShouldBeTrue();
        (await replays.InsertAsync(Run("replay_more"), Ct)).ShouldBeFalse();

        var first = (await replays.NextAsync(Ct))!;
        time.Advance(TimeSpan.FromSeconds(1));
        var many = Enumerable
            .Range(0, PolicyReplayRun.MaxFindings + 50)
            .Select(i => new ReplayFinding($"call_{i:0000}", "refused", "a line"))
            .ToList();
        await replays.MoveAsync(first, "call_1", "running", Counts(many.Count, many.Count), many, null, Ct);
        (await replays.FindingsAsync(first.Id, new PageRequest(5_000, null), Ct)).Count.ShouldBe(PolicyReplayRun.MaxFindings);
        (await replays.NextAsync(Ct))!.Id.ShouldNotBe(first.Id, "each makes a step after the others");
        var again = (await replays.FindAsync(first.Id, Ct))!;
        await replays.MoveAsync(again, "call_0", "done", Counts(2_000, 2_000), [new ReplayFinding("call_x", "refused", "")], null, Ct);
        (await replays.FindingsAsync(first.Id, new PageRequest(5_000, null), Ct)).Count.ShouldBe(PolicyReplayRun.MaxFindings);
        (await replays.InsertAsync(Run("replay_more"), Ct)).ShouldBeTrue();
    }
}
