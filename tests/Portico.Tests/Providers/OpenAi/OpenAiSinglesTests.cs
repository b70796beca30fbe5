using System.Text;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers;
using Portico.Providers.OpenAi;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.Anthropic.ScriptedAnthropic;
using static Portico.Tests.Providers.OpenAi.Singled;

namespace Portico.Tests.Providers.OpenAi;

/// <summary>
/// Rerank, moderations, audio and images over HTTP, against answers as they are published: https://platform.openai.com/docs/api-reference (moderations,
/// audio, images), https://docs.cohere.com/reference/rerank and servers of its form.
/// </summary>
public sealed class OpenAiSinglesTests : IDisposable
{
    readonly Singled singled = new();

    public void Dispose() => singled.Dispose();

    ProviderFamily Family => singled.Family;

    public static TheoryData<string, string, string, string> Wholes() =>
        new()
        {
            {
                "moderation",
                """{"model":"route","input":["a",  "b"],"later":{"x":[1]}}""",
                """{"model":"up-1","input":["a",  "b"],"later":{"x":[1]}}""",
                """{"id":"modr-1","model":"omni-moderation-latest","results":[{"flagged":false,"categories":{},"category_scores":{}}]}"""
            },
            {
                "image",
                """{"prompt":"a bicycle","model":"route","background":"transparent"}""",
                """{"prompt":"a bicycle","model":"up-1","background":"transparent"}""",
                """{"created":1,"data":[{"b64_json":"AAAA"}],"usage":{"input_tokens":50,"output_tokens":272,"total_tokens":322,"input_tokens_details":{"text_tokens":10,"image_tokens":40}}}"""
            },
            {
                "rerank",
                """{"model":"route","query":"q","documents":["a",{"text":"b","meta":1}]}""",
                """{"model":"up-1","query":"q","documents":["a",{"text":"b","meta":1}]}""",
                """{"id":"rerank-1","model":"up-1","usage":{"total_tokens":56},"results":[{"index":0,"document":{"text":"a"},"relevance_score":0.9}]}"""
            },
        };

    static (SingleReader Reader, string Path, Usage Usage) Of(string kind) =>
        kind switch
        {
            "moderation" => (SingleReaders.Moderation, "/v1/moderations", default),
            "image" => (
                SingleReaders.Image,
                "/v1/images/generations",
                new Usage
                {
                    Input = 10,
                    ImageInput = 40,
                    ImageOutput = 272,
                    Source = UsageSource.Reported,
                }
            ),
            _ => ((b, _) => SingleReaders.Rerank(b, 1), "/v1/rerank", new Usage { Input = 56, Source = UsageSource.Reported }),
        };

    [Theory, MemberData(nameof(Wholes))]
    public async Task The_body_goes_on_with_the_models_name_replaced_and_the_answer_comes_back_as_it_is(
        string kind,
        string body,
        string sent,
        string answer
    )
    {
        var (reader, path, usage) = Of(kind);
        await using var server = await StartAsync(Json(answer));
        (await singled.AskAsync(server, Read(reader, body))).ShouldBe((answer, usage, null));
        var got = server.Requests.ShouldHaveSingleItem();
        (got.Method, got.Target, got.Body).ShouldBe(("POST", path, sent));
        got.Headers["authorization"].ShouldBe($"Bearer {Singled.Key}");
    }

    [Theory]
    [InlineData("""{"id":"x"}""", "no 'results'")]
    [InlineData("""{"results":null}""", "no 'results'")]
    [InlineData("<html>", "not JSON")]
    [InlineData("""{"error":{"message":"the queue is full","type":"server_error"}}""", "the queue is full")]
    public async Task An_answer_with_status_200_that_is_none_is_a_failure(string answer, string says)
    {
        await using var server = await StartAsync(Json(answer));
        var e = await Should.ThrowAsync<UpstreamException>(() =>
            Family.Singles!.AskAsync(Call(server, Read(SingleReaders.Moderation, """{"model":"m","input":"a"}""")), default)
        );
        e.Fault.ShouldBe(Fault.Upstream);
        e.Message.ShouldContain(says);
    }

    [Fact]
    public async Task An_error_of_the_provider_says_whose_fault_it_is()
    {
        await using var server = await StartAsync(
            Json("""{"error":{"message":"Invalid size","type":"invalid_request_error","param":"size","code":"invalid_value"}}""", 400)
        );
        var e = await Should.ThrowAsync<UpstreamException>(() =>
            Family.Singles!.AskAsync(Call(server, Read(SingleReaders.Image, """{"model":"m","prompt":"a"}""")), default)
        );
        (e.Fault, e.UpstreamParam, e.Status).ShouldBe((Fault.Caller, "size", 400));
    }

    [Fact]
    public async Task Speech_comes_as_it_is_spoken()
    {
        await using var server = await StartAsync(Bytes("audio/mpeg", [1, 2], [3]));
        var reply = await Family.Singles!.AskAsync(Call(server, Speech()), default);
        await using var stream = reply.Events;
        (reply.ContentType, stream.IsWhole, stream.Dialect).ShouldBe(("audio/mpeg", false, Dialect.Single));
        var (events, failure) = await DrainAsync(stream);
        failure.ShouldBeNull();
        events.SelectMany(e => e.Bytes.ToArray()).ShouldBe(new byte[] { 1, 2, 3 });
        events[^1].Completion!.Usage.Source.ShouldBe(UsageSource.None);
        server.Requests[0].Target.ShouldBe("/v1/audio/speech");
    }

    [Fact]
    public async Task Bytes_that_a_browser_would_show_go_on_as_plain_bytes()
    {
        await using var server = await StartAsync(Bytes("text/html", [60]));
        var reply = await Family.Singles!.AskAsync(Call(server, Speech()), default);
        await using var stream = reply.Events;
        reply.ContentType.ShouldBe("application/octet-stream");
    }

    [Theory]
    [InlineData("{\"error\":{\"message\":\"No such voice\",\"type\":\"server_error\"}}", "upstream_failed", "No such voice")]
    [InlineData("{\"status\":\"ok\"}", "upstream_malformed", "not with a sound")]
    public async Task An_error_under_a_good_status_is_not_saved_as_a_sound(string body, string code, string words)
    {
        await using var server = await StartAsync(Json(body));
        var e = await Should.ThrowAsync<UpstreamException>(() => Family.Singles!.AskAsync(Call(server, Speech()), default));
        (e.Kind.Code, e.Fault).ShouldBe((code, Fault.Upstream));
        e.Message.ShouldContain(words);
    }

    [Fact]
    public async Task Silence_of_no_bytes_is_a_failure_before_the_answer()
    {
        await using var server = await StartAsync(Bytes("audio/mpeg"));
        var e = await Should.ThrowAsync<UpstreamException>(() => Family.Singles!.AskAsync(Call(server, Speech()), default));
        e.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }

    [Fact]
    public async Task Speech_that_breaks_off_is_a_failure_behind_what_was_heard()
    {
        var heard = new TaskCompletionSource();
        await using var server = await StartAsync(async context =>
        {
            await Bytes("audio/mpeg", [1])(context);
            await heard.Task;
            context.Abort();
        });
        var reply = await Family.Singles!.AskAsync(Call(server, Speech()), default);
        await using var stream = reply.Events;
        (await stream.ReadAsync(default)).ShouldBeTrue();
        heard.SetResult();
        var e = await Should.ThrowAsync<UpstreamException>(async () => await stream.ReadAsync(default));
        e.Kind.ShouldBe(ErrorTable.UpstreamCut);
    }

    [Fact]
    public async Task A_form_goes_on_with_its_boundary_and_the_models_name_replaced()
    {
        await using var server = await StartAsync(
            Json("""{"text":"Hi","usage":{"type":"duration","seconds":9.5}}"""),
            Json("""{"text":"Hi"}""")
        );
        var read = Transcription(Field("later", "1"));
        (await singled.AskAsync(server, read)).Usage.ShouldBe(new Usage { AudioMs = 9_500, Source = UsageSource.Reported });
        var got = server.Requests[0];
        got.Target.ShouldBe("/v1/audio/transcriptions");
        got.Headers["content-type"].ShouldBe("multipart/form-data; boundary=b");
        got.Body.ShouldBe(Encoding.UTF8.GetString(read.Body.Bytes.Span).Replace("\r\nroute\r\n", "\r\nup-1\r\n", StringComparison.Ordinal));
        (await singled.AskAsync(server, Transcription(reader: FormReaders.Translation))).Usage.Source.ShouldBe(UsageSource.None);
        server.Requests[1].Target.ShouldBe("/v1/audio/translations");
    }

    [Theory]
    [InlineData("text", "Hello.\n")]
    [InlineData("srt", "1\n00:00:00,000 --> 00:00:01,000\nHello.\n\n")]
    [InlineData("vtt", "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHello.\n\n")]
    public async Task Transcripts_that_are_no_json_go_on_as_text(string format, string answer)
    {
        await using var server = await StartAsync(Bytes("text/plain; charset=utf-8", Encoding.UTF8.GetBytes(answer)));
        (await singled.AskAsync(server, Transcription(Field("response_format", format)))).ShouldBe(
            (answer, default, "text/plain; charset=utf-8")
        );
    }

    // https://platform.openai.com/docs/api-reference/audio/verbose-json-object, https://docs.mistral.ai/capabilities/audio
    [Theory]
    [InlineData("""{"task":"transcribe","duration":8.47,"text":"a","segments":[]}""", 8_470)]
    [InlineData(
        """{"text":"a","usage":{"prompt_audio_seconds":203,"prompt_tokens":4,"total_tokens":3264,"completion_tokens":635}}""",
        203_000
    )]
    public async Task Durations_are_read_wherever_they_stand(string answer, long ms)
    {
        await using var server = await StartAsync(Json(answer));
        (await singled.AskAsync(server, Transcription())).Usage.ShouldBe(new Usage { AudioMs = ms, Source = UsageSource.Reported });
    }

    [Fact]
    public void Serves_every_kind() => Enum.GetValues<CallKind>().ShouldAllBe(k => Family.Serves(k));
}
