using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Portico.Governance.Api;

namespace Portico.Observability.Findings;

/// <summary>Findings of content rules on the management API, for whoever may see the calls that they are in.</summary>
static class FindingEndpoints
{
    /// <summary>Rows of an export that are read at once.</summary>
    const int ExportPage = 500;

    const int DefaultDays = 30;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/findings", List).WithSummary("Findings of content rules, those of the newest calls first, by any of their facts");
        api.MapGet("/findings/export", Export)
            .Produces<string>(200, "text/csv", "application/x-ndjson")
            .WithSummary("All findings that fit, newest first, as CSV or a JSON object a line");
        api.MapGet("/findings/summary", Summary)
            .WithSummary(
                "Findings by hour or day and by rule, kind, channel or action, beside the calls that were screened and what people said"
            );
        api.MapGet("/findings/queue", Queue)
            .WithSummary(
                "Findings that nobody decided about, the same words as one, those first whose answer is worth the most; and how far it is"
            );
    }

    static async Task<Ok<Page<FoundThing>>> List(
        HttpContext http,
        FindingList list,
        [AsParameters] FindingFilters filters,
        string? call_id,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var page = PageRequest.From(limit, cursor);
        return TypedResults.Ok(
            page.Cut(await list.ReadAsync(filters.ToFilter(AdminAccess.ReachOf(http), call_id), page, ct), f => f.Cursor)
        );
    }

    /// <summary>Page by page, so that a month takes no more memory than a page; it ends early when the caller leaves.</summary>
    static async Task Export(
        HttpContext http,
        FindingList list,
        IOptions<JsonOptions> json,
        [AsParameters] FindingFilters filters,
        string? call_id,
        string? format,
        int? limit,
        CancellationToken ct
    )
    {
        if (format is not (null or "csv" or "jsonl"))
            throw Bad("format must be csv or jsonl.", "format");
        if (limit is < 1)
            throw Bad("limit must be 1 or more.", "limit");
        var filter = filters.ToFilter(AdminAccess.ReachOf(http), call_id);
        var isCsv = format != "jsonl";
        var page = new PageRequest(ExportPage, null);
        // The first page is read before the answer begins: a store that does not answer is an error, not an empty file.
        var rows = await list.ReadAsync(filter, page, ct);
        http.Response.ContentType = isCsv ? "text/csv; charset=utf-8" : "application/x-ndjson";
        http.Response.Headers.ContentDisposition = $"attachment; filename=findings.{(isCsv ? "csv" : "jsonl")}";
        var left = (long?)limit ?? long.MaxValue;
        if (isCsv)
            await http.Response.WriteAsync(FindingCsv.Head, ct);
        while (true)
        {
            var cut = page.Cut(rows, f => f.Cursor);
            var text = new StringBuilder();
            foreach (var finding in cut.Items.Take((int)Math.Min(left, ExportPage)))
                if (isCsv)
                    FindingCsv.Print(finding, text);
                else
                    text.Append(JsonSerializer.Serialize(finding, json.Value.SerializerOptions)).Append('\n');
            await http.Response.WriteAsync(text.ToString(), ct);
            left -= cut.Items.Count;
            if (cut.Next is null || left <= 0)
                return;
            page = new PageRequest(ExportPage, cut.Items[^1].Cursor);
            rows = await list.ReadAsync(filter, page, ct);
        }
    }

    static async Task<Ok<FindingSummary>> Summary(
        HttpContext http,
        FindingReports reports,
        TimeProvider time,
        [AsParameters] FindingFilters filters,
        string? group_by,
        string? bucket,
        CancellationToken ct
    ) =>
        TypedResults.Ok(
            await reports.ReadAsync(Ranged(filters, time).ToFilter(AdminAccess.ReachOf(http)), group_by ?? "rule", bucket ?? "day", ct)
        );

    static async Task<Ok<ReviewQueue>> Queue(
        HttpContext http,
        FindingQueue queue,
        TimeProvider time,
        [AsParameters] FindingFilters filters,
        int? limit,
        CancellationToken ct
    )
    {
        var take = limit ?? PageRequest.DefaultLimit;
        if (take is < 1 or > FindingQueue.MaxItems)
            throw Bad($"limit must be from 1 to {FindingQueue.MaxItems}; it is {take}.", "limit");
        return TypedResults.Ok(await queue.ReadAsync(Ranged(filters, time).ToFilter(AdminAccess.ReachOf(http)), take, ct));
    }

    /// <summary>The last thirty days where nothing is said.</summary>
    static FindingFilters Ranged(FindingFilters filters, TimeProvider time)
    {
        var to = filters.to ?? time.GetUtcNow();
        return filters with { to = to, from = filters.from ?? to.AddDays(-DefaultDays) };
    }

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
