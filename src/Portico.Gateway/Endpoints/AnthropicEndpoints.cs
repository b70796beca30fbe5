using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Endpoints;

/// <summary>The Anthropic-compatible door: messages and the count of their tokens. Every error has Anthropic's shape.</summary>
sealed class AnthropicEndpoints(Door door, AnthropicMessagesWire messages, AnthropicCountWire count)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/messages", (RequestDelegate)(http => door.RunAsync(http, messages))).ExcludeFromDescription();
        app.MapPost("/v1/messages/count_tokens", (RequestDelegate)(http => door.RunAsync(http, count))).ExcludeFromDescription();
    }
}
