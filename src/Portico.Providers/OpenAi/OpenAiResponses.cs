using System.Collections.Concurrent;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>OpenAI's Responses API (https://platform.openai.com/docs/api-reference/responses/create), passed through.</summary>
sealed class OpenAiResponses(UpstreamHttp http, OpenAiProvider provider) : IResponsesProvider
{
    /// <summary>Models that are remembered as having no seals; past it they are asked again.</summary>
    const int MaxSealless = 10_000;

    /// <summary>Models that refuse to be asked for sealed reasoning, because they do not reason.</summary>
    readonly ConcurrentDictionary<(ConnectionId, string), bool> sealless = new();

    public string? Lacking(ProviderConnection connection) => null;

    public async Task<ProviderReply> RespondAsync(ResponsesCall call, CancellationToken ct)
    {
        var model = (call.Connection.Id, call.UpstreamModel);
        if (!call.WantsSeals || sealless.ContainsKey(model))
            return await SendAsync(call with { WantsSeals = false }, ct);
        try
        {
            return await SendAsync(call, ct);
        }
        catch (UpstreamException e) when (IsAboutSeals(e) && !OpenAiResponsesBody.AsksForSeals(call.Body.Span))
        {
            // Only Portico wanted them, and a model without reasoning has nothing to seal.
            if (sealless.Count < MaxSealless)
                sealless[model] = true;
            return await SendAsync(call with { WantsSeals = false }, ct);
        }
    }

    static bool IsAboutSeals(UpstreamException e) =>
        e.Fault == Fault.Caller
        && (e.UpstreamParam == "include" || e.Message.Contains("encrypted content", StringComparison.OrdinalIgnoreCase));

    async Task<ProviderReply> SendAsync(ResponsesCall call, CancellationToken ct)
    {
        using var request = provider.Post(call.Connection, "responses", OpenAiResponsesBody.For(call));
        var deadline = new UpstreamDeadline(http.Time, call.Connection.Timeouts.Overall, ct);
        HttpResponseMessage? response = null;
        var owned = false;
        try
        {
            response = await provider.SendAsync(request, call.Connection, deadline, ct);
            var isSse = ContentTypes.IsEventStream(response);
            if (isSse != call.Stream)
                throw new UpstreamException(
                    ErrorTable.UpstreamMalformed,
                    Fault.Upstream,
                    call.Stream
                        ? "The provider was asked for a stream and sent a plain answer."
                        : "The provider was asked for a plain answer and sent a stream."
                );
            if (!isSse)
            {
                var body = await OpenAiAnswerBody.ReadAsync(response, call.Connection, deadline, ct);
                var facts = OpenAiResponsesFacts.OfWhole(body.Span, call.Connection);
                return Reply(new WholeReply(body, facts.Completion, Dialect.OpenAiResponses), facts.Id, response);
            }
            var stream = new OpenAiResponsesStream(
                new UpstreamBytes(response, await response.Content.ReadAsStreamAsync(ct), call.Connection, deadline, ct),
                call.Connection
            );
            owned = true;
            try
            {
                await stream.PrimeAsync(ct);
            }
            catch
            {
                await stream.DisposeAsync();
                throw;
            }
            return Reply(stream, stream.ResponseId, response);
        }
        finally
        {
            if (!owned)
            {
                response?.Dispose();
                deadline.Dispose();
            }
        }
    }

    /// <summary>The provider's own id of the response is what its support can look up.</summary>
    static ProviderReply Reply(ModelEventStream events, string? id, HttpResponseMessage response) =>
        new(events) { UpstreamRequestId = id ?? OpenAiProvider.RequestId(response), Quota = UpstreamQuota.Of(response) };
}
