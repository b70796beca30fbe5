using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Wire;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Governance.Api;

namespace Portico.Gateway.Endpoints;

/// <summary>Calls that a person makes from the console: see docs/decisions/0017-playground-calls.md.</summary>
sealed class PlaygroundEndpoints(Door door, PlaygroundWire wire, PersonCallers callers)
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapPost("/playground/chat/completions", Call)
            .WithSummary("Call a model as oneself, for a use case; body and answer are those of /v1/chat/completions")
            .WithMetadata(AnswersAsItGoes.Instance)
            .Accepts<JsonElement>("application/json")
            .Produces<JsonElement>(StatusCodes.Status200OK, "application/json", "text/event-stream");

    static Task Call(HttpContext http, string use_case_id, PlaygroundEndpoints playground) => playground.RunAsync(http, use_case_id);

    Task RunAsync(HttpContext http, string useCase)
    {
        var session =
            AdminAccess.Actor(http).Session
            ?? throw new PorticoException(
                ErrorTable.PermissionDenied,
                "An admin token is nobody whose budgets could hold. Call /v1/chat/completions with a service key."
            );
        return door.RunAsync(http, wire, callers.Find(session.PersonId, useCase, AdminAccess.ReachOf(http)));
    }
}

/// <summary>People as callers: the person of a session, and a use case of that person's organisation. Workspace and organisation come from there alone.</summary>
sealed class PersonCallers(GovernanceCatalog governance)
{
    /// <exception cref="PorticoException">There is no such use case for this person, or not within the reach of who asks.</exception>
    public Caller Find(PersonId person, string useCase, Reach within) =>
        UseCaseId.TryParse(useCase, out var id) && governance.Current.FindPerson(person, id) is { } caller && within.Has(caller)
            ? caller
            : throw new PorticoException(ErrorTable.NotFound, $"There is no use case '{Json.Short(useCase)}'.", "use_case_id");

    /// <summary>Who would call, of a question what a call would meet: the one who is named, else the one who asks.</summary>
    /// <exception cref="PorticoException">Nobody, or there is no such use case for them.</exception>
    public Caller Asked(ExplainEndpoints.ExplainBody body, string useCase, PersonId? asker, Reach within)
    {
        if (body.KeyId is not null)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "A call is made with a key or from the playground: leave one out.",
                "use_case_id"
            );
        var person =
            body.Person is not { } named ? asker ?? throw NoPerson("person names who would call: a token is nobody.")
            : PersonId.TryParse(named, out var id) ? id
            : throw NoPerson("For a use case, person is an id.");
        return Find(person, useCase, within);
    }

    static PorticoException NoPerson(string why) => new(ErrorTable.InvalidRequest, why, "person");
}
