using Portico.SystemTests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>Answers of chat completions, of which responses are made.</summary>
static class Answers
{
    /// <summary>A model of its own at an upstream.</summary>
    public static async Task<string> ModelAsync(this Node node, Upstream upstream)
    {
        var model = "r-" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model, idleMs: 60_000);
        return model;
    }

    public const string Usage =
        """{"prompt_tokens":11,"completion_tokens":9,"total_tokens":20,"prompt_tokens_details":{"cached_tokens":3},"completion_tokens_details":{"reasoning_tokens":5}}""";

    public static string Choice(string message, string finish = "stop") =>
        $$"""{"id":"c1","object":"chat.completion","created":1,"model":"up-1","choices":[{"index":0,"message":{{message}},"finish_reason":"{{finish}}"}],"usage":"""
        + Usage
        + "}";

    public static string Delta(string delta, string? finish = null) =>
        Upstream.Frame(
            $$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"up-1","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(finish is null ? "null" : $"\"{finish}\"")}}}]}"""
        );
}
