using Portico.Core.Chat;

namespace Portico.Server.Imports;

/// <summary>A provider by the prefix that LiteLLM's names have (https://docs.litellm.ai/docs/providers), and what it is here.</summary>
/// <param name="Url">The address when the file names none; null = it must.</param>
/// <param name="KeyVariables">Where LiteLLM finds the key when the file names none.</param>
sealed record LiteLlmProvider(string Family, string? Preset, string? Url, params string[] KeyVariables)
{
    /// <summary>Behind an address of the file: this provider's own has the version in it, LiteLLM's has not.</summary>
    public string Suffix { get; init; } = "";
}

static class LiteLlmProviders
{
    static readonly LiteLlmProvider OpenAi = new("openai", null, "https://api.openai.com/v1", "OPENAI_API_KEY");
    static readonly LiteLlmProvider Anthropic = new("anthropic", null, "https://api.anthropic.com", "ANTHROPIC_API_KEY");
    static readonly LiteLlmProvider Cohere = new("cohere", null, "https://api.cohere.com", "COHERE_API_KEY", "CO_API_KEY");
    static readonly LiteLlmProvider Ollama = new("openai", "ollama", "http://127.0.0.1:11434/v1") { Suffix = "/v1" };
    static readonly LiteLlmProvider Vertex = new("vertex", null, null);
    static readonly LiteLlmProvider SageMaker = new("sagemaker", null, null);
    static readonly LiteLlmProvider Compatible = new("openai", null, null);

    static readonly Dictionary<string, LiteLlmProvider> ByPrefix = new(StringComparer.Ordinal)
    {
        ["openai"] = OpenAi,
        ["azure"] = new("azure-openai", null, null, "AZURE_API_KEY"),
        ["anthropic"] = Anthropic,
        ["bedrock"] = new("bedrock", null, null),
        ["sagemaker"] = SageMaker,
        ["sagemaker_chat"] = SageMaker,
        ["vertex_ai"] = Vertex,
        ["vertex_ai_beta"] = Vertex,
        ["text-completion-openai"] = OpenAi,
        ["jina_ai"] = new("openai", null, "https://api.jina.ai/v1", "JINA_AI_API_KEY"),
        ["gemini"] = new("gemini", null, "https://generativelanguage.googleapis.com/v1beta", "GEMINI_API_KEY", "GOOGLE_API_KEY"),
        ["cohere"] = Cohere,
        ["cohere_chat"] = Cohere,
        ["groq"] = new("openai", "groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY"),
        ["mistral"] = new("openai", "mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY"),
        ["deepseek"] = new("openai", "deepseek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY"),
        ["together_ai"] = new("openai", "together", "https://api.together.xyz/v1", "TOGETHERAI_API_KEY", "TOGETHER_API_KEY"),
        ["openrouter"] = new("openai", "openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
        ["xai"] = new("openai", "x-ai", "https://api.x.ai/v1", "XAI_API_KEY"),
        ["fireworks_ai"] = new("openai", "fireworks", "https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY"),
        ["huggingface"] = new("openai", "huggingface", "https://router.huggingface.co/v1", "HUGGINGFACE_API_KEY", "HF_TOKEN"),
        ["ollama"] = Ollama,
        ["ollama_chat"] = Ollama,
        ["lm_studio"] = new("openai", "lm-studio", null, "LM_STUDIO_API_KEY"),
        ["hosted_vllm"] = new("openai", "vllm", null, "HOSTED_VLLM_API_KEY"),
        ["openai_like"] = Compatible,
        ["custom_openai"] = Compatible,
        ["litellm_proxy"] = Compatible,
    };

    static readonly string[] OpenAiNames =
    [
        "gpt-",
        "chatgpt-",
        "o1",
        "o3",
        "o4",
        "text-embedding-",
        "text-moderation-",
        "omni-moderation-",
        "dall-e-",
        "whisper-",
        "tts-",
    ];

    static readonly string[] CohereNames = ["command-", "rerank-", "embed-english-", "embed-multilingual-"];

    /// <summary>Kinds of calls by the modes of LiteLLM's model_info (https://docs.litellm.ai/docs/proxy/model_management), as families here serve them.</summary>
    public static readonly IReadOnlyDictionary<string, CallKind> Modes = new Dictionary<string, CallKind>(StringComparer.Ordinal)
    {
        ["chat"] = CallKind.Chat,
        ["completion"] = CallKind.Chat,
        ["responses"] = CallKind.Chat,
        ["embedding"] = CallKind.Embeddings,
        ["rerank"] = CallKind.Rerank,
        ["moderation"] = CallKind.Moderation,
        ["audio_speech"] = CallKind.Speech,
        ["audio_transcription"] = CallKind.Transcription,
        ["image_generation"] = CallKind.Image,
        ["image_edit"] = CallKind.ImageEdit,
    };

    /// <summary>Whether calls of a kind go to a family; the families themselves are asked in a test.</summary>
    public static bool Serves(string family, CallKind kind) =>
        kind switch
        {
            CallKind.Chat => true,
            CallKind.Embeddings => family != "anthropic",
            CallKind.Rerank => family is "openai" or "cohere" or "bedrock",
            CallKind.Moderation => family == "openai",
            _ => family is "openai" or "azure-openai",
        };

    public static IEnumerable<string> Families => ByPrefix.Values.Select(p => p.Family).Distinct(StringComparer.Ordinal);

    /// <summary>The provider of a name and the name behind the prefix; null for a provider that is none here.</summary>
    public static (string Prefix, LiteLlmProvider Provider, string Upstream)? Find(string model, string? given)
    {
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        var prefix = given ?? (slash > 0 && ByPrefix.ContainsKey(model[..slash]) ? model[..slash] : null);
        prefix ??=
            OpenAiNames.Any(n => model.StartsWith(n, StringComparison.Ordinal)) ? "openai"
            : model.StartsWith("claude-", StringComparison.Ordinal) ? "anthropic"
            : CohereNames.Any(n => model.StartsWith(n, StringComparison.Ordinal)) ? "cohere"
            : null;
        if (prefix is null || !ByPrefix.TryGetValue(prefix, out var provider))
            return null;
        var upstream = model.StartsWith(prefix + "/", StringComparison.Ordinal) ? model[(prefix.Length + 1)..] : model;
        if (prefix == "bedrock")
            foreach (var way in (ReadOnlySpan<string>)["converse/", "invoke/"])
                if (upstream.StartsWith(way, StringComparison.Ordinal))
                    upstream = upstream[way.Length..];
        return (prefix, provider, upstream);
    }
}
