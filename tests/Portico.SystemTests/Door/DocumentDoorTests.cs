using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway.Responses;
using Portico.SystemTests.Messages;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Documents that a person encloses as text: they are screened as what something found, guards are asked about them, and answers are compared with them.</summary>
public sealed class DocumentDoorTests(SharedNode shared) : IClassFixture<SharedNode>
{
    const string Source =
        "The warranty of the pump covers defects of material for 24 months. Ask carol@example.net about wear of the seal.";
    const string True = "The warranty of the pump covers defects of material for 24 months.";
    const string False = "The warranty of the pump covers defects of material for 36 months.";

    readonly Node node = shared.Node;

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    static string DataUrl(string text) => "data:text/plain;base64," + Base64(text);

    static JsonObject Document(JsonNode source) =>
        new()
        {
            ["type"] = "document",
            ["title"] = "terms.txt",
            ["source"] = source,
        };

    static JsonNode TextSource() =>
        new JsonObject
        {
            ["type"] = "text",
            ["media_type"] = "text/plain",
            ["data"] = Source,
        };

    /// <summary>Ways in which a document comes as text.</summary>
    public static TheoryData<string> Ways => ["text", "base64", "content", "blocks", "file", "input_file"];

    static (string Path, JsonObject Body) Call(string way, string model, bool stream = false)
    {
        var question = new JsonObject { ["type"] = way == "input_file" ? "input_text" : "text", ["text"] = "How long is the warranty?" };
        JsonObject Say(JsonNode enclosed) =>
            new()
            {
                ["model"] = model,
                ["stream"] = stream,
                ["max_tokens"] = 200,
                ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = new JsonArray(enclosed, question) }),
            };
        switch (way)
        {
            case "file":
                var file = new JsonObject { ["filename"] = "terms.txt", ["file_data"] = DataUrl(Source) };
                return ("/v1/chat/completions", Say(new JsonObject { ["type"] = "file", ["file"] = file }));
            case "input_file":
                var enclosed = new JsonObject
                {
                    ["type"] = "input_file",
                    ["filename"] = "terms.txt",
                    ["file_data"] = DataUrl(Source),
                };
                var said = new JsonObject { ["role"] = "user", ["content"] = new JsonArray(enclosed, question) };
                return ("/v1/responses", ResponseCalls.Ask(model, new JsonArray(said)).With("stream", stream));
            case "base64":
                var data = new JsonObject
                {
                    ["type"] = "base64",
                    ["media_type"] = "text/plain",
                    ["data"] = Base64(Source),
                };
                return ("/v1/messages", Say(Document(data)));
            case "content":
                return ("/v1/messages", Say(Document(new JsonObject { ["type"] = "content", ["content"] = Source })));
            case "blocks":
                var halves = Source.Split(". Ask ");
                var blocks = new JsonArray(
                    new JsonObject { ["type"] = "text", ["text"] = halves[0] + "." },
                    new JsonObject { ["type"] = "text", ["text"] = "Ask " + halves[1] }
                );
                return ("/v1/messages", Say(Document(new JsonObject { ["type"] = "content", ["content"] = blocks })));
            default:
                return ("/v1/messages", Say(Document(TextSource())));
        }
    }

    static async Task<HttpResponseMessage> PostAsync(HttpClient door, (string Path, JsonObject Body) call) =>
        await door.PostAsync(
            new Uri(call.Path, UriKind.Relative),
            new StringContent(call.Body.ToJsonString(), Encoding.UTF8, "application/json")
        );

    async Task<(Upstream Upstream, string Model)> ModelAsync(string says)
    {
        var upstream = await Upstream.StartAsync(http => Upstream.GoodAsync(http, Upstream.WantsStream(http), says));
        var model = "up/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        return (upstream, model);
    }

    static string SentIn(Upstream upstream)
    {
        var file = JsonNode.Parse(upstream.Bodies.ShouldHaveSingleItem())!["messages"]![0]!["content"]![0]!;
        file.Text("file", "filename").ShouldBe("terms.txt");
        return Encoding.UTF8.GetString(Convert.FromBase64String(file.Text("file", "file_data").Split(',')[1]));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_rule_on_what_is_retrieved_looks_into_a_document_and_takes_out_of_it(string way)
    {
        using var house = await Estate.MakeAsync(node);
        var (upstream, model) = await ModelAsync("24 months");
        await using var _ = upstream;
        await node.WriteAsync(
            house.UseCase,
            "guardrails:\n  mail:\n    detect: [pii.email]\n    channels: [retrieved]\n    action: redact\n"
        );
        using var answer = await PostAsync(house.Door, Call(way, model));
        ((int)answer.StatusCode).ShouldBe(200, await answer.Content.ReadAsStringAsync());
        SentIn(upstream).ReplaceLineEndings(" ").ShouldBe(Source.Replace("carol@example.net", "[redacted:mail]", StringComparison.Ordinal));
        var finding = (await node.RecordOfAsync(answer))["findings"]!.AsArray().ShouldHaveSingleItem()!;
        (finding.Text("kind"), finding.Text("channel"), finding.Text("where")).ShouldBe(
            ("pii.email", "retrieved", "messages[0].content[0]")
        );
    }

    [Theory]
    [InlineData("no padding")]
    [InlineData("other alphabet")]
    [InlineData("spaces")]
    [InlineData("a byte that is no text")]
    public async Task What_a_lenient_reader_would_read_is_looked_at(string trick)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(
            house.UseCase,
            "guardrails:\n  mail:\n    detect: [pii.email]\n    channels: [retrieved]\n    action: block\n"
        );
        var (path, body) = Call("file", "sim/echo");
        var plain = Encoding.UTF8.GetBytes("Ask carol@example.net?>?>?>~~");
        var data = Convert.ToBase64String(trick == "a byte that is no text" ? [0xFF, .. plain] : plain);
        data = trick switch
        {
            "no padding" => data.TrimEnd('='),
            "other alphabet" => data.Replace('+', '-').Replace('/', '_'),
            "spaces" => string.Join("!\n", data.Chunk(7).Select(c => new string(c))),
            _ => data,
        };
        body["messages"]![0]!["content"]![0]!["file"]!["file_data"] = "data:text/plain;charset=utf-8;base64," + data;
        using var refused = await PostAsync(house.Door, (path, body));
        (await refused.ShouldBeRefusedAsync(400, "content_filter")).Text("message").ShouldContain("The rule mail blocks this call");
    }

    [Fact]
    public async Task A_document_is_none_of_what_a_person_says_and_can_have_the_call_refused()
    {
        using var house = await Estate.MakeAsync(node);
        string Rule(string channel) => $"guardrails:\n  mail:\n    detect: [pii.email]\n    channels: [{channel}]\n    action: block\n";
        await node.WriteAsync(house.UseCase, Rule("user, system, tool, output"));
        using (var passes = await PostAsync(house.Door, Call("text", "sim/echo")))
            ((int)passes.StatusCode).ShouldBe(200, await passes.Content.ReadAsStringAsync());
        await node.WriteAsync(house.UseCase, Rule("retrieved"));
        using var refused = await PostAsync(house.Door, Call("text", "sim/echo"));
        (await refused.Content.ReadAsStringAsync()).ShouldContain("The rule mail blocks this call: it found pii.email");
    }

    [Fact]
    public async Task A_guard_is_asked_about_a_document_as_something_retrieved_and_takes_out_of_it()
    {
        using var house = await Estate.MakeAsync(node);
        await using var guard = await Upstream.StartAsync(http => Guarding.FlagAsync(http, "24 months"));
        var (upstream, model) = await ModelAsync("24 months");
        await using var _ = upstream;
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "redact", "retrieved"));
        using var answer = await PostAsync(house.Door, Call("text", model));
        ((int)answer.StatusCode).ShouldBe(200, await answer.Content.ReadAsStringAsync());
        var asked = Guarding.TextsOf(guard.Bodies.ShouldHaveSingleItem()).ShouldHaveSingleItem();
        (asked.Text("channel"), asked.Text("where"), asked.Text("text")).ShouldBe(("retrieved", "messages[0].content[0]", Source));
        SentIn(upstream).ShouldContain("defects of material for [redacted:house]. Ask");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task An_answer_is_compared_with_the_documents_of_its_call_whole_and_streamed(string way)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, "guardrails:\n  facts:\n    detect: [grounding]\n    action: flag\n");
        foreach (var (said, isTold) in new[] { (True, false), (False, true) })
        foreach (var stream in new[] { false, true })
        {
            var (upstream, model) = await ModelAsync("Sure. " + said);
            await using var _ = upstream;
            using var answer = await PostAsync(house.Door, Call(way, model, stream));
            ((int)answer.StatusCode).ShouldBe(200, await answer.Content.ReadAsStringAsync());
            var findings = (await node.RecordOfAsync(answer))["findings"]?.AsArray() ?? [];
            findings
                .Select(f => (f!.Text("kind"), f!.Number("start"), f!.Number("length")))
                .ShouldBe(isTold ? [("grounding.unsupported", 6, said.Length)] : [], $"{said} {stream}");
        }
    }

    [Fact]
    public async Task A_document_that_is_kept_with_a_response_is_kept_as_the_rules_leave_it()
    {
        await using var own = await Node.StartAsync();
        using var house = await Estate.MakeAsync(own);
        await own.WriteAsync(
            house.UseCase,
            "guardrails:\n  mail:\n    detect: [pii.email]\n    channels: [retrieved]\n    action: redact\n"
        );
        await using var upstream = await Upstream.StartAsync(http => Upstream.GoodAsync(http, Upstream.WantsStream(http), "24 months"));
        await own.ConnectAsync(upstream.Address, "up");
        using (var answer = await PostAsync(house.Door, Call("input_file", "up")))
            ((int)answer.StatusCode).ShouldBe(200, await answer.Content.ReadAsStringAsync());
        await own.Services.GetRequiredService<ResponseKeeper>().FlushAsync(CancellationToken.None);
        var kept = (await own.OpenedAsync(house.Workspace)).Values.ShouldHaveSingleItem();
        kept.ShouldContain(Base64(Source.Replace("carol@example.net", "[redacted:mail]", StringComparison.Ordinal)));
        kept.ShouldNotContain(Base64(Source));
    }
}
