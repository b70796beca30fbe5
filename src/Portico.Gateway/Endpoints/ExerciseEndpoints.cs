using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Wire;
using Portico.Governance.Api;
using Portico.Governance.Learning;

namespace Portico.Gateway.Endpoints;

/// <summary>Calls of exercises, which are possible before a person's access opens: see docs/decisions/0026-learning.md.</summary>
sealed class ExerciseEndpoints(Door door, RateLimitHeaders limits, GatewayOptions options, ExerciseRuns runs)
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapPost("/learning/exercise-runs/{id}/chat/completions", Call)
            .WithSummary("Call a model for an exercise, as oneself; body and answer are those of /v1/chat/completions")
            .WithMetadata(AnswersAsItGoes.Instance)
            .Accepts<JsonElement>("application/json")
            .Produces<JsonElement>(StatusCodes.Status200OK, "application/json", "text/event-stream");

    static Task Call(HttpContext http, string id, ExerciseEndpoints exercises) => exercises.RunAsync(http, id);

    async Task RunAsync(HttpContext http, string id)
    {
        var session =
            AdminAccess.Actor(http).Session
            ?? throw new PorticoException(ErrorTable.InvalidRequest, "An admin token is nobody who learns. Sign in as a person.");
        var turn = await runs.TurnAsync(session.PersonId, id, http.RequestAborted);
        await door.RunAsync(http, new ExerciseWire(limits, options, runs, turn), turn.Caller);
    }
}
