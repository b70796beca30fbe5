using System.Collections.Frozen;

namespace Portico.Providers.OpenAi;

/// <summary>An OpenAI-compatible service as a row of data: where it is and how it differs.</summary>
/// <param name="Name">The preset of a connection.</param>
/// <param name="BaseUrl">The address when the connection names none.</param>
/// <param name="TakesStreamOptions">It knows stream_options.include_usage; others send usage unasked or never.</param>
/// <param name="CapField">The member that caps output tokens.</param>
public sealed record OpenAiPreset(string Name, string BaseUrl, bool TakesStreamOptions = true, string CapField = "max_tokens")
{
    /// <summary>As people call it; null = the protocol's owner, or Azure, which has a family of its own.</summary>
    internal string? Label { get; init; }

    /// <summary>What its address is made of, where that is more than the usual one.</summary>
    internal string? AddressHelp { get; init; }

    /// <summary>A server of one's own, which may ask for no key.</summary>
    internal bool IsOwn { get; init; }

    /// <summary>The body names no model: one server has one, and refuses another name.</summary>
    internal bool LeavesModelOut { get; init; }

    /// <summary>The path under which the service lists its models.</summary>
    internal string ListPath { get; init; } = "models";

    /// <summary>Who asks for no class of service is served at the standard one; elsewhere the account's setting decides.</summary>
    internal bool ServesAsAsked { get; init; }

    /// <summary>Rerank has the form of Text Embeddings Inference, not Cohere's.</summary>
    internal bool RanksTexts { get; init; }

    /// <summary>Batches of its own, at its lower price; null where it has none that Portico knows.</summary>
    internal IBatchForm? Batches { get; init; }
}

/// <summary>The known services. Adding one is adding a row.</summary>
public static class OpenAiPresets
{
    /// <summary>Open models on Vertex AI, which the vertex family reaches: no service that a connection could name.</summary>
    internal static OpenAiPreset Vertex { get; } = new("vertex", "");

    /// <summary>
    /// Azure's dated API before 2024-09-01, where stream_options and max_completion_tokens came
    /// (https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle).
    /// </summary>
    internal static OpenAiPreset AzureOlder { get; } = new("azure-older", "", TakesStreamOptions: false);

    const string Behind = "The address of the endpoint with /v1 behind it.";

    public static IReadOnlyList<OpenAiPreset> All { get; } =
    [
        new("openai", "https://api.openai.com/v1", CapField: "max_completion_tokens")
        {
            Batches = new OpenAiBatchService(Embeds: true, FilesExpire: true),
        },
        new("azure", "", CapField: "max_completion_tokens") { Batches = new OpenAiBatchService(Embeds: true, FilesExpire: true) },
        new("groq", "https://api.groq.com/openai/v1", CapField: "max_completion_tokens")
        {
            Label = "Groq",
            ServesAsAsked = true,
            Batches = new OpenAiBatchService(Embeds: false, FilesExpire: false),
        },
        new("mistral", "https://api.mistral.ai/v1", TakesStreamOptions: false) { Label = "Mistral", Batches = new MistralBatchForm() },
        new("deepseek", "https://api.deepseek.com/v1") { Label = "DeepSeek" },
        new("together", "https://api.together.xyz/v1") { Label = "Together AI", Batches = new TogetherBatchForm() },
        new("openrouter", "https://openrouter.ai/api/v1") { Label = "OpenRouter" },
        new("x-ai", "https://api.x.ai/v1") { Label = "xAI", ServesAsAsked = true },
        new("fireworks", "https://api.fireworks.ai/inference/v1") { Label = "Fireworks AI" },
        // Names are owner/model, with :provider behind it for one of the providers (https://huggingface.co/docs/inference-providers).
        new("huggingface", "https://router.huggingface.co/v1") { Label = "Hugging Face router" },
        // Containers behind Inference Endpoints, and anywhere else (https://huggingface.co/docs/text-generation-inference/messages_api).
        new("tgi", "")
        {
            Label = "Text Generation Inference (Hugging Face)",
            IsOwn = true,
            AddressHelp = Behind,
        },
        // They have one model and tell it at /info (https://huggingface.co/docs/text-embeddings-inference/quick_tour).
        new("tei", "")
        {
            Label = "Text Embeddings Inference (Hugging Face)",
            IsOwn = true,
            AddressHelp = Behind,
            ListPath = "../info",
            RanksTexts = true,
        },
        new("ollama", "http://127.0.0.1:11434/v1") { Label = "Ollama", IsOwn = true },
        new("lm-studio", "http://127.0.0.1:1234/v1") { Label = "LM Studio", IsOwn = true },
        new("llama-server", "http://127.0.0.1:8080/v1") { Label = "llama.cpp server", IsOwn = true },
        new("vllm", "http://127.0.0.1:8000/v1") { Label = "vLLM", IsOwn = true },
    ];

    static readonly FrozenDictionary<string, OpenAiPreset> ByName = All.ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);

    public static OpenAiPreset Find(string? name, string family) =>
        name == Vertex.Name && family == Vertex.Name ? Vertex
        : name == AzureOlder.Name && family == "azure-openai" ? AzureOlder
        : name is not null && ByName.TryGetValue(name, out var preset) ? preset
        : ByName[family == "azure-openai" ? "azure" : "openai"];
}
