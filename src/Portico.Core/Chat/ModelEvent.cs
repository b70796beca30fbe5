namespace Portico.Core.Chat;

public enum ModelEventKind : byte
{
    /// <summary>Bytes in the caller's own dialect, passed untouched: for a stream one or more whole SSE events with their framing, for a plain answer the body.</summary>
    Frame,
    Text,
    Reasoning,
    Refusal,

    /// <summary>A fragment of a tool call: id and name come with its first fragment only.</summary>
    ToolCall,

    /// <summary>One choice is finished, with its reason.</summary>
    Finish,

    /// <summary>The upstream's own end of the answer was seen. Always the last event of a good stream, exactly once.</summary>
    Completed,
}

public enum FinishReason : byte
{
    None,
    Stop,
    Length,
    ToolCalls,
    ContentFilter,
    Other,
}

/// <summary>A fragment of the tool call number <paramref name="Index"/> of a choice; <paramref name="Arguments"/> fragments concatenate.</summary>
public sealed record ToolCallDelta(int Index, string? Id, string? Name, string? Arguments);

/// <summary>What is known when the answer is complete.</summary>
/// <param name="Usage">Disjoint token parts; <see cref="UsageSource.None"/> when the provider sent none.</param>
/// <param name="Finish">The finish reason of choice 0, as seen.</param>
/// <param name="ServedModel">The model's name as the provider gave it, or null.</param>
public sealed record Completion(Usage Usage, FinishReason Finish, string? ServedModel);

/// <summary>
/// One event of an answer. A stream of a same-dialect provider carries frames; any other carries decoded events.
/// A failure is not an event: <see cref="ModelEventStream.ReadAsync"/> throws <see cref="UpstreamException"/>.
/// </summary>
public readonly record struct ModelEvent
{
    public required ModelEventKind Kind { get; init; }
    public int Choice { get; init; }

    /// <summary>Text, Reasoning, Refusal: the fragment.</summary>
    public string? Text { get; init; }

    /// <summary>Reasoning: the provider's seal over the thinking so far, in an event of its own behind the last fragment.</summary>
    public string? Signature { get; init; }

    /// <summary>Reasoning: a whole piece of thinking that only the provider can read.</summary>
    public string? Sealed { get; init; }
    public ToolCallDelta? ToolCall { get; init; }
    public FinishReason Finish { get; init; }
    public Completion? Completion { get; init; }

    /// <summary>Frame: the bytes, valid until the next read.</summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Frame: it holds model output (not only role, usage or keep-alive).</summary>
    public bool HasOutput { get; init; }
}

/// <summary>
/// The events of one answer, read in batches: a batch is what one upstream read delivered, so the writer flushes once for it.
/// Read by one reader; dispose always, also after a failure: that cancels the upstream.
/// </summary>
public abstract class ModelEventStream : IAsyncDisposable
{
    /// <summary>Reads the next batch; false after the batch that held <see cref="ModelEventKind.Completed"/>.</summary>
    /// <exception cref="UpstreamException">The upstream failed, stalled, was cut or broke its protocol.</exception>
    public abstract ValueTask<bool> ReadAsync(CancellationToken ct);

    /// <summary>The current batch, valid until the next read.</summary>
    public abstract ReadOnlyMemory<ModelEvent> Batch { get; }

    /// <summary>The dialect of the frames, <see cref="Dialect.Canonical"/> when events are decoded.</summary>
    public abstract Dialect Dialect { get; }

    /// <summary>The answer is one whole body, not SSE: frames hold the JSON document.</summary>
    public virtual bool IsWhole => false;

    /// <summary>
    /// What the provider has reported so far of an answer that may yet break off: <see cref="UsageSource.None"/> before it reported anything, output
    /// of 0 while it has reported only the input.
    /// </summary>
    public virtual Usage ReportedUsage => default;

    public abstract ValueTask DisposeAsync();
}
