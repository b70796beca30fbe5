using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Access;
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

    static async Task<Ok<Page<Person>>> List(
        HttpContext http,
        PeopleInReach people,
        string? organisation_id,
        int? limit,
        string? cursor,
        CancellationToken ct
    ) =>
        TypedResults.Ok(
            GovernanceEndpoints.PageOf(
                (await people.ListAsync(AdminAccess.ReachOf(http), ct)).Where(p =>
                    organisation_id is null || p.OrganisationId.ToString() == organisation_id
                ),
                p => p.Id.ToString(),
                limit,
                cursor
            )
        );

    static async Task<Created<Person>> Create(
        HttpContext http,
        PersonBody body,
        GovernanceCatalog catalog,
        GovernanceService service,
        CancellationToken ct
    )
    {
        GovernanceEndpoints.RequireWhole(
            http,
            GovernanceEndpoints.FindOrganisation(http, catalog, body.OrganisationId.ToString(), "organisation_id")
        );
        var made = await service.CreatePersonAsync(body.OrganisationId, body.Email, body.Name, ct);
        Preconditions.SetTag(http, made.Version);
        return TypedResults.Created($"/api/people/{made.Id}", made);
    }

    static async Task<Ok<Person>> Get(HttpContext http, string id, PeopleInReach people, CancellationToken ct)
    {
        var found = await people.FindAsync(id, AdminAccess.ReachOf(http), ct);
        Preconditions.SetTag(http, found.Version);
        return TypedResults.Ok(found);
    }

    static async Task<Ok<Person>> Change(
        HttpContext http,
        string id,
        PersonChange body,
        PeopleInReach people,
        GovernanceCatalog catalog,
        GovernanceService service,
        CancellationToken ct
    )
    {
        var old = await ToChangeAsync(http, id, people, catalog, ct);
        Preconditions.Require(http, old.Version);
        await service.ChangePersonAsync(old, body.Name, body.Disabled, ct);
        return await Get(http, id, people, ct);
    }

    static async Task<NoContent> Delete(
        HttpContext http,
        string id,
        PeopleInReach people,
        GovernanceCatalog catalog,
        GovernanceService service,
        CancellationToken ct
    )
    {
        var old = await ToChangeAsync(http, id, people, catalog, ct);
        Preconditions.Require(http, old.Version);
        await service.DeletePersonAsync(old, ct);
        return TypedResults.NoContent();
    }

    /// <summary>A person is of an organisation: who sees one from a workspace alone does not stop them elsewhere.</summary>
    static async Task<Person> ToChangeAsync(
        HttpContext http,
        string id,
        PeopleInReach people,
        GovernanceCatalog catalog,
        CancellationToken ct
    )
    {
        var found = await people.FindAsync(id, AdminAccess.ReachOf(http), ct);
        GovernanceEndpoints.RequireWhole(http, catalog.Current.Organisations[found.OrganisationId]);
        return found;
    }
}
