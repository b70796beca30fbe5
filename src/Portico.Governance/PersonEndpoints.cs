using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance;

/// <summary>People on the management API.</summary>
static class PersonEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/people", List).WithSummary("People, by organisation");
        api.MapPost("/people", Create).WithSummary("Add a person");
        api.MapGet("/people/{id}", Get).WithSummary("One person");
        api.MapPatch("/people/{id}", Change).WithSummary("Rename, disable or enable a person");
        api.MapDelete("/people/{id}", Delete).WithSummary("Remove a person who never had a key");
    }

    public sealed record PersonBody(OrganisationId OrganisationId, string Email, string Name);

    public sealed record PersonChange(string? Name = null, bool? Disabled = null);

    static Ok<Page<Person>> List(GovernanceCatalog catalog, string? organisation_id, int? limit, string? cursor) =>
        TypedResults.Ok(
            GovernanceEndpoints.PageOf(
                catalog.Current.People.Values.Where(p => organisation_id is null || p.OrganisationId.ToString() == organisation_id),
                p => p.Id.ToString(),
                limit,
                cursor
            )
        );

    static async Task<Created<Person>> Create(HttpContext http, PersonBody body, GovernanceService service, CancellationToken ct)
    {
        var made = await service.CreatePersonAsync(body.OrganisationId, body.Email, body.Name, ct);
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/people/{made.Id}", made);
    }

    static Ok<Person> Get(HttpContext http, string id, GovernanceCatalog catalog)
    {
        var found = Find(catalog, id);
        Preconditions.SetTag(http, found.Version);
        return TypedResults.Ok(found);
    }

    static async Task<Ok<Person>> Change(
        HttpContext http,
        string id,
        PersonChange body,
        GovernanceCatalog catalog,
        GovernanceService service,
        CancellationToken ct
    )
    {
        var old = Find(catalog, id);
        Preconditions.Require(http, old.Version);
        await service.ChangePersonAsync(old, body.Name, body.Disabled, ct);
        return Get(http, id, catalog);
    }

    static async Task<NoContent> Delete(
        HttpContext http,
        string id,
        GovernanceCatalog catalog,
        GovernanceService service,
        CancellationToken ct
    )
    {
        var old = Find(catalog, id);
        Preconditions.Require(http, old.Version);
        await service.DeletePersonAsync(old, ct);
        return TypedResults.NoContent();
    }

    static Person Find(GovernanceCatalog catalog, string id) =>
        PersonId.TryParse(id, out var parsed) && catalog.Current.People.TryGetValue(parsed, out var found)
            ? found
            : throw GovernanceService.Missing("person", id);
}
