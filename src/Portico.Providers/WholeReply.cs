using Portico.Core.Chat;

namespace Portico.Providers;

/// <summary>A plain answer as a stream of one batch: the body as one frame, or the events decoded from it, then the end.</summary>
public sealed class WholeReply : ModelEventStream
{
    readonly ModelEvent[] events;
    int state; // 0 = not read, 1 = read, 2 = over

    /// <summary>The body as it came.</summary>
    public WholeReply(ReadOnlyMemory<byte> body, Completion completion, Dialect dialect)
    {
        Dialect = dialect;
        events =
        [
            new ModelEvent
            {
                Kind = ModelEventKind.Frame,
                Bytes = body,
                HasOutput = true,
            },
            new ModelEvent { Kind = ModelEventKind.Completed, Completion = completion },
        ];
    }

    /// <summary>Decoded events; the end is added.</summary>
    public WholeReply(List<ModelEvent> decoded, Completion completion)
    {
        Dialect = Dialect.Canonical;
        decoded.Add(new ModelEvent { Kind = ModelEventKind.Completed, Completion = completion });
        events = [.. decoded];
    }

    public override ReadOnlyMemory<ModelEvent> Batch => state == 1 ? events : default;
    public override Dialect Dialect { get; }
    public override bool IsWhole => true;

    public override ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        state = Math.Min(2, state + 1);
        return ValueTask.FromResult(state == 1);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
