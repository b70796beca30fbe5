using Portico.Core;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers;

/// <summary>A request as a line of a provider's own batch.</summary>
/// <param name="Endpoint">Where it goes there; all lines of a batch have the same.</param>
/// <param name="Body">What is asked, as JSON on one line.</param>
public sealed record BatchQuestion(string Endpoint, ReadOnlyMemory<byte> Body)
{
    /// <summary>The anthropic-beta header, which holds for all lines of a batch.</summary>
    public string? AnthropicBeta { get; init; }

    /// <summary>Fields of the request that the provider has no word for and that were left out; told to the caller in a header.</summary>
    public IReadOnlyList<string> DroppedFields { get; init; } = [];
}

/// <summary>A line of a batch that is sent: its name there, of letters, digits, - and _, at most 64, and what is asked.</summary>
public sealed record BatchItem(string CustomId, ReadOnlyMemory<byte> Body);

/// <summary>A batch that is to be made at a provider.</summary>
/// <param name="Step">Portico's own id of it, which it bears there; where a provider keeps no such mark, every custom_id begins with it.</param>
public sealed record BatchOrder(string Step, string Endpoint, string? AnthropicBeta, IReadOnlyList<BatchItem> Items);

/// <summary>By what a batch is found again whose making was not seen to its end.</summary>
/// <param name="Step">Portico's own id of it.</param>
/// <param name="Since">It is not older than this.</param>
/// <param name="Lines">It has so many.</param>
/// <param name="Others">Ids of batches there that are known to be others.</param>
public sealed record BatchMark(string Step, DateTimeOffset Since, int Lines, IReadOnlySet<string> Others)
{
    /// <summary>The file that was put there for it; null where its lines go with the order, or nobody heard of it: then no batch was made of one.</summary>
    public string? File { get; init; }
}

/// <summary>What a search found; with neither there is none.</summary>
/// <param name="Found">The batch.</param>
/// <param name="IsUndecided">A batch that runs there may be the one, which shows when it has ended.</param>
public readonly record struct BatchSearch(ProviderBatch? Found, bool IsUndecided);

public enum ProviderBatchState
{
    /// <summary>The provider has it, and it will change.</summary>
    Running,

    /// <summary>It is over and has what it has answered.</summary>
    Ended,

    /// <summary>The provider did not take it up, or gave it up: what has no result was neither answered nor billed.</summary>
    Failed,

    /// <summary>Its time passed; what was answered is there.</summary>
    Expired,

    /// <summary>It was stopped; what was answered is there.</summary>
    Cancelled,
}

/// <summary>A batch at a provider.</summary>
/// <param name="Id">Its id there.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Word">The provider's own word for that.</param>
public sealed record ProviderBatch(string Id, ProviderBatchState State, string Word)
{
    /// <summary>Where its results lie, when it is over.</summary>
    public IReadOnlyList<string> Results { get; init; } = [];

    /// <summary>Why it failed, in codes.</summary>
    public string? Problem { get; init; }

    /// <summary>It failed because as much as may be lies there already: later the same batch may be taken.</summary>
    public bool HasMetLimit { get; init; }
}

public enum BatchResultKind
{
    Answer,

    /// <summary>The body tells of an error, as an answer with this status would.</summary>
    Failed,
    Expired,
    Cancelled,
}

/// <summary>What became of a line, as the results tell it: the body of the answer, or of the error.</summary>
public sealed record BatchResult(string CustomId, BatchResultKind Kind, int Status, ReadOnlyMemory<byte> Body, string? RequestId);

/// <summary>
/// A provider's own batches, which answer within a day at a lower price. Writing and reading of a line is that of a call; what is read is of
/// <see cref="PriceClass.Batch"/>.
/// </summary>
public interface IBatchProvider
{
    /// <summary>Why a connection has none, null = it has them.</summary>
    string? Lacks(ProviderConnection connection);

    /// <summary>
    /// Days for which the provider keeps what lies in them, null = it names no end: results 29 at Anthropic
    /// (https://platform.claude.com/docs/en/build-with-claude/batch-processing), files 30 at Groq (https://console.groq.com/docs/batch); where files may be given an
    /// end, they stay a week.
    /// </summary>
    int? KeptDays(ProviderConnection connection) => 30;

    /// <summary>Whether they take calls of a kind, chat or embeddings.</summary>
    bool Takes(ProviderConnection connection, CallKind kind);

    /// <summary>Whether a request is one line there; what is not is asked by itself.</summary>
    bool Fits(EmbeddingRequest request) => true;

    /// <summary>A chat request as a line.</summary>
    /// <exception cref="UpstreamException">The request asks for what the form cannot carry.</exception>
    BatchQuestion Write(ProviderCall call);

    /// <inheritdoc cref="Write(ProviderCall)"/>
    BatchQuestion Write(EmbeddingCall call) => throw new InvalidOperationException("Embeddings are not in these batches.");

    /// <summary>The answer to a line.</summary>
    /// <exception cref="UpstreamException">The result tells of an error, or is none.</exception>
    ProviderReply Read(ProviderCall call, BatchResult result);

    /// <inheritdoc cref="Read(ProviderCall, BatchResult)"/>
    EmbeddingReply Read(EmbeddingCall call, BatchResult result) =>
        throw new InvalidOperationException("Embeddings are not in these batches.");

    /// <summary>Puts the lines there and gives the id of their file; null where they go with the order.</summary>
    /// <exception cref="UpstreamException">It was not taken, or nobody knows.</exception>
    Task<string?> UploadAsync(ProviderConnection connection, BatchOrder order, CancellationToken ct);

    /// <param name="connection">Where.</param>
    /// <param name="order">What.</param>
    /// <param name="file">What <see cref="UploadAsync"/> gave.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="UpstreamException">It was not taken, or nobody knows.</exception>
    Task<ProviderBatch> CreateAsync(ProviderConnection connection, BatchOrder order, string? file, CancellationToken ct);

    /// <exception cref="UpstreamException">The provider did not say.</exception>
    Task<ProviderBatch> LookAsync(ProviderConnection connection, string batch, CancellationToken ct);

    /// <summary>Asks for the end of a batch, which comes later.</summary>
    /// <exception cref="UpstreamException">It was not taken.</exception>
    Task CancelAsync(ProviderConnection connection, string batch, CancellationToken ct);

    /// <exception cref="UpstreamException">The provider did not list its batches.</exception>
    Task<BatchSearch> FindAsync(ProviderConnection connection, BatchMark mark, CancellationToken ct);

    /// <summary>Opens one of the places of a batch's results.</summary>
    /// <exception cref="UpstreamException">They are not there.</exception>
    Task<BatchResultReader> OpenAsync(ProviderConnection connection, string results, CancellationToken ct);
}
