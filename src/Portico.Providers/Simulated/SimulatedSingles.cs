using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Simulated;

/// <summary>Answers of the simulated provider to calls of one question, in the published forms. Each depends on the request alone.</summary>
static class SimulatedSingles
{
    /// <summary>OpenAI's (https://platform.openai.com/docs/guides/moderation).</summary>
    static readonly string[] Categories =
    [
        "harassment",
        "harassment/threatening",
        "hate",
        "hate/threatening",
        "illicit",
        "illicit/violent",
        "self-harm",
        "self-harm/intent",
        "self-harm/instructions",
        "sexual",
        "sexual/minors",
        "violence",
        "violence/graphic",
    ];

    /// <exception cref="UpstreamException">The request asks for what is not simulated.</exception>
    public static ProviderReply Answer(SingleCall call) =>
        call.Request switch
        {
            RerankRequest rerank => Json(call, json => Rerank(json, rerank), Reported(new Usage { Searches = Searches(rerank) })),
            ModerationRequest moderation => Json(
                call,
                json => Moderate(json, moderation),
                Reported(new Usage { Input = Tokens(moderation) })
            ),
            SpeechRequest speech => Speak(call, speech),
            TranscriptionRequest transcription => Listen(call, transcription),
            ImageRequest image => Draw(call, image),
            _ => throw new ArgumentOutOfRangeException(nameof(call)),
        };

    static Usage Reported(Usage usage) => usage with { Source = UsageSource.Reported };

    static long Searches(RerankRequest request) => (request.Documents.Count + 99) / 100;

    static long Tokens(ModerationRequest request) => request.Texts.Sum(t => SimulatedAnswer.CountTokens(t));

    /// <summary>A document scores the share of the query's words that it holds.</summary>
    static void Rerank(Utf8JsonWriter json, RerankRequest request)
    {
        var query = Words(request.Query).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var scored = request
            .Documents.Select(
                (text, index) =>
                    (
                        Index: index,
                        Text: text,
                        Score: query.Count == 0
                            ? 0
                            : Words(text).Distinct(StringComparer.OrdinalIgnoreCase).Count(query.Contains) / (double)query.Count
                    )
            )
            .OrderByDescending(d => d.Score)
            .ThenBy(d => d.Index)
            .Take(request.TopN ?? int.MaxValue);
        json.WriteString("id"u8, "sim-rerank");
        json.WriteStartArray("results"u8);
        foreach (var (index, text, score) in scored)
        {
            json.WriteStartObject();
            json.WriteNumber("index"u8, index);
            json.WriteNumber("relevance_score"u8, score);
            if (request.ReturnDocuments)
            {
                json.WriteStartObject("document"u8);
                json.WriteString("text"u8, text);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("meta"u8);
        json.WriteStartObject("api_version"u8);
        json.WriteString("version"u8, request.Version == 1 ? "1" : "2");
        json.WriteEndObject();
        json.WriteStartObject("billed_units"u8);
        json.WriteNumber("search_units"u8, Searches(request));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static string[] Words(string text) =>
        text.Split([' ', '\n', '\t', '.', ',', ';', ':', '?', '!', '"', '(', ')'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A text is of the categories whose words stand in it; an image is of none.</summary>
    static void Moderate(Utf8JsonWriter json, ModerationRequest request)
    {
        json.WriteString("id"u8, "modr-sim");
        json.WriteStartArray("results"u8);
        foreach (var text in request.IsOneInput ? [string.Join('\n', request.Texts)] : request.Texts)
        {
            var found = Categories.Where(c => c.Split('/').All(w => text.Contains(w, StringComparison.OrdinalIgnoreCase))).ToHashSet();
            json.WriteStartObject();
            json.WriteBoolean("flagged"u8, found.Count > 0);
            json.WriteStartObject("categories"u8);
            foreach (var category in Categories)
                json.WriteBoolean(category, found.Contains(category));
            json.WriteEndObject();
            json.WriteStartObject("category_scores"u8);
            foreach (var category in Categories)
                json.WriteNumber(category, found.Contains(category) ? 0.99 : 0.01);
            json.WriteEndObject();
            json.WriteStartObject("category_applied_input_types"u8);
            foreach (var category in Categories)
            {
                json.WriteStartArray(category);
                json.WriteStringValue("text"u8);
                json.WriteEndArray();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static ProviderReply Speak(SingleCall call, SpeechRequest request)
    {
        var (audio, type) = request.Format switch
        {
            "wav" => (SimulatedAudio.Wav(request.Input, request.Speed), "audio/wav"),
            "pcm" => (SimulatedAudio.Pcm(request.Input, request.Speed), "audio/pcm"),
            "mp3" => (SimulatedAudio.Mp3(request.Input, request.Speed), "audio/mpeg"),
            _ => throw Unable("response_format", "mp3, wav and pcm"),
        };
        if (!request.AsEvents)
            return Whole(audio, default, type);
        var events = new StringBuilder();
        AddEvent(events, json => json.WriteBase64String("audio"u8, audio), "speech.audio.delta");
        var usage = Reported(new Usage { Characters = request.Input.EnumerateRunes().Count() });
        AddEvent(
            events,
            json =>
            {
                json.WriteStartObject("usage"u8);
                json.WriteNumber("input_tokens"u8, SimulatedAnswer.CountTokens(request.Input));
                json.WriteNumber("output_tokens"u8, 0);
                json.WriteNumber("total_tokens"u8, SimulatedAnswer.CountTokens(request.Input));
                json.WriteEndObject();
            },
            "speech.audio.done"
        );
        return Whole(Encoding.UTF8.GetBytes(events.ToString()), usage, "text/event-stream");
    }

    /// <summary>It says what it was given, since it understands nothing.</summary>
    static ProviderReply Listen(SingleCall call, TranscriptionRequest request)
    {
        var text = $"{request.FileBytes} bytes of audio in {request.FileName ?? "a file"}.";
        var usage = Reported(new Usage { AudioMs = request.MostMs });
        var seconds = request.MostMs / 1_000.0;
        void Usage(Utf8JsonWriter json)
        {
            json.WriteStartObject("usage"u8);
            json.WriteString("type"u8, "duration"u8);
            json.WriteNumber("seconds"u8, seconds);
            json.WriteEndObject();
        }
        if (request.Stream)
        {
            var events = new StringBuilder();
            AddEvent(events, json => json.WriteString("delta"u8, text), "transcript.text.delta");
            AddEvent(
                events,
                json =>
                {
                    json.WriteString("text"u8, text);
                    Usage(json);
                },
                "transcript.text.done"
            );
            return Whole(Encoding.UTF8.GetBytes(events.ToString()), usage, "text/event-stream");
        }
        var end = TimeSpan.FromMilliseconds(request.MostMs);
        return request.Format switch
        {
            "text" => Text(text + "\n", usage),
            "srt" => Text($"1\n00:00:00,000 --> {end:hh\\:mm\\:ss\\,fff}\n{text}\n\n", usage),
            "vtt" => Text($"WEBVTT\n\n00:00:00.000 --> {end:hh\\:mm\\:ss\\.fff}\n{text}\n\n", usage),
            "json" => Json(
                call,
                json =>
                {
                    json.WriteString("text"u8, text);
                    Usage(json);
                },
                usage
            ),
            "verbose_json" => Json(
                call,
                json =>
                {
                    json.WriteString("task"u8, request.ToEnglish ? "translate"u8 : "transcribe"u8);
                    json.WriteString("language"u8, "english"u8);
                    json.WriteNumber("duration"u8, seconds);
                    json.WriteString("text"u8, text);
                    json.WriteStartArray("segments"u8);
                    json.WriteEndArray();
                    Usage(json);
                },
                usage
            ),
            _ => throw Unable("response_format", "json, verbose_json, text, srt and vtt"),
        };
    }

    /// <summary>A small picture in a colour that depends on the prompt and its number.</summary>
    static ProviderReply Draw(SingleCall call, ImageRequest request)
    {
        if (request.ResponseFormat == "url")
            throw Unable("response_format", "b64_json");
        if (request.Stream)
            throw Unable("stream", "whole answers");
        return Json(
            call,
            json =>
            {
                json.WriteNumber("created"u8, 1_760_000_000);
                json.WriteStartArray("data"u8);
                for (var i = 0; i < request.Count; i++)
                {
                    var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{i}:{request.Prompt}"));
                    json.WriteStartObject();
                    json.WriteBase64String("b64_json"u8, SimulatedPng.Of(hash[0], hash[1], hash[2]));
                    json.WriteEndObject();
                }
                json.WriteEndArray();
            },
            Reported(new Usage { Images = request.Count, ImageClass = request.Class })
        );
    }

    static ProviderReply Json(SingleCall call, Action<Utf8JsonWriter> write, Usage usage)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (call.Request is RerankRequest or ModerationRequest)
                json.WriteString("model"u8, "sim/" + call.UpstreamModel);
            write(json);
            json.WriteEndObject();
        }
        return Whole(buffer.ToArray(), usage, null);
    }

    static void AddEvent(StringBuilder events, Action<Utf8JsonWriter> write, string type)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            write(json);
            json.WriteEndObject();
        }
        events.Append("data: ").Append(Encoding.UTF8.GetString(buffer.ToArray())).Append("\n\n");
    }

    static ProviderReply Text(string text, Usage usage) => Whole(Encoding.UTF8.GetBytes(text), usage, "text/plain; charset=utf-8");

    static ProviderReply Whole(byte[] body, Usage usage, string? type) =>
        new(new WholeReply(body, new Completion(usage, FinishReason.Stop, null), Dialect.Single)) { ContentType = type };

    static UpstreamException Unable(string param, string can) =>
        new(ErrorTable.UpstreamRejected, Fault.Caller, $"The simulated provider gives {can}.") { Status = 400, UpstreamParam = param };
}
