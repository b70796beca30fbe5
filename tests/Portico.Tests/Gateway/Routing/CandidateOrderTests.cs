using FsCheck;
using FsCheck.Fluent;
using Portico.Gateway.Routing;
using Portico.Gateway.Stages;
using static Portico.Tests.Gateway.Routing.Plans;

namespace Portico.Tests.Gateway.Routing;

/// <summary>In which order a call tries its deployments.</summary>
public sealed class CandidateOrderTests
{
    const int Seed = 20261124;

    static List<string> Order(RoutePlan plan, double draw = 0.5, string? session = null, Func<Candidate, long?>? cost = null) =>
        CandidateOrder.For(plan, session, draw, cost ?? (_ => 1)).Select(Name).ToList();

    static Candidate Measured(string name, long firstOutputUs)
    {
        var candidate = Candidate(name);
        if (firstOutputUs > 0)
            candidate.Health.Succeeded(firstOutputUs);
        return candidate;
    }

    static Candidate Busy(string name, int calls, int weight = 1)
    {
        var candidate = Candidate(name, weight);
        for (var i = 0; i < calls; i++)
            candidate.Health.TryEnter().ShouldBeTrue();
        return candidate;
    }

    [Theory]
    [InlineData(RouteStrategy.Ordered)]
    [InlineData(RouteStrategy.Weighted)]
    [InlineData(RouteStrategy.LeastLatency)]
    [InlineData(RouteStrategy.LeastCost)]
    [InlineData(RouteStrategy.LeastBusy)]
    public void Every_strategy_gives_every_deployment_once(RouteStrategy strategy)
    {
        Prop.ForAll(
                Gen.Choose(1, 1_000).NonEmptyListOf().ToArbitrary(),
                Gen.Choose(0, 999_999).ToArbitrary(),
                (weights, draw) =>
                {
                    var names = weights.Select((_, i) => $"m{i}").ToList();
                    var plan = Of(strategy, affinity: draw % 2 == 0, [.. weights.Select((w, i) => Candidate(names[i], w))]);
                    return Order(plan, draw / 1_000_000.0, $"s{draw}")
                        .Order(StringComparer.Ordinal)
                        .SequenceEqual(names.Order(StringComparer.Ordinal));
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void In_order_is_the_order_of_the_route() =>
        Order(Of(RouteStrategy.Ordered, Candidate("a"), Candidate("b", 900), Candidate("c"))).ShouldBe(["a", "b", "c"]);

    /// <summary>Places are drawn without replacement: the second one, too, is in proportion to the weights of those left.</summary>
    [Fact]
    public void Chance_follows_the_weights_at_every_place()
    {
        var plan = Of(RouteStrategy.Weighted, Candidate("a", 5), Candidate("b", 3), Candidate("c", 2));
        var random = new Random(Seed);
        const int draws = 60_000;
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < draws; i++)
        {
            var order = string.Concat(Order(plan, random.NextDouble()));
            seen[order] = seen.GetValueOrDefault(order) + 1;
        }
        foreach (
            var (order, share) in new[]
            {
                ("abc", 0.5 * 3 / 5),
                ("acb", 0.5 * 2 / 5),
                ("bac", 0.3 * 5 / 7),
                ("bca", 0.3 * 2 / 7),
                ("cab", 0.2 * 5 / 8),
                ("cba", 0.2 * 3 / 8),
            }
        )
        {
            // Five standard deviations of the count, for this seed and nearly every other.
            var deviation = Math.Sqrt(draws * share * (1 - share));
            seen[order]
                .ShouldBeInRange((int)(draws * share - 5 * deviation), (int)(draws * share + 5 * deviation), $"{order}, seed {Seed}");
        }
    }

    [Fact]
    public void The_same_draw_gives_the_same_order()
    {
        var plan = Of(RouteStrategy.Weighted, Candidate("a", 5), Candidate("b", 3), Candidate("c", 2));
        Order(plan, 0.123).ShouldBe(Order(plan, 0.123));
        Order(plan, 0).ShouldBe(["a", "b", "c"]);
        Order(plan, 0.9999999999)[0].ShouldBe("c");
    }

    /// <summary>Draws come from ids of calls: an id that is not even would bend every weight.</summary>
    [Fact]
    public void Draws_of_calls_are_even()
    {
        const int draws = 20_000;
        var tenths = new int[10];
        for (var i = 0; i < draws; i++)
        {
            var draw = Failover.DrawOf(CallId.New(TimeProvider.System));
            draw.ShouldBeInRange(0, 0.9999999999999999);
            tenths[(int)(draw * 10)]++;
        }
        // Chi squared with nine degrees of freedom is over 45 once in a million.
        tenths.Sum(n => Math.Pow(n - draws / 10.0, 2) / (draws / 10.0)).ShouldBeLessThan(45);
    }

    [Fact]
    public void Least_latency_tries_what_was_never_measured_then_the_quickest() =>
        Order(Of(RouteStrategy.LeastLatency, Measured("slow", 900), Measured("new", 0), Measured("quick", 100), Measured("even", 100)))
            .ShouldBe(["new", "quick", "even", "slow"]);

    [Fact]
    public void A_latency_follows_what_was_measured_lately()
    {
        var candidate = Measured("a", 1_000);
        for (var i = 0; i < 20; i++)
            candidate.Health.Succeeded(100);
        candidate.Health.FirstOutputUs.ShouldBeInRange(100, 120);
        // A stream without output says nothing of latency.
        candidate.Health.Succeeded(0);
        candidate.Health.FirstOutputUs.ShouldBeInRange(100, 120);
    }

    [Fact]
    public void Least_cost_takes_the_cheapest_for_this_call_and_what_has_no_price_last()
    {
        var costs = new Dictionary<string, long?>(StringComparer.Ordinal)
        {
            ["dear"] = 500,
            ["unpriced"] = null,
            ["cheap"] = 20,
            ["free"] = 0,
        };
        var plan = Of(RouteStrategy.LeastCost, [.. costs.Keys.Select(n => Candidate(n))]);
        Order(plan, cost: c => costs[Name(c)]).ShouldBe(["free", "cheap", "dear", "unpriced"]);
    }

    [Fact]
    public void Least_busy_goes_by_calls_under_way_for_their_weight() =>
        Order(Of(RouteStrategy.LeastBusy, Busy("a", 3), Busy("b", 1), Busy("large", 5, weight: 10), Busy("idle", 0)))
            .ShouldBe(["idle", "large", "b", "a"]);

    [Fact]
    public void A_session_stays_whatever_the_draw_and_only_where_the_route_wants_it()
    {
        var candidates = new[] { Candidate("a"), Candidate("b"), Candidate("c") };
        var sticky = Of(RouteStrategy.Weighted, affinity: true, candidates);
        var firsts = Enumerable.Range(0, 50).Select(i => Order(sticky, i / 50.0, "ada")[0]).Distinct(StringComparer.Ordinal);
        firsts.ShouldHaveSingleItem();
        var loose = Of(RouteStrategy.Weighted, affinity: false, candidates);
        Enumerable.Range(0, 50).Select(i => Order(loose, i / 50.0, "ada")[0]).Distinct(StringComparer.Ordinal).Count().ShouldBe(3);
    }

    [Fact]
    public void Sessions_spread_by_weight()
    {
        var plan = Of(RouteStrategy.Ordered, affinity: true, Candidate("a", 3), Candidate("b", 1));
        const int sessions = 4_000;
        var first = Enumerable.Range(0, sessions).Count(i => Order(plan, 0.5, $"session {i}")[0] == "a");
        var deviation = Math.Sqrt(sessions * 0.75 * 0.25);
        first.ShouldBeInRange((int)(sessions * 0.75 - 5 * deviation), (int)(sessions * 0.75 + 5 * deviation));
    }

    [Fact]
    public void Sessions_of_others_do_not_move_when_a_deployment_goes()
    {
        var all = new[] { Candidate("a"), Candidate("b"), Candidate("c"), Candidate("d") };
        var full = Of(RouteStrategy.Ordered, affinity: true, all);
        var less = Of(RouteStrategy.Ordered, affinity: true, all[..3]);
        for (var i = 0; i < 500; i++)
        {
            var before = Order(full, 0.5, $"session {i}")[0];
            if (before != "d")
                Order(less, 0.5, $"session {i}")[0].ShouldBe(before);
        }
    }
}
