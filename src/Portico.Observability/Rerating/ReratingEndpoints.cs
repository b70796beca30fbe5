using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Observability.Rerating;

/// <summary>Rating calls again by corrected prices, on the management API.</summary>
static class ReratingEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/reratings", List).WithSummary("Runs that rated calls again, newest first");
        api.MapPost("/reratings", Start)
            .Produces<Preview>()
            .Produces<RunView>(StatusCodes.Status202Accepted)
            .WithSummary("Rate calls again by the prices now in force for their time: tell what would change, or have it written down");
        api.MapGet("/reratings/{id}", Get).WithSummary("One run, how far it has come and what it changed by use case");
        api.MapGet("/reratings/{id}/adjustments", Adjustments).WithSummary("What a run changed, call by call");
        api.MapGet("/calls/{id}/adjustments", OfCall).WithSummary("What runs changed of a call's cost");
    }

    /// <summary>Calls that began in [from, to), of one model that served or of all. DryRun: tell what would change and write nothing.</summary>
    public sealed record ReratingBody(
        DateTimeOffset From,
        DateTimeOffset To,
        string? Model = null,
        string? Reason = null,
        bool DryRun = false
    );

    public sealed record UseCaseView(string UseCaseId, long Adjusted, long OldNanoUsd, long NewNanoUsd, string DifferenceUsd);

    public sealed record Preview(
        DateTimeOffset From,
        DateTimeOffset To,
        string? Model,
        long Calls,
        long Adjusted,
        long Kept,
        long OldNanoUsd,
        long NewNanoUsd,
        string DifferenceUsd,
        IReadOnlyList<UseCaseView> UseCases
    );

    public sealed record RunView(
        ReratingId Id,
        string State,
        DateTimeOffset From,
        DateTimeOffset To,
        string? Model,
        string? Reason,
        string AskedBy,
        long Calls,
        long Adjusted,
        long Kept,
        long OldNanoUsd,
        long NewNanoUsd,
        string DifferenceUsd,
        DateTimeOffset CreatedAt,
        DateTimeOffset UpdatedAt,
        IReadOnlyList<UseCaseView> UseCases
    );

    public sealed record AdjustmentView(
        string CallId,
        string ReratingId,
        string UseCaseId,
        string Model,
        long OldNanoUsd,
        long NewNanoUsd,
        bool OldUnpriced,
        bool NewUnpriced,
        string? PriceId,
        long PriceVersion
    );

    static async Task<IResult> Start(HttpContext http, ReratingBody body, ReratingService reratings, CancellationToken ct)
    {
        var scope = new ReratingScope(body.From, body.To, body.Model);
        if (body.DryRun)
        {
            var (sums, useCases) = await reratings.PreviewAsync(scope, ct);
            return TypedResults.Ok(
                new Preview(
                    body.From,
                    body.To,
                    body.Model,
                    sums.Calls,
                    sums.Adjusted,
                    sums.Kept,
                    sums.OldNanoUsd,
                    sums.NewNanoUsd,
                    sums.DifferenceUsd,
                    View(useCases)
                )
            );
        }
        var run = await reratings.StartAsync(scope, body.Reason, AdminAccess.Actor(http).Name, ct);
        return TypedResults.Accepted($"/api/reratings/{run.Id}", View(run, []));
    }

    static async Task<Ok<Page<RunView>>> List(ReratingStore store, int? limit, string? cursor, CancellationToken ct)
    {
        var page = PageRequest.From(limit, cursor);
        var rows = await store.ListAsync(page, ct);
        return TypedResults.Ok(page.Cut(rows.Select(r => View(r, [])).ToList(), r => r.Id.ToString()));
    }

    static async Task<Ok<RunView>> Get(string id, ReratingStore store, CancellationToken ct)
    {
        var run = await FindAsync(id, store, ct);
        return TypedResults.Ok(View(run, await store.UseCasesAsync(run.Id, ct)));
    }

    static async Task<Ok<Page<AdjustmentView>>> Adjustments(
        string id,
        int? limit,
        string? cursor,
        ReratingStore store,
        CancellationToken ct
    )
    {
        var page = PageRequest.From(limit, cursor);
        var run = await FindAsync(id, store, ct);
        var lines = await store.LinesAsync(run.Id, page, ct);
        return TypedResults.Ok(page.Cut(lines.Select(View).ToList(), l => l.CallId));
    }

    static async Task<Ok<Page<AdjustmentView>>> OfCall(
        HttpContext http,
        string id,
        ReratingStore store,
        ICallStore calls,
        CancellationToken ct
    ) =>
        CallId.TryParse(id, out var call) && await store.OfCallAsync(call, AdminAccess.ReachOf(http), calls, ct) is { } found
            ? TypedResults.Ok(new Page<AdjustmentView>(found.Select(View).ToList(), null))
            : throw new PorticoException(ErrorTable.NotFound, $"There is no call '{id}'.");

    static async Task<Rerating> FindAsync(string id, ReratingStore store, CancellationToken ct) =>
        ReratingId.TryParse(id, out var parsed) && await store.FindAsync(parsed, ct) is { } run
            ? run
            : throw new PorticoException(ErrorTable.NotFound, $"There is no run '{id}'.");

    static RunView View(Rerating run, IReadOnlyList<UseCaseSums> useCases) =>
        new(
            run.Id,
            run.State,
            run.Scope.From,
            run.Scope.To,
            run.Scope.Model,
            run.Reason,
            run.AskedBy,
            run.Sums.Calls,
            run.Sums.Adjusted,
            run.Sums.Kept,
            run.Sums.OldNanoUsd,
            run.Sums.NewNanoUsd,
            run.Sums.DifferenceUsd,
            run.CreatedAt,
            run.UpdatedAt,
            View(useCases)
        );

    static List<UseCaseView> View(IReadOnlyList<UseCaseSums> sums) =>
        sums.Select(s => new UseCaseView(s.UseCaseId, s.Adjusted, s.OldNanoUsd, s.NewNanoUsd, NanoUsd.Format(s.NewNanoUsd - s.OldNanoUsd)))
            .ToList();

    static AdjustmentView View(ReratingStore.Line l) =>
        new(
            l.CallId,
            l.ReratingId,
            l.UseCaseId,
            l.Model,
            l.OldNanoUsd,
            l.NewNanoUsd,
            l.OldUnpriced != 0,
            l.NewUnpriced != 0,
            l.PriceId,
            l.PriceVersion
        );
}
