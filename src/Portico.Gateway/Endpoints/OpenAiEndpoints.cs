using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Routing;
using Portico.Gateway.Wire;
using Portico.Governance;

namespace Portico.Gateway.Endpoints;

/// <summary>What the door answers itself: the models of a caller, and paths where nothing is.</summary>
sealed class OpenAiEndpoints(KeyAuthentication authentication, RouteTable routes, GatewayOptions options)
{
    static readonly Dictionary<string, string> Methods = new(StringComparer.Ordinal)
    {
        ["chat/completions"] = "POST",
        ["completions"] = "POST",
        ["embeddings"] = "POST",
        ["models"] = "GET",
        ["responses"] = "POST",
        ["files"] = "GET, POST",
        ["batches"] = "GET, POST",
        ["messages"] = "POST",
        ["messages/count_tokens"] = "POST",
        ["rerank"] = "POST",
        ["moderations"] = "POST",
        ["audio/speech"] = "POST",
        ["audio/transcriptions"] = "POST",
        ["audio/translations"] = "POST",
        ["images/generations"] = "POST",
        ["images/edits"] = "POST",
    };

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/models", (RequestDelegate)ListAsync).ExcludeFromDescription();
        app.MapGet("/v1/models/{**id}", (RequestDelegate)GetAsync).ExcludeFromDescription();
        app.Map("/v1/{**path}", (RequestDelegate)NothingHereAsync).ExcludeFromDescription();
    }

    Task ListAsync(HttpContext http) =>
        AnswerAsync(
            http,
            caller =>
                Write(json =>
                {
                    if (DoorErrors.IsForAnthropic(http.Request))
                    {
                        MessagesModels.WriteList(json, routes.All(caller).ToList());
                        return;
                    }
                    json.WriteStartObject();
                    json.WriteString("object"u8, "list"u8);
                    json.WriteStartArray("data"u8);
                    foreach (var plan in routes.All(caller))
                        WriteModel(json, plan);
                    json.WriteEndArray();
                    json.WriteEndObject();
                })
        );

    Task GetAsync(HttpContext http) =>
        AnswerAsync(
            http,
            caller =>
            {
                // SDKs escape the slash of a name, and the web server leaves that one escape in the path.
                var id = ((string)http.Request.RouteValues["id"]!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
                return routes.Find(id, caller) is { Refusal: null } plan
                    ? Write(json =>
                    {
                        if (DoorErrors.IsForAnthropic(http.Request))
                            MessagesModels.Write(json, plan);
                        else
                            WriteModel(json, plan);
                    })
                    : throw new PorticoException(
                        ErrorTable.ModelNotFound,
                        $"The model '{Json.Short(id)}' does not exist or this key may not use it.",
                        "model"
                    );
            }
        );

    async Task AnswerAsync(HttpContext http, Func<Caller, byte[]> answer)
    {
        try
        {
            var body = answer(await authentication.AuthenticateAsync(http));
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = body.Length;
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }
        catch (PorticoException e)
        {
            await DoorErrors.WriteAsync(http, e, options);
        }
    }

    Task NothingHereAsync(HttpContext http)
    {
        var path = (http.Request.RouteValues["path"] as string ?? "").TrimEnd('/');
        var known =
            Methods.TryGetValue(path, out var method) ? method
            : path.StartsWith("models/", StringComparison.Ordinal) ? "GET"
            : MethodOfKept(path);
        if (known is not null)
            http.Response.Headers.Allow = known;
        var error = known is null
            ? new PorticoException(ErrorTable.NotFound, $"There is nothing at {http.Request.Method} /v1/{Json.Short(path)}.")
            : new PorticoException(ErrorTable.MethodNotAllowed, $"/v1/{Json.Short(path)} takes {known}, not {http.Request.Method}.");
        return DoorErrors.WriteAsync(http, error, options);
    }

    /// <summary>Addresses below which things are kept.</summary>
    static string? MethodOfKept(string path) =>
        path.Split('/') switch
        {
            ["responses" or "files", _] => "GET, DELETE",
            ["batches", _] => "GET",
            ["responses" or "batches", _, "cancel"] => "POST",
            ["responses", _, "input_items"] or ["files", _, "content"] => "GET",
            _ => null,
        };

    static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return buffer.ToArray();
    }

    static void WriteModel(Utf8JsonWriter json, RoutePlan plan)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, plan.Route.Name);
        json.WriteString("object"u8, "model"u8);
        json.WriteNumber("created"u8, plan.Lead.Deployment.Id.CreatedAt.ToUnixTimeSeconds());
        json.WriteString("owned_by"u8, plan.Route.IsImplicit ? plan.Lead.Connection.Name : "portico");
        json.WriteEndObject();
    }
}
