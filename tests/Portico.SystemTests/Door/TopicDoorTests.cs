using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Topics and grounding at the door: a text of a denied topic, or off the allowed one, is refused on either wire, and sentences of answers that tools did not support are in the record.</summary>
public sealed class TopicDoorTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    const string Examples = """
            examples:
              - Should I buy shares of this company now or wait for a lower price?
              - Which stocks would you recommend for a long-term portfolio?
              - How should I split my savings between an index fund and bonds?
              - Would you sell your bitcoin at the current price or hold it?
        """;

    const string OnTopic = "Which stocks would you buy now for a portfolio of savings?";
    const string OffTopic = "How long does a cake of apples stay in the oven?";

    static string Rule(string more) => $"guardrails:\n  investment:\n{Examples}\n    action: block\n{more}";

    async Task<HttpResponseMessage> SayAsync(HttpClient door, string path, string text) =>
        await door.PostAsync(
            new Uri(path, UriKind.Relative),
            new StringContent(Calls.Chat("sim/echo", text).With("max_tokens", 50).ToJsonString(), Encoding.UTF8, "application/json")
        );

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/messages")]
    public async Task A_denied_topic_is_refused_and_other_texts_pass(string path)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule(""));
        using (var refused = await SayAsync(house.Door, path, OnTopic))
        {
            ((int)refused.StatusCode).ShouldBe(400);
            (await refused.Content.ReadAsStringAsync()).ShouldContain("The rule investment blocks this call: it found topic.investment");
            var finding = (await node.RecordOfAsync(refused))["findings"]!.AsArray().ShouldHaveSingleItem()!;
            (finding.Text("kind"), finding.Text("channel"), finding.Text("action")).ShouldBe(("topic.investment", "user", "block"));
        }
        using var passes = await SayAsync(house.Door, path, OffTopic);
        ((int)passes.StatusCode).ShouldBe(200, await passes.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/v1/messages")]
    public async Task What_is_off_the_allowed_topic_is_refused_and_short_words_pass(string path)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rule("    acts_on: off_topic\n"));
        using (var refused = await SayAsync(house.Door, path, OffTopic))
            (await refused.Content.ReadAsStringAsync()).ShouldContain($"at characters 0 to {OffTopic.Length} of messages[0]");
        foreach (var text in new[] { OnTopic, "Yes, go on" })
        {
            using var passes = await SayAsync(house.Door, path, text);
            ((int)passes.StatusCode).ShouldBe(200, await passes.Content.ReadAsStringAsync());
        }
    }

    const string Source = "The warranty of the pump covers defects of material for 24 months. Wear of the seal is not covered.";
    const string True = "The warranty of the pump covers defects of material for 24 months.";
    const string False = "The warranty of the pump covers defects of material for 36 months.";

    static JsonObject Asked(string model, bool stream, bool withTool) =>
        new()
        {
            ["model"] = model,
            ["stream"] = stream,
            ["messages"] = JsonNode.Parse(
                withTool
                    ? $$$"""
                    [{"role":"user","content":"How long is the warranty?"},
                     {"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"find","arguments":"{}"}}]},
                     {"role":"tool","tool_call_id":"t1","content":"{{{Source}}}"}]
                    """
                    : """[{"role":"user","content":"How long is the warranty?"}]"""
            ),
        };

    [Theory]
    [InlineData(True, true, false)]
    [InlineData(False, true, true)]
    [InlineData(False, false, false)]
    public async Task A_sentence_that_tools_did_not_support_is_in_the_record_whole_and_streamed(string said, bool withTool, bool isTold)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, "guardrails:\n  facts:\n    detect: [grounding]\n    action: flag\n");
        var records = new List<string>();
        foreach (var stream in new[] { false, true })
        {
            await using var upstream = await Upstream.StartAsync(http => Upstream.GoodAsync(http, stream, "Sure. " + said));
            var model = "up/" + Guid.NewGuid().ToString("N")[..8];
            await node.ConnectAsync(upstream.Address, model);
            using var answer = await house.Door.ChatAsync(Asked(model, stream, withTool));
            var text = stream
                ? Calls.Said(await answer.EventsAsync())
                : (await answer.JsonAsync())["choices"]![0]!["message"]!.Text("content");
            text.ShouldBe("Sure. " + said);
            var findings = (await node.RecordOfAsync(answer))["findings"]?.AsArray() ?? [];
            findings
                .Select(f =>
                    (f!.Text("kind"), f!.Text("channel"), f!.Text("where"), f!.Number("start"), f!.Number("length"), f!.Text("action"))
                )
                .ShouldBe(isTold ? [("grounding.unsupported", "output", "choices[0].message", 6, said.Length, "flag")] : []);
            foreach (var finding in findings)
                finding!.AsObject().Remove("digest");
            records.Add(findings.ToJsonString());
        }
        records[1].ShouldBe(records[0]);
    }

    [Fact]
    public async Task Placeholders_for_what_tools_gave_back_are_the_same_in_the_answer_and_support_it()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(
            house.UseCase,
            "guardrails:\n  facts:\n    detect: [grounding]\n    action: flag\n  mail:\n    detect: [pii.email]\n    channels: [user, tool]\n    action: tokenise\n"
        );
        await using var upstream = await Upstream.StartAsync(http =>
        {
            // The model repeats what it was given, which has a placeholder in it.
            var messages = JsonNode.Parse(Upstream.BodyOf(http))!["messages"]!.AsArray();
            return Upstream.GoodAsync(http, false, messages[^1]!.Text("content"));
        });
        var model = "up/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        var body = Asked(model, false, withTool: true);
        body["messages"]![2]!["content"] = "Questions about the warranty of the pump are answered by anna@example.org within two days.";
        using var answer = await house.Door.ChatAsync(body);
        (await answer.JsonAsync())["choices"]![0]!["message"]!.Text("content").ShouldContain("anna@example.org");
        (await node.RecordOfAsync(answer))["findings"]!.AsArray().Select(f => f!.Text("kind")).ShouldBe(["pii.email"]);
    }

    [Fact]
    public async Task Grounding_of_a_text_is_tried_with_sources()
    {
        var body = new JsonObject
        {
            ["text"] = False,
            ["channel"] = "output",
            ["detect"] = new JsonArray("grounding"),
        };
        (await node.Admin.PostAsync("/api/guardrails/scan", body.DeepClone().AsObject()))["findings"]!.AsArray().ShouldBeEmpty();
        var tried = await node.Admin.PostAsync("/api/guardrails/scan", body.With("sources", new JsonArray(Source)));
        tried.Text("outcome").ShouldBe("passes");
        var finding = tried["findings"]!.AsArray().ShouldHaveSingleItem()!;
        (finding.Text("kind"), finding.Number("length")).ShouldBe(("grounding.unsupported", False.Length));
        finding.Text("title").ShouldNotBeEmpty();
    }
}
