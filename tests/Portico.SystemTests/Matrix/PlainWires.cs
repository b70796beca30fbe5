using System.Text.Json.Nodes;

namespace Portico.SystemTests.Matrix;

/// <summary>POST /v1/completions: text in, text out.</summary>
sealed class OlderWire()
    : MatrixWire(
        "openai-completions",
        "Completions (the API before chat)",
        "/v1/completions",
        Feature.Plain,
        Feature.Stream,
        Feature.Refusal,
        Feature.Usage,
        Feature.UnknownField,
        Feature.Error,
        Feature.MidStreamFailure
    )
{
    public override bool MarksRefusals => false;

    public override JsonObject Ask(Feature feature)
    {
        var body = new JsonObject { ["max_tokens"] = 2_048, ["prompt"] = Features.Prompt };
        if (feature == Feature.UnknownField)
            body["x_of_tomorrow"] = 1;
        return body;
    }

    public override Heard HearWhole(JsonNode body) =>
        new()
        {
            Text = TextOf(body["choices"]![0]!["text"]),
            Usage = ChatWire.UsageOf(body["usage"]),
            Ended = TextOf(body["choices"]![0]!["finish_reason"]).Length > 0,
        };

    public override Heard HearStream(IReadOnlyList<JsonNode> events, bool hasTerminator)
    {
        var heard = new Heard();
        var finished = false;
        foreach (var e in events)
        {
            if (e["error"] is not null)
            {
                heard.Failure = ErrorOf(e);
                continue;
            }
            if (e["usage"] is JsonObject usage)
                heard.Usage = ChatWire.UsageOf(usage);
            if (e["choices"] is not JsonArray { Count: > 0 } choices)
                continue;
            heard.Text += TextOf(choices[0]!["text"]);
            finished |= TextOf(choices[0]!["finish_reason"]).Length > 0;
        }
        heard.Ended = finished && hasTerminator;
        return heard;
    }
}

/// <summary>POST /v1/embeddings.</summary>
sealed class EmbeddingsWire()
    : MatrixWire(
        "openai-embeddings",
        "Embeddings",
        "/v1/embeddings",
        Feature.Plain,
        Feature.Base64,
        Feature.Dimensions,
        Feature.TokenIds,
        Feature.UnknownField,
        Feature.Error
    )
{
    public override bool Embeds => true;

    public override JsonObject Ask(Feature feature)
    {
        var body = new JsonObject { ["input"] = feature == Feature.TokenIds ? JsonNode.Parse("[[1,2],[3]]") : new JsonArray("one", "two") };
        if (feature == Feature.Base64)
            body["encoding_format"] = "base64";
        if (feature == Feature.Dimensions)
            body["dimensions"] = 256;
        if (feature == Feature.UnknownField)
            body["x_of_tomorrow"] = 1;
        return body;
    }

    public override Heard HearWhole(JsonNode body)
    {
        var data = body["data"]!.AsArray();
        var first = data[0]!["embedding"]!;
        return new Heard
        {
            Vectors = (
                data.Count,
                first is JsonArray numbers ? numbers.Count : Convert.FromBase64String(TextOf(first)).Length / sizeof(float)
            ),
            Usage = new SaidUsage(Number(body["usage"], "prompt_tokens"), 0, 0, 0),
            Ended = true,
        };
    }

    public override Heard HearStream(IReadOnlyList<JsonNode> events, bool hasTerminator) => throw new NotSupportedException();
}
