using System.Text;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Repository;

namespace Portico.Tests.Providers.OpenAi;

/// <summary>Bodies that go to a provider's own Responses API, and its streams (https://platform.openai.com/docs/api-reference/responses-streaming).</summary>
public sealed class OpenAiResponsesTests
{
    internal static readonly byte[] Stream = Encoding.UTF8.GetBytes(
        File.ReadAllText(Repo.PathOf("tests/Portico.Tests/Providers/OpenAi/Fixtures/responses-stream.sse")).ReplaceLineEndings("\n")
    );

    static readonly ProviderConnection Connection = Anthropics.Connection();

    internal static OpenAiResponsesStream Open(params byte[][] pieces)
    {
        var deadline = new UpstreamDeadline(TimeProvider.System, null, CancellationToken.None);
        var source = new UpstreamBytes(
            new HttpResponseMessage(),
            new Anthropics.PieceStream(pieces),
            Connection,
            deadline,
            CancellationToken.None
        );
        return new OpenAiResponsesStream(source, Connection);
    }

    static async Task<(string Frames, Completion? End, UpstreamException? Failure)> ReadAsync(params byte[][] pieces)
    {
        await using var stream = Open(pieces);
        var (events, failure) = await Anthropics.DrainAsync(stream);
        return (Anthropics.Frames(events), events.Find(e => e.Kind == ModelEventKind.Completed).Completion, failure);
    }

    static string Sent(string body, ResponsesCall? like = null) =>
        Encoding.UTF8.GetString(
            OpenAiResponsesBody
                .For((like ?? new ResponsesCall(Connection, "up", default, false, default)) with { Body = Encoding.UTF8.GetBytes(body) })
                .Span
        );

    [Theory]
    [InlineData("""{"model":"m","input":"x"}""", """{"store":false,"model":"up","input":"x"}""")]
    [InlineData("""{"store":true,"model":"m"}""", """{"store":false,"model":"up"}""")]
    [InlineData("""{"background":true,"model":"m","store":null}""", """{"model":"up","store":false}""")]
    [InlineData("""{"model":"m","store":false,"background":false}""", """{"model":"up","store":false}""")]
    [InlineData(
        """{ "conversation":"c", "previous_response_id":null , "model":"m" , "background":true ,"conversation\u005f":1,"store":true}""",
        """{ "model":"up" , "conversation\u005f":1,"store":false}"""
    )]
    [InlineData(
        """{"store":1,"model":"m","a":[{"store":true,"model":"m"}],"previous_response_id":"r", "background":false }""",
        """{"store":false,"model":"up","a":[{"store":true,"model":"m"}] }"""
    )]
    public void Only_the_members_that_say_who_keeps_what_are_changed(string body, string sent) => Sent(body).ShouldBe(sent);

    [Fact]
    public void Stream_cap_input_and_seals_are_set_where_they_are_not_so_already()
    {
        var call = new ResponsesCall(Connection, "up", default, true, default)
        {
            OutputCap = 7,
            Input = "[1]"u8.ToArray(),
            WantsSeals = true,
        };
        Sent("""{"model":"m","store":false,"stream":true,"max_output_tokens":7,"input":"x","include":[]}""", call)
            .ShouldBe(
                """{"model":"up","store":false,"stream":true,"max_output_tokens":7,"input":[1],"include":["reasoning.encrypted_content"]}"""
            );
        Sent(
                """{"model":"m","store":false,"include":[ "a", "reasoning.encrypted_content"],"stream":false,"max_output_tokens":null}""",
                call
            )
            .ShouldBe(
                """{"input":[1],"model":"up","store":false,"include":[ "a", "reasoning.encrypted_content"],"stream":true,"max_output_tokens":7}"""
            );
        Sent("""{"model":"m","store":false,"include":[ "a"],"stream":true,"max_output_tokens":8}""", call)
            .ShouldBe(
                """{"input":[1],"model":"up","store":false,"include":["reasoning.encrypted_content", "a"],"stream":true,"max_output_tokens":7}"""
            );
    }

    [Fact]
    public async Task Wherever_a_stream_is_cut_into_reads_its_events_come_as_they_were()
    {
        var whole = Encoding.UTF8.GetString(Stream);
        for (var at = 1; at < Stream.Length; at += 97)
        {
            var (frames, end, failure) = await ReadAsync(Stream[..at], Stream[at..]);
            failure.ShouldBeNull();
            frames.ShouldBe(whole);
            (end!.Finish, end.ServedModel).ShouldBe((FinishReason.ToolCalls, "gpt-5-2025-08-07"));
            (end.Usage.Input, end.Usage.CacheRead, end.Usage.Output, end.Usage.Reasoning, end.Usage.Source).ShouldBe(
                (80, 20, 20, 30, UsageSource.Reported)
            );
        }
    }

    [Fact]
    public async Task A_stream_that_ends_before_its_end_gives_what_came_and_then_fails()
    {
        var length = Stream.AsSpan().IndexOf("event: response.completed"u8);
        foreach (var at in new[] { length, length - 1, length - 30, length + 60 })
        {
            var (frames, end, failure) = await ReadAsync(Stream[..at]);
            (failure!.Kind, end).ShouldBe((ErrorTable.UpstreamCut, null));
            Encoding.UTF8.GetString(Stream).ShouldStartWith(frames);
            frames.ShouldContain("response.output_text.delta");
        }
    }

    [Fact]
    public async Task That_it_has_begun_is_told_with_what_follows_and_not_before_a_failure()
    {
        var begun = Stream.AsSpan().IndexOf("event: response.output_item"u8);
        byte[] bytes =
        [
            .. Stream[..begun],
            .. "event: response.failed\ndata: {\"type\":\"response.failed\",\"response\":{\"status\":\"failed\",\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"Slowly\"}}}\n\n"u8,
        ];
        var (frames, _, failure) = await ReadAsync(bytes[..begun], bytes[begun..]);
        frames.ShouldBeEmpty();
        (failure!.Fault, failure.Kind, failure.Message).ShouldBe((Fault.RateLimit, ErrorTable.UpstreamRateLimited, "Slowly"));
    }

    [Theory]
    [InlineData("""{"type":"error","code":"invalid_prompt","message":"No","param":null}""", Fault.Caller)]
    [InlineData("""{"type":"error","error":{"type":"server_error","code":"server_error","message":"No"}}""", Fault.Upstream)]
    [InlineData("""{"type":"error","error":{"type":"insufficient_quota","code":"insufficient_quota","message":"No"}}""", Fault.Credential)]
    public async Task An_error_event_is_judged_by_its_words(string data, Fault fault)
    {
        var (_, _, failure) = await ReadAsync(Encoding.UTF8.GetBytes($"event: error\ndata: {data}\n\n"));
        (failure!.Fault, failure.Message.Contains("No", StringComparison.Ordinal)).ShouldBe((fault, true));
    }

    [Theory]
    [InlineData("data: {\"type\":\"response.output_text.delta\",\"delta\":\"x\"\n\n")]
    [InlineData("data: [1]\n\n")]
    [InlineData("data: {\"delta\":\"x\"}\n\n")]
    [InlineData("data: {\"type\":\"a\\nb\"}\n\n")]
    [InlineData("data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\"}}\n\n")]
    [InlineData("data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[1]}}\n\n")]
    [InlineData("data: {\"type\":\"response.output_item.done\",\"item\":{\"a\":\"\\ud800\"}}\n\n")]
    public async Task What_is_no_event_of_the_protocol_is_malformed(string bytes) =>
        (await ReadAsync(Encoding.UTF8.GetBytes(bytes + "data: {\"type\":\"x\"}\n\n"))).Failure!.Kind.ShouldBe(
            ErrorTable.UpstreamMalformed
        );

    [Fact]
    public void What_was_said_is_counted_once()
    {
        var text = new char[Stream.Length];
        new string(text, 0, OpenAiResponsesSaid.InFrames(Stream, text)).ShouldBe("Zürich first.Rain, é.{\"n\":1}");
        var body =
            """{"instructions":"no","output":[{"type":"message","content":[{"text":"a"},{"refusal":"b"}]},{"arguments":"c"}],"text":{"text":"no"}}"""u8;
        new string(text, 0, OpenAiResponsesSaid.InAnswer(body, text)).ShouldBe("abc");
        new string(text, 0, OpenAiResponsesSaid.InAnswer(body[..^40], text)).ShouldStartWith("ab");
    }

    [Theory]
    [InlineData("""{"status":"failed","error":{"code":"server_error","message":"Broken"},"output":[]}""", "upstream_failed")]
    [InlineData("""{"error":{"message":"Nobody is here","type":"server_error"}}""", "upstream_failed")]
    [InlineData("""{"status":"in_progress","output":[]}""", "upstream_malformed")]
    [InlineData("""{"status":"completed"}""", "upstream_malformed")]
    [InlineData("""{"status":"completed","output":[],"output":null}""", "upstream_malformed")]
    [InlineData("<html>", "upstream_malformed")]
    [InlineData("[]", "upstream_malformed")]
    public void A_plain_answer_that_is_no_response_that_is_complete_is_a_failure(string body, string code) =>
        Should
            .Throw<UpstreamException>(() => OpenAiResponsesFacts.OfWhole(Encoding.UTF8.GetBytes(body), Connection))
            .Kind.Code.ShouldBe(code);

    [Fact]
    public void Calls_of_tools_are_counted_as_they_are_charged()
    {
        const string Output = """
            {"type":"web_search_call","action":{"type":"search","query":"a"}},{"type":"web_search_call","action":{"type":"open_page","url":"b"}},
            {"type":"web_search_call"},{"type":"file_search_call","queries":["a","b"]},
            {"type":"code_interpreter_call","container_id":"cntr_1"},{"type":"code_interpreter_call","container_id":"cntr_1","code":"1"},
            {"container_id":"cntr_2","type":"code_interpreter_call"},{"type":"image_generation_call","quality":"high","size":"1024x1024","result":"aa"},
            {"type":"mcp_call"},{"type":"computer_call","action":{"type":"click"}},{"type":"message","content":[]}
            """;
        var body = $$"""{"status":"completed","output":[{{Output}}],"usage":{"input_tokens":5,"output_tokens":6} }""";
        var end = OpenAiResponsesFacts.OfWhole(Encoding.UTF8.GetBytes(body), Connection).Completion;
        end.Usage.ShouldBe(
            new Usage
            {
                Input = 5,
                Output = 6,
                WebSearches = 2,
                FileSearches = 1,
                Containers = 2,
                Images = 1,
                ImageClass = "high 1024x1024",
                Source = UsageSource.Reported,
            }
        );
    }

    [Fact]
    public async Task Calls_of_tools_that_are_complete_are_reported_of_a_stream_that_is_not()
    {
        var length = Stream.AsSpan().IndexOf("event: response.completed"u8);
        await using var stream = Open(Stream[..length]);
        await Anthropics.DrainAsync(stream);
        (stream.ReportedUsage.WebSearches, stream.ReportedUsage.Source).ShouldBe((1, UsageSource.None));
        await using var whole = Open(Stream);
        var (events, _) = await Anthropics.DrainAsync(whole);
        events[^1].Completion!.Usage.WebSearches.ShouldBe(1, "once, although it came twice");
    }

    [Theory]
    [InlineData("max_output_tokens", FinishReason.Length)]
    [InlineData("content_filter", FinishReason.ContentFilter)]
    [InlineData("of_tomorrow", FinishReason.Other)]
    public void An_answer_that_was_cut_says_why(string reason, FinishReason finish)
    {
        var body = new JsonObject
        {
            ["status"] = "incomplete",
            ["incomplete_details"] = new JsonObject { ["reason"] = reason },
            ["output"] = new JsonArray(),
            ["service_tier"] = "priority",
        };
        var end = OpenAiResponsesFacts.OfWhole(Encoding.UTF8.GetBytes(body.ToJsonString()), Connection).Completion;
        (end.Finish, end.Usage.Class, end.Usage.Source).ShouldBe((finish, PriceClass.Priority, UsageSource.None));
    }
}
