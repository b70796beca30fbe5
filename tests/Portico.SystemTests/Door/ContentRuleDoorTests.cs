using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Content rules hold for what goes to the provider and for what comes back, whole and streamed, in every dialect.</summary>
public sealed class ContentRuleDoorTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static string Rule(string action, string channels = "user, system, tool, output") =>
        $$"""
            guardrails:
              codenames:
                channels: [{{channels}}]
                words: [Falcon]
                patterns: ['\b\d{4}-\d{4}\b']
                action: {{action}}
            """;

    static async Task<HttpResponseMessage> PostAsync(HttpClient door, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        return await door.SendAsync(request);
    }

    static async Task StreamAsync(HttpContext http, params string[] events)
    {
        await Upstream.BeginStreamAsync(http);
        foreach (var data in events)
            await Upstream.WriteAsync(http, Upstream.Frame(data));
        await Upstream.WriteAsync(http, Upstream.Frame("[DONE]"));
    }

    async Task<(Upstream Upstream, string Model)> ConnectAsync(Func<HttpContext, Task> answer)
    {
        var upstream = await Upstream.StartAsync(answer);
        var name = "up/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, name);
        return (upstream, name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_rule_takes_out_reaches_neither_the_provider_nor_the_caller(bool stream)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("redact"));
        var (upstream, model) = await ConnectAsync(http => Upstream.GoodAsync(http, stream, "the Fal con and Falcon of 1234-5678 fly"));
        await using var _ = upstream;
        using var answer = await house.Door.ChatAsync(Calls.Chat(model, "What of Falcon at 1111-2222?", stream));
        ((int)answer.StatusCode).ShouldBe(200);
        var said = stream ? Calls.Said(await answer.EventsAsync()) : (await answer.JsonAsync())["choices"]![0]!["message"]!.Text("content");
        said.ShouldBe("the Fal con and [redacted:codenames] of [redacted:codenames] fly");
        var sent = upstream.Bodies.ShouldHaveSingleItem();
        sent.ShouldContain("What of [redacted:codenames] at [redacted:codenames]?");
        sent.ShouldNotContain("Falcon");
        (await node.TrailAsync(answer, "screen_content")).ShouldBe(["input: codenames found 2 times", "answer: codenames found 2 times"]);
        // What is taken out is paid for.
        (await node.RecordOfAsync(answer))["usage"]!
            .Number("output")
            .ShouldBe(4);
    }

    [Fact]
    public async Task A_word_that_comes_in_two_pieces_is_taken_out_of_a_stream_and_pieces_of_choices_do_not_mix()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("redact", "output"));
        static string Of(int choice, string text) =>
            Upstream.Frame(Upstream.Chunk(text).Replace("\"index\":0", $"\"index\":{choice}", StringComparison.Ordinal));
        var (upstream, model) = await ConnectAsync(async http =>
        {
            await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.RoleChunk));
            foreach (
                var frame in new[]
                {
                    Of(0, "a Fal"),
                    Of(1, "con b Fa"),
                    Of(0, "con"),
                    Of(1, "l"),
                    Of(0, " c 12"),
                    Of(0, "34-"),
                    Of(1, "con d"),
                    Of(0, "5678."),
                }
            )
                await Upstream.WriteAsync(http, frame);
            await Upstream.WriteAsync(
                http,
                Upstream.Frame(Upstream.StopChunk)
                    + Upstream.Frame(Upstream.StopChunk.Replace("\"index\":0", "\"index\":1", StringComparison.Ordinal))
                    + Upstream.Frame(Upstream.UsageChunk())
                    + Upstream.Frame("[DONE]")
            );
        });
        await using var _ = upstream;
        using var answer = await house.Door.ChatAsync(Calls.Chat(model, stream: true).With("n", 2));
        var events = (await answer.EventsAsync()).Where(e => e != "[DONE]").Select(e => JsonNode.Parse(e)!).ToList();
        string Said(int choice) =>
            string.Concat(
                events
                    .SelectMany(e => e["choices"]?.AsArray() ?? [])
                    .Where(c => c!.Number("index") == choice)
                    .Select(c => c!["delta"]?["content"]?.GetValue<string>())
            );
        Said(0).ShouldBe("a [redacted:codenames] c [redacted:codenames].");
        Said(1).ShouldBe("con b [redacted:codenames] d");
    }

    [Theory]
    [InlineData("block", 400, "blocks this call")]
    [InlineData("ask", 403, "wants a person to decide")]
    public async Task A_request_that_a_rule_refuses_is_sent_to_nobody_on_any_wire(string action, int status, string says)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.Organisation, Rule(action));
        var (upstream, model) = await ConnectAsync(http => Upstream.WholeAsync(http));
        await using var _ = upstream;
        foreach (
            var (path, body) in new[]
            {
                (
                    "/v1/chat/completions",
                    $$"""{"model":"{{model}}","messages":[{"role":"system","content":"about falcon"},{"role":"user","content":"Hi"}]}"""
                ),
                ("/v1/chat/completions", $$"""{"model":"{{model}}","stream":true,"messages":[{"role":"user","content":"FALCON"}]}"""),
                (
                    "/v1/chat/completions",
                    $$$"""{"model":"{{{model}}}","messages":[{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"1","content":"it is 1234-5678"}]}"""
                ),
                ("/v1/completions", $$"""{"model":"{{model}}","prompt":"Falcon"}"""),
                ("/v1/responses", $$"""{"model":"{{model}}","input":"Falcon"}"""),
                ("/v1/messages", $$"""{"model":"{{model}}","max_tokens":9,"messages":[{"role":"user","content":"Falcon"}]}"""),
                ("/v1/messages/count_tokens", $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Falcon"}]}"""),
                ("/v1/embeddings", $$"""{"model":"{{model}}","input":["a","Falcon"]}"""),
                ("/v1/moderations", $$"""{"model":"{{model}}","input":"Falcon"}"""),
                ("/v1/audio/speech", $$"""{"model":"{{model}}","input":"Falcon","voice":"alloy"}"""),
                ("/v1/images/generations", $$"""{"model":"{{model}}","prompt":"Falcon"}"""),
            }
        )
        {
            using var refused = await PostAsync(house.Door, path, body);
            var text = await refused.Content.ReadAsStringAsync();
            ((int)refused.StatusCode).ShouldBe(status, $"{path} {text}");
            text.ShouldContain(says, Case.Sensitive, path);
            text.ShouldContain("guardrails.codenames, line 2 of version 1", Case.Sensitive, path);
        }
        upstream.Calls.ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_a_rule_blocks_ends_before_what_it_names_and_is_recorded_and_paid(bool stream)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.Organisation, Rule("block", "output"));
        var (upstream, model) = await ConnectAsync(http => Upstream.GoodAsync(http, stream, "we speak of the Falcon now"));
        await using var _ = upstream;
        using var answer = await house.Door.ChatAsync(Calls.Chat(model, stream: stream));
        var text = await answer.Content.ReadAsStringAsync();
        text.ShouldNotContain("Falcon");
        text.ShouldContain("codenames");
        text.ShouldContain("content_filter");
        var record = await node.RecordOfAsync(answer);
        (record.Text("outcome"), record.Text("error_code")).ShouldBe(("refused", "content_filter"));
        record["usage"]!.Number("output").ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_flag_notes_and_changes_nothing()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("flag"));
        using var answer = await house.Door.ChatAsync(Calls.Chat("sim/echo", "the Falcon"));
        (await answer.JsonAsync())["choices"]![0]!["message"]!.Text("content").ShouldContain("the Falcon");
        (await node.TrailAsync(answer, "screen_content")).ShouldBe(["input: codenames found 1 time", "answer: codenames found 1 time"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_tokenised_is_unknown_to_the_provider_and_comes_back_to_the_caller(bool stream)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("tokenise", "user"));
        var (upstream, model) = await ConnectAsync(http => Upstream.GoodAsync(http, stream, "so ⟦codenames:1⟧ and ⟦codenames:2⟧ it is"));
        await using var _ = upstream;
        using var answer = await house.Door.ChatAsync(Calls.Chat(model, "Falcon at 1111-2222", stream));
        upstream.Bodies.ShouldHaveSingleItem().ShouldNotContain("1111");
        var said = stream ? Calls.Said(await answer.EventsAsync()) : (await answer.JsonAsync())["choices"]![0]!["message"]!.Text("content");
        said.ShouldBe("so Falcon and 1111-2222 it is");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Arguments_of_tools_are_screened_and_stay_json(bool stream)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, "guardrails:\n  numbers:\n    patterns: ['\\d{6,}']\n    action: redact\n");
        const string Call =
            """{"id":"t1","type":"function","function":{"name":"pay","arguments":"{\"to\":12345678,\"text\":\"no 7654321\"}"}}""";
        var (upstream, model) = await ConnectAsync(http =>
            stream
                ? StreamAsync(
                    http,
                    """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"up-1","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"pay","arguments":""}}]},"finish_reason":null}]}""",
                    """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"up-1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"to\":1234"}}]},"finish_reason":null}]}""",
                    """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"up-1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"5678,\"text\":\"no 76543"}}]},"finish_reason":null}]}""",
                    """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"up-1","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"21\"}"}}]},"finish_reason":null}]}""",
                    Upstream.StopChunk,
                    Upstream.UsageChunk()
                )
                : Upstream.JsonAsync(
                    http,
                    200,
                    $$$"""{"id":"c1","object":"chat.completion","created":1,"model":"up-1","choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{{{Call}}}]},"finish_reason":"tool_calls"}],"usage":{{{Upstream.DefaultUsage}}}}"""
                )
        );
        await using var _ = upstream;
        using var answer = await house.Door.ChatAsync(Calls.Chat(model, stream: stream));
        var arguments = stream
            ? string.Concat(
                (await answer.EventsAsync())
                    .Where(e => e != "[DONE]")
                    .Select(e =>
                        JsonNode.Parse(e)!["choices"]?.AsArray() is { Count: > 0 } c
                            ? c[0]!["delta"]?["tool_calls"]?[0]?["function"]?["arguments"]?.GetValue<string>()
                            : null
                    )
            )
            : (await answer.JsonAsync())["choices"]![0]!["message"]!["tool_calls"]![0]!["function"]!.Text("arguments");
        arguments.ShouldBe("""{"to":11111111,"text":"no 1111111"}""");
    }

    [Fact]
    public async Task What_is_kept_redacted_is_what_the_rules_left()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, "capture:\n  state: redacted\n" + Rule("redact"));
        await node.RevealAsync(house.Workspace);
        using var answer = await house.Door.ChatAsync(Calls.Chat("sim/echo", "of Falcon"));
        await Eventually.IsTrueAsync(async () =>
        {
            using var kept = await node.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{answer.CallId()}/contents");
            return kept.IsSuccessStatusCode;
        });
        using var contents = await node.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{answer.CallId()}/contents");
        var text = await contents.Content.ReadAsStringAsync();
        text.ShouldContain("[redacted:codenames]");
        text.ShouldNotContain("Falcon");
    }

    [Fact]
    public async Task A_text_that_cannot_be_rewritten_is_refused_where_a_rule_would_take_something_out()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("redact"));
        using var refused = await PostAsync(house.Door, "/v1/embeddings", """{"model":"sim/embeddings","input":"Falcon"}""");
        ((int)refused.StatusCode).ShouldBe(400);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("cannot be rewritten");
        using var fine = await PostAsync(house.Door, "/v1/embeddings", """{"model":"sim/embeddings","input":"sparrow"}""");
        ((int)fine.StatusCode).ShouldBe(200);
    }
}
