using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>A service that is asked about answers: whole and streamed, on every wire, nothing goes on before it is judged where it may be held back.</summary>
public sealed class GuardedAnswerTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static readonly (string Path, string Body)[] Wires =
    [
        ("/v1/chat/completions", """{"model":"MODEL","stream":STREAM,"messages":[{"role":"user","content":"hello"}]}"""),
        ("/v1/messages", """{"model":"MODEL","max_tokens":99,"stream":STREAM,"messages":[{"role":"user","content":"hello"}]}"""),
        ("/v1/responses", """{"model":"MODEL","stream":STREAM,"input":"hello"}"""),
        ("/v1/completions", """{"model":"MODEL","stream":STREAM,"prompt":"hello"}"""),
    ];

    public static TheoryData<int, bool> Ways => [.. Enumerable.Range(0, 4).SelectMany(w => new[] { false, true }.Select(s => (w, s)))];

    static async Task<HttpResponseMessage> PostAsync(HttpClient door, int wire, bool stream, string model)
    {
        var (path, body) = Wires[wire];
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(
                body.Replace("MODEL", model, StringComparison.Ordinal)
                    .Replace("STREAM", stream ? "true" : "false", StringComparison.Ordinal),
                Encoding.UTF8,
                "application/json"
            ),
        };
        return await door.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    async Task<(Upstream Upstream, string Model)> ModelAsync(string says)
    {
        var upstream = await Upstream.StartAsync(http => Upstream.GoodAsync(http, Upstream.WantsStream(http), says));
        var model = "up/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        return (upstream, model);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task An_answer_that_a_guard_flags_is_a_status_and_no_word_of_it_goes_out(int wire, bool stream)
    {
        using var house = await Estate.MakeAsync(node);
        var (upstream, model) = await ModelAsync("you should buy the shares now");
        await using var _ = upstream;
        await using var guard = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "buy", "advice"));
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "block", "output"));
        using var refused = await PostAsync(house.Door, wire, stream, model);
        var text = await refused.Content.ReadAsStringAsync();
        ((int)refused.StatusCode).ShouldBe(400, text);
        text.ShouldContain("The guard house blocks this answer: it flagged choices[0].message, saying 'advice'");
        text.ShouldNotContain("shares");
        Guarding.TextsOf(guard.Bodies.ShouldHaveSingleItem()).ShouldHaveSingleItem().Text("text").ShouldBe("you should buy the shares now");
        var record = await node.RecordOfAsync(refused);
        (record.Text("outcome"), record["usage"]!.Number("input"), record["usage"]!.Number("output")).ShouldBe(("refused", 11, 4));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_a_guard_takes_out_of_an_answer_is_out_of_it_and_the_rest_is_whole(int wire, bool stream)
    {
        using var house = await Estate.MakeAsync(node);
        var (upstream, model) = await ModelAsync("ask bob.jones@example.com about the Falcon today");
        await using var _ = upstream;
        await using var guard = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "Falcon"));
        await node.WriteAsync(
            house.UseCase,
            "guardrails:\n  personal:\n    detect: [pii.email]\n    action: redact\n" + Guarding.Policy(guard.Address, "redact", "output")
        );
        using var answer = await PostAsync(house.Door, wire, stream, model);
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(200, text);
        text.ShouldContain("ask [redacted:personal] about the [redacted:house] today");
        text.ShouldNotContain("Falcon");
        guard.Bodies.ShouldHaveSingleItem().ShouldNotContain("bob", Case.Insensitive, "what a rule takes out goes to no guard");
        var findings = (await node.RecordOfAsync(answer))["findings"]!.AsArray();
        findings.Select(f => f!.Text("kind")).ShouldBe(["pii.email", "guard.house"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_placeholder_stands_for_goes_to_no_guard_and_comes_back_to_the_caller(bool stream)
    {
        using var house = await Estate.MakeAsync(node);
        await using var guard = await Upstream.StartAsync(Guarding.PassAsync);
        await node.WriteAsync(
            house.UseCase,
            "guardrails:\n  personal:\n    detect: [pii.email]\n    channels: [user]\n    action: tokenise\n"
                + Guarding.Policy(guard.Address, "block", "user, output")
        );
        using var answer = await house.Door.ChatAsync(Calls.Chat("sim/echo", "write to carol@example.net today", stream));
        var said = stream ? Calls.Said(await answer.EventsAsync()) : (await answer.JsonAsync())["choices"]![0]!["message"]!.Text("content");
        said.ShouldContain("write to carol@example.net today");
        guard.Bodies.Count.ShouldBe(2);
        guard.Bodies.ShouldAllBe(b => !b.Contains("carol", StringComparison.Ordinal) && b.Contains("personal:1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_that_is_only_flagged_goes_on_as_it_comes_and_the_record_has_the_flag()
    {
        using var house = await Estate.MakeAsync(node);
        var judging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (upstream, model) = await ModelAsync("you should buy the shares now");
        await using var _ = upstream;
        await using var guard = await Upstream.StartAsync(async http =>
        {
            await judging.Task;
            await Guarding.FlagAsync(http, "buy");
        });
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "flag", "output", "    timeout_ms: 10000\n"));
        using var answer = await PostAsync(house.Door, 0, stream: true, model);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var seen = new StringBuilder();
        while (!seen.ToString().Contains("now", StringComparison.Ordinal))
            seen.Append(await reader.ReadLineAsync());
        judging.SetResult();
        (await reader.ReadToEndAsync()).ShouldContain("[DONE]");
        var finding = (await node.RecordOfAsync(answer))["findings"]!.AsArray().ShouldHaveSingleItem()!;
        (finding.Text("kind"), finding.Text("action"), finding.Text("where")).ShouldBe(("guard.house", "flag", "choices[0].message"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_guard_of_answers_that_fails_is_decided_about_by_its_line(bool stream)
    {
        using var house = await Estate.MakeAsync(node);
        var (upstream, model) = await ModelAsync("four words of text");
        await using var _ = upstream;
        await using var guard = await Upstream.StartAsync(Upstream.HangAsync);
        const string Time = "    timeout_ms: 100\n";
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "block", "output", Time));
        using (var refused = await PostAsync(house.Door, 0, stream, model))
        {
            var text = await refused.Content.ReadAsStringAsync();
            ((int)refused.StatusCode).ShouldBe(503, text);
            text.ShouldContain("guard_failed");
            text.ShouldNotContain("four words");
            (await node.TrailAsync(refused, "ask_guards"))
                .ShouldHaveSingleItem()
                .ShouldBe(
                    $"answer: house had no verdict of {guard.Address.Authority}: it did not answer within 100 ms; it fails closed: nothing passed"
                );
        }
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "block", "output", Time + "    on_error: open\n"));
        using var passed = await PostAsync(house.Door, 0, stream, model);
        ((int)passed.StatusCode).ShouldBe(200);
        (await passed.Content.ReadAsStringAsync()).ShouldContain("text");
        (await node.TrailAsync(passed, "ask_guards")).ShouldHaveSingleItem().ShouldEndWith("; it fails open: the text passed");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Arguments_of_tools_are_judged_too_and_stay_JSON(bool stream)
    {
        using var house = await Estate.MakeAsync(node);
        await using var guard = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "city"));
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "redact", "output"));
        var body = Calls.Chat("sim/tool-call", "the weather", stream);
        body["tools"] = JsonNode.Parse(
            """[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"at":{"type":"string","enum":["city"]}},"required":["at"]}}}]"""
        );
        using var answer = await house.Door.ChatAsync(body);
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(200, text);
        text.ShouldContain("1111");
        text.ShouldNotContain("city");
        Guarding.TextsOf(guard.Bodies.ShouldHaveSingleItem()).ShouldContain(t => t.Text("where") == "choices[0].tool_calls[0]");
    }
}
