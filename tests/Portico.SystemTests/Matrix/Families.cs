using Portico.Providers.OpenAi;

namespace Portico.SystemTests.Matrix;

/// <summary>
/// A provider family, or what of it differs: a row of the matrix and of the page. A new family is a row here, and a protocol where it speaks one of its own.
/// </summary>
/// <param name="Title">As the page names it.</param>
/// <param name="Family">Of its connections.</param>
/// <param name="Preset">Of its connections.</param>
/// <param name="Model">The name of a chat model at the provider.</param>
/// <param name="EmbeddingModel">The name of a model that embeds; null = there is none.</param>
/// <param name="Protocol">In which the scripted server speaks; null = there is no server.</param>
/// <param name="StartAsync">Starts the server, which refuses whoever is not signed in.</param>
sealed record MatrixFamily(
    string Title,
    string Family,
    string? Preset,
    string Model,
    string? EmbeddingModel,
    Protocol? Protocol,
    Func<Task<MatrixServer>> StartAsync
)
{
    /// <summary>The forms of credential, for the page.</summary>
    public string SignsIn { get; init; } = "";

    /// <summary>What is called there, for the page.</summary>
    public string Calls { get; init; } = "";

    /// <summary>The provider's documentation.</summary>
    public string Source { get; init; } = "";

    /// <summary>The provider has a counter of tokens of its own.</summary>
    public bool CountsItself { get; init; }

    /// <summary>Chosen by the model's name and not by the connection: another row has the facts.</summary>
    public bool IsVariant { get; init; }

    /// <summary>There are no models of chat.</summary>
    public bool EmbedsOnly { get; init; }

    public override string ToString() => Title;
}

/// <summary>The rows.</summary>
static class MatrixFamilies
{
    static readonly OpenAiProtocol OpenAi = new();
    static readonly AnthropicProtocol Anthropic = new();

    public static IReadOnlyList<MatrixFamily> All { get; } =
    [
        new("OpenAI", "openai", null, "gpt-up", "embed-up", OpenAi, MatrixServer.WithHeader("Authorization", "Bearer "))
        {
            SignsIn = "API key, as a bearer token",
            Calls = "`chat/completions`, `embeddings`, `models`",
            Source = "https://platform.openai.com/docs/api-reference",
        },
        new("Azure OpenAI", "azure-openai", null, "my-deployment", "embed-up", OpenAi, MatrixServer.WithHeader("api-key", path: ""))
        {
            SignsIn = "key of the resource, in `api-key`; or Microsoft Entra, by an application of a tenant or the machine's identity",
            Calls = "the same under `/openai/v1`, or under `/openai/deployments` with a date as `preset`",
            Source = "https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle",
        },
        new(
            "Azure OpenAI (dated API)",
            "azure-openai",
            "2024-10-21",
            "my-deployment",
            "embed-up",
            OpenAi,
            MatrixServer.WithHeader("api-key", path: "")
        )
        {
            IsVariant = true,
        },
        new("Anthropic", "anthropic", null, "claude-sonnet-4-5", null, Anthropic, MatrixServer.WithHeader("x-api-key", path: ""))
        {
            SignsIn = "API key, in `x-api-key`",
            Calls = "`/v1/messages`, `/v1/messages/count_tokens`, `/v1/models`",
            Source = "https://platform.claude.com/docs/en/api/overview",
            CountsItself = true,
        },
        new(
            "Bedrock (Claude)",
            "bedrock",
            null,
            "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "amazon.titan-embed-text-v2:0",
            new ConverseProtocol(),
            MatrixServer.OfAws("bedrock")
        )
        {
            SignsIn =
                "the node's own AWS identity, `id:secret[:session-token]`, a JSON object with keys or a profile, or a Bedrock API key",
            Calls = "Converse, ConverseStream, InvokeModel for embeddings, Rerank, ListFoundationModels, ListInferenceProfiles",
            Source = "https://docs.aws.amazon.com/bedrock/latest/APIReference/welcome.html",
        },
        new(
            "Bedrock (others)",
            "bedrock",
            null,
            "mistral.mistral-large-2402-v1:0",
            null,
            new ConverseProtocol(),
            MatrixServer.OfAws("bedrock")
        )
        {
            IsVariant = true,
        },
        new(
            "Gemini API",
            "gemini",
            null,
            "gemini-2.5-flash",
            "gemini-embedding-up",
            new GeminiProtocol(onVertex: false),
            MatrixServer.OfGoogle(vertex: false)
        )
        {
            SignsIn = "API key, in `x-goog-api-key`",
            Calls = "`generateContent`, `streamGenerateContent`, `batchEmbedContents`, `models`",
            Source = "https://ai.google.dev/api",
        },
        new(
            "Vertex AI (Gemini)",
            "vertex",
            null,
            "gemini-2.5-flash",
            "text-embedding-005",
            new GeminiProtocol(onVertex: true),
            MatrixServer.OfGoogle(vertex: true)
        )
        {
            SignsIn =
                "JSON key of a service account, the configuration of workload identity federation, or the machine's identity by the preset `workload-identity`",
            Calls =
                "`generateContent`, `rawPredict` for Claude, `endpoints/openapi` for open models, `predict`, the catalogue of publishers",
            Source = "https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference",
        },
        new("Vertex AI (Claude)", "vertex", null, "claude-sonnet-4-5@20250929", null, Anthropic, MatrixServer.OfGoogle(vertex: true))
        {
            IsVariant = true,
        },
        new("Vertex AI (open models)", "vertex", null, "meta/llama-4-maverick-maas", null, OpenAi, MatrixServer.OfGoogle(vertex: true))
        {
            IsVariant = true,
        },
        new(
            "Cohere",
            "cohere",
            null,
            "command-a-03-2025",
            "embed-v4.0",
            new CohereProtocol(),
            MatrixServer.WithHeader("Authorization", "Bearer ", "")
        )
        {
            SignsIn = "API key, as a bearer token",
            Calls = "`/v2/chat`, `/v2/embed`, `/v1/models`",
            Source = "https://docs.cohere.com/reference/about",
        },
        new("SageMaker", "sagemaker", null, "my-endpoint", "my-embeddings", new SageMakerProtocol(), MatrixServer.OfAws("sagemaker"))
        {
            SignsIn = "as Bedrock, without API keys",
            Calls = "InvokeEndpoint, InvokeEndpointWithResponseStream, ListEndpoints, ListInferenceComponents",
            Source = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Operations_Amazon_SageMaker_Runtime.html",
        },
        new(
            "OCI Generative AI",
            "oci",
            null,
            "meta.llama-3.3-70b-instruct",
            "cohere.embed-v4.0",
            new OciProtocol(),
            MatrixServer.OfOracleAsync
        )
        {
            SignsIn =
                "API signing key of a user, as JSON or as OCI's configuration with the key behind it; or the node, as an instance or a resource principal",
            Calls = "Chat, EmbedText, RerankText, ListModels, ListEndpoints; models of Cohere in their own two forms",
            Source = "https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/latest/",
        },
        new("Simulated", "sim", null, "echo", "embeddings", null, MatrixServer.NoneAsync)
        {
            SignsIn = "nothing",
            Calls = "nothing: it answers in process",
            Source = "",
        },
        // Those of OpenAI's protocol by preset; openai and azure are families above.
        .. OpenAiPresets
            .All.Where(p => p.Name is not ("openai" or "azure"))
            .Select(p => new MatrixFamily(
                p.Name,
                "openai",
                p.Name,
                "up-1",
                "embed-up",
                p.Name == "tei" ? new TeiProtocol() : OpenAi,
                MatrixServer.WithHeader("Authorization", "Bearer ")
            )
            {
                IsVariant = true,
                EmbedsOnly = p.Name == "tei",
            }),
    ];
}
