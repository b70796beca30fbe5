using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>The protocols that models on Vertex AI speak.</summary>
enum VertexProtocol : byte
{
    Gemini,
    Anthropic,
    OpenAi,
}

/// <summary>
/// Where a model on Vertex AI is and what it speaks, read from its name: Google's own and tuned endpoints speak generateContent, Claude speaks the Messages API
/// (https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude), the open models served under a name with a
/// publisher before it speak OpenAI's (https://cloud.google.com/vertex-ai/generative-ai/docs/migrate/openai/overview).
/// </summary>
/// <param name="Protocol">What it speaks.</param>
/// <param name="Path">Behind the location; for OpenAI's protocol the address of the whole.</param>
/// <param name="Name">The model's name in a body.</param>
sealed record VertexTarget(VertexProtocol Protocol, string Path, string Name)
{
    const string OpenAiPath = "endpoints/openapi";

    /// <summary>Publishers whose models are called through OpenAI's protocol.</summary>
    static readonly string[] OpenPublishers = ["meta", "deepseek-ai", "qwen", "openai", "moonshotai", "minimaxai", "zai-org", "xai"];

    /// <exception cref="UpstreamException">It is no name of a model, or its publisher has a protocol of its own.</exception>
    public static VertexTarget Of(string name)
    {
        if (
            !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or '@')
            || name.Contains("..", StringComparison.Ordinal)
        )
            throw Refusals.Wrong("upstream_model", $"is '{name}', which is no name of a model on Vertex AI");
        return name.Split('/') switch
        {
            // A tuned model that is deployed to an endpoint of its own.
            ["endpoints", { Length: > 0 } id] => new VertexTarget(VertexProtocol.Gemini, $"endpoints/{id}", name),
            ["publishers", { Length: > 0 } publisher, "models", { Length: > 0 } model] => Of(publisher, model),
            [{ Length: > 0 } publisher, { Length: > 0 } model] => Of(publisher, model),
            [{ Length: > 0 } model] => Of(PublisherOf(model), model),
            _ => throw Refusals.Wrong("upstream_model", $"is '{name}'; write MODEL, PUBLISHER/MODEL or endpoints/ID"),
        };
    }

    /// <summary>Whether a listed model can be called here.</summary>
    public static bool IsCallable(string publisher, string model) =>
        publisher switch
        {
            "google" => model.StartsWith("gemini-", StringComparison.Ordinal) || model.Contains("embedding", StringComparison.Ordinal),
            "anthropic" => true,
            _ => false,
        };

    static VertexTarget Of(string publisher, string model) =>
        publisher switch
        {
            "google" => new VertexTarget(VertexProtocol.Gemini, $"publishers/google/models/{model}", model),
            "anthropic" => new VertexTarget(VertexProtocol.Anthropic, $"publishers/anthropic/models/{model}", model),
            _ when OpenPublishers.Contains(publisher, StringComparer.Ordinal) => new VertexTarget(
                VertexProtocol.OpenAi,
                OpenAiPath,
                $"{publisher}/{model}"
            ),
            _ => throw Refusals.CannotTake(
                "upstream_model",
                $"models of the publisher '{publisher}' have a protocol of their own on Vertex AI; Google's, Anthropic's and those of {string.Join(", ", OpenPublishers)} are served"
            ),
        };

    static string PublisherOf(string model) =>
        model.StartsWith("claude-", StringComparison.OrdinalIgnoreCase) ? "anthropic"
        : model.StartsWith("llama-", StringComparison.OrdinalIgnoreCase) ? "meta"
        : "google";
}
