using Dapper;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>Sums by minute and every dimension that a report groups by: added up in memory for a batch, then one upsert a group.</summary>
static class Rollups
{
    public const long MinuteUs = 60_000_000;

    readonly record struct Group(
        long MinuteUs,
        string OrganisationId,
        string WorkspaceId,
        string UseCaseId,
        string KeyId,
        string PersonId,
        string Route,
        string Model,
        string Provider,
        string Outcome
    );

    sealed class Sums
    {
        public long Calls,
            CacheHits,
            Unpriced,
            Input,
            CacheRead,
            CacheWrite,
            Output,
            Reasoning,
            Cost,
            Saved,
            Duration;
    }

    public static async Task ApplyAsync(DbWork work, IReadOnlyList<CallRecord> records)
    {
        var groups = new Dictionary<Group, Sums>();
        foreach (var r in records)
            Add(groups, r);
        // One order on every node: two nodes that upsert the same groups cannot deadlock.
        foreach (var (g, s) in groups.OrderBy(p => p.Key.ToString(), StringComparer.Ordinal))
            await work.Connection.ExecuteAsync(Upsert, Parameters(g, s), work.Transaction);
    }

    static void Add(Dictionary<Group, Sums> groups, CallRecord r)
    {
        var key = new Group(
            r.StartedAtUs / MinuteUs * MinuteUs,
            r.OrganisationId ?? "",
            r.WorkspaceId ?? "",
            r.UseCaseId ?? "",
            r.KeyId ?? "",
            r.PersonId ?? "",
            r.Route ?? "",
            r.Model ?? "",
            r.Provider ?? "",
            Outcomes.Name(r.Outcome)
        );
        if (!groups.TryGetValue(key, out var s))
            groups[key] = s = new Sums();
        s.Calls++;
        s.CacheHits += r.Cache == "hit" ? 1 : 0;
        s.Unpriced += r.Unpriced ? 1 : 0;
        s.Input += r.Usage.Input + r.Usage.AudioInput + r.Usage.ImageInput;
        s.CacheRead += r.Usage.CacheRead;
        s.CacheWrite += r.Usage.CacheWrite + r.Usage.CacheWriteLong;
        s.Output += r.Usage.Output + r.Usage.AudioOutput;
        s.Reasoning += r.Usage.Reasoning;
        s.Cost += r.CostNanoUsd;
        s.Saved += r.SavedNanoUsd;
        s.Duration += r.DurationUs;
    }

    static object Parameters(Group g, Sums s) =>
        new
        {
            g.MinuteUs,
            g.OrganisationId,
            g.WorkspaceId,
            g.UseCaseId,
            g.KeyId,
            g.PersonId,
            g.Route,
            g.Model,
            g.Provider,
            g.Outcome,
            s.Calls,
            s.CacheHits,
            s.Unpriced,
            s.Input,
            s.CacheRead,
            s.CacheWrite,
            s.Output,
            s.Reasoning,
            s.Cost,
            s.Saved,
            s.Duration,
        };

    const string Upsert = """
        insert into observability_minutes (minute_us, organisation_id, workspace_id, use_case_id, key_id, person_id, route, model, provider, outcome,
          calls, cache_hits, unpriced, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, cost_nano_usd, saved_nano_usd, duration_us)
        values (@MinuteUs, @OrganisationId, @WorkspaceId, @UseCaseId, @KeyId, @PersonId, @Route, @Model, @Provider, @Outcome,
          @Calls, @CacheHits, @Unpriced, @Input, @CacheRead, @CacheWrite, @Output, @Reasoning, @Cost, @Saved, @Duration)
        on conflict (minute_us, organisation_id, workspace_id, use_case_id, key_id, person_id, route, model, provider, outcome) do update set
          calls = observability_minutes.calls + excluded.calls,
          cache_hits = observability_minutes.cache_hits + excluded.cache_hits,
          unpriced = observability_minutes.unpriced + excluded.unpriced,
          input_tokens = observability_minutes.input_tokens + excluded.input_tokens,
          cache_read_tokens = observability_minutes.cache_read_tokens + excluded.cache_read_tokens,
          cache_write_tokens = observability_minutes.cache_write_tokens + excluded.cache_write_tokens,
          output_tokens = observability_minutes.output_tokens + excluded.output_tokens,
          reasoning_tokens = observability_minutes.reasoning_tokens + excluded.reasoning_tokens,
          cost_nano_usd = observability_minutes.cost_nano_usd + excluded.cost_nano_usd,
          saved_nano_usd = observability_minutes.saved_nano_usd + excluded.saved_nano_usd,
          duration_us = observability_minutes.duration_us + excluded.duration_us
        """;
}

/// <summary>Outcomes as texts of tables and answers.</summary>
static class Outcomes
{
    public static string Name(CallOutcome outcome) =>
        outcome switch
        {
            CallOutcome.Completed => "completed",
            CallOutcome.Refused => "refused",
            CallOutcome.Failed => "failed",
            _ => "abandoned",
        };
}
