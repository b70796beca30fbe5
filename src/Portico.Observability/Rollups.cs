using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Portico.Observability.Rerating;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>
/// Sums by every dimension that a report groups by, for each minute, hour and day: added up in memory for a batch, then one upsert a group. The three grains
/// are written in one transaction, so that any of them says what the others say.
/// </summary>
static class Rollups
{
    public const long MinuteUs = 60_000_000;

    public static async Task ApplyAsync(DbWork work, IReadOnlyList<CallRecord> records)
    {
        var minutes = new Dictionary<RollupGroup, RollupSums>();
        foreach (var r in records)
            SumsOf(minutes, RollupGroup.Of(r)).Add(r);
        await WriteAsync(work, minutes);
    }

    /// <summary>
    /// What adjustments change of the sums: cost, and how many calls are unpriced. Groups are those of the calls' own records, so that reports say it where
    /// they said the old cost.
    /// </summary>
    public static async Task AdjustAsync(DbWork work, IReadOnlyList<Adjustment> adjustments)
    {
        var minutes = new Dictionary<RollupGroup, RollupSums>();
        foreach (var a in adjustments)
        {
            var s = SumsOf(minutes, RollupGroup.Of(a.Call));
            s.Cost += a.Difference;
            s.Adjusted += a.Difference;
            s.Unpriced += (a.NewUnpriced ? 1 : 0) - (a.OldUnpriced ? 1 : 0);
        }
        await WriteAsync(work, minutes);
    }

    static RollupSums SumsOf(Dictionary<RollupGroup, RollupSums> groups, in RollupGroup group)
    {
        if (!groups.TryGetValue(group, out var sums))
            groups[group] = sums = new RollupSums();
        return sums;
    }

    /// <summary>Hours from minutes, days from hours: what is added is the same thing, whatever its grain.</summary>
    static async Task WriteAsync(DbWork work, Dictionary<RollupGroup, RollupSums> minutes)
    {
        var hours = Coarser(minutes, Grain.Hours);
        var days = Coarser(hours, Grain.Days);
        await RollupRows.AddAsync(work, Grain.Minutes, minutes);
        await RollupRows.AddAsync(work, Grain.Hours, hours);
        await RollupRows.AddAsync(work, Grain.Days, days);
    }

    static Dictionary<RollupGroup, RollupSums> Coarser(Dictionary<RollupGroup, RollupSums> fine, Grain grain)
    {
        var coarse = new Dictionary<RollupGroup, RollupSums>(fine.Count);
        foreach (var (group, sums) in fine)
            SumsOf(coarse, group with { StartUs = grain.Floor(group.StartUs) }).Add(sums);
        return coarse;
    }
}

/// <summary>A length of time that sums are kept for.</summary>
sealed record Grain(string Table, long LengthUs)
{
    public static readonly Grain Minutes = new("observability_minutes", Rollups.MinuteUs);
    public static readonly Grain Hours = new("observability_hours", 60 * Rollups.MinuteUs);
    public static readonly Grain Days = new("observability_days", 24 * 60 * Rollups.MinuteUs);

    public long Floor(long us) => us / LengthUs * LengthUs;

    public long Ceiling(long us) => Floor(us + LengthUs - 1);

    /// <summary>Latencies of a minute lie in rows of their own; of an hour and a day, in the row of their sums (<see cref="LatencyCounts"/>).</summary>
    public bool HoldsLatencies => this != Minutes;
}

/// <summary>What one row of sums is about.</summary>
readonly record struct RollupGroup(
    long StartUs,
    string OrganisationId,
    string WorkspaceId,
    string UseCaseId,
    string KeyId,
    string PersonId,
    string Operation,
    string Route,
    string Model,
    string Provider,
    string ConnectionId,
    string DeploymentId,
    string Outcome,
    string ErrorCode
)
{
    public const string Columns =
        "organisation_id, workspace_id, use_case_id, key_id, person_id, operation, route, model, provider, connection_id, deployment_id, outcome, error_code";

    /// <summary>The minute of a call and its dimensions.</summary>
    public static RollupGroup Of(CallRecord r) =>
        new(
            Grain.Minutes.Floor(r.StartedAtUs),
            r.OrganisationId ?? "",
            r.WorkspaceId ?? "",
            r.UseCaseId ?? "",
            r.KeyId ?? "",
            r.PersonId ?? "",
            r.Operation,
            r.Route ?? "",
            r.Model ?? "",
            r.Provider ?? "",
            r.ConnectionId ?? "",
            r.DeploymentId ?? "",
            Outcomes.Name(r.Outcome),
            r.ErrorCode ?? ""
        );

    /// <summary>In the order of <see cref="Columns"/>.</summary>
    public string[] Dimensions() =>
        [
            OrganisationId,
            WorkspaceId,
            UseCaseId,
            KeyId,
            PersonId,
            Operation,
            Route,
            Model,
            Provider,
            ConnectionId,
            DeploymentId,
            Outcome,
            ErrorCode,
        ];

    /// <summary>The members that differ most: hashing all of them would cost more than the sums.</summary>
    public override int GetHashCode() => HashCode.Combine(StartUs, KeyId, PersonId, DeploymentId, Outcome);

    /// <summary>The number that ties a group's latencies to its sums: 64 bits of a hash over its dimensions. Never 0.</summary>
    public long Number()
    {
        var text = string.Join('\n', Dimensions());
        var number = BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return number == 0 ? 1 : number;
    }
}

/// <summary>What is added up.</summary>
sealed class RollupSums
{
    public long Calls,
        CacheHits,
        Unpriced,
        Input,
        CacheRead,
        CacheWrite,
        Output,
        Reasoning,
        Searches,
        Characters,
        AudioMs,
        Images,
        Cost,
        Adjusted,
        Saved,
        Duration;

    public const string Columns =
        "calls, cache_hits, unpriced, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, searches, characters, audio_ms, images, cost_nano_usd, adjusted_nano_usd, saved_nano_usd, duration_us";

    public Dictionary<(Measure Measure, int Bucket), long> Latencies { get; } = [];

    /// <summary>In the order of <see cref="Columns"/>.</summary>
    public long[] Numbers() =>
        [
            Calls,
            CacheHits,
            Unpriced,
            Input,
            CacheRead,
            CacheWrite,
            Output,
            Reasoning,
            Searches,
            Characters,
            AudioMs,
            Images,
            Cost,
            Adjusted,
            Saved,
            Duration,
        ];

    public void Add(CallRecord r)
    {
        Calls++;
        CacheHits += r.Cache == "hit" ? 1 : 0;
        Unpriced += r.Unpriced ? 1 : 0;
        Input += r.Usage.Input + r.Usage.AudioInput + r.Usage.ImageInput;
        CacheRead += r.Usage.CacheRead;
        CacheWrite += r.Usage.CacheWrite + r.Usage.CacheWriteLong;
        Output += r.Usage.Output + r.Usage.AudioOutput + r.Usage.ImageOutput;
        Reasoning += r.Usage.Reasoning;
        Searches += r.Usage.Searches;
        Characters += r.Usage.Characters;
        AudioMs += r.Usage.AudioMs;
        Images += r.Usage.Images;
        Cost += r.CostNanoUsd;
        Saved += r.SavedNanoUsd;
        Duration += r.DurationUs;
        Time(Measure.Duration, LatencyBuckets.Of(r.DurationUs), 1);
        if (r.FirstOutputUs > 0)
            Time(Measure.FirstOutput, LatencyBuckets.Of(r.FirstOutputUs), 1);
    }

    public void Add(RollupSums o)
    {
        Calls += o.Calls;
        CacheHits += o.CacheHits;
        Unpriced += o.Unpriced;
        Input += o.Input;
        CacheRead += o.CacheRead;
        CacheWrite += o.CacheWrite;
        Output += o.Output;
        Reasoning += o.Reasoning;
        Searches += o.Searches;
        Characters += o.Characters;
        AudioMs += o.AudioMs;
        Images += o.Images;
        Cost += o.Cost;
        Adjusted += o.Adjusted;
        Saved += o.Saved;
        Duration += o.Duration;
        foreach (var ((measure, bucket), calls) in o.Latencies)
            Time(measure, bucket, calls);
    }

    void Time(Measure measure, int bucket, long calls) =>
        Latencies[(measure, bucket)] = Latencies.GetValueOrDefault((measure, bucket)) + calls;
}
