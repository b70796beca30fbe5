using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.Bedrock.Bedrocks;

namespace Portico.Tests.Providers.Bedrock;

/// <summary>Requests as https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_RequestSyntax takes them.</summary>
public sealed class BedrockChatWriterTests
{
    const string Png = "iVBORw0KGgo=";
    const string Llama = "us.meta.llama3-3-70b-instruct-v1:0";

    static string Written(ChatRequest request, out IReadOnlyList<string> dropped, string model = ConverseFixtures.Model) =>
        Bedrocks.Written(request, out dropped, model);

    static string Written(ChatRequest request, string model = ConverseFixtures.Model) => Bedrocks.Written(request, model);

    static JsonNode Of(ChatRequest request, out IReadOnlyList<string> dropped, string model = ConverseFixtures.Model) =>
        JsonNode.Parse(Bedrocks.Written(request, out dropped, model))!;

    static UpstreamException Refusal(ChatRequest request, string model = ConverseFixtures.Model) =>
        Should.Throw<UpstreamException>(() => Bedrocks.Written(request, model));

    [Fact]
    public void Writes_the_smallest_request() =>
        Written(Ask("Hi")).ShouldBe("""{"messages":[{"role":"user","content":[{"text":"Hi"}]}]}""");

    [Fact]
    public void Writes_a_conversation_with_tools_images_documents_and_marks_of_the_cache()
    {
        var request = new ChatRequest
        {
            Model = "route",
            MaxOutputTokens = 900,
            Temperature = 1.4,
            Stop = ["END", "\n"],
            ToolChoice = new ToolChoice(ToolChoiceMode.Named, "weather"),
            Tools =
            [
                new ToolDefinition(
                    "weather",
                    "Weather of a city",
                    Element("""{"type":"object","properties":{"city":{"type":"string"}}}"""),
                    true
                )
                {
                    CacheUpTo = CacheLife.FiveMinutes,
                },
                new ToolDefinition("clock", null, null, null),
            ],
            Messages =
            [
                new ChatMessage { Role = ChatRole.System, Parts = [new TextPart("Be brief.") { CacheUpTo = CacheLife.OneHour }] },
                new ChatMessage { Role = ChatRole.Developer, Parts = [new TextPart("Be kind.")] },
                new ChatMessage
                {
                    Role = ChatRole.User,
                    Parts =
                    [
                        new TextPart("Look"),
                        new ImagePart("data:image/png;base64," + Png, null),
                        new FilePart(null, "Q3_report.final.pdf", "data:application/pdf;base64,JVBERi0="),
                        new ImagePart("s3://bucket/cat.jpg", null),
                        new AudioPart("UklGRg==", "wav"),
                    ],
                },
                new ChatMessage
                {
                    Role = ChatRole.Assistant,
                    Parts =
                    [
                        new ReasoningPart("Both.", "c2ln"),
                        new ReasoningPart("", null, "c2VhbGVk"),
                        new TextPart(" "),
                        new TextPart("One moment."),
                    ],
                    ToolCalls = [new ToolCall("call_1", "weather", """{"city":"Bern"}"""), new ToolCall("call|2", "clock", "")],
                },
                new ChatMessage
                {
                    Role = ChatRole.Tool,
                    ToolCallId = "call_1",
                    Parts = [new TextPart("Snow")],
                },
                new ChatMessage
                {
                    Role = ChatRole.Tool,
                    ToolCallId = "call|2",
                    ToolFailed = true,
                    Parts = [new TextPart("No clock") { CacheUpTo = CacheLife.FiveMinutes }],
                },
                User("Go on"),
            ],
        };
        var expected = """
            {"system":[{"text":"Be brief."},{"cachePoint":{"type":"default","ttl":"1h"}},{"text":"Be kind."}],
             "messages":[
              {"role":"user","content":[
                {"text":"Look"},
                {"image":{"format":"png","source":{"bytes":"iVBORw0KGgo="}}},
                {"document":{"format":"pdf","name":"Q3 report final pdf","source":{"bytes":"JVBERi0="}}},
                {"image":{"format":"jpeg","source":{"s3Location":{"uri":"s3://bucket/cat.jpg"}}}},
                {"audio":{"format":"wav","source":{"bytes":"UklGRg=="}}}]},
              {"role":"assistant","content":[
                {"reasoningContent":{"reasoningText":{"text":"Both.","signature":"c2ln"}}},
                {"reasoningContent":{"redactedContent":"c2VhbGVk"}},
                {"text":"One moment."},
                {"toolUse":{"toolUseId":"call_1","name":"weather","input":{"city":"Bern"}}},
                {"toolUse":{"toolUseId":"call_7c2","name":"clock","input":{}}}]},
              {"role":"user","content":[
                {"toolResult":{"toolUseId":"call_1","content":[{"text":"Snow"}]}},
                {"toolResult":{"toolUseId":"call_7c2","content":[{"text":"No clock"}],"status":"error"}},
                {"cachePoint":{"type":"default"}},
                {"text":"Go on"}]}],
             "toolConfig":{"tools":[
               {"toolSpec":{"name":"weather","description":"Weather of a city","inputSchema":{"json":{"type":"object","properties":{"city":{"type":"string"}}}},"strict":true}},
               {"cachePoint":{"type":"default"}},
               {"toolSpec":{"name":"clock","inputSchema":{"json":{"type":"object","properties":{}}}}}],
              "toolChoice":{"tool":{"name":"weather"}}},
             "inferenceConfig":{"maxTokens":900,"temperature":1,"stopSequences":["END"]}}
            """;
        var written = Of(request, out var dropped);
        JsonNode.DeepEquals(written, JsonNode.Parse(expected)).ShouldBeTrue(written.ToJsonString());
        dropped.ShouldBe(["temperature", "stop"]);
    }

    [Fact]
    public void What_has_no_word_is_left_out_and_named()
    {
        var request = Ask("Hi") with
        {
            Seed = 1,
            FrequencyPenalty = 0.5,
            PresencePenalty = 0.5,
            Logprobs = true,
            TopLogprobs = 3,
            User = "ada",
            ParallelToolCalls = false,
            Tools = [new ToolDefinition("f", null, null, null)],
            ResponseFormat = new ResponseFormat(ResponseFormatKind.JsonObject),
            Unread = ["messages.audio"],
            Extra =
            [
                new("store", Element("true")),
                new("guardrailConfig", Element("""{"guardrailIdentifier":"g","guardrailVersion":"1"}""")),
            ],
        };
        var body = Of(request, out var dropped);
        dropped.ShouldBe([
            "parallel_tool_calls",
            "response_format",
            "store",
            "messages.audio",
            "frequency_penalty",
            "presence_penalty",
            "seed",
            "logprobs",
            "top_logprobs",
            "user",
        ]);
        body["guardrailConfig"]!["guardrailIdentifier"]!.GetValue<string>().ShouldBe("g");
        body.AsObject().Select(m => m.Key).ShouldBe(["messages", "toolConfig", "guardrailConfig"]);
    }

    [Fact]
    public void What_other_vendors_do_not_take_is_left_out_for_them_and_named()
    {
        var request = Ask("Hi") with
        {
            TopK = 5,
            ReasoningEffort = "high",
            Tools = [new ToolDefinition("f", null, null, true) { CacheUpTo = CacheLife.OneHour }],
            Messages =
            [
                User("Hi"),
                new ChatMessage
                {
                    Role = ChatRole.Assistant,
                    Parts = [new ReasoningPart("Hm", "c2ln")],
                    ToolCalls = [new ToolCall("1", "f", "{}")],
                },
                new ChatMessage
                {
                    Role = ChatRole.Tool,
                    ToolCallId = "1",
                    ToolFailed = true,
                },
            ],
        };
        var body = Written(request, out var dropped, Llama);
        dropped.ShouldBe(["messages.reasoning", "messages.is_error", "tools.strict", "cache_control", "reasoning_effort", "top_k"]);
        body.ShouldNotContain("cachePoint");
        body.ShouldNotContain("status");
        body.ShouldNotContain("additionalModelRequestFields");
        body.ShouldContain("""{"toolResult":{"toolUseId":"1","content":[]}}""");
    }

    [Fact]
    public void Tools_that_were_called_are_named_again_when_the_request_has_none()
    {
        var history = new[]
        {
            User("Hi"),
            new ChatMessage { Role = ChatRole.Assistant, ToolCalls = [new ToolCall("1", "f", "{}")] },
            new ChatMessage
            {
                Role = ChatRole.Tool,
                ToolCallId = "1",
                Parts = [new TextPart("x")],
            },
        };
        Of(Ask("Hi") with { Messages = history }, out _)["toolConfig"]!
            .ToJsonString()
            .ShouldBe("""{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{"type":"object","properties":{}}}}}]}""");
    }

    [Fact]
    public void No_tool_means_no_tools_unless_the_conversation_holds_calls_of_them()
    {
        var none = Ask("Hi") with { ToolChoice = new ToolChoice(ToolChoiceMode.None), Tools = [new ToolDefinition("f", null, null, null)] };
        Of(none, out var dropped)["toolConfig"].ShouldBeNull();
        dropped.ShouldBeEmpty();
        var called = none with
        {
            Messages = [User("Hi"), new ChatMessage { Role = ChatRole.Assistant, ToolCalls = [new ToolCall("1", "f", "{}")] }],
        };
        Of(called, out dropped)["toolConfig"]!["tools"]!.AsArray().Count.ShouldBe(1);
        dropped.ShouldBe(["tool_choice"]);
    }

    public static TheoryData<ChatRequest, string> Refused =>
        new()
        {
            { Ask("Hi") with { Choices = 2 }, "n" },
            { Asking(new ImagePart("https://example.org/cat.png", null)), "messages[0].content[0].image_url.url" },
            { Asking(new ImagePart("data:image/tiff;base64,AA==", null)), "messages[0].content[0].image_url.url" },
            { Asking(new FilePart("file_1", null, null)), "messages[0].content[0].file" },
            { Asking(new FilePart(null, null, "data:application/zip;base64,AA==")), "messages[0].content[0].file" },
            { Asking(new FilePart(null, null, "not a data URL")), "messages[0].content[0].file.file_data" },
            { Asking(new UnknownPart("input_video")), "messages[0].content[0]" },
            {
                Ask("Hi") with
                {
                    Messages = [new ChatMessage { Role = ChatRole.Assistant, ToolCalls = [new ToolCall("1", "f", "[1]")] }],
                },
                "messages[0].tool_calls[0].function.arguments"
            },
            {
                Ask("Hi") with
                {
                    Messages = [new ChatMessage { Role = ChatRole.System, Parts = [new ImagePart("data:image/png;base64,AA==", null)] }],
                },
                "messages[0].content"
            },
            {
                Ask("Hi") with
                {
                    ResponseFormat = new ResponseFormat(ResponseFormatKind.JsonSchema, "x"),
                },
                "response_format.json_schema.schema"
            },
        };

    static ChatRequest Asking(ContentPart part) => Ask("Hi") with { Messages = [new ChatMessage { Role = ChatRole.User, Parts = [part] }] };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_carried_is_refused_by_name_and_another_deployment_may_take_it(ChatRequest request, string param)
    {
        var refusal = Refusal(request);
        (refusal.Fault, refusal.UpstreamParam).ShouldBe((Fault.Model, param));
        refusal.Message.ShouldStartWith($"'{param}'");
    }

    [Fact]
    public void Ids_of_tool_calls_longer_than_the_protocol_takes_become_the_same_shorter_one()
    {
        var id = new string('a', 80);
        var body = Of(
            Ask("Hi") with
            {
                Messages =
                [
                    new ChatMessage { Role = ChatRole.Assistant, ToolCalls = [new ToolCall(id, "f", "{}")] },
                    new ChatMessage { Role = ChatRole.Tool, ToolCallId = id },
                ],
            },
            out _
        );
        var sent = body["messages"]![0]!["content"]![0]!["toolUse"]!["toolUseId"]!.GetValue<string>();
        sent.Length.ShouldBe(64);
        body["messages"]![1]!["content"]![0]!["toolResult"]!["toolUseId"]!.GetValue<string>().ShouldBe(sent);
    }

    static JsonElement Element(string json) => Bedrocks.Element(json);
}
