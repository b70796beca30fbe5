using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Portico.Observability;

/// <summary>Usage and chargeback on the management API.</summary>
static class UsageEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/usage", Read).WithSummary("Usage by any dimensions, as JSON or CSV");
        api.MapGet("/usage/check", Check).WithSummary("Proves that rollups and rows agree");
    }

    /// <summary>A report over [from, to).</summary>
    public sealed record UsageReport(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<UsageLine> Lines);

    public sealed record UsageCheck(long RowsNanoUsd, long RollupsNanoUsd, bool Agree);

    static async Task<IResult> Read(
        UsageReports reports,
        TimeProvider time,
        DateTimeOffset? from,
        DateTimeOffset? to,
        string? group_by,
        string? format,
        CancellationToken ct
    )
    {
        var until = to ?? time.GetUtcNow();
        var since = from ?? until.AddDays(-30);
        var groups = group_by?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        var lines = await reports.ReadAsync(Micros.Of(since), Micros.Of(until), groups, ct);
        return format switch
        {
            null or "json" => TypedResults.Ok(new UsageReport(since, until, lines)),
            "csv" => TypedResults.Text(UsageReports.ToCsv(lines, groups), "text/csv; charset=utf-8"),
            _ => throw new PorticoException(ErrorTable.InvalidRequest, "format must be json or csv.", "format"),
        };
    }

    static async Task<IResult> Check(UsageReports reports, ICallStore calls, JournalDrain drain, CancellationToken ct)
    {
        await drain.FlushAsync(ct);
        var rows = await calls.SumCostAsync(new CallFilter(), ct);
        var rollups = (await reports.ReadAsync(0, long.MaxValue, [], ct)).Sum(l => l.CostNanoUsd);
        return TypedResults.Ok(new UsageCheck(rows, rollups, rows == rollups));
    }
}
