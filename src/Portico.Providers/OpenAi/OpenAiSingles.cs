using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.OpenAi;

/// <summary>
/// Rerank, moderations, audio and images of OpenAI and of servers of its form: the caller's body with the model's name replaced, the answer as it comes.
/// Rerank is Cohere's form under OpenAI's address, as vLLM (https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html), Jina
/// (https://jina.ai/reranker) and Together (https://docs.together.ai/reference/rerank) serve it.
/// </summary>
sealed class OpenAiSingles(UpstreamHttp http, OpenAiProvider provider) : ISingleProvider
{
    public bool Serves(CallKind kind) => kind is not (CallKind.Chat or CallKind.Embeddings);

    readonly TeiRerank tei = new(http, provider);

    public Task<ProviderReply> AskAsync(SingleCall call, CancellationToken ct) =>
        call.Request.Kind == CallKind.Rerank && OpenAiPresets.Find(call.Connection.Preset, call.Connection.Family).RanksTexts
            ? tei.AskAsync(call, ct)
            : AskInFormAsync(call, ct);

    async Task<ProviderReply> AskInFormAsync(SingleCall call, CancellationToken ct)
    {
        var body = OpenAiBody.Renamed(call.Body, call.UpstreamModel);
        using var request = provider.Post(call.Connection, PathOf(call.Request.Kind), body, call.Body.FormType ?? "application/json");
        var deadline = new UpstreamDeadline(http.Time, call.Connection.Timeouts.Overall, ct);
        HttpResponseMessage? response = null;
        var owned = false;
        try
        {
            response = await provider.SendAsync(request, call.Connection, deadline, ct);
            var type = response.Content.Headers.ContentType?.MediaType;
            var asEvents = type == "text/event-stream";
            if (!asEvents && call.Request.Kind != CallKind.Speech)
                return await ReadWholeAsync(response, call, type, deadline, ct);
            if (type == "application/json")
                throw await NoAudioAsync(response, call, deadline, ct);
            var source = new UpstreamBytes(response, await response.Content.ReadAsStreamAsync(ct), call.Connection, deadline, ct);
            owned = true;
            SingleStream stream = asEvents
                ? new SingleEventStream(source, call.Request.Kind, call.Connection)
                : new SingleByteStream(source);
            await stream.PrimeAsync(ct);
            return new ProviderReply(stream)
            {
                ContentType = asEvents ? "text/event-stream" : AudioType(type),
                UpstreamRequestId = OpenAiProvider.RequestId(response),
                Quota = UpstreamQuota.Of(response),
            };
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

    /// <summary>An error under a good status: a caller would save it as a sound.</summary>
    static async Task<UpstreamException> NoAudioAsync(
        HttpResponseMessage response,
        SingleCall call,
        UpstreamDeadline deadline,
        CancellationToken ct
    )
    {
        var body = await OpenAiAnswerBody.ReadAsync(response, call.Connection, deadline, ct);
        return UpstreamErrors.Parse(body.Span).Message is null
            ? new UpstreamException(ErrorTable.UpstreamMalformed, Fault.Upstream, "The provider answered with JSON and not with a sound.")
            : OpenAiFailure.Of(body.Span, call.Connection);
    }

    static string PathOf(CallKind kind) =>
        kind switch
        {
            CallKind.Rerank => "rerank",
            CallKind.Moderation => "moderations",
            CallKind.Speech => "audio/speech",
            CallKind.Transcription => "audio/transcriptions",
            CallKind.Translation => "audio/translations",
            CallKind.Image => "images/generations",
            CallKind.ImageEdit => "images/edits",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    static async Task<ProviderReply> ReadWholeAsync(
        HttpResponseMessage response,
        SingleCall call,
        string? type,
        UpstreamDeadline deadline,
        CancellationToken ct
    )
    {
        var body = await OpenAiAnswerBody.ReadAsync(response, call.Connection, deadline, ct);
        // Only a transcription may be something else than JSON, and only where it was asked for.
        var asText = type != "application/json" && call.Request is TranscriptionRequest { Format: "text" or "srt" or "vtt" };
        var facts = asText ? default : SingleFacts.ReadAnswer(call.Request.Kind, body.Span, call.Connection);
        return new ProviderReply(new WholeReply(body, facts.ToCompletion(), Dialect.Single))
        {
            ContentType = asText ? "text/plain; charset=utf-8" : null,
            UpstreamRequestId = OpenAiProvider.RequestId(response),
            Quota = UpstreamQuota.Of(response),
        };
    }

    /// <summary>A name that a browser would show as a page goes on as plain bytes.</summary>
    static string AudioType(string? type) =>
        type is not null && (type.StartsWith("audio/", StringComparison.Ordinal) || type == "video/mp4")
            ? type
            : "application/octet-stream";
}
