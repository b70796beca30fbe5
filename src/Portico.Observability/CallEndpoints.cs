using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Portico.Observability;

/// <summary>Calls on the management API.</summary>
static class CallEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/calls", List).WithSummary("Calls, newest first, by any dimension");
        api.MapGet("/calls/{id}", Get).WithSummary("One call with attempts and trail");
    }

    static async Task<Ok<Page<CallRecord>>> List(
        ICallStore calls,
        DateTimeOffset? from,
        DateTimeOffset? to,
        string? organisation_id,
        string? workspace_id,
        string? use_case_id,
        string? key_id,
        string? person_id,
        string? route,
        string? model,
        string? provider,
        string? outcome,
        string? error_code,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var filter = new CallFilter
        {
            FromUs = Micros.Of(from),
            ToUs = Micros.Of(to),
            OrganisationId = organisation_id,
            WorkspaceId = workspace_id,
            UseCaseId = use_case_id,
            KeyId = key_id,
            PersonId = person_id,
            Route = route,
            Model = model,
            Provider = provider,
            Outcome = Outcomes.Parse(outcome),
            ErrorCode = error_code,
        };
        var page = PageRequest.From(limit, cursor);
        return TypedResults.Ok(page.Cut(await calls.ListAsync(filter, page, ct), c => c.Id.ToString()));
    }

    static async Task<Ok<CallRecord>> Get(string id, ICallStore calls, JournalDrain drain, CancellationToken ct)
    {
        if (!CallId.TryParse(id, out var parsed))
            throw Missing(id);
        var found = await calls.FindAsync(parsed, ct);
        if (found is null)
        {
            // It may have ended just now.
            await drain.FlushAsync(ct);
            found = await calls.FindAsync(parsed, ct);
        }
        return TypedResults.Ok(found ?? throw Missing(id));
    }

    static PorticoException Missing(string id) => new(ErrorTable.NotFound, $"There is no call '{id}', or its month is no longer kept.");
}
