using Microsoft.AspNetCore.Http;
using Portico.Gateway.Endpoints;
using Portico.Gateway.Ledger;
using Portico.Gateway.Stages;
using Portico.Gateway.Wire;
using Portico.Governance;

namespace Portico.Gateway.Batches;

/// <summary>What a caller of the endpoint would have got.</summary>
/// <param name="Call">The call, null where none was made.</param>
/// <param name="Error">Why not, null when it is good.</param>
/// <param name="Meters">What was held, as far as the call came.</param>
sealed record LineReply(CallId? Call, int Status, byte[] Body, PorticoException? Error, Spent Spent, MeterSet? Meters);

/// <summary>
/// Asks a line: the same wire and the same pipeline as a call from outside, for the key that made the batch as it is now. The answer is written to memory
/// by the code that writes it to a connection, so that a line gets exactly what a caller gets.
/// </summary>
sealed class BatchCalls(
    GatewayRunner runner,
    GovernanceCatalog governance,
    KeyAuthentication authentication,
    OpenAiChatWire chat,
    CompletionsWire completions,
    OpenAiEmbeddingsWire embeddings,
    OpenAiResponsesWire responses,
    AnthropicMessagesWire messages,
    RateLimitHeaders limits,
    GatewayOptions options
)
{
    public static readonly IReadOnlyList<string> Endpoints =
    [
        "/v1/chat/completions",
        "/v1/completions",
        "/v1/embeddings",
        "/v1/responses",
        "/v1/messages",
        "/v1/moderations",
        "/v1/images/generations",
        "/v1/rerank",
    ];

    readonly SingleWire moderations = new(limits, options, "openai-moderations", SingleReaders.Moderation, takesForm: false);
    readonly SingleWire images = new(limits, options, "openai-images", SingleReaders.Image, takesForm: false);
    readonly SingleWire rerank = new(limits, options, "rerank", (body, _) => SingleReaders.Rerank(body, 1), takesForm: false);

    IWire WireOf(string endpoint) =>
        endpoint switch
        {
            "/v1/chat/completions" => chat,
            "/v1/completions" => completions,
            "/v1/embeddings" => embeddings,
            "/v1/responses" => responses,
            "/v1/messages" => messages,
            "/v1/moderations" => moderations,
            "/v1/images/generations" => images,
            "/v1/rerank" => rerank,
            _ => throw new InvalidOperationException($"A batch cannot call {endpoint}."),
        };

    /// <param name="batch">Whose line it is.</param>
    /// <param name="line">The request.</param>
    /// <param name="wait">How it waits where its provider takes batches.</param>
    /// <param name="begins">Is told the call before it is made.</param>
    /// <param name="ct">Cuts the call.</param>
    /// <exception cref="OperationCanceledException">It was cut; what it had used is recorded.</exception>
    public async Task<LineReply> AskAsync(Batch batch, BatchLine line, LineWait wait, Action<CallId> begins, CancellationToken ct)
    {
        var wire = WireOf(batch.Endpoint);
        var http = new DefaultHttpContext { RequestAborted = ct };
        using var body = new MemoryStream();
        http.Response.Body = body;
        CallContext? context = null;
        PorticoException? error = null;
        try
        {
            var caller = CallerOf(batch);
            context = runner.Open(wire.Name);
            context.Record.ParentId = batch.Id;
            // Errors of Anthropic's form name the call.
            wire.Open(http, context.Record.Id);
            begins(context.Record.Id);
            await WriteAsync(http, wire, context, batch, caller, line, wait, ct);
        }
        catch (PorticoException e)
        {
            error = e;
            // What a failed answer had begun to write is no part of the error.
            body.SetLength(0);
            await wire.WriteErrorAsync(http, e);
        }
        await http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        var record = context?.Record;
        return new LineReply(
            record?.Id,
            http.Response.StatusCode,
            // The file of answers is kept: a placeholder that was undone for the caller stands in it again.
            context?.Words
                is { HasPlaceholders: true } words
                ? words.Answer(body.ToArray())
                : body.ToArray(),
            error,
            record is null ? default : Spent.Of(record.Usage, record.CostNanoUsd),
            context?.Meters
        );
    }

    async Task WriteAsync(
        HttpContext http,
        IWire wire,
        CallContext context,
        Batch batch,
        Caller caller,
        BatchLine line,
        LineWait wait,
        CancellationToken ct
    )
    {
        var call = await ReadAsync(wire, context, caller, line, ct);
        call = call with
        {
            Options = new CallOptions { AnthropicBeta = MessageBatchHeaders.BetaOf(batch), Line = wait },
        };
        var (reply, running) = await runner.StartAsync(call, ct);
        await using (running)
            await wire.WriteAsync(http, call, reply, running);
    }

    async Task<ModelCall> ReadAsync(IWire wire, CallContext context, Caller caller, BatchLine line, CancellationToken ct)
    {
        try
        {
            return await wire.CompleteAsync(wire.Read(context, caller, line.Body), ct);
        }
        catch (PorticoException e)
        {
            RecordCall.DescribeCaller(context.Record, caller);
            runner.Refuse(context, e);
            throw;
        }
    }

    /// <exception cref="PorticoException">The key does not work any more, or may not act for that person any more.</exception>
    Caller CallerOf(Batch batch)
    {
        var caller =
            governance.Current.Callers.GetValueOrDefault(KeyId.Parse(batch.KeyId))
            ?? throw new PorticoException(ErrorTable.InvalidApiKey, "The key that made this batch is not there any more.");
        KeyAuthentication.RefuseUnlessLive(caller, runner.Time.GetUtcNow());
        return batch.PersonId is { } person && person != caller.PersonId ? authentication.ActingFor(caller, person) : caller;
    }
}
