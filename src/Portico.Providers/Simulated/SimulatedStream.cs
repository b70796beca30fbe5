using System.Buffers;
using Portico.Core.Chat;
using Portico.Providers.OpenAi;

namespace Portico.Providers.Simulated;

/// <summary>A simulated stream: a batch for every word, with the waits and faults of its behaviour.</summary>
sealed class SimulatedStream(SimulatedAnswer answer, SimulatedBehaviour behaviour, ProviderCall call, TimeProvider time) : ModelEventStream
{
    readonly ArrayBufferWriter<byte> bytes = new(512);
    readonly List<ModelEvent> events = [];
    ModelEvent[] batch = [];
    int position; // words given, over all choices
    bool opened;
    bool over;

    public override ReadOnlyMemory<ModelEvent> Batch => batch;
    public override Dialect Dialect => call.WantsFrames(Dialect.OpenAiChat) ? Dialect.OpenAiChat : Dialect.Canonical;

    public override async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        if (over)
            return false;
        ct.ThrowIfCancellationRequested();
        bytes.ResetWrittenCount();
        events.Clear();
        if (!opened)
        {
            opened = true;
            for (var choice = 0; choice < call.Request.Choices; choice++)
                SimulatedFrames.Delta(
                    bytes,
                    call,
                    choice,
                    first: true,
                    answer.ToolCalls.Count > 0 ? null : "",
                    answer.ToolCalls,
                    FinishReason.None
                );
            return Give(hasOutput: answer.ToolCalls.Count > 0);
        }
        await FaultAsync(ct);
        if (position < answer.Words.Count)
        {
            if (behaviour.ChunkMs > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(behaviour.ChunkMs), time, ct);
            for (var choice = 0; choice < call.Request.Choices; choice++)
                SimulatedFrames.Delta(bytes, call, choice, first: false, answer.Words[position], [], FinishReason.None);
            position++;
            return Give(hasOutput: true);
        }
        End();
        return true;
    }

    async Task FaultAsync(CancellationToken ct)
    {
        if (position == behaviour.CutAfter)
            throw new UpstreamException(ErrorTable.UpstreamCut, Fault.Upstream, "The simulated provider cut the stream.");
        if (position == behaviour.ErrorAfter)
            throw new UpstreamException(
                ErrorTable.UpstreamFailed,
                Fault.Upstream,
                "The simulated provider failed in the middle of the stream."
            );
        if (position == behaviour.HangAfter)
        {
            await Task.Delay(call.Connection.Timeouts.Idle, time, ct);
            throw new UpstreamException(
                ErrorTable.UpstreamTimeout,
                Fault.Upstream,
                "The simulated provider stopped in the middle of the stream."
            );
        }
    }

    void End()
    {
        over = true;
        for (var choice = 0; choice < call.Request.Choices; choice++)
            SimulatedFrames.Delta(bytes, call, choice, first: false, null, [], answer.Finish);
        if (call.Request.IncludeUsage && !behaviour.NoUsage)
            SimulatedFrames.UsageChunk(bytes, call, answer.Usage);
        SimulatedFrames.Done(bytes);
        Give(hasOutput: false);
        var usage = behaviour.NoUsage ? default : answer.Usage;
        batch =
        [
            .. batch,
            new ModelEvent
            {
                Kind = ModelEventKind.Completed,
                Completion = new Completion(usage, answer.Finish, "sim/" + call.UpstreamModel),
            },
        ];
    }

    bool Give(bool hasOutput)
    {
        if (Dialect == Dialect.OpenAiChat)
        {
            batch =
            [
                new ModelEvent
                {
                    Kind = ModelEventKind.Frame,
                    Bytes = bytes.WrittenMemory,
                    HasOutput = hasOutput,
                },
            ];
        }
        else
        {
            OpenAiChunkDecoder.DecodeFrames(bytes.WrittenSpan, events);
            batch = [.. events];
        }
        return true;
    }

    public override ValueTask DisposeAsync()
    {
        over = true;
        return ValueTask.CompletedTask;
    }
}
