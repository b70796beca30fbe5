using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Batches;
using Portico.Governance.Api;
using Portico.Storage;

namespace Portico.Gateway.Endpoints;

/// <summary>Batches on the management API: of every workspace, whatever dialect they were made in.</summary>
static class BatchAdminEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/batches", List).WithSummary("Batches, newest first: how they stand, what they cost, who runs them");
        api.MapGet("/batches/{id}", Get).WithSummary("One batch and how it stands");
        api.MapPost("/batches/{id}/cancel", Cancel).WithSummary("Stop a batch; what was answered stays");
    }

    /// <summary>Lines: all, answered well, failed. What is left is not asked yet, or was not when the batch ended.</summary>
    public sealed record BatchLineCounts(long Total, long Completed, long Failed);

    /// <summary>Tokens of all lines that ended, over all tries.</summary>
    public sealed record BatchTokens(long Input, long CachedInput, long Output, long Reasoning);

    /// <summary>
    /// Some of a batch's lines as one batch at the provider. State: made, waiting, ended, or alone where the provider did not take it (Problem) and its lines are
    /// asked by themselves. ProviderBatch and ProviderState: its id and its state there, in the provider's own word.
    /// </summary>
    public sealed record BatchStepView(
        string Id,
        long Number,
        string DeploymentId,
        string ConnectionId,
        int Lines,
        string State,
        string? ProviderBatch,
        string? ProviderState,
        string? Problem,
        DateTimeOffset CreatedAt,
        DateTimeOffset? SentAt,
        DateTimeOffset? EndedAt
    );

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
        bool RunsHere,
        IReadOnlyList<BatchStepView> Steps
    );

    static async Task<Ok<Page<BatchView>>> List(
        HttpContext http,
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
        var found = await batches.ListAsync(new BatchFilter(AdminAccess.ReachOf(http), organisation_id, workspace_id, status), page, ct);
        var cut = page.Cut(found, BatchOverview.KeyOf);
        var steps = await batches.StepsAsync(cut.Items, ct);
        return TypedResults.Ok(new Page<BatchView>(cut.Items.Select(b => Of(b, batches, journal, steps)).ToList(), cut.Next));
    }

    static async Task<Ok<BatchView>> Get(HttpContext http, string id, BatchOverview batches, Journal journal, CancellationToken ct) =>
        TypedResults.Ok(await OfAsync(await batches.FindAsync(id, AdminAccess.ReachOf(http), ct), batches, journal, ct));

    static async Task<Ok<BatchView>> Cancel(HttpContext http, string id, BatchOverview batches, Journal journal, CancellationToken ct) =>
        TypedResults.Ok(await OfAsync(await batches.CancelAsync(id, AdminAccess.ReachOf(http), ct), batches, journal, ct));

    static async Task<BatchView> OfAsync(Batch batch, BatchOverview batches, Journal journal, CancellationToken ct) =>
        Of(batch, batches, journal, await batches.StepsAsync([batch], ct));

    static BatchStepView Of(BatchStepRow s) =>
        new(
            s.Id,
            s.Number,
            s.DeploymentId,
            s.ConnectionId,
            s.LineCount,
            s.State,
            s.ProviderBatch,
            s.ProviderState,
            s.Problem,
            Micros.ToTime(s.CreatedUs),
            Micros.ToTime(s.SentUs),
            Micros.ToTime(s.EndedUs)
        );

    static BatchView Of(Batch b, BatchOverview batches, Journal journal, ILookup<string, BatchStepRow> steps) =>
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
            b.Owner == journal.JournalId,
            steps[b.Id].Select(Of).ToList()
        );
}
