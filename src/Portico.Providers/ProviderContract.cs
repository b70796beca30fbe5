using Portico.Core;
using Portico.Core.Chat;

namespace Portico.Providers;

/// <summary>
/// How to reach one provider account: what a connection resolves to. <paramref name="Family"/> picks the code
/// (openai, azure-openai, anthropic, bedrock, sagemaker, gemini, vertex, cohere, oci, sim); <paramref name="Preset"/> picks the data row with quirks (groq, ollama …), null = the family's own.
/// </summary>
public sealed record ProviderConnection(ConnectionId Id, string Family, string? Preset, Uri BaseUrl, Secret Credential)
{
    /// <summary>Extra request headers (organisation, project, beta switches). Values may be secret, so they are never logged.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Link-local, metadata and other special addresses are refused unless this is set by an administrator.</summary>
    public bool AllowSpecialAddresses { get; init; }
    public ProviderTimeouts Timeouts { get; init; } = ProviderTimeouts.Default;

    /// <summary>Who is called, as records name it: the preset of an OpenAI-compatible service, else the family. Other presets are settings.</summary>
    public string Service => Family == "openai" && Preset is not null ? Preset : Family;
}

/// <summary>Bounds of one attempt. <paramref name="Overall"/> is null unless the caller or the route sets one: a long stream is not an error.</summary>
public sealed record ProviderTimeouts(TimeSpan Connect, TimeSpan FirstByte, TimeSpan Idle, TimeSpan? Overall)
{
    public static readonly ProviderTimeouts Default = new(
        TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(120),
        TimeSpan.FromSeconds(60),
        null
    );
}

/// <summary>One attempt at one deployment.</summary>
public sealed record ProviderCall
{
    public required ProviderConnection Connection { get; init; }

    /// <summary>The model's name as the provider knows it (Azure: the deployment's name).</summary>
    public required string UpstreamModel { get; init; }
    public required ChatRequest Request { get; init; }

    /// <summary>The body as the caller sent it; a provider of the same dialect edits and forwards it. Null when the call has none (in-process).</summary>
    public WireBody? Body { get; init; }

    /// <summary>The caller's dialect: a provider of the same one gives frames, any other gives decoded events.</summary>
    public Dialect ReplyDialect { get; init; } = Dialect.Canonical;

    /// <summary>The answer is wanted as events whatever its dialect, because something reads them on the way.</summary>
    public bool DecodesAnswer { get; init; }

    /// <summary>The answer may travel as the provider's own bytes.</summary>
    public bool WantsFrames(Dialect dialect) => ReplyDialect == dialect && !DecodesAnswer;

    /// <summary>The cap to send upstream: the caller's own, or the policy's default when the caller named none; null = send none.</summary>
    public int? OutputCap { get; init; }

    /// <summary>The caller's anthropic-beta header: switches of the Messages API, which no other protocol has.</summary>
    public string? AnthropicBeta { get; init; }

    /// <summary>Fields that the provider has no word for are not left out: the attempt fails before it is sent, and names them.</summary>
    public bool RefusesLosses { get; init; }

    /// <summary>Sent upstream as x-request-id / client request id where the provider takes one.</summary>
    public required CallId CallId { get; init; }
}

/// <summary>An answer that has begun: the first event is in hand, so no failure before it can reach the caller as a stream.</summary>
public sealed record ProviderReply(ModelEventStream Events)
{
    /// <summary>What the bytes of a <see cref="SingleCall"/>'s answer are; null = JSON, or the caller's dialect.</summary>
    public string? ContentType { get; init; }

    /// <summary>The provider's own id of the request, for support cases.</summary>
    public string? UpstreamRequestId { get; init; }

    /// <summary>Fields of the request that the provider has no word for and that were left out; told to the caller in a header.</summary>
    public IReadOnlyList<string> DroppedFields { get; init; } = [];

    /// <summary>Remaining quota as the provider's headers told it.</summary>
    public RemainingQuota Quota { get; init; }
}

/// <summary>Serves chat calls. Completes when the first batch is readable.</summary>
public interface IChatProvider
{
    /// <exception cref="UpstreamException">The attempt failed before its first event.</exception>
    Task<ProviderReply> ChatAsync(ProviderCall call, CancellationToken ct);
}

/// <summary>A provider's count of a request's input tokens, with its answer as it came.</summary>
public sealed record InputCountReply(ReadOnlyMemory<byte> Body, long Tokens, string? UpstreamRequestId);

/// <summary>Counts the input tokens of a chat call without answering it.</summary>
public interface IInputCounter
{
    /// <exception cref="UpstreamException">The provider did not count.</exception>
    Task<InputCountReply> CountAsync(ProviderCall call, CancellationToken ct);
}

/// <summary>One embeddings attempt: same fields as a chat attempt, other request.</summary>
public sealed record EmbeddingCall(
    ProviderConnection Connection,
    string UpstreamModel,
    EmbeddingRequest Request,
    WireBody? Body,
    CallId CallId
)
{
    /// <summary>As <see cref="ProviderCall.RefusesLosses"/>.</summary>
    public bool RefusesLosses { get; init; }
}

/// <summary>The provider's answer in OpenAI's wire form (other families are mapped to it), with usage read from it.</summary>
public sealed record EmbeddingReply(ReadOnlyMemory<byte> OpenAiBody, Usage Usage, string? UpstreamRequestId)
{
    /// <summary>Remaining quota as the provider's headers told it.</summary>
    public RemainingQuota Quota { get; init; }

    /// <summary>Fields of the request that the provider has no word for and that were left out; told to the caller in a header.</summary>
    public IReadOnlyList<string> DroppedFields { get; init; } = [];
}

public interface IEmbeddingProvider
{
    /// <exception cref="UpstreamException">The attempt failed.</exception>
    Task<EmbeddingReply> EmbedAsync(EmbeddingCall call, CancellationToken ct);
}

/// <summary>One attempt at a call of one question and one answer. Embeddings have <see cref="EmbeddingCall"/>, because their forms differ more.</summary>
public sealed record SingleCall(ProviderConnection Connection, string UpstreamModel, SingleRequest Request, WireBody Body, CallId CallId)
{
    /// <summary>As <see cref="ProviderCall.RefusesLosses"/>.</summary>
    public bool RefusesLosses { get; init; }
}

/// <summary>Serves calls of one question and one answer. Completes when the first batch is readable: the whole answer, or the first bytes of one that streams.</summary>
public interface ISingleProvider
{
    bool Serves(CallKind kind);

    /// <exception cref="UpstreamException">The attempt failed before its first bytes.</exception>
    Task<ProviderReply> AskAsync(SingleCall call, CancellationToken ct);
}

/// <summary>A model that a connection offers. Capability and window are null where the provider does not say.</summary>
public sealed record OfferedModel(string Name, string? OwnedBy = null, int? ContextTokens = null);

public interface IModelLister
{
    /// <exception cref="UpstreamException">The provider did not list its models.</exception>
    Task<IReadOnlyList<OfferedModel>> ListModelsAsync(ProviderConnection connection, CancellationToken ct);
}

/// <summary>A family of providers with one protocol. What it cannot do is null.</summary>
public sealed record ProviderFamily(
    string Name,
    Dialect NativeDialect,
    IChatProvider? Chat,
    IEmbeddingProvider? Embeddings,
    IModelLister? Models
)
{
    /// <summary>Set where the provider counts input tokens itself.</summary>
    public IInputCounter? InputCounter { get; init; }

    /// <summary>
    /// Says what is wrong with the form of a connection's credential, preset or address, null = nothing; asked before it is kept. Calls nobody and repeats
    /// nothing of the credential.
    /// </summary>
    public Func<ProviderConnection, string?>? CheckConnection { get; init; }

    /// <summary>The Responses API as the provider itself has it; null where the family has none.</summary>
    public IResponsesProvider? Responses { get; init; }

    /// <summary>Rerank, moderation, speech, transcription, images; null where the family has none of them.</summary>
    public ISingleProvider? Singles { get; init; }

    /// <summary>Batches of the provider's own; null where the family has none.</summary>
    public IBatchProvider? Batches { get; init; }

    /// <summary>Why it has none, where the provider has some.</summary>
    public string? LackOfBatches { get; init; }

    /// <summary>
    /// The class of service, beside the standard one, at which a chat request of a dialect may be served and billed over a connection; null where every one
    /// is standard.
    /// </summary>
    public Func<ProviderConnection, ChatRequest, Dialect, PriceClass>? ClassAsked { get; init; }

    /// <summary>What a person is asked for to connect it; every family of the registry has one.</summary>
    public ConnectionForm? Form { get; init; }

    public bool Serves(CallKind kind) =>
        kind switch
        {
            CallKind.Chat => Chat is not null,
            CallKind.Embeddings => Embeddings is not null,
            _ => Singles is { } singles && singles.Serves(kind),
        };
}

/// <summary>The families by name; built once at start.</summary>
public sealed class ProviderRegistry(IEnumerable<ProviderFamily> families)
{
    readonly Dictionary<string, ProviderFamily> byName = families.ToDictionary(f => f.Name, StringComparer.Ordinal);

    public IReadOnlyCollection<ProviderFamily> All => byName.Values;

    /// <exception cref="PorticoException">No such family.</exception>
    public ProviderFamily Get(string name) =>
        byName.TryGetValue(name, out var family)
            ? family
            : throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"There is no provider family '{name}'. Known: {string.Join(", ", byName.Keys.Order(StringComparer.Ordinal))}.",
                "family"
            );
}
