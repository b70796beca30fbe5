using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Batches;
using Portico.Storage;

namespace Portico.Gateway.Endpoints;

/// <summary>Batches on the management API: of every workspace, whatever dialect they were made in.</summary>
static class BatchAdminEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/batches", List).WithSummary("Batches of all workspaces, newest first: how they stand, what they cost, who runs them");
        api.MapGet("/batches/{id}", Get).WithSummary("One batch and how it stands");
        api.MapPost("/batches/{id}/cancel", Cancel).WithSummary("Stop a batch; what was answered stays");
    }

    /// <summary>Lines: all, answered well, failed. What is left is not asked yet, or was not when the batch ended.</summary>
    public sealed record BatchLineCounts(long Total, long Completed, long Failed);

    /// <summary>Tokens of all lines that ended, over all tries.</summary>
    public sealed record BatchTokens(long Input, long CachedInput, long Output, long Reasoning);

    /// <summary>
    /// A batch. Dialect: openai or anthropic. Node: the id of the journal of the node that runs it, which outlives its process; null = nobody runs it now.
    /// RunsHere: that node is the one that answers.
    /// </summary>
    public sealed record BatchView(
        string Id,
        string Dialect,
        string? OrganisationId,
        string WorkspaceId,
        string KeyId,
        string? PersonId,
        string Endpoint,
        string Status,
        BatchLineCounts Lines,
        BatchTokens Tokens,
        string CostUsd,
        DateTimeOffset CreatedAt,
        DateTimeOffset? StartedAt,
        DateTimeOffset? CancelAskedAt,
        DateTimeOffset? EndedAt,
        DateTimeOffset ExpiresAt,
        string? Node,
        bool RunsHere
    );

    static async Task<Ok<Page<BatchView>>> List(
        BatchOverview batches,
        Journal journal,
        string? organisation_id,
        string? workspace_id,
        string? status,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var page = PageRequest.From(limit, cursor);
        var found = await batches.ListAsync(new BatchFilter(organisation_id, workspace_id, status), page, ct);
        var cut = page.Cut(found, BatchOverview.KeyOf);
        return TypedResults.Ok(new Page<BatchView>(cut.Items.Select(b => Of(b, batches, journal)).ToList(), cut.Next));
    }

    static async Task<Ok<BatchView>> Get(string id, BatchOverview batches, Journal journal, CancellationToken ct) =>
        TypedResults.Ok(Of(await batches.FindAsync(id, ct), batches, journal));

    static async Task<Ok<BatchView>> Cancel(string id, BatchOverview batches, Journal journal, CancellationToken ct) =>
        TypedResults.Ok(Of(await batches.CancelAsync(id, ct), batches, journal));

    static BatchView Of(Batch b, BatchOverview batches, Journal journal) =>
        new(
            b.Id,
            b.IsOfMessages ? "anthropic" : "openai",
            batches.OrganisationOf(b),
            b.WorkspaceId,
            b.KeyId,
            b.PersonId,
            b.Endpoint,
            b.Status,
            new BatchLineCounts(b.Total, b.Completed, b.Failed),
            new BatchTokens(b.InputTokens, b.CachedTokens, b.OutputTokens, b.ReasoningTokens),
            NanoUsd.Format(b.CostNanoUsd),
            Micros.ToTime(b.CreatedUs),
            Micros.ToTime(b.InProgressUs),
            Micros.ToTime(b.CancellingUs),
            Micros.ToTime(b.EndedUs),
            Micros.ToTime(b.ExpiresUs),
            b.Owner,
            b.Owner == journal.JournalId
        );
}
