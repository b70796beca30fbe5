using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Endpoints;

/// <summary>Where each dialect's calls are posted to.</summary>
sealed class DoorPaths
{
    readonly Dictionary<string, RequestDelegate> calls;

    public DoorPaths(
        Door door,
        OpenAiChatWire chat,
        CompletionsWire completions,
        OpenAiEmbeddingsWire embeddings,
        OpenAiResponsesWire responses,
        AnthropicMessagesWire messages,
        AnthropicCountWire count
    )
    {
        (string Path, IWire Wire)[] wires =
        [
            ("/v1/chat/completions", chat),
            ("/v1/completions", completions),
            ("/v1/embeddings", embeddings),
            ("/v1/responses", responses),
            ("/v1/messages", messages),
            ("/v1/messages/count_tokens", count),
        ];
        calls = wires.ToDictionary(w => w.Path, w => (RequestDelegate)(http => door.RunAsync(http, w.Wire)), StringComparer.Ordinal);
    }

    /// <summary>The call that a request makes, without routing: null when its path is no door as it is written here.</summary>
    public RequestDelegate? For(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.Path.Value is { } path ? calls.GetValueOrDefault(path) : null;

    /// <summary>For paths that are written in another way: with a slash at the end, or in capitals.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        foreach (var (path, call) in calls)
            app.MapPost(path, call).ExcludeFromDescription();
    }
}
