using System.Text;
using Portico.Core.Chat;
using Portico.Core.Tokens;
using Portico.Models;
using Portico.Providers;

namespace Portico.Gateway.Stages;

/// <summary>
/// Counts the input of a call that is not made: the provider of the lead deployment does where it can and speaks the caller's dialect, else our counter. One
/// attempt: a count that fails is told, and not replaced by another one that looks the same.
/// </summary>
sealed class CountTokens(TokenCounter counter) : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var lead = call.Plan!.Lead;
        call.Context.Record.Model = lead.Model.Name;
        return lead.Family.InputCounter is { } own && lead.Family.NativeDialect == call.Body?.Dialect
            ? AskAsync(call, lead, own, ct)
            : ValueTask.FromResult(CountHere(call, lead));
    }

    static async ValueTask<ModelReply> AskAsync(ModelCall call, ResolvedDeployment lead, IInputCounter own, CancellationToken ct)
    {
        var record = call.Context.Record;
        (record.Provider, record.ProviderFamily) = (lead.Connection.Name, lead.ProviderConnection.Service);
        (record.ConnectionId, record.DeploymentId) = (lead.ConnectionText, lead.DeploymentText);
        var counted = await own.CountAsync(
            new ProviderCall
            {
                Connection = CallProvider.Traced(CallProvider.Timed(lead.ProviderConnection, call)),
                UpstreamModel = lead.Deployment.UpstreamModel,
                Request = call.Chat!,
                Body = call.Body,
                ReplyDialect = call.ReplyDialect,
                AnthropicBeta = call.Options.AnthropicBeta,
                CallId = record.Id,
            },
            ct
        );
        record.UpstreamRequestId = counted.UpstreamRequestId;
        record.CountedInputTokens = (int)Math.Min(int.MaxValue, counted.Tokens);
        call.Context.Note("count_tokens", $"counted by {lead.DeploymentText}");
        return Reply(counted.Body, call);
    }

    ModelReply CountHere(ModelCall call, ResolvedDeployment lead)
    {
        var count = InputTokens.OfChat(counter, lead.Model.TokenFamily, call.Chat!);
        (call.Context.Record.CountedInputTokens, call.Context.Record.CountEstimated) = (count.Tokens, count.Estimated);
        call.Context.Note("count_tokens", count.Estimated ? "estimated here" : "counted here");
        return Reply(Encoding.UTF8.GetBytes($"{{\"input_tokens\":{count.Tokens}}}"), call);
    }

    static ModelReply Reply(ReadOnlyMemory<byte> body, ModelCall call) =>
        new(new WholeReply(body, new Completion(default, FinishReason.None, null), call.ReplyDialect));
}
