using Portico.Core.Chat;
using Portico.Observability;

namespace Portico.Tests.Observability;

/// <summary>Records as the gateway would have made them, from a seeded generator: every cost follows from tokens and a price of <see cref="Prices"/>.</summary>
public sealed class Samples
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly Random random;
    readonly DateTimeOffset from;
    readonly TimeSpan span;

    public Samples(int seed, DateTimeOffset? from = null, TimeSpan? span = null)
    {
        random = new Random(seed);
        this.from = from ?? Start;
        this.span = span ?? TimeSpan.FromMinutes(10);
        Prices = Enumerable.Range(1, 3).Select(NewPrice).ToList();
    }

    public IReadOnlyList<Price> Prices { get; }

    public Price? Find(PriceId id, long version) => Prices.FirstOrDefault(p => p.Id == id && p.Version == version);

    public List<CallRecord> Take(int count) => Enumerable.Range(0, count).Select(_ => Next()).ToList();

    public CallRecord Next()
    {
        var at = from + span * random.NextDouble();
        var outcome = (CallOutcome)random.Next(4);
        var price = random.Next(5) == 0 ? null : Prices[random.Next(Prices.Count)];
        var usage = outcome == CallOutcome.Refused ? default : NewUsage();
        var attempts = outcome == CallOutcome.Refused ? [] : NewAttempts(at, usage, price);
        var last = attempts.LastOrDefault();
        return new CallRecord
        {
            Id = CallId.New(new Support.ManualTime(at)),
            StartedAtUs = Micros.Of(at),
            NodeId = "node",
            OrganisationId = "org_1",
            WorkspaceId = Pick("ws_a", "ws_b"),
            UseCaseId = Pick("uc_a", "uc_b", "uc_c"),
            KeyId = Pick("key_a", "key_b", "key_c", "key_d"),
            PersonId = Pick(null, "person_a"),
            Operation = Pick("chat", "embeddings")!,
            Route = Pick("fast", "careful"),
            RequestedModel = "fast",
            Model = outcome == CallOutcome.Refused ? null : Pick("m-small", "m-large"),
            Provider = outcome == CallOutcome.Refused ? null : Pick("north", "south"),
            ConnectionId = last?.ConnectionId,
            DeploymentId = last?.DeploymentId,
            Outcome = outcome,
            Status = outcome == CallOutcome.Completed ? 200 : 429,
            ErrorCode = outcome is CallOutcome.Refused or CallOutcome.Failed ? Pick("rate_limit_exceeded", "upstream_failed") : null,
            Usage = usage,
            CostNanoUsd = attempts.Sum(a => a.CostNanoUsd),
            Unpriced = last?.Unpriced ?? false,
            PriceId = last?.PriceId,
            PriceVersion = last?.PriceVersion ?? 0,
            Cache = Pick("off", "off", "hit", "miss")!,
            SavedNanoUsd = random.Next(1_000),
            DurationUs = (long)Math.Pow(10, 3 + 4 * random.NextDouble()),
            FirstOutputUs = usage.IsEmpty ? 0 : (long)Math.Pow(10, 2 + 3 * random.NextDouble()),
            ParentId = outcome == CallOutcome.Completed ? "call_01k9a3x7s8fjn8w2v5d1b6c4e0" : null,
            EndUser = outcome == CallOutcome.Completed ? "ada" : null,
            ContextFitted = outcome == CallOutcome.Completed ? "dropped 2 oldest messages" : null,
            Attempts = attempts,
            Trail = [new TrailEntry("resolve_route", "two deployments", 12), new TrailEntry("hold_budget", "held 20 nano-USD", 40)],
        };
    }

    string? Pick(params string?[] from) => from[random.Next(from.Length)];

    List<AttemptRecord> NewAttempts(DateTimeOffset at, Usage usage, Price? price)
    {
        var attempts = new List<AttemptRecord>();
        var tries = 1 + random.Next(3);
        for (var number = 1; number <= tries; number++)
        {
            var served = number == tries;
            var cost = served ? price?.CostNanoUsd(usage) : null;
            attempts.Add(
                new AttemptRecord
                {
                    Id = AttemptId.New(new Support.ManualTime(at)),
                    Number = number,
                    DeploymentId = "dep_" + number,
                    ConnectionId = "conn_1",
                    Provider = "north",
                    Model = "m-small",
                    StartedAtUs = Micros.Of(at) + number,
                    Outcome = served ? "completed" : "failed",
                    Status = served ? 200 : 503,
                    Usage = served ? usage : default,
                    CostNanoUsd = cost ?? 0,
                    Unpriced = served && cost is null && !usage.IsEmpty,
                    PriceId = served ? price?.Id.ToString() : null,
                    PriceVersion = served ? price?.Version ?? 0 : 0,
                }
            );
        }
        return attempts;
    }

    Usage NewUsage() =>
        new()
        {
            Input = random.Next(10_000),
            CacheRead = random.Next(3) == 0 ? random.Next(5_000) : 0,
            CacheWrite = random.Next(3) == 0 ? random.Next(5_000) : 0,
            CacheWriteLong = random.Next(5) == 0 ? random.Next(500) : 0,
            Output = random.Next(4_000),
            Reasoning = random.Next(3) == 0 ? random.Next(2_000) : 0,
            AudioOutput = random.Next(9) == 0 ? 7 : 0,
            ImageOutput = random.Next(9) == 0 ? 8 : 0,
            Searches = random.Next(9) == 0 ? 3 : 0,
            AudioMs = random.Next(9) == 0 ? random.Next(600_000) : 0,
            Source = UsageSource.Reported,
        };

    Price NewPrice(int version) =>
        new()
        {
            Id = PriceId.New(new Support.ManualTime(from)),
            Version = version,
            Rates = new TokenRates
            {
                Input = random.NextInt64(5_000_000_000),
                Output = random.NextInt64(20_000_000_000),
                CacheRead = random.NextInt64(500_000_000),
            },
            Units = random.Next(2) == 0 ? null : new UnitRates { Search = 2_000_000, AudioMinute = 6_000_000 },
            PerRequestNanoUsd = random.Next(2) * 1_000,
        };
}
