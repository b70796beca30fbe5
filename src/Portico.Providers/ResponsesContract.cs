using Portico.Core.Chat;

namespace Portico.Providers;

/// <summary>One attempt at a provider's own <c>/v1/responses</c>.</summary>
/// <param name="Connection">Where to.</param>
/// <param name="UpstreamModel">The model's name as the provider knows it.</param>
/// <param name="Body">The body as the caller sent it: a JSON object that names a model.</param>
/// <param name="Stream">The answer is wanted as a stream.</param>
/// <param name="CallId">The call.</param>
public sealed record ResponsesCall(
    ProviderConnection Connection,
    string UpstreamModel,
    ReadOnlyMemory<byte> Body,
    bool Stream,
    CallId CallId
)
{
    /// <summary>The cap to send upstream; null = the caller's own, if it has one.</summary>
    public int? OutputCap { get; init; }

    /// <summary>Items that stand in place of the body's input, a JSON array; null = the body's own.</summary>
    public ReadOnlyMemory<byte>? Input { get; init; }

    /// <summary>Reasoning is wanted sealed, whether the body asks for it or not: the provider keeps nothing by which it could be found again.</summary>
    public bool WantsSeals { get; init; }
}

/// <summary>
/// Passes calls of OpenAI's Responses API to a provider that speaks it. The body goes as it came but for a few members, and the provider keeps nothing:
/// <c>store</c> is false, and what it would have to find again is written out. The answer comes as frames of <see cref="Dialect.OpenAiResponses"/>.
/// </summary>
public interface IResponsesProvider
{
    /// <summary>Why a connection of the family has no such API, as the end of a sentence; null = it has.</summary>
    string? Lacking(ProviderConnection connection);

    /// <exception cref="UpstreamException">The attempt failed before its first event.</exception>
    Task<ProviderReply> RespondAsync(ResponsesCall call, CancellationToken ct);
}
