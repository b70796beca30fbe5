using System.Text.Json;
using Portico.Core.Chat;
using Portico.Gateway.Routing;
using Portico.Gateway.Stages;
using static Portico.Gateway.Endpoints.ExplainEndpoints;

namespace Portico.Gateway.Endpoints;

/// <summary>At which rates a call that is only explained would be billed.</summary>
static class ExplainedWays
{
    /// <summary>The class beside the standard one that the call may be billed at.</summary>
    public static PriceClass ClassOf(Candidate candidate, CallKind kind, ChatRequest request) =>
        kind == CallKind.Chat && candidate.Deployment.Family.ClassAsked is { } of
            ? of(candidate.Deployment.ProviderConnection, request, candidate.Deployment.Family.NativeDialect)
            : PriceClass.Standard;

    /// <summary>A request that asks for a class of service and nothing else.</summary>
    public static ChatRequest AskingFor(string? tier) =>
        new()
        {
            Model = "",
            Messages = [],
            Extra = tier is null ? [] : [new("service_tier", JsonElement.Parse($"\"{JsonEncodedText.Encode(tier)}\""))],
        };

    /// <summary>By units or by the tokens that were named: whichever the price knows.</summary>
    public static BilledAs[]? WaysOf(CallKind kind, ExplainBody body)
    {
        var tokens = BilledAs.Exactly(new Usage { Input = body.InputTokens, Output = body.MaxOutputTokens ?? 0 });
        return kind switch
        {
            CallKind.Chat or CallKind.Embeddings => null,
            CallKind.Rerank => [BilledAs.Exactly(new Usage { Searches = body.Units }), tokens],
            CallKind.Speech => [BilledAs.Exactly(new Usage { Characters = body.Units }), tokens],
            CallKind.Transcription or CallKind.Translation => [BilledAs.Exactly(new Usage { AudioMs = body.Units * 1_000 }), tokens],
            CallKind.Image or CallKind.ImageEdit =>
            [
                BilledAs.Exactly(new Usage { Images = body.Units, ImageClass = body.ImageClass }),
                tokens,
            ],
            _ => [tokens],
        };
    }
}
