using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Portico.Governance.Access;
using Portico.Governance.Api;

namespace Portico.Observability;

/// <summary>By what a list of calls can be narrowed, on the management API; the names are those of a report.</summary>
sealed record CallFilters(
    DateTimeOffset? from,
    DateTimeOffset? to,
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
    /// <exception cref="PorticoException">The outcome is none.</exception>
    public CallFilter ToFilter(Reach within) =>
        new(within)
        {
            FromUs = Micros.Of(from),
            ToUs = Micros.Of(to),
            OrganisationId = organisation_id,
            WorkspaceId = workspace_id,
            UseCaseId = use_case_id,
            KeyId = key_id,
            PersonId = person_id,
            Operation = operation,
            Route = route,
            Model = model,
            Provider = provider,
            ConnectionId = connection_id,
            DeploymentId = deployment_id,
            Outcome = Outcomes.Parse(outcome),
            ErrorCode = error_code,
        };
}

/// <summary>Calls on the management API.</summary>
static class CallEndpoints
{
    /// <summary>Rows of an export that are read at once.</summary>
    const int ExportPage = 500;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/calls", List).WithSummary("Calls, newest first, by any dimension");
        api.MapGet("/calls/export", Export)
            .Produces<string>(200, "text/csv", "application/x-ndjson")
            .WithSummary("All calls that fit, newest first, as CSV or a JSON object a line");
        api.MapGet("/calls/{id}", Get).WithSummary("One call with attempts and trail");
        api.MapGet("/calls/{id}/cost", Cost)
            .WithSummary("What a call cost, by part of its usage, at the price versions that it was billed with");
    }

    static async Task<Ok<Page<CallRecord>>> List(
        HttpContext http,
        ICallStore calls,
        [AsParameters] CallFilters filters,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var page = PageRequest.From(limit, cursor);
        return TypedResults.Ok(
            page.Cut(await calls.ListAsync(filters.ToFilter(AdminAccess.ReachOf(http)), page, ct), c => c.Id.ToString())
        );
    }

    /// <summary>Page by page, so that a month takes no more memory than a page; it ends early when the caller leaves.</summary>
    static async Task Export(
        HttpContext http,
        ICallStore calls,
        IOptions<JsonOptions> json,
        [AsParameters] CallFilters filters,
        string? format,
        int? limit,
        CancellationToken ct
    )
    {
        if (format is not (null or "csv" or "jsonl"))
            throw new PorticoException(ErrorTable.InvalidRequest, "format must be csv or jsonl.", "format");
        if (limit is < 1)
            throw new PorticoException(ErrorTable.InvalidRequest, "limit must be 1 or more.", "limit");
        var filter = filters.ToFilter(AdminAccess.ReachOf(http));
        var isCsv = format != "jsonl";
        var page = new PageRequest(ExportPage, null);
        // The first page is read before the answer begins: a store that does not answer is an error, not an empty file.
        var rows = await calls.ListAsync(filter, page, ct);
        http.Response.ContentType = isCsv ? "text/csv; charset=utf-8" : "application/x-ndjson";
        http.Response.Headers.ContentDisposition = $"attachment; filename=calls.{(isCsv ? "csv" : "jsonl")}";
        var left = (long?)limit ?? long.MaxValue;
        if (isCsv)
            await http.Response.WriteAsync(CallCsv.Head, ct);
        while (true)
        {
            var cut = page.Cut(rows, c => c.Id.ToString());
            var text = new StringBuilder();
            foreach (var call in cut.Items.Take((int)Math.Min(left, ExportPage)))
                if (isCsv)
                    CallCsv.Print(call, text);
                else
                    text.Append(JsonSerializer.Serialize(call, json.Value.SerializerOptions)).Append('\n');
            await http.Response.WriteAsync(text.ToString(), ct);
            left -= cut.Items.Count;
            if (cut.Next is null || left <= 0)
                return;
            page = new PageRequest(ExportPage, cut.Items[^1].Id.ToString());
            rows = await calls.ListAsync(filter, page, ct);
        }
    }

    static async Task<Ok<CallRecord>> Get(HttpContext http, string id, ICallStore calls, JournalDrain drain, CancellationToken ct) =>
        TypedResults.Ok(await FindAsync(id, AdminAccess.ReachOf(http), calls, drain, ct));

    static async Task<Ok<CallCost>> Cost(
        HttpContext http,
        string id,
        ICallStore calls,
        JournalDrain drain,
        IPriceBook prices,
        CancellationToken ct
    ) => TypedResults.Ok(CallCost.Of(await FindAsync(id, AdminAccess.ReachOf(http), calls, drain, ct), prices));

    internal static async Task<CallRecord> FindAsync(string id, Reach within, ICallStore calls, JournalDrain drain, CancellationToken ct)
    {
        if (!CallId.TryParse(id, out var parsed))
            throw Missing(id);
        var found = await calls.FindAsync(parsed, within, ct);
        if (found is null)
        {
            // It may have ended just now.
            await drain.FlushAsync(ct);
            found = await calls.FindAsync(parsed, within, ct);
        }
        return found ?? throw Missing(id);
    }

    static PorticoException Missing(string id) => new(ErrorTable.NotFound, $"There is no call '{id}', or its month is no longer kept.");
}
