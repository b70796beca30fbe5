using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Rerank, moderations, speech, transcriptions and images over the door, answered by the simulated provider at its prices.</summary>
public sealed class SingleCallTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    async Task<JsonNode> RecordAsync(HttpResponseMessage response, string operation, long cost)
    {
        var record = await node.RecordOfAsync(response);
        record.Text("operation").ShouldBe(operation);
        record.Text("outcome").ShouldBe("completed");
        record.Number("cost_nano_usd").ShouldBe(cost);
        record.Number("held_nano_usd").ShouldBeGreaterThanOrEqualTo(cost);
        return record;
    }

    [Theory]
    [InlineData("/v1/rerank")]
    [InlineData("/v2/rerank")]
    public async Task Documents_come_back_in_the_order_of_their_scores(string path)
    {
        var body = Singles.Rerank("sim/echo", "red bicycle", "a car", "a red bicycle", "a bicycle").With("top_n", 2);
        using var response = await node.Door.AskAsync(path, body).GoodAsync();
        var answer = await response.JsonAsync();
        answer["results"]!
            .AsArray()
            .Select(r => (r!.Number("index"), r!["relevance_score"]!.GetValue<double>()))
            .ShouldBe([(1, 1), (2, 0.5)]);
        answer.Number("meta", "billed_units", "search_units").ShouldBe(1);
        response.Header("x-portico-cost-usd").ShouldBe("0.002");
        response.Header("x-portico-model").ShouldBe("sim/echo");
        var record = await RecordAsync(response, "rerank", 2_000_000);
        record.Number("usage", "searches").ShouldBe(1);
        record.Text("wire").ShouldBe("rerank");
    }

    [Fact]
    public async Task Documents_with_fields_are_taken_and_given_back_when_asked()
    {
        var body = Singles.Rerank("sim/echo", "red").With("return_documents", true);
        body["documents"] = new JsonArray(new JsonObject { ["text"] = "red", ["id"] = 7 }, "blue");
        using var response = await node.Door.AskAsync("/v1/rerank", body).GoodAsync();
        (await response.JsonAsync())["results"]![0]!.Text("document", "text").ShouldBe("red");
    }

    [Fact]
    public async Task A_moderation_gives_each_text_its_verdict_and_parts_one_together()
    {
        using var two = await node
            .Door.AskAsync(
                "/v1/moderations",
                new JsonObject { ["model"] = "sim/echo", ["input"] = new JsonArray("all is well", "nothing but violence") }
            )
            .GoodAsync();
        var results = (await two.JsonAsync())["results"]!.AsArray();
        results.Select(r => r!["flagged"]!.GetValue<bool>()).ShouldBe([false, true]);
        results[1]!["categories"]!["violence"]!.GetValue<bool>().ShouldBeTrue();
        var record = await RecordAsync(two, "moderation", (await node.RecordOfAsync(two)).Number("usage", "input") * 1_000);
        record.Text("usage", "source").ShouldBe("reported");
        using var one = await node
            .Door.AskAsync(
                "/v1/moderations",
                new JsonObject
                {
                    ["model"] = "sim/echo",
                    ["input"] = new JsonArray(
                        new JsonObject { ["type"] = "text", ["text"] = "hello" },
                        new JsonObject
                        {
                            ["type"] = "image_url",
                            ["image_url"] = new JsonObject { ["url"] = "data:image/png;base64,AA==" },
                        }
                    ),
                }
            )
            .GoodAsync();
        (await one.JsonAsync())["results"]!.AsArray().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("wav", "audio/wav", "RIFF")]
    [InlineData("mp3", "audio/mpeg", "\xFF\xFB")]
    [InlineData("pcm", "audio/pcm", "")]
    public async Task Speech_is_bytes_of_audio_billed_by_its_characters(string format, string type, string begins)
    {
        using var response = await node.Door.AskAsync("/v1/audio/speech", Singles.Speech("sim/echo", "Zürich 🚲", format)).GoodAsync();
        response.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        response.Header("x-content-type-options").ShouldBe("nosniff");
        Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync()).ShouldStartWith(begins);
        var record = await RecordAsync(response, "speech", 8 * 15_000);
        record.Number("usage", "characters").ShouldBe(8);
    }

    [Fact]
    public async Task Speech_comes_as_events_where_that_is_asked_for()
    {
        using var response = await node
            .Door.AskAsync("/v1/audio/speech", Singles.Speech("sim/echo").With("stream_format", "sse"))
            .GoodAsync();
        var events = (await response.EventsAsync()).ConvertAll(e => JsonNode.Parse(e)!.Text("type"));
        events.ShouldBe(["speech.audio.delta", "speech.audio.done"]);
    }

    static byte[] TwoSeconds
    {
        get
        {
            var wav = new byte[44 + 2 * 16_000];
            "RIFF"u8.CopyTo(wav);
            "WAVEfmt "u8.CopyTo(wav.AsSpan(8));
            wav[16] = 16;
            wav[20] = wav[22] = 1;
            BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(24), 8_000);
            BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(28), 16_000);
            wav[32] = 2;
            wav[34] = 16;
            "data"u8.CopyTo(wav.AsSpan(36));
            BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(40), wav.Length - 44);
            return wav;
        }
    }

    [Theory]
    [InlineData("/v1/audio/transcriptions", "transcription")]
    [InlineData("/v1/audio/translations", "translation")]
    public async Task Audio_is_written_down_and_billed_by_its_length(string path, string operation)
    {
        using var response = await node.Door.AskAsync(path, Singles.Audio("sim/echo", TwoSeconds)).GoodAsync();
        (await response.JsonAsync()).Text("text").ShouldBe("32044 bytes of audio in hello.wav.");
        response.Header("x-portico-cost-usd").ShouldBe("0.0002");
        var record = await RecordAsync(response, operation, 200_000);
        record.Number("usage", "audio_ms").ShouldBe(2_000);
    }

    [Theory]
    [InlineData("text", "text/plain", "32044 bytes")]
    [InlineData("srt", "text/plain", "1\n00:00:00,000 --> 00:00:02,000\n")]
    [InlineData("vtt", "text/plain", "WEBVTT\n\n")]
    [InlineData("verbose_json", "application/json", "{\"task\":\"transcribe\"")]
    public async Task A_transcript_has_the_form_that_was_asked_for(string format, string type, string begins)
    {
        using var response = await node
            .Door.AskAsync("/v1/audio/transcriptions", Singles.Audio("sim/echo", TwoSeconds, ("response_format", format)))
            .GoodAsync();
        response.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        (await response.Content.ReadAsStringAsync()).ShouldStartWith(begins);
    }

    [Fact]
    public async Task A_transcript_streams_as_events()
    {
        using var response = await node
            .Door.AskAsync("/v1/audio/transcriptions", Singles.Audio("sim/echo", TwoSeconds, ("stream", "true")))
            .GoodAsync();
        (await response.EventsAsync())
            .ConvertAll(e => JsonNode.Parse(e)!.Text("type"))
            .ShouldBe(["transcript.text.delta", "transcript.text.done"]);
    }

    [Fact]
    public async Task Images_are_made_and_billed_one_by_one()
    {
        using var response = await node
            .Door.AskAsync("/v1/images/generations", Singles.Image("sim/echo").With("n", 2).With("quality", "hd"))
            .GoodAsync();
        var images = (await response.JsonAsync())["data"]!.AsArray().Select(i => Convert.FromBase64String(i!.Text("b64_json"))).ToList();
        images.Count.ShouldBe(2);
        images[0].ShouldNotBe(images[1]);
        Encoding.Latin1.GetString(images[0]).ShouldContain("PNG");
        var record = await RecordAsync(response, "image", 80_000_000);
        (record.Number("usage", "images"), record.Text("usage", "image_class")).ShouldBe((2, "hd"));
    }

    [Fact]
    public async Task Images_are_edited_from_a_form()
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("sim/echo"), "model" },
            { new StringContent("add a bell"), "prompt" },
            { new ByteArrayContent([1, 2, 3]), "image[]", "one.png" },
            { new ByteArrayContent([4]), "image[]", "two.png" },
        };
        using var response = await node.Door.AskAsync("/v1/images/edits", form).GoodAsync();
        await RecordAsync(response, "image_edit", 40_000_000);
    }

    [Fact]
    public async Task Equal_calls_of_a_cached_route_cost_once_and_keep_their_type()
    {
        var route = "single-" + Guid.NewGuid().ToString("N")[..8];
        await node.Admin.PostAsync(
            "/api/routes",
            new JsonObject
            {
                ["name"] = route,
                ["cache_seconds"] = 60,
                ["targets"] = new JsonArray(new JsonObject { ["model"] = "sim/echo" }),
            }
        );
        using var first = await node.Door.AskAsync("/v1/audio/speech", Singles.Speech(route)).GoodAsync();
        using var again = await node.Door.AskAsync("/v1/audio/speech", Singles.Speech(route)).GoodAsync();
        again.Header("x-portico-cache").ShouldBe("hit");
        again.Content.Headers.ContentType!.MediaType.ShouldBe("audio/wav");
        (await again.Content.ReadAsByteArrayAsync()).ShouldBe(await first.Content.ReadAsByteArrayAsync());
        (await node.RecordOfAsync(again)).Number("saved_nano_usd").ShouldBe("Hello, Portico".Length * 15_000);
        // Another kind with an equal body is another call.
        using var moderation = await node.Door.AskAsync("/v1/moderations", Singles.Speech(route)).GoodAsync();
        moderation.Header("x-portico-cache").ShouldBe("miss");
    }

    [Fact]
    public async Task What_would_be_met_is_explained_for_every_kind()
    {
        var body = new JsonObject { ["key_id"] = node.KeyId, ["model"] = "sim/echo" };
        var rerank = await node.Admin.PostAsync("/api/explain", body.With("kind", "rerank").With("units", 3));
        rerank["would_pass"]!.GetValue<bool>().ShouldBeTrue(rerank.ToJsonString());
        rerank["deployments"]![0]!.Text("worst_case_usd").ShouldBe("0.006");
        using var unknown = await node.Admin.RawAsync(HttpMethod.Post, "/api/explain", body.With("kind", "telepathy"));
        await unknown.ShouldBeProblemAsync(400, "invalid_request", "kind");
    }
}
