using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Anthropic;
using static Portico.Tests.Providers.Anthropic.Anthropics;

namespace Portico.Tests.Providers.Anthropic;

/// <summary>Requests as https://platform.claude.com/docs/en/api/messages takes them.</summary>
public sealed class AnthropicChatWriterTests
{
    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void Writes_the_smallest_request() =>
        Written(Ask("Hi"))
            .ShouldBe(
                """{"model":"claude-sonnet-4-6","max_tokens":32000,"messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}]}"""
            );

    [Fact]
    public void Writes_a_conversation_with_tools_images_and_files()
    {
        var request = new ChatRequest
        {
            Model = "route",
            Stream = true,
            MaxOutputTokens = 900,
            Temperature = 1.4,
            Stop = ["END", "\n"],
            User = "ada@example.org",
            ParallelToolCalls = false,
            ToolChoice = new ToolChoice(ToolChoiceMode.Required),
            Tools =
            [
                new ToolDefinition(
                    "weather",
                    "Weather of a town.",
                    Element("""{"type":"object","properties":{"city":{"type":"string"}}}"""),
                    true
                ),
                new ToolDefinition("clock", null, null, null),
                new ToolDefinition("open", null, Element("""{"properties":{"x":{}}}"""), null),
            ],
            Messages =
            [
                new() { Role = ChatRole.System, Parts = [new TextPart("Be brief.")] },
                new()
                {
                    Role = ChatRole.User,
                    Parts =
                    [
                        new TextPart("Zürich 🚲 <now>"),
                        new ImagePart("data:image/png;base64,iVBORw0KGgo=", "auto"),
                        new ImagePart("https://example.org/a.jpg", "high"),
                        new FilePart(null, "notes.pdf", "data:application/pdf;base64,JVBERi0="),
                        new FilePart(null, "notes.txt", "data:text/plain;charset=utf-8;base64,R3LDvGV6aQ=="),
                        new FilePart("file_011", null, null),
                    ],
                },
                new() { Role = ChatRole.Developer, Parts = [new TextPart("Use tools.")] },
                new()
                {
                    Role = ChatRole.Assistant,
                    Parts = [new TextPart("I ask."), new TextPart(" ")],
                    ToolCalls = [new ToolCall("toolu_01", "weather", """{"city": "Zürich"}"""), new ToolCall("call.2:x", "clock", "")],
                },
                new()
                {
                    Role = ChatRole.Tool,
                    ToolCallId = "toolu_01",
                    Parts = [new TextPart("12 °C")],
                },
                new()
                {
                    Role = ChatRole.Tool,
                    ToolCallId = "call.2:x",
                    Parts = [],
                },
                User("And now?"),
                new() { Role = ChatRole.Assistant, Refusal = "I will not." },
                new() { Role = ChatRole.Assistant, Parts = [] },
                User("Why?"),
            ],
        };
        Written(request, out var dropped)
            .ShouldBe(
                Compact(
                        """
                        {"model":"claude-sonnet-4-6","max_tokens":900,"stream":true,
                         "system":"Be brief.\nUse tools.",
                         "messages":[
                          {"role":"user","content":[
                           {"type":"text","text":"Zürich 🚲 <now>"},
                           {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgo="}},
                           {"type":"image","source":{"type":"url","url":"https://example.org/a.jpg"}},
                           {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"JVBERi0="},"title":"notes.pdf"},
                           {"type":"document","source":{"type":"text","media_type":"text/plain","data":"Grüezi"},"title":"notes.txt"},
                           {"type":"document","source":{"type":"file","file_id":"file_011"}}]},
                          {"role":"assistant","content":[
                           {"type":"text","text":"I ask."},
                           {"type":"tool_use","id":"toolu_01","name":"weather","input":{"city":"Zürich"}},
                           {"type":"tool_use","id":"call_2e2_3ax","name":"clock","input":{}}]},
                          {"role":"user","content":[
                           {"type":"tool_result","tool_use_id":"toolu_01","content":[{"type":"text","text":"12 °C"}]},
                           {"type":"tool_result","tool_use_id":"call_2e2_3ax"},
                           {"type":"text","text":"And now?"}]},
                          {"role":"assistant","content":[{"type":"text","text":"I will not."}]},
                          {"role":"user","content":[{"type":"text","text":"Why?"}]}],
                         "tools":[
                          {"name":"weather","description":"Weather of a town.","input_schema":{"type":"object","properties":{"city":{"type":"string"}}},"strict":true},
                          {"name":"clock","input_schema":{"type":"object","properties":{}}},
                          {"name":"open","input_schema":{"type":"object","properties":{"x":{}}}}],
                         "tool_choice":{"type":"any","disable_parallel_tool_use":true},
                         "temperature":1,
                         "stop_sequences":["END"],
                         "metadata":{"user_id":"e65125be8f1d4f2ba5d1e3bd8f1d5a9e"}}
                        """
                    )
                    .Replace("e65125be8f1d4f2ba5d1e3bd8f1d5a9e", Sha256("ada@example.org"), StringComparison.Ordinal)
            );
        dropped.ShouldBe(["image_url.detail", "temperature", "stop"]);
    }

    [Fact]
    public void Names_every_field_it_has_no_word_for()
    {
        var request = Ask("Hi") with
        {
            FrequencyPenalty = 0.5,
            PresencePenalty = 0.5,
            Seed = 1,
            Logprobs = true,
            TopLogprobs = 3,
            Temperature = 0.2,
            TopP = 0.9,
            ResponseFormat = new ResponseFormat(ResponseFormatKind.JsonObject),
            ToolChoice = new ToolChoice(ToolChoiceMode.Required),
            Messages = [User("Hi") with { Name = "ada" }],
            Extra = [new("logit_bias", Element("{}")), new("top_k", Element("40"))],
        };
        Written(request, out var dropped)
            .ShouldBe(
                """{"model":"claude-sonnet-4-6","max_tokens":32000,"messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}],"temperature":0.2,"top_k":40}"""
            );
        dropped.ShouldBe([
            "messages.name",
            "tool_choice",
            "top_p",
            "response_format",
            "logit_bias",
            "frequency_penalty",
            "presence_penalty",
            "seed",
            "logprobs",
            "top_logprobs",
        ]);
    }

    [Fact]
    public void Fields_that_ask_for_the_default_are_not_named()
    {
        var request = Ask("Hi") with
        {
            FrequencyPenalty = 0,
            PresencePenalty = 0,
            ParallelToolCalls = true,
            ResponseFormat = new ResponseFormat(ResponseFormatKind.Text),
            ToolChoice = new ToolChoice(ToolChoiceMode.Auto),
        };
        Written(request, out var dropped).ShouldBe(Written(Ask("Hi")));
        dropped.ShouldBeEmpty();
    }

    [Fact]
    public void A_schema_for_the_answer_becomes_the_native_output_format()
    {
        var schema = """{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false}""";
        var request = Ask("Hi") with
        {
            ResponseFormat = new ResponseFormat(ResponseFormatKind.JsonSchema, "answer", Element(schema), true),
            ReasoningEffort = "high",
        };
        var body = JsonNode.Parse(Written(request, out var dropped))!;
        body["output_config"]!.ToJsonString().ShouldBe($$$"""{"effort":"high","format":{"type":"json_schema","schema":{{{schema}}}}}""");
        body["thinking"]!.ToJsonString().ShouldBe("""{"type":"adaptive"}""");
        dropped.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(ToolChoiceMode.Auto, null, """{"type":"auto"}""")]
    [InlineData(ToolChoiceMode.None, null, """{"type":"none"}""")]
    [InlineData(ToolChoiceMode.None, false, """{"type":"none"}""")]
    [InlineData(ToolChoiceMode.Required, true, """{"type":"any"}""")]
    [InlineData(null, false, """{"type":"auto","disable_parallel_tool_use":true}""")]
    [InlineData(null, true, null)]
    public void Says_which_tools_and_how_many_at_once(ToolChoiceMode? mode, bool? parallel, string? expected)
    {
        var request = Ask("Hi") with
        {
            Tools = [new ToolDefinition("clock", null, null, null)],
            ToolChoice = mode is { } m ? new ToolChoice(m) : null,
            ParallelToolCalls = parallel,
        };
        JsonNode.Parse(Written(request))!["tool_choice"]?.ToJsonString().ShouldBe(expected);
    }

    [Fact]
    public void A_body_of_the_same_dialect_is_forwarded_with_model_and_cap_changed()
    {
        const string sent =
            """{ "model":"route", "max_tokens":4000, "thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"Hi"}],"x_new":1}""";
        var body = new WireBody
        {
            Dialect = Dialect.AnthropicMessages,
            Bytes = Encoding.UTF8.GetBytes(sent),
            Model = Field(sent, "model", "\"route\""),
            OutputCap = Field(sent, "max_tokens", "4000"),
        };
        var call = Call(Ask("Hi") with { MaxOutputTokens = 4000 }) with { Body = body, OutputCap = 100 };
        Encoding
            .UTF8.GetString(AnthropicBody.For(call).Bytes.Span)
            .ShouldBe(
                sent.Replace("route", "claude-sonnet-4-6", StringComparison.Ordinal).Replace("4000", "100", StringComparison.Ordinal)
            );
    }

    static string Compact(string json) => JsonNode.Parse(json)!.ToJsonString(Plain);

    static string Sha256(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static WireField Field(string body, string name, string value)
    {
        var member = body.IndexOf($"\"{name}\"", StringComparison.Ordinal);
        var start = body.IndexOf(value, member, StringComparison.Ordinal);
        return new WireField(member, start, start + value.Length);
    }
}
