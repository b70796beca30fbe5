using System.Collections.Concurrent;
using FsCheck;
using FsCheck.Fluent;
using Portico.Gateway.Ledger;
using Portico.Observability;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Money;

/// <summary>
/// What the ledger of one node promises for any meters, amounts and order of things. A failure prints the seed and the smallest plan that FsCheck finds.
/// </summary>
public sealed class LedgerPropertyTests
{
    static readonly int Plans = Environment.GetEnvironmentVariable("PORTICO_LONG_TESTS") == "1" ? 3_000 : 150;

    /// <summary>One meter: what it counts, over which window, up to how much.</summary>
    public sealed record MeterPlan(MeterUnit Unit, MeterWindow Window, int Limit);

    /// <summary>One call: which meters apply (a bit each), what it may use, how much of it it uses, and how far the clock goes before.</summary>
    public sealed record CallPlan(int Meters, int NanoUsd, int Tokens, int UsedPercent, int Seconds);

    public sealed record Plan(IReadOnlyList<MeterPlan> Meters, IReadOnlyList<CallPlan> Calls);

    static Arbitrary<Plan> AnyPlan()
    {
        var meter =
            from unit in Gen.Elements(MeterUnit.NanoUsd, MeterUnit.Tokens, MeterUnit.Requests, MeterUnit.ConcurrentCalls)
            from window in Gen.Elements(MeterWindow.Minute, MeterWindow.Hour, MeterWindow.Total)
            from limit in unit is MeterUnit.Requests or MeterUnit.ConcurrentCalls ? Gen.Choose(0, 12) : Gen.Choose(0, 3_000)
            select new MeterPlan(unit, window, limit);
        var call =
            from meters in Gen.Choose(1, 63)
            from nano in Gen.Choose(0, 500)
            from tokens in Gen.Choose(0, 500)
            from used in Gen.Choose(0, 100)
            from seconds in Gen.Frequency((8, Gen.Constant(0)), (1, Gen.Choose(1, 50)))
            select new CallPlan(meters, nano, tokens, used, seconds);
        var plan =
            from meterCount in Gen.Choose(1, 6)
            from meters in Gen.ListOf(meter, meterCount)
            from callCount in Gen.Choose(1, 60)
            from calls in Gen.ListOf(call, callCount)
            select new Plan([.. meters], [.. calls]);
        return Arb.From(
            plan,
            p => p.Calls.Select((_, i) => p with { Calls = [.. p.Calls.Take(i), .. p.Calls.Skip(i + 1)] }).Where(s => s.Calls.Count > 0)
        );
    }

    static void ForAnyPlan(Action<Plan> check) =>
        Prop.ForAll(AnyPlan(), check).Check(Config.QuickThrowOnFailure.WithMaxTest(Plans).WithQuietOnSuccess(true));

    /// <summary>A ledger of one node and the slots of a plan's meters.</summary>
    sealed class Bench
    {
        public Bench(Plan plan)
        {
            Ledger = new CreditLedger(new WholeLimitAuthority(), Time);
            Slots = plan
                .Meters.Select(
                    (m, i) =>
                        new MeterSlot(
                            new Meter
                            {
                                Id = $"meter_{i}",
                                Scope = MeterScope.Organisation,
                                ScopeId = "org",
                                Unit = m.Unit,
                                Window = m.Window,
                                Limit = m.Limit,
                            },
                            "org"
                        )
                )
                .ToArray();
        }

        public ShiftedTime Time { get; } = new();
        public CreditLedger Ledger { get; }
        public MeterSlot[] Slots { get; }

        public MeterSlot[] Of(CallPlan call) => Slots.Where((_, i) => (call.Meters & (1 << i)) != 0).ToArray();

        public static Amounts Worst(CallPlan call) => new(call.NanoUsd, call.Tokens, 1, 1);

        public static Amounts Used(CallPlan call) => new(call.NanoUsd * call.UsedPercent / 100, call.Tokens * call.UsedPercent / 100, 1, 0);

        /// <summary>The call's turn: its clock, its hold.</summary>
        public Hold? Take(CallPlan call)
        {
            Time.Advance(TimeSpan.FromSeconds(call.Seconds));
            var slots = Of(call);
            return Ledger.HoldAsync(slots, Worst(call), CancellationToken.None).AsTask().GetAwaiter().GetResult().Hold;
        }
    }

    /// <summary>The same decisions made by hand: what is free of each window, and who holds what.</summary>
    sealed class Model
    {
        readonly Dictionary<(string Slot, long Start), (long Held, long Spent)> counts = [];

        public (long Held, long Spent) Of(WindowCount count) => counts.GetValueOrDefault((count.Slot.Id, count.StartUs));

        public bool HasRoom(WindowCount count, Amounts amounts) =>
            Of(count).Held + Of(count).Spent + amounts.Of(count.Slot.Meter.Unit) <= count.Slot.Meter.Limit;

        public void Add(WindowCount count, long held, long spent)
        {
            var old = Of(count);
            counts[(count.Slot.Id, count.StartUs)] = (old.Held + held, old.Spent + spent);
        }
    }

    [Fact]
    public void One_after_the_other_a_hold_takes_from_every_meter_or_from_none_and_is_settled_once() =>
        ForAnyPlan(plan =>
        {
            var bench = new Bench(plan);
            var model = new Model();
            var open = new Queue<(CallPlan Call, Hold Hold)>();
            foreach (var call in plan.Calls)
            {
                var hold = bench.Take(call);
                var counts = bench.Of(call).Select(s => s.Current!).ToList();
                (hold is not null).ShouldBe(counts.All(c => model.HasRoom(c, Bench.Worst(call))));
                if (hold is not null)
                {
                    foreach (var count in counts)
                        model.Add(count, Bench.Worst(call).Of(count.Slot.Meter.Unit), 0);
                    open.Enqueue((call, hold));
                }
                ShouldBeAs(model, counts);
                // Some calls are under way for a while.
                if (open.Count > call.UsedPercent % 5 && open.TryDequeue(out var done))
                    Settle(bench, model, done);
            }
            while (open.TryDequeue(out var done))
                Settle(bench, model, done);
            foreach (var slot in bench.Slots.Where(s => s.Current is not null))
                slot.Current!.Held.ShouldBe(0);
        });

    static void Settle(Bench bench, Model model, (CallPlan Call, Hold Hold) done)
    {
        var (call, hold) = done;
        var settlements = bench.Ledger.Settled(hold, Bench.Used(call));
        bench.Ledger.Settled(hold, Bench.Worst(call)).ShouldBeEmpty("a hold is settled once");
        foreach (var count in hold.Counts)
        {
            var unit = count.Slot.Meter.Unit;
            model.Add(count, -Bench.Worst(call).Of(unit), Bench.Used(call).Of(unit));
            settlements
                .Where(s => s.MeterId == count.Slot.Id && s.WindowStartUs == count.StartUs)
                .Sum(s => s.Amount)
                .ShouldBe(Bench.Used(call).Of(unit));
        }
        ShouldBeAs(model, hold.Counts);
    }

    static void ShouldBeAs(Model model, IEnumerable<WindowCount> counts)
    {
        foreach (var count in counts)
        {
            (count.Held, count.Spent).ShouldBe(model.Of(count));
            count.Room.ShouldBe(count.Slot.Meter.Limit - count.Held - count.Spent);
            count.Room.ShouldBeGreaterThanOrEqualTo(0);
        }
    }

    [Fact]
    public void At_once_no_instant_is_over_a_limit_and_in_the_end_what_was_settled_is_what_was_spent() =>
        ForAnyPlan(plan =>
        {
            var bench = new Bench(plan);
            var settled = new ConcurrentQueue<MeterSettlement>();
            var touched = new ConcurrentDictionary<WindowCount, bool>();
            var running = true;
            var sampling = Task.Run(() =>
            {
                while (Volatile.Read(ref running))
                    ShouldBeWithin(bench);
            });
            Parallel.ForEach(
                Partitioner.Create(plan.Calls, EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = 8 },
                call =>
                {
                    if (bench.Take(call) is not { } hold)
                        return;
                    foreach (var count in hold.Counts)
                        touched[count] = true;
                    Thread.Yield();
                    // Two ends of one call at once: the caller leaves while the answer ends.
                    Parallel.Invoke(
                        () => bench.Ledger.Settled(hold, Bench.Used(call)).ToList().ForEach(settled.Enqueue),
                        () => bench.Ledger.Settled(hold, Bench.Used(call)).ToList().ForEach(settled.Enqueue)
                    );
                }
            );
            Volatile.Write(ref running, false);
            sampling.GetAwaiter().GetResult();

            var sums = settled.ToLookup(s => (s.MeterId, s.WindowStartUs), s => s.Amount);
            foreach (var count in touched.Keys)
            {
                count.Held.ShouldBe(0);
                count.Spent.ShouldBe(sums[(count.Slot.Id, count.StartUs)].Sum());
                count.Room.ShouldBe(count.Slot.Meter.Limit - count.Spent);
            }
        });

    static void ShouldBeWithin(Bench bench)
    {
        // One instant: nothing moves while the lock is held.
        var over = bench.Ledger.Locked(() =>
            bench
                .Slots.Select(s => s.Current)
                .Where(c => c is not null && (c.Room < 0 || c.Held < 0 || c.Spent + c.Held > c.Slot.Meter.Limit))
                .Select(c => $"{c!.Slot.Id}: spent {c.Spent}, held {c.Held}, room {c.Room} of {c.Slot.Meter.Limit}")
                .ToList()
        );
        over.ShouldBeEmpty();
    }
}
