using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Portico.Observability.Telemetry;

/// <summary>Measures calls as they end, under the profile's names. Nothing is computed for an instrument that nobody reads.</summary>
sealed class GenAiMeter : IDisposable
{
    // The bounds that the conventions give.
    static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };
    static readonly InstrumentAdvice<double> FirstTokenSeconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0],
    };
    static readonly InstrumentAdvice<long> Tokens = new()
    {
        HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    };

    readonly Meter meter = new(GenAiTelemetry.SourceName);
    readonly GenAiProfile profile;
    readonly Histogram<double> chatDuration;
    readonly Histogram<double> embeddingDuration;
    readonly Histogram<double> firstChunk;
    readonly Histogram<double> firstToken;
    readonly Histogram<long> chatInput;
    readonly Histogram<long> chatOutput;
    readonly Histogram<long> embeddingInput;

    public GenAiMeter(GenAiProfile profile)
    {
        this.profile = profile;
        chatDuration = Timer(profile.ChatDuration, "Time from arrival to end of a call", Seconds);
        embeddingDuration =
            profile.EmbeddingDuration == profile.ChatDuration
                ? chatDuration
                : Timer(profile.EmbeddingDuration, "Time from arrival to end of an embeddings call", Seconds);
        firstChunk = Timer(profile.FirstChunk, "Time from arrival to the first output of a streamed call", Seconds);
        firstToken = Timer("gen_ai.server.time_to_first_token", "Time from arrival to the first output", FirstTokenSeconds);
        chatInput = Counter(profile.ChatInputTokens, profile.HasTokenType ? "Tokens of a call" : "Input tokens of a call");
        chatOutput = profile.HasTokenType ? chatInput : Counter(profile.ChatOutputTokens, "Output tokens of a call");
        embeddingInput = profile.HasTokenType ? chatInput : Counter(profile.EmbeddingInputTokens, "Input tokens of an embeddings call");
    }

    Histogram<double> Timer(string name, string description, InstrumentAdvice<double> advice) =>
        meter.CreateHistogram(name, "s", description, tags: null, advice);

    Histogram<long> Counter(string name, string description) => meter.CreateHistogram(name, "{token}", description, tags: null, Tokens);

    public void Measure(CallRecord r)
    {
        var isChat = r.Operation == "chat";
        var isEmbedding = r.Operation == "embeddings";
        var duration = isEmbedding ? embeddingDuration : chatDuration;
        if (!duration.Enabled && !chatInput.Enabled && !embeddingInput.Enabled && !firstToken.Enabled && !firstChunk.Enabled)
            return;
        var tags = TagsOf(r);
        if (r.FirstOutputUs > 0 && isChat)
        {
            firstToken.Record(r.FirstOutputUs / 1e6, tags);
            if (r.Stream)
                firstChunk.Record(r.FirstOutputUs / 1e6, tags);
        }
        if (!r.Usage.IsEmpty)
            MeasureTokens(r, isEmbedding, tags);
        if (r.ErrorCode is { } error)
            tags.Add("error.type", error);
        duration.Record(r.DurationUs / 1e6, tags);
    }

    void MeasureTokens(CallRecord r, bool isEmbedding, TagList tags)
    {
        var input = tags;
        var output = tags;
        if (profile.HasTokenType)
        {
            input.Add("gen_ai.token.type", "input");
            output.Add("gen_ai.token.type", "output");
        }
        (isEmbedding ? embeddingInput : chatInput).Record(r.Usage.TotalInput, input);
        if (!isEmbedding)
            chatOutput.Record(r.Usage.TotalOutput, output);
    }

    static TagList TagsOf(CallRecord r)
    {
        var tags = new TagList
        {
            { "gen_ai.operation.name", r.Operation },
            { "gen_ai.provider.name", GenAiProviders.Name(r.ProviderFamily) ?? r.Provider ?? "_OTHER" },
            // A name that leads nowhere is the caller's free text: as a label it would have no bound.
            { "gen_ai.request.model", r.Route is null ? "_OTHER" : r.RequestedModel },
        };
        if ((r.ServedModel ?? r.Model) is { } served)
            tags.Add("gen_ai.response.model", served);
        return tags;
    }

    public void Dispose() => meter.Dispose();
}
