using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Portico.SystemTests.Matrix;

/// <summary>What a scripted server answers.</summary>
sealed record Scripted(int Status, string ContentType, byte[] Bytes)
{
    public (string Name, string Value)? Header { get; init; }

    public static Scripted Json(string json, int status = 200) => new(status, "application/json", Encoding.UTF8.GetBytes(json));

    public static Scripted Sse(params IEnumerable<string> events) =>
        new(200, "text/event-stream", Encoding.UTF8.GetBytes(string.Concat(events)));
}

/// <summary>Says in a provider's protocol what a model says. Each names the documentation that it is written after.</summary>
abstract class Protocol
{
    /// <summary>What the protocol can tell of it, as Portico must hear it.</summary>
    public virtual Said Told(Said said) => said;

    /// <summary>False where the protocol has no such thing, so that there is nothing to run.</summary>
    public virtual bool Has(Feature feature) => true;

    public abstract Scripted Whole(Said said);

    public abstract Scripted Stream(Said said);

    /// <summary>A stream that ends behind its text without its end.</summary>
    public abstract Scripted Cut(string text);

    /// <summary>A stream that says behind its text that it failed; null where the protocol has no word for it.</summary>
    public abstract Scripted? Broken(string text);

    public abstract Scripted Error(int status, string words);

    /// <summary>An answer with a vector for each text, and the tokens that they had.</summary>
    public abstract Scripted Embeddings(int texts);

    /// <summary>An answer to a call of one question and its facts; null where the protocol has no such kind.</summary>
    public virtual KindScript? Kind(MatrixKind kind) => null;

    /// <summary>The answer of the provider's own counter.</summary>
    public virtual Scripted Count() => Scripted.Json("""{"input_tokens":42}""");

    protected static string Quoted(string text) => JsonSerializer.Serialize(text);

    /// <summary>The text in two pieces, so that a reader must join them.</summary>
    protected static string[] Pieces(string text) => text.Length < 2 ? [text] : [text[..(text.Length / 3)], text[(text.Length / 3)..]];
}

/// <summary>https://platform.openai.com/docs/api-reference/chat; reasoning_content as https://api-docs.deepseek.com/guides/reasoning_model has it.</summary>
class OpenAiProtocol : Protocol
{
    static string Usage(SaidUsage u) =>
        $$$"""{"prompt_tokens":{{{u.Input}}},"completion_tokens":{{{u.Output}}},"total_tokens":{{{u.Input + u.Output}}},"prompt_tokens_details":{"cached_tokens":{{{u.Cached}}}},"completion_tokens_details":{"reasoning_tokens":{{{u.Reasoning}}}}}""";

    static JsonObject Call(SaidCall call, int? index)
    {
        var made = new JsonObject
        {
            ["id"] = call.Id,
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = index is null ? call.Arguments : "" },
        };
        if (index is { } i)
            made["index"] = i;
        return made;
    }

    public override Scripted Whole(Said said)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = said.Refuses || said.Text.Length == 0 ? null : said.Text };
        if (said.Refuses)
            message["refusal"] = said.Text;
        if (said.Thinking.Length > 0)
            message["reasoning_content"] = said.Thinking;
        if (said.Calls.Count > 0)
            message["tool_calls"] = new JsonArray(said.Calls.Select(c => (JsonNode)Call(c, null)).ToArray());
        return Scripted.Json(
            $$"""{"id":"c1","object":"chat.completion","created":1,"model":"up-1","choices":[{"index":0,"message":{{message.ToJsonString()}},"finish_reason":"{{Finish(said)}}"}],"usage":{{Usage(said.Usage)}}}"""
        );
    }

    static string Finish(Said said) => said.Calls.Count > 0 ? "tool_calls" : "stop";

    static string Chunk(string delta, string? finish = null) =>
        $$"""data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"up-1","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(finish is null ? "null" : Quoted(finish))}}}]}"""
        + "\n\n";

    static IEnumerable<string> Begin(Said said)
    {
        yield return Chunk("""{"role":"assistant","content":""}""");
        foreach (var piece in Pieces(said.Thinking).Where(p => p.Length > 0))
            yield return Chunk($$"""{"reasoning_content":{{Quoted(piece)}}}""");
        foreach (var piece in Pieces(said.Text).Where(p => p.Length > 0))
            yield return Chunk($$"""{"{{(said.Refuses ? "refusal" : "content")}}":{{Quoted(piece)}}}""");
        // Parallel calls come interleaved: first their heads, then a piece of each.
        for (var i = 0; i < said.Calls.Count; i++)
            yield return Chunk($$"""{"tool_calls":[{{Call(said.Calls[i], i).ToJsonString()}}]}""");
        foreach (var piece in new[] { 0, 1 })
            for (var i = 0; i < said.Calls.Count; i++)
                yield return Chunk(
                    $$$"""{"tool_calls":[{"index":{{{i}}},"function":{"arguments":{{{Quoted(Pieces(said.Calls[i].Arguments)[piece])}}}}}]}"""
                );
    }

    public override Scripted Stream(Said said) =>
        Scripted.Sse([
            .. Begin(said),
            Chunk("{}", Finish(said)),
            $$"""data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"up-1","choices":[],"usage":{{Usage(said.Usage)}}}"""
                + "\n\n",
            "data: [DONE]\n\n",
        ]);

    public override Scripted Cut(string text) => Scripted.Sse(Begin(new Said { Text = text }));

    public override Scripted Broken(string text) =>
        Scripted.Sse([
            .. Begin(new Said { Text = text }),
            """data: {"error":{"message":"It broke on the way","type":"server_error","param":null,"code":null}}""" + "\n\n",
        ]);

    public override Scripted Error(int status, string words) =>
        Scripted.Json($$$"""{"error":{"message":{{{Quoted(words)}}},"type":"invalid_request_error","param":null,"code":null}}""", status);

    public override Scripted Embeddings(int texts) =>
        Scripted.Json(
            $$$"""{"object":"list","data":[{{{string.Join(',', Enumerable.Range(0, texts).Select(i => $$"""{"object":"embedding","index":{{i}},"embedding":[0.5,-1]}"""))}}}],"model":"up","usage":{"prompt_tokens":6,"total_tokens":6}}"""
        );

    /// <summary>
    /// https://platform.openai.com/docs/api-reference/audio, …/images and …/moderations. Rerank as servers of this form have it
    /// (https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html), which count tokens.
    /// </summary>
    public override KindScript? Kind(MatrixKind kind)
    {
        if (kind.Operation == "rerank")
            return new KindScript(
                "/rerank",
                Scripted.Json(
                    """{"id":"rerank-1","model":"up","usage":{"total_tokens":9},"results":[{"index":1,"document":{"text":"a red bicycle"},"relevance_score":0.9},{"index":0,"document":{"text":"a car"},"relevance_score":0.1}]}"""
                ),
                BilledUnit.Tokens,
                9,
                IsReported: true
            );
        if (kind == MatrixKinds.Moderations)
            return new KindScript(
                "/moderations",
                Scripted.Json(
                    """{"id":"modr-1","model":"omni-moderation-latest","results":[{"flagged":true,"categories":{"violence":true},"category_scores":{"violence":0.9}}]}"""
                ),
                BilledUnit.Tokens,
                null
            );
        if (kind == MatrixKinds.Speech)
            return new KindScript("/audio/speech", new Scripted(200, "audio/wav", MatrixKinds.TwoSeconds), BilledUnit.Characters, 8);
        if (kind == MatrixKinds.SpeechEvents)
            return new KindScript(
                "/audio/speech",
                Scripted.Sse(
                    """data: {"type":"speech.audio.delta","audio":"UklGRg=="}""" + "\n\n",
                    """data: {"type":"speech.audio.done"}""" + "\n\n"
                ),
                BilledUnit.Characters,
                8
            );
        if (kind == MatrixKinds.TranscriptionEvents)
            return new KindScript(
                "/audio/transcriptions",
                Scripted.Sse(
                    $$"""data: {"type":"transcript.text.delta","delta":"{{MatrixKinds.Transcript}}"}""" + "\n\n",
                    $$$"""data: {"type":"transcript.text.done","text":"{{{MatrixKinds.Transcript}}}","usage":{"type":"duration","seconds":2}}"""
                        + "\n\n"
                ),
                BilledUnit.Audio,
                2_000,
                IsReported: true
            );
        if (kind == MatrixKinds.Transcription)
            return new KindScript(
                "/audio/transcriptions",
                Scripted.Json($$$"""{"text":"{{{MatrixKinds.Transcript}}}","usage":{"type":"duration","seconds":2}}"""),
                BilledUnit.Audio,
                2_000,
                IsReported: true
            );
        // Tells no length: that of the file is billed.
        if (kind == MatrixKinds.Translation)
            return new KindScript(
                "/audio/translations",
                Scripted.Json($$"""{"text":"{{MatrixKinds.Transcript}}"}"""),
                BilledUnit.Audio,
                2_000
            );
        if (kind == MatrixKinds.Images)
            return new KindScript(
                "/images/generations",
                Scripted.Json("""{"created":1,"data":[{"b64_json":"AAAA"},{"b64_json":"BBBB"}]}"""),
                BilledUnit.Images,
                2
            );
        return kind == MatrixKinds.ImageEdits
            ? new KindScript("/images/edits", Scripted.Json("""{"created":1,"data":[{"b64_json":"AAAA"}]}"""), BilledUnit.Images, 1)
            : null;
    }
}
