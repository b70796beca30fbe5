using Portico.Core.Chat;
using Portico.Gateway.Batches;
using Portico.Providers;

namespace Portico.Gateway.Stages;

/// <summary>One attempt of a line of a batch that does not call: it waits in a step, and its result is read by the code that reads answers.</summary>
static class ProviderBatchCall
{
    public static async Task<ProviderReply> ChatAsync(LineWait line, ModelCall call, ProviderCall asked)
    {
        var batches = call.Target!.Family.Batches!;
        var question = batches.Write(asked);
        var result = await line.WaitAsync(call.Target, question, call.Context);
        var reply = await ReadAsync(line, () => batches.Read(asked, result));
        return reply with { DroppedFields = question.DroppedFields };
    }

    public static async Task<EmbeddingReply> EmbedAsync(LineWait line, ModelCall call, EmbeddingCall asked)
    {
        var batches = call.Target!.Family.Batches!;
        var question = batches.Write(asked);
        var result = await line.WaitAsync(call.Target, question, call.Context);
        return await ReadAsync(line, () => batches.Read(asked, result));
    }

    /// <summary>What another try may mend is asked again by itself, as a call.</summary>
    static async Task<T> ReadAsync<T>(LineWait line, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (UpstreamException e) when (e.Fault != Fault.Caller)
        {
            await line.AskAgainAsync();
            throw;
        }
    }
}
