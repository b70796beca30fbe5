using Portico.Providers.Anthropic;

namespace Portico.Providers.Bedrock;

/// <summary>
/// What a model takes beyond the common form, read from its id: <c>[geography.]vendor.name</c>, alone or at the end of an ARN. An id that tells no vendor (an
/// application profile, provisioned throughput) gets the common form, and Bedrock judges. Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/
/// model-parameters.html, …/conversation-inference-supported-models-features.html, …/structured-output.html, …/prompt-caching.html.
/// </summary>
sealed record BedrockModel(string Vendor, string Name, AnthropicModel Claude)
{
    static readonly string[] Vendors =
    [
        "ai21",
        "amazon",
        "anthropic",
        "cohere",
        "deepseek",
        "google",
        "luma",
        "meta",
        "minimax",
        "mistral",
        "moonshot",
        "moonshotai",
        "nvidia",
        "openai",
        "qwen",
        "stability",
        "twelvelabs",
        "writer",
        "zai",
    ];

    /// <summary>The models of Mistral that came before structured output.</summary>
    static readonly string[] OldMistral =
    [
        "mistral-7b",
        "mixtral",
        "mistral-large-2402",
        "mistral-large-2407",
        "mistral-small-2402",
        "pixtral",
    ];

    public bool IsClaude => Claude.IsClaude;
    public bool IsNova => Vendor == "amazon" && Name.StartsWith("nova-", StringComparison.Ordinal);

    /// <summary>The line of Nova that thinks.</summary>
    public bool IsNova2 => Vendor == "amazon" && Name.StartsWith("nova-2-", StringComparison.Ordinal);

    /// <summary>A schema of the answer and strict tools. What is not known not to take it is asked.</summary>
    public bool TakesSchema =>
        Vendor switch
        {
            "anthropic" => Claude.Version >= 405,
            "amazon" or "meta" or "cohere" or "ai21" or "writer" => false,
            "deepseek" => !Name.StartsWith("r1", StringComparison.Ordinal),
            "mistral" => !OldMistral.Any(old => Name.StartsWith(old, StringComparison.Ordinal)),
            _ => true,
        };

    /// <summary>Marks up to which the prompt is cached.</summary>
    public bool TakesCachePoints => Vendor.Length == 0 || IsClaude || IsNova;
    public bool TakesCachePointsInTools => TakesCachePoints && !IsNova;
    public bool TakesLongCache => IsClaude && Claude.Version >= 405;

    /// <summary>The mark of a tool's answer that it failed.</summary>
    public bool TakesToolStatus => Vendor.Length == 0 || IsClaude || IsNova;

    /// <summary>Its own thinking of earlier turns.</summary>
    public bool TakesReasoning => IsClaude;

    /// <summary>Thinking within a number of tokens: from 3.7 on, and no longer where sampling has gone too.</summary>
    public bool TakesThinkingBudget => IsClaude && Claude.Version >= 307 && Claude.TakesSampling;

    public static BedrockModel Of(string id)
    {
        var bare = id[(id.LastIndexOf('/') + 1)..].ToLowerInvariant();
        var words = bare.Split('.');
        for (var i = 0; i < Math.Min(2, words.Length - 1); i++)
            if (Vendors.Contains(words[i], StringComparer.Ordinal))
                return new BedrockModel(words[i], string.Join('.', words[(i + 1)..]), AnthropicModel.Of(bare));
        return new BedrockModel("", bare, AnthropicModel.Of(bare));
    }
}
