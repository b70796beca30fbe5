using System.Buffers.Binary;
using Portico.Core.Chat;
using Portico.Observability;

namespace Portico.Server.Seeds;

/// <summary>A model as the scenario calls it: where it is, at what price, how fast and how well.</summary>
sealed record HistoryModel(CallsSheet.SeedModel Sheet, string DeploymentId, string ConnectionId, Price Price);

/// <summary>A use case with all that a record of its calls names.</summary>
sealed record HistoryUse(
    CallsSheet.SeedUseCase Sheet,
    string OrganisationId,
    string WorkspaceId,
    string UseCaseId,
    IReadOnlyList<string> Keys,
    IReadOnlyList<HistoryModel> Models,
    IReadOnlyList<HistoryMeter> Meters
);

/// <summary>A budget that counts the calls of a use case; its window is a calendar month or day.</summary>
sealed record HistoryMeter(string Id, bool IsDay);

/// <summary>
/// Calls of the days before an instant, in the order of time: rhythm of day and week, failures with fallback, refusals, hits of the cache, callers that leave.
/// The same seed, uses and span give the same calls, down to their ids.
/// </summary>
sealed class CallHistory(IReadOnlyList<HistoryUse> uses, DateTimeOffset until, int days, long calls, int seed)
{
    readonly SeededBits random = new(seed);
    readonly byte[] idBytes = new byte[16];

    /// <summary>A provider that answers badly for two hours: the fallback takes over.</summary>
    readonly DateTimeOffset badFrom = until.AddDays(-Math.Min(4, days * 0.4)).AddHours(-3);

    public IEnumerable<CallRecord> All()
    {
        var from = until.AddDays(-days);
        var minutes = days * 24 * 60;
        var weights = new double[minutes];
        for (var m = 0; m < minutes; m++)
            weights[m] = uses.Sum(u => u.Sheet.Share * CallsSheet.Busy(u.Sheet.Rhythm, from.AddMinutes(m))) * Growth(m, minutes);
        var all = weights.Sum();
        var (due, made) = (0.0, 0L);
        var shares = new double[uses.Count];
        for (var m = 0; m < minutes; m++)
        {
            var minute = from.AddMinutes(m);
            due += weights[m] / all * calls;
            var count = (m == minutes - 1 ? calls : (long)due) - made;
            made += count;
            var sum = 0.0;
            for (var u = 0; u < shares.Length; u++)
                shares[u] = sum += uses[u].Sheet.Share * CallsSheet.Busy(uses[u].Sheet.Rhythm, minute);
            for (var c = 0L; c < count; c++)
            {
                var at = Micros.Of(minute) + (60_000_000 * c + random.Next(60_000_000)) / Math.Max(1, count);
                yield return One(uses[Pick(shares, random.NextDouble() * sum)], at);
            }
        }
    }

    /// <summary>A little more each day.</summary>
    static double Growth(int minute, int minutes) => 0.88 + 0.24 * minute / minutes;

    static int Pick(double[] upTo, double at)
    {
        var found = Array.FindIndex(upTo, u => at < u);
        return found < 0 ? upTo.Length - 1 : found;
    }

    CallRecord One(HistoryUse use, long at)
    {
        var sheet = use.Sheet;
        var embeds = use.Models[0].Sheet.Embeddings;
        var r = new CallRecord
        {
            Id = new CallId(NewId(at)),
            StartedAtUs = at,
            NodeId = "seed",
            OrganisationId = use.OrganisationId,
            WorkspaceId = use.WorkspaceId,
            UseCaseId = use.UseCaseId,
            // The first keys are used most.
            KeyId = use.Keys[(int)(use.Keys.Count * Math.Pow(random.NextDouble(), 1.8))],
            Operation = embeds ? "embeddings" : "chat",
            Wire = embeds ? "openai-embeddings" : "openai-chat",
            Stream = !embeds && random.Next(10) < 6,
            RequestedModel = sheet.Route,
            Route = sheet.Route,
            Cache = sheet.Cached > 0 ? "miss" : "off",
            OverheadUs = 180 + random.Next(400),
        };
        r.CountedInputTokens = Around(sheet.Input, 0.55);
        var facts = new List<TrailEntry>(6)
        {
            new("resolve_route", use.Models.Count > 1 ? "ordered: 2 deployments" : "one deployment", 40),
        };
        r.Trail = facts;
        if (random.NextDouble() < 0.006)
            Refuse(r, facts);
        else if (random.NextDouble() < sheet.Cached)
            Hit(r, use, facts);
        else
            Serve(r, use, facts);
        r.Settlements = use
            .Meters.Select(m => new MeterSettlement(m.Id, Micros.Of(m.IsDay ? DayOf(at) : MonthOf(at)), r.CostNanoUsd))
            .ToArray();
        return r;
    }

    static DateTimeOffset DayOf(long us) => new(Micros.ToTime(us).UtcDateTime.Date, TimeSpan.Zero);

    static DateTimeOffset MonthOf(long us)
    {
        var day = DayOf(us);
        return day.AddDays(1 - day.Day);
    }

    static readonly ErrorKind[] Refusals =
    [
        ErrorTable.RateLimited,
        ErrorTable.RateLimited,
        ErrorTable.BudgetExceeded,
        ErrorTable.ContextLengthExceeded,
        ErrorTable.PolicyDenied,
        ErrorTable.InvalidRequest,
    ];

    void Refuse(CallRecord r, List<TrailEntry> facts)
    {
        var kind = Refusals[random.Next(Refusals.Length)];
        (r.Outcome, r.Status, r.ErrorCode) = (CallOutcome.Refused, kind.Status, kind.Code);
        r.ErrorMessage = kind.Advice;
        r.DurationUs = r.OverheadUs;
        facts.Add(new TrailEntry("limit_requests", $"refused: {kind.Code}", r.OverheadUs));
    }

    void Hit(CallRecord r, HistoryUse use, List<TrailEntry> facts)
    {
        var model = use.Models[0];
        Name(r, model);
        r.Cache = "hit";
        (r.Outcome, r.Status, r.Finish) = (CallOutcome.Completed, 200, FinishReason.Stop);
        r.SavedNanoUsd = model.Price.CostNanoUsd(UsageOf(r, use.Sheet)) ?? 0;
        r.FirstOutputUs = r.OverheadUs + 300 + random.Next(900);
        r.DurationUs = r.FirstOutputUs + 200 + random.Next(2_000);
        facts.Add(new TrailEntry("serve_from_cache", "hit", r.OverheadUs));
    }

    void Serve(CallRecord r, HistoryUse use, List<TrailEntry> facts)
    {
        facts.Add(new TrailEntry("hold_budget", "held the worst case on every budget and token limit", r.OverheadUs - 60));
        var attempts = new List<AttemptRecord>(2);
        var begun = r.OverheadUs;
        for (var n = 0; n < use.Models.Count; n++)
        {
            var model = use.Models[n];
            var attempt = Try(r, use.Sheet, model, n + 1, begun);
            attempts.Add(attempt);
            begun += attempt.DurationUs + 500;
            Name(r, model);
            // Whoever left is not served by another one.
            if (attempt is not { Outcome: "failed", ErrorCode: { } code })
                break;
            facts.Add(new TrailEntry("failover", $"attempt {n + 1} at {model.DeploymentId} failed: {code}", begun));
        }
        var last = attempts[^1];
        r.Attempts = attempts;
        r.Usage = last.Usage;
        r.CostNanoUsd = last.CostNanoUsd;
        (r.PriceId, r.PriceVersion) = (last.PriceId, last.PriceVersion);
        r.UpstreamRequestId = last.UpstreamRequestId;
        r.ServedModel = last.ErrorCode is null ? last.Model : null;
        r.HeldNanoUsd = last.CostNanoUsd * 3;
        r.DurationUs = last.StartedAtUs - r.StartedAtUs + last.DurationUs;
        r.FirstOutputUs = last.FirstOutputUs == 0 ? 0 : last.StartedAtUs - r.StartedAtUs + last.FirstOutputUs;
        (r.ErrorCode, r.ErrorMessage) = (last.ErrorCode, last.ErrorMessage);
        r.Outcome = last.Outcome switch
        {
            "completed" => CallOutcome.Completed,
            "failed" => CallOutcome.Failed,
            _ => CallOutcome.Abandoned,
        };
        r.Status = last.Outcome == "completed" ? 200 : last.Status;
        r.Finish =
            r.Outcome != CallOutcome.Completed ? FinishReason.None
            : random.Next(40) == 0 ? FinishReason.Length
            : FinishReason.Stop;
    }

    static readonly ErrorKind[] Failures =
    [
        ErrorTable.UpstreamRateLimited,
        ErrorTable.UpstreamRateLimited,
        ErrorTable.UpstreamRateLimited,
        ErrorTable.UpstreamTimeout,
        ErrorTable.UpstreamTimeout,
        ErrorTable.UpstreamOverloaded,
        ErrorTable.UpstreamFailed,
        ErrorTable.UpstreamCut,
    ];

    AttemptRecord Try(CallRecord r, CallsSheet.SeedUseCase sheet, HistoryModel model, int number, long begunUs)
    {
        var at = Micros.ToTime(r.StartedAtUs);
        var isBad = model.Sheet.Connection == "azure-westeurope" && at >= badFrom && at < badFrom.AddHours(2);
        var attempt = new AttemptRecord
        {
            Id = new AttemptId(NewId(r.StartedAtUs)),
            Number = number,
            DeploymentId = model.DeploymentId,
            ConnectionId = model.ConnectionId,
            Provider = model.Sheet.Connection,
            Model = model.Sheet.Name,
            StartedAtUs = r.StartedAtUs + begunUs,
            Outcome = "completed",
            Status = 200,
            UpstreamRequestId = $"req_{random.NextInt64():x16}",
        };
        if (random.NextDouble() < (isBad ? 0.4 : model.Sheet.Fails))
        {
            var kind = isBad ? ErrorTable.UpstreamRateLimited : Failures[random.Next(Failures.Length)];
            return attempt with
            {
                Outcome = "failed",
                Status = kind.Status,
                Fault = kind.Status == 429 ? "rate_limit" : "upstream",
                ErrorCode = kind.Code,
                ErrorMessage = kind.Advice,
                DurationUs = kind == ErrorTable.UpstreamTimeout ? 30_000_000 : Around(180_000, 0.6),
            };
        }
        var usage = UsageOf(r, sheet);
        var first = Around(model.Sheet.FirstMs * 1_000, isBad ? 0.9 : 0.42);
        var writes = model.Sheet.PerSecond == 0 ? 4_000 : usage.Output * 1_000_000 / model.Sheet.PerSecond;
        var leaves = r.Stream && random.Next(300) == 0;
        return attempt with
        {
            Usage = usage,
            CostNanoUsd = model.Price.CostNanoUsd(usage) ?? 0,
            PriceId = model.Price.Id.ToString(),
            PriceVersion = model.Price.Version,
            FirstOutputUs = first,
            DurationUs = first + writes,
            Outcome = leaves ? "abandoned" : "completed",
            ErrorCode = leaves ? ErrorTable.ClientClosed.Code : null,
            Status = leaves ? ErrorTable.ClientClosed.Status : 200,
        };
    }

    Usage UsageOf(CallRecord r, CallsSheet.SeedUseCase sheet)
    {
        // A third of what long prompts begin with, the provider has cached.
        var cached = r.CountedInputTokens > 2_500 && random.Next(3) > 0 ? r.CountedInputTokens / 3 : 0;
        var output = sheet.Output == 0 ? 0 : Around(sheet.Output, 0.7);
        return new Usage
        {
            Input = r.CountedInputTokens - cached,
            CacheRead = cached,
            Output = output,
            Reasoning = sheet.Models[0] is "gpt-5" ? output / 2 : 0,
            Source = UsageSource.Reported,
        };
    }

    static void Name(CallRecord r, HistoryModel model)
    {
        r.Model = model.Sheet.Name;
        r.Provider = model.Sheet.Connection;
        r.ProviderFamily = "sim";
        (r.ConnectionId, r.DeploymentId) = (model.ConnectionId, model.DeploymentId);
    }

    /// <summary>Most near the middle, some far above: how sizes and times of calls lie.</summary>
    int Around(int middle, double width)
    {
        var bell = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Math.Max(1, (int)(middle * Math.Exp(width * bell)));
    }

    /// <summary>A UUIDv7 of this time with bits of the seeded generator.</summary>
    Guid NewId(long us)
    {
        random.Fill(idBytes);
        BinaryPrimitives.WriteInt64BigEndian(idBytes, us / 1_000 << 16 | (long)random.Next(1 << 16));
        idBytes[6] = (byte)(idBytes[6] & 0x0F | 0x70);
        idBytes[8] = (byte)(idBytes[8] & 0x3F | 0x80);
        return new Guid(idBytes, bigEndian: true);
    }
}
