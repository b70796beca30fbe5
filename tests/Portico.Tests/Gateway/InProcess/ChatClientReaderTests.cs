using System.Text.Json;
using Portico.Core.Chat;
using Portico.Gateway.InProcess;
using Ai = Microsoft.Extensions.AI;

namespace Portico.Tests.Gateway.InProcess;

/// <summary>What a chat client is given, in the canonical form.</summary>
public sealed class ChatClientReaderTests
{
    static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47];

    static ChatRequest Read(Ai.ChatOptions? options, params Ai.ChatMessage[] messages) =>
        ChatClientReader.Read(messages, options, "route", stream: false);

    static Ai.ChatMessage User(params Ai.AIContent[] contents) => new(Ai.ChatRole.User, contents);

    sealed class Function(string name, string schema) : Ai.AIFunctionDeclaration
    {
        public override string Name => name;
        public override string Description => "What it does.";
        public override JsonElement JsonSchema { get; } = JsonDocument.Parse(schema).RootElement;
    }

    [Fact]
    public void Reads_every_setting()
    {
        var request = Read(
            new Ai.ChatOptions
            {
                ModelId = "another",
                Instructions = "Be brief.",
                MaxOutputTokens = 50,
                Temperature = 0.7f,
                TopP = 0.9f,
                TopK = 40,
                FrequencyPenalty = 0.1f,
                PresencePenalty = -0.2f,
                Seed = 42,
                StopSequences = ["END"],
                AllowMultipleToolCalls = false,
                ToolMode = Ai.ChatToolMode.RequireSpecific("f"),
                Tools = [new Function("f", """{"type":"object"}""")],
                ResponseFormat = Ai.ChatResponseFormat.ForJsonSchema(
                    JsonDocument.Parse("""{"type":"object"}""").RootElement,
                    "shape",
                    "A shape."
                ),
                Reasoning = new Ai.ReasoningOptions { Effort = Ai.ReasoningEffort.ExtraHigh },
                AdditionalProperties = new()
                {
                    ["user"] = "ada",
                    ["logit_bias"] = new Dictionary<string, int> { ["7"] = 1 },
                },
            },
            User(new Ai.TextContent("Hello"))
        );
        request.Model.ShouldBe("another");
        request
            .Messages.Select(m => (m.Role, ((TextPart)m.Parts[0]).Text))
            .ShouldBe([(ChatRole.System, "Be brief."), (ChatRole.User, "Hello")]);
        (request.MaxOutputTokens, request.Temperature, request.TopP, request.Seed).ShouldBe((50, 0.7, 0.9, 42));
        (request.FrequencyPenalty, request.PresencePenalty).ShouldBe((0.1, -0.2));
        request.Stop.ShouldBe(["END"]);
        request.ParallelToolCalls.ShouldBe(false);
        request.ToolChoice.ShouldBe(new ToolChoice(ToolChoiceMode.Named, "f"));
        (request.Tools[0].Name, request.Tools[0].Description, request.Tools[0].Parameters!.Value.GetRawText()).ShouldBe(
            ("f", "What it does.", """{"type":"object"}""")
        );
        (request.ResponseFormat!.Kind, request.ResponseFormat.Name, request.ResponseFormat.Description).ShouldBe(
            (ResponseFormatKind.JsonSchema, "shape", "A shape.")
        );
        request.ReasoningEffort.ShouldBe("xhigh");
        request.User.ShouldBe("ada");
        request.Extra.Select(e => $"{e.Key}={e.Value.GetRawText()}").ShouldBe(["top_k=40", """logit_bias={"7":1}"""]);
    }

    [Fact]
    public void Reads_nothing_where_nothing_is_said()
    {
        var request = Read(null, User(new Ai.TextContent("Hello")));
        request.ShouldBe(
            new ChatRequest
            {
                Model = "route",
                Messages = request.Messages,
                Stop = request.Stop,
                Tools = request.Tools,
                Extra = request.Extra,
            }
        );
        (request.Stop.Count, request.Tools.Count, request.Extra.Count).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void Reads_a_conversation_with_tools_images_and_files()
    {
        var request = Read(
            null,
            User(
                new Ai.TextContent("See"),
                new Ai.DataContent(Png, "image/png"),
                new Ai.UriContent("https://example.org/a.jpg", "image/jpeg"),
                new Ai.DataContent(Png, "audio/mpeg"),
                new Ai.DataContent(Png, "application/pdf") { Name = "a.pdf" },
                new Ai.HostedFileContent("file_1")
            ),
            new Ai.ChatMessage(
                Ai.ChatRole.Assistant,
                [
                    new Ai.TextReasoningContent("Hm."),
                    new Ai.TextContent("I ask."),
                    new Ai.FunctionCallContent("c1", "weather", new Dictionary<string, object?> { ["city"] = "Bern" }),
                    new Ai.FunctionCallContent("c2", "clock"),
                ]
            ),
            new Ai.ChatMessage(
                Ai.ChatRole.Tool,
                [new Ai.FunctionResultContent("c1", "12 °C"), new Ai.FunctionResultContent("c2", new { hour = 12 })]
            ),
            new Ai.ChatMessage(Ai.ChatRole.Assistant, [new Ai.ErrorContent("I will not.") { ErrorCode = "refusal" }])
        );
        request
            .Messages[0]
            .Parts.ShouldBe([
                new TextPart("See"),
                new ImagePart("data:image/png;base64,iVBORw==", null),
                new ImagePart("https://example.org/a.jpg", null),
                new AudioPart("iVBORw==", "mp3"),
                new FilePart(null, "a.pdf", "data:application/pdf;base64,iVBORw=="),
                new FilePart("file_1", null, null),
            ]);
        request.Messages[1].Parts.ShouldBe([new TextPart("I ask.")]);
        request.Messages[1].ToolCalls.ShouldBe([new ToolCall("c1", "weather", """{"city":"Bern"}"""), new ToolCall("c2", "clock", "{}")]);
        request
            .Messages.Skip(2)
            .Take(2)
            .Select(m => (m.Role, m.ToolCallId, ((TextPart)m.Parts[0]).Text))
            .ShouldBe([(ChatRole.Tool, "c1", "12 °C"), (ChatRole.Tool, "c2", """{"hour":12}""")]);
        request.Messages[4].Refusal.ShouldBe("I will not.");
        request.Messages.Count.ShouldBe(5);
    }

    public static TheoryData<string, Ai.ChatOptions?, Ai.AIContent?> Unspeakable =>
        new()
        {
            {
                "ConversationId",
                new Ai.ChatOptions { ConversationId = "thread" },
                null
            },
            {
                "Tools",
                new Ai.ChatOptions { Tools = [new Ai.HostedWebSearchTool()] },
                null
            },
            { "messages", null, new Ai.UriContent("https://example.org/a.mp4", "video/mp4") },
        };

    [Theory]
    [MemberData(nameof(Unspeakable), DisableDiscoveryEnumeration = true)]
    public void Refuses_by_name_what_it_cannot_carry(string param, Ai.ChatOptions? options, Ai.AIContent? content)
    {
        var refused = Should.Throw<PorticoException>(() => Read(options, User(content ?? new Ai.TextContent("Hello"))));
        (refused.Kind, refused.Param).ShouldBe((ErrorTable.UnsupportedByModel, param));
    }

    [Fact]
    public void Refuses_a_call_without_a_message() => Should.Throw<PorticoException>(() => Read(null)).Param.ShouldBe("messages");
}
