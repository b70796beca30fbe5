using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>The API before chat, through the whole walk.</summary>
public sealed class CompletionsTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    Task<HttpResponseMessage> AskAsync(string model, bool stream, string more = "") =>
        node.Door.PostAsync(
            "/v1/completions",
            new StringContent(
                $$"""{"model":"{{model}}","prompt":"Once upon a time","max_tokens":50,"stream":{{(stream ? "true" : "false")}}{{more}}}""",
                Encoding.UTF8,
                "application/json"
            ),
            Ct
        );

    [Fact]
    public async Task A_completion_is_the_text_of_a_chat_answer_and_is_recorded_and_paid_for()
    {
        using var answer = await AskAsync("sim/echo", stream: false);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        ((int)answer.StatusCode).ShouldBe(200, text);
        var json = JsonNode.Parse(text)!;
        json.Text("object").ShouldBe("text_completion");
        json["choices"]![0]!.Text("text").ShouldBe("Once upon a time");
        json["choices"]![0]!.Text("finish_reason").ShouldBe("stop");
        json["usage"]!["completion_tokens"]!.GetValue<long>().ShouldBeGreaterThan(0);
        var record = await node.RecordOfAsync(answer);
        record.Text("wire").ShouldBe("openai-completions");
        record.Text("outcome").ShouldBe("completed");
        record.Number("cost_nano_usd").ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_stream_says_the_same_and_ends_as_it_must()
    {
        using var answer = await AskAsync("sim/echo", stream: true, ",\"stream_options\":{\"include_usage\":true}");
        var events = (await answer.Content.ReadAsStringAsync(Ct)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        events[^1].ShouldBe("data: [DONE]");
        var chunks = events[..^1].Select(e => JsonNode.Parse(e[6..])!).ToList();
        string.Concat(chunks.SelectMany(c => c["choices"]!.AsArray()).Select(c => c!.Text("text"))).ShouldBe("Once upon a time");
        chunks[^1]["usage"]!["total_tokens"]!.GetValue<long>().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_provider_that_breaks_off_ends_the_stream_with_an_error_and_no_good_end()
    {
        using var answer = await AskAsync("sim/cut-after-3", stream: true);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        text.ShouldContain("\"error\"");
        text.ShouldNotContain("[DONE]");
    }

    [Fact]
    public async Task An_upstream_of_openais_family_is_asked_for_a_chat_completion()
    {
        await using var upstream = await Upstream.StartAsync();
        await node.ConnectAsync(upstream.Address, "instruct");
        using var answer = await AskAsync("instruct", stream: false, ",\"logit_bias\":{\"7\":-1}");
        ((int)answer.StatusCode).ShouldBe(200);
        var sent = JsonNode.Parse(upstream.Bodies.ShouldHaveSingleItem())!;
        sent["messages"]![0]!.Text("content").ShouldBe("Once upon a time");
        sent["logit_bias"]!.ToJsonString().ShouldBe("{\"7\":-1}");
        sent["prompt"].ShouldBeNull();
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!["choices"]![0]!.Text("text").ShouldBe("four words of text");
    }

    [Fact]
    public async Task What_only_the_older_api_has_is_refused_by_its_name()
    {
        using var refused = await AskAsync("sim/echo", stream: false, ",\"echo\":true");
        (await refused.ShouldBeRefusedAsync(400, "invalid_request")).Text("param").ShouldBe("echo");
    }
}
