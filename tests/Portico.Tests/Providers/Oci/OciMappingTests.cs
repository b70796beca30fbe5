using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers.Oci;
using Portico.Tests.Gateway.Wire;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.Gemini;
using Portico.Tests.Repository;
using Portico.Tests.Support;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.Oci.Ocis;

namespace Portico.Tests.Providers.Oci;

/// <summary>Requests in both of OCI's forms, and answers and streams as they are read and given on.</summary>
public sealed class OciMappingTests
{
    const string Folder = "tests/Portico.Tests/Providers/Oci/Fixtures";
    const string Wire = "tests/Portico.Tests/Gateway/Wire/Fixtures/requests";

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> WireRequests => GeminiGoldenTests.WireRequests;

    [Theory]
    [MemberData(nameof(WireRequests))]
    public void A_request_of_the_OpenAI_wire_is_sent_as_the_golden_file_says(string fixture)
    {
        var read = OpenAiChatReader.Read(File.ReadAllBytes(Repo.PathOf($"{Wire}/{fixture}")));
        Golden.Check($"{Folder}/openai-{Path.GetFileNameWithoutExtension(fixture)}.golden.txt", Sent(read.Request));
    }

    [Theory]
    [InlineData("tools-answered")]
    [InlineData("thinking-in-tokens")]
    [InlineData("everything")]
    [InlineData("tool-rounds")]
    public void A_conversation_is_sent_as_the_golden_file_says(string name) =>
        Golden.Check($"{Folder}/{name}.golden.txt", Sent(name == "tool-rounds" ? ToolRounds : Conversations.Of(name)));

    /// <summary>Ends with results of tools, and has a round of them before.</summary>
    static readonly ChatRequest ToolRounds = Ask("") with
    {
        Messages =
        [
            new ChatMessage { Role = ChatRole.System, Parts = [new TextPart("Be short.")] },
            User("Weather in Bern, and then the time?"),
            new ChatMessage
            {
                Role = ChatRole.Assistant,
                ToolCalls = [new ToolCall("c1", "weather", """{"city":"Bern"}"""), new ToolCall("c2", "weather", """{"city":"Chur"}""")],
            },
            new ChatMessage
            {
                Role = ChatRole.Tool,
                ToolCallId = "c1",
                Parts = [new TextPart("""{"sky":"clear"}""")],
            },
            new ChatMessage
            {
                Role = ChatRole.Tool,
                ToolCallId = "c2",
                Parts = [new TextPart("rain")],
            },
            new ChatMessage
            {
                Role = ChatRole.Assistant,
                Parts = [new TextPart("Now the time.")],
                ToolCalls = [new ToolCall("c3", "clock", "")],
            },
            new ChatMessage
            {
                Role = ChatRole.Tool,
                ToolCallId = "c3",
                Parts = [new TextPart("noon")],
            },
        ],
        Tools =
        [
            new ToolDefinition(
                "weather",
                "The weather now.",
                Element(
                    """{"type":"object","properties":{"city":{"type":"string","description":"A town.","enum":["Bern","Chur"]},"days":{"type":"integer"}},"required":["city"]}"""
                ),
                null
            ),
            new ToolDefinition("clock", null, null, null),
        ],
    };

    static string Sent(ChatRequest request)
    {
        var text = new StringBuilder();
        foreach (var model in (string[])[Llama, CommandR, CommandA])
            text.Append($"## {model}\n{Sent(request, model)}\n\n");
        return text.ToString();
    }

    static string Sent(ChatRequest request, string model)
    {
        try
        {
            var body = JsonNode.Parse(Written(request, model, out var dropped))!.ToJsonString(Indented);
            return dropped.Count == 0 ? body : $"{body}\nleft out: {string.Join(", ", dropped)}";
        }
        catch (UpstreamException e)
        {
            return $"refused: {e.Kind.Code}, {e.UpstreamParam}: {e.Message}";
        }
    }

    [Theory]
    [InlineData("generic")]
    [InlineData("cohere")]
    [InlineData("generic-stream")]
    [InlineData("cohere-stream")]
    [InlineData("cohere-v2")]
    [InlineData("cohere-v2-stream")]
    public async Task An_answer_is_read_and_given_as_the_golden_file_says(string name)
    {
        List<ModelEvent> events;
        if (name.EndsWith("-stream", StringComparison.Ordinal))
        {
            (events, var failure) = await Ocis.ReadAsync(
                Sse(
                    name switch
                    {
                        "generic-stream" => GenericEvents,
                        "cohere-stream" => CohereEvents,
                        _ => CohereV2Events,
                    }
                )
            );
            failure.ShouldBeNull();
        }
        else
            (events, _) = await DrainAsync(
                OciProvider.Read(
                    Encoding.UTF8.GetBytes(
                        name == "generic" ? Generic
                        : name == "cohere" ? Ocis.Cohere
                        : Ocis.CohereV2
                    ),
                    Seed
                )
            );
        var usage = events[^1].Completion!.Usage;
        var text = new StringBuilder();
        Section(text, "events", string.Join('\n', events.Select(Geminis.Line)));
        Section(text, "usage in disjoint parts", CanonicalText.Of(usage));
        Section(text, "to a caller of OpenAI's form, streamed", Encoding.UTF8.GetString(OpenAiChunkWriterTests.Written(events)).TrimEnd());
        var fold = new OpenAiAnswerFold(OpenAiChunkWriterTests.Call());
        fold.Add(events.ToArray());
        Section(text, "to a caller of OpenAI's form, whole", Encoding.UTF8.GetString(fold.ToJson(usage)));
        Golden.Check($"{Folder}/answers/{name}.golden.txt", text.ToString());
    }

    static void Section(StringBuilder text, string title, string content) =>
        text.Append("## ").Append(title).Append('\n').Append(content.ReplaceLineEndings("\n")).Append("\n\n");

    [Fact]
    public async Task A_stream_may_arrive_cut_at_any_byte()
    {
        var bytes = Encoding.UTF8.GetBytes(Sse(GenericEvents));
        for (var cut = 0; cut <= bytes.Length; cut += 7)
        {
            var (events, failure) = await Ocis.ReadAsync(bytes[..cut], bytes[cut..]);
            failure.ShouldBeNull($"cut at {cut}");
            events.ShouldBe(Events(null), ignoreOrder: false, $"cut at {cut}");
        }
    }

    [Fact]
    public async Task The_text_that_Cohere_repeats_at_the_end_is_given_once()
    {
        var (events, failure) = await Ocis.ReadAsync(Sse(CohereEvents));
        failure.ShouldBeNull();
        string.Concat(events.Select(e => e.Text)).ShouldBe("I look.");
        var call = events.Single(e => e.Kind == ModelEventKind.ToolCall).ToolCall!;
        (call.Name, call.Arguments).ShouldBe(("weather", """{"city":"Bern"}"""));
        call.Id.ShouldStartWith("call_");
        events[^1].Completion.ShouldBe(new Completion(CohereUsage, FinishReason.ToolCalls, null));
        // Where nothing came before, the last event has it all.
        (events, _) = await Ocis.ReadAsync(Sse(CohereEvents[^1]));
        string.Concat(events.Select(e => e.Text)).ShouldBe("I look.");
        events.Count(e => e.Kind == ModelEventKind.ToolCall).ShouldBe(1);
    }

    [Theory]
    [InlineData("stop", FinishReason.Stop)]
    [InlineData("length", FinishReason.Length)]
    [InlineData("MAX_TOKENS", FinishReason.Length)]
    [InlineData("content_filter", FinishReason.ContentFilter)]
    [InlineData("tomorrow", FinishReason.Other)]
    public async Task A_stream_ends_with_its_body_behind_a_reason(string reason, FinishReason finish)
    {
        var events =
            $$$"""{"index":0,"message":{"role":"ASSISTANT","content":[{"type":"TEXT","text":"a"}],"refusal":"no"},"finishReason":"{{{reason}}}"}""";
        var (read, failure) = await Ocis.ReadAsync(Sse(events));
        failure.ShouldBeNull();
        read.Select(e => e.Kind).ShouldBe([ModelEventKind.Text, ModelEventKind.Refusal, ModelEventKind.Finish, ModelEventKind.Completed]);
        read[^1].Completion!.Finish.ShouldBe(finish);
        // Servers that end with a word are understood too.
        (await Ocis.ReadAsync(Sse(events, "[DONE]"))).Failure.ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"code":"TooManyRequests","message":"Slow down"}""", "upstream_rate_limited")]
    [InlineData("""{"code":"500","message":"Internal"}""", "upstream_failed")]
    [InlineData("""{"error":{"message":"Bad","code":"400"}}""", "upstream_rejected")]
    [InlineData("""{"apiFormat":"COHERE","text":"","finishReason":"ERROR"}""", "upstream_failed")]
    [InlineData("""{"index":999,"message":{"content":[{"type":"TEXT","text":"b"}]}}""", "upstream_malformed")]
    [InlineData("""{"index":0,"message":{"toolCalls":[{"arguments":"x"}]}}""", "upstream_malformed")]
    [InlineData("not json", "upstream_malformed")]
    [InlineData("""{"usage":{}}""", "upstream_cut")]
    public async Task A_failure_inside_a_stream_comes_behind_what_was_said(string e, string code)
    {
        var (events, failure) = await Ocis.ReadAsync(Sse(GenericEvents[1], e));
        events.ShouldBe([Of(ModelEventKind.Text, "Zürich ")]);
        failure!.Kind.Code.ShouldBe(code);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"chatResponse":{"apiFormat":"GENERIC","choices":[]}}""")]
    [InlineData("""{"chatResponse":{"apiFormat":"GENERIC","choices":[{"message":{}}]}}""")]
    [InlineData("""{"chatResponse":{"apiFormat":"COHERE","text":"a"}}""")]
    [InlineData("<html>")]
    public void What_is_no_answer_is_no_empty_success(string body) =>
        Should
            .Throw<UpstreamException>(() => OciProvider.Read(Encoding.UTF8.GetBytes(body), Seed))
            .Kind.ShouldBe(ErrorTable.UpstreamMalformed);

    [Fact]
    public void Streams_survive_mutation() => GeminiFuzz.Run(Ocis.ReadAsync, Sse(GenericEvents), Sse(CohereEvents), Sse(CohereV2Events));

    [Theory]
    [InlineData("meta.llama-3.3-70b-instruct", "ON_DEMAND", "modelId", OciFormat.Generic)]
    [InlineData("cohere.command-a-03-2025", "ON_DEMAND", "modelId", OciFormat.CohereV2)]
    [InlineData("cohere.command-a-reasoning", "ON_DEMAND", "modelId", OciFormat.CohereV2)]
    [InlineData("cohere.command-r-08-2024", "ON_DEMAND", "modelId", OciFormat.Cohere)]
    [InlineData("coherev2:ocid1.generativeaiendpoint.oc1.eu-frankfurt-1.amaaaa", "DEDICATED", "endpointId", OciFormat.CohereV2)]
    [InlineData("ocid1.generativeaiendpoint.oc1.eu-frankfurt-1.amaaaa", "DEDICATED", "endpointId", OciFormat.Generic)]
    [InlineData("cohere:ocid1.generativeaiendpoint.oc1.eu-frankfurt-1.amaaaa", "DEDICATED", "endpointId", OciFormat.Cohere)]
    public void A_model_is_served_as_its_name_says(string name, string serving, string member, object format)
    {
        var model = OciModel.Of(name);
        model.Format.ShouldBe((OciFormat)format);
        var mode = JsonNode.Parse(Written(Ask("Hi"), name, out _))!["servingMode"]!;
        mode["servingType"]!.GetValue<string>().ShouldBe(serving);
        mode[member]!.GetValue<string>().ShouldBe(model.Name);
    }
}
