using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;
using Portico.Observability.Rerating;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>Usage and chargeback on the management API.</summary>
static class UsageEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/usage", Read)
            .Produces<UsageReport>()
            .WithSummary("Usage by any dimensions, as JSON or CSV, with quantiles of the timings on request");
        api.MapGet("/usage/check", Check).WithSummary("Proves that rollups and rows agree");
        api.MapGet("/usage/recompute", Recompute).WithSummary("Computes the cost of calls again from their tokens and price versions");
    }

    /// <summary>A report over [from, to), with the sums over all its lines and the names of the ids in them.</summary>
    public sealed record UsageReport(
        DateTimeOffset From,
        DateTimeOffset To,
        IReadOnlyList<UsageLine> Lines,
        UsageLine Total,
        IReadOnlyDictionary<string, string> Names
    );

    /// <summary>
    /// Sums over the months whose rows are kept, from <paramref name="From"/> on. Rows say what was billed; adjustments, what re-rating changed; rollups, both.
    /// </summary>
    public sealed record UsageCheck(DateTimeOffset From, long RowsNanoUsd, long AdjustmentsNanoUsd, long RollupsNanoUsd, bool Agree);

    /// <summary>A page of calls priced again. <paramref name="Differing"/> has those whose record says something else, or whose price is not in the book.</summary>
    public sealed record Recomputed(
        int Calls,
        long RecordedNanoUsd,
        long RecomputedNanoUsd,
        bool Agree,
        IReadOnlyList<CostCheck> Differing,
        string? Next
    );

    /// <summary>Filters of a report, by the names that /api/calls has.</summary>
    public sealed record UsageFilters(
        string? organisation_id,
        string? workspace_id,
        string? use_case_id,
        string? key_id,
        string? person_id,
        string? operation,
        string? route,
        string? model,
        string? provider,
        string? connection_id,
        string? deployment_id,
        string? outcome,
        string? error_code
    )
    {
        public Dictionary<string, string> ToWhere()
        {
            var where = new Dictionary<string, string>(StringComparer.Ordinal);
            void Put(string name, string? value)
            {
                if (value is not null)
                    where[name] = value;
            }
            Put("organisation", organisation_id);
            Put("workspace", workspace_id);
            Put("use_case", use_case_id);
            Put("key", key_id);
            Put("person", person_id);
            Put("operation", operation);
            Put("route", route);
            Put("model", model);
            Put("provider", provider);
            Put("connection", connection_id);
            Put("deployment", deployment_id);
            Put("outcome", Outcomes.Parse(outcome) is { } known ? Outcomes.Name(known) : null);
            Put("error_code", error_code);
            return where;
        }
    }

    static async Task<IResult> Read(
        HttpContext http,
        UsageReports reports,
        UsageNames known,
        TimeProvider time,
        DateTimeOffset? from,
        DateTimeOffset? to,
        string? group_by,
        string? format,
        bool? quantiles,
        bool? names,
        [AsParameters] UsageFilters filters,
        CancellationToken ct
    )
    {
        if (format is not (null or "json" or "csv"))
            throw new PorticoException(ErrorTable.InvalidRequest, "format must be json or csv.", "format");
        var until = to ?? time.GetUtcNow();
        var since = from ?? until.AddDays(-30);
        var query = new UsageQuery(AdminAccess.ReachOf(http))
        {
            FromUs = Micros.Of(since),
            ToUs = Micros.Of(until),
            GroupBy = group_by?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
            Where = filters.ToWhere(),
            Quantiles = quantiles ?? false,
        };
        var lines = await reports.ReadAsync(query, ct);
        return format == "csv"
            ? TypedResults.Text(UsageCsv.Print(lines, query, names == true ? known.Of(lines) : null), "text/csv; charset=utf-8")
            : TypedResults.Ok(new UsageReport(since, until, lines, UsageReports.Sum(lines), known.Of(lines)));
    }

    static async Task<Ok<Recomputed>> Recompute(
        HttpContext http,
        ICallStore calls,
        IPriceBook prices,
        DateTimeOffset? from,
        DateTimeOffset? to,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var page = PageRequest.From(limit ?? PageRequest.MaxLimit, cursor);
        var rows = await calls.ListAsync(
            new CallFilter(AdminAccess.ReachOf(http)) { FromUs = Micros.Of(from), ToUs = Micros.Of(to) },
            page,
            ct
        );
        var cut = page.Cut(rows, c => c.Id.ToString());
        var checks = cut.Items.Select(c => Recomputation.Check(c, prices.Find)).ToList();
        var differing = checks.Where(c => c.Verdict != CostVerdict.Agrees).ToList();
        return TypedResults.Ok(
            new Recomputed(
                checks.Count,
                checks.Sum(c => c.RecordedNanoUsd),
                checks.Sum(c => c.RecomputedNanoUsd),
                differing.Count == 0,
                differing,
                cut.Next
            )
        );
    }

    static async Task<Ok<UsageCheck>> Check(
        HttpContext http,
        UsageReports reports,
        ICallStore calls,
        JournalDrain drain,
        Database database,
        RecordOptions options,
        TimeProvider time,
        CancellationToken ct
    )
    {
        await drain.FlushAsync(ct);
        var within = AdminAccess.ReachOf(http);
        // Rollups outlive the rows they were made from.
        var from = Retention.KeptFrom(time.GetUtcNow(), options);
        var rows = await calls.SumCostAsync(new CallFilter(within) { FromUs = Micros.Of(from) }, ct);
        var lines = await reports.ReadAsync(new UsageQuery(within) { FromUs = Micros.Of(from), ToUs = long.MaxValue }, ct);
        var rollups = lines.Sum(l => l.CostNanoUsd);
        await using var db = await database.OpenReadAsync(ct);
        var adjustments = await ReratingStore.SumAsync(db, Micros.Of(from));
        return TypedResults.Ok(new UsageCheck(from, rows, adjustments, rollups, rows + adjustments == rollups));
    }
}
