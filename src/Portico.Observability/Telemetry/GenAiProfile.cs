namespace Portico.Observability.Telemetry;

/// <summary>
/// The names that spans and metrics carry. OpenTelemetry's conventions for generative AI are in development and rename things:
/// <list type="bullet">
/// <item><c>v1.41</c> (the default): semantic-conventions v1.41.0, the last release that held them before they moved to a repository of their own.
/// It has <c>gen_ai.provider.name</c>, which up to v1.36 was <c>gen_ai.system</c>.</item>
/// <item><c>latest</c>: semantic-conventions-genai v0.1.0. Tokens written to a cache are <c>gen_ai.usage.cache_write.input_tokens</c> (was
/// <c>cache_creation</c>); <c>gen_ai.client.operation.duration</c> and <c>.time_to_first_chunk</c> became <c>gen_ai.client.inference.*</c> and
/// <c>gen_ai.client.embeddings.duration</c>; <c>gen_ai.client.token.usage</c> with its <c>gen_ai.token.type</c> became one histogram a direction,
/// <c>gen_ai.client.inference.operation.input_tokens</c> and <c>.output_tokens</c>.</item>
/// </list>
/// Both have <c>gen_ai.server.time_to_first_token</c>.
/// </summary>
sealed record GenAiProfile(
    string Name,
    string CacheWriteTokens,
    string ChatDuration,
    string EmbeddingDuration,
    string FirstChunk,
    string ChatInputTokens,
    string ChatOutputTokens,
    string EmbeddingInputTokens
)
{
    const string TokenUsage = "gen_ai.client.token.usage";

    public static readonly GenAiProfile V141 = new(
        "v1.41",
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.client.operation.duration",
        "gen_ai.client.operation.duration",
        "gen_ai.client.operation.time_to_first_chunk",
        TokenUsage,
        TokenUsage,
        TokenUsage
    );

    public static readonly GenAiProfile Latest = new(
        "latest",
        "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.client.inference.duration",
        "gen_ai.client.embeddings.duration",
        "gen_ai.client.inference.time_to_first_chunk",
        "gen_ai.client.inference.operation.input_tokens",
        "gen_ai.client.inference.operation.output_tokens",
        "gen_ai.client.embeddings.operation.input_tokens"
    );

    /// <summary>Input and output share an instrument, told apart by gen_ai.token.type.</summary>
    public bool HasTokenType => ChatInputTokens == TokenUsage;

    /// <exception cref="InvalidOperationException">No profile has this name.</exception>
    public static GenAiProfile Parse(string name) =>
        name switch
        {
            "v1.41" => V141,
            "latest" => Latest,
            _ => throw new InvalidOperationException($"Records:GenAiProfile must be v1.41 or latest; it is '{name}'."),
        };
}

/// <summary>The conventions' names of providers, from our families and presets.</summary>
static class GenAiProviders
{
    public static string? Name(string? family) =>
        family switch
        {
            null => null,
            "azure" or "azure-openai" => "azure.ai.openai",
            "bedrock" => "aws.bedrock",
            "vertex" => "gcp.vertex_ai",
            "gemini" => "gcp.gemini",
            "mistral" => "mistral_ai",
            "x-ai" => "x_ai",
            "watsonx" => "ibm.watsonx.ai",
            _ => family,
        };
}
