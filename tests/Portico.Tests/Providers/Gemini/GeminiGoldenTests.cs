using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers.Gemini;
using Portico.Tests.Gateway.Wire;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Repository;
using Portico.Tests.Support;

namespace Portico.Tests.Providers.Gemini;

/// <summary>
/// What becomes of requests and answers: every request fixture of the OpenAI wire and the conversations below as they are sent to Gemini and to Vertex AI, and
/// every answer as events, usage, and what callers of OpenAI's form get. The forms are those of https://ai.google.dev/api/generate-content.
/// </summary>
public sealed class GeminiGoldenTests
{
    const string Folder = "tests/Portico.Tests/Providers/Gemini/Fixtures";
    const string Wire = "tests/Portico.Tests/Gateway/Wire/Fixtures/requests";

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> WireRequests => Files(Wire, ".json");
    public static TheoryData<string> Answers => [.. Files($"{Folder}/answers", ".json"), .. Files($"{Folder}/answers", ".sse")];

    static TheoryData<string> Files(string folder, string ending) =>
        [
            .. Directory
                .GetFiles(Repo.PathOf(folder))
                .Select(f => Path.GetFileName(f)!)
                .Where(f => f.EndsWith(ending, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    [Fact]
    public void There_are_fixtures()
    {
        WireRequests.Count.ShouldBeGreaterThan(10);
        Answers.Count.ShouldBeGreaterThan(9);
    }

    [Theory]
    [MemberData(nameof(WireRequests))]
    public void A_request_of_the_OpenAI_wire_is_sent_as_the_golden_file_says(string fixture)
    {
        var read = OpenAiChatReader.Read(File.ReadAllBytes(Repo.PathOf($"{Wire}/{fixture}")));
        Golden.Check($"{Folder}/requests/openai-{Path.GetFileNameWithoutExtension(fixture)}.golden.txt", Sent(read.Request));
    }

    [Theory]
    [InlineData("tools-answered", "gemini-3-flash-preview")]
    [InlineData("tools-answered", "gemini-2.5-pro")]
    [InlineData("tools-of-another-provider", "gemini-3-pro-preview")]
    [InlineData("thinking-in-tokens", "gemini-2.5-flash")]
    [InlineData("thinking-in-tokens", "gemini-3-flash-preview")]
    [InlineData("everything", "gemini-2.5-flash")]
    public void A_conversation_is_sent_as_the_golden_file_says(string name, string model) =>
        Golden.Check($"{Folder}/requests/{name}-{model}.golden.txt", Sent(Conversations.Of(name), model));

    static string Sent(ChatRequest request, string model = Geminis.Model)
    {
        var text = new StringBuilder();
        var hosts = new[] { GeminiHost.GeminiApi, GeminiHost.Vertex }
            .Select(host => (host, Body: Sent(request, model, host)))
            .GroupBy(s => s.Body, StringComparer.Ordinal);
        foreach (var group in hosts)
            text.Append($"## {model} at {string.Join(" and ", group.Select(g => g.host))}\n{group.Key}\n\n");
        return text.ToString();
    }

    static string Sent(ChatRequest request, string model, GeminiHost host)
    {
        try
        {
            var body = JsonNode.Parse(Geminis.Written(request, out var dropped, model, host))!.ToJsonString(Indented);
            return dropped.Count == 0 ? body : $"{body}\nleft out: {string.Join(", ", dropped)}";
        }
        catch (UpstreamException e)
        {
            return $"refused: {e.Kind.Code}, {e.UpstreamParam}: {e.Message}";
        }
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_is_read_and_given_as_the_golden_file_says(string fixture)
    {
        var body = await File.ReadAllTextAsync(Repo.PathOf($"{Folder}/answers/{fixture}"), TestContext.Current.CancellationToken);
        List<ModelEvent> events;
        if (fixture.EndsWith(".json", StringComparison.Ordinal))
            events = await Geminis.WholeAsync(body);
        else
        {
            (events, var failure) = await Geminis.ReadAsync(body);
            failure.ShouldBeNull();
        }
        var usage = events[^1].Completion!.Usage;
        var text = new StringBuilder();
        Section(text, "events", string.Join('\n', events.Select(Geminis.Line)));
        Section(text, "usage in disjoint parts", CanonicalText.Of(usage));
        Section(text, "to a caller of OpenAI's form, streamed", Encoding.UTF8.GetString(OpenAiChunkWriterTests.Written(events)).TrimEnd());
        var fold = new OpenAiAnswerFold(OpenAiChunkWriterTests.Call());
        fold.Add(events.ToArray());
        Section(text, "to a caller of OpenAI's form, whole", Encoding.UTF8.GetString(fold.ToJson(usage)));
        Golden.Check($"{Folder}/answers/{Path.GetFileNameWithoutExtension(fixture)}.golden.txt", text.ToString());
    }

    static void Section(StringBuilder text, string title, string content) =>
        text.Append("## ").Append(title).Append('\n').Append(content.ReplaceLineEndings("\n")).Append("\n\n");
}

/// <summary>Requests in the canonical form that the OpenAI wire has no words for.</summary>
static class Conversations
{
    public static ChatRequest Of(string name) =>
        name switch
        {
            "tools-answered" => ToolsAnswered(GeminiSignature.ToCaller("Ev4BCvsBAXLI2nxq==")),
            "tools-of-another-provider" => ToolsAnswered("ErUBCkYIBxgCIkBhbnRocm9waWM="),
            "thinking-in-tokens" => Anthropics.Ask("Think") with { ReasoningTokens = 2_000, MaxOutputTokens = 4_000 },
            _ => Everything(),
        };

    static ChatRequest ToolsAnswered(string signature) =>
        Anthropics.Ask("") with
        {
            Messages =
            [
                Anthropics.User("Weather in Zürich and 東京, and the time?"),
                new ChatMessage
                {
                    Role = ChatRole.Assistant,
                    Parts = [new ReasoningPart("Two towns.", signature), new TextPart("I look.")],
                    ToolCalls =
                    [
                        new ToolCall("fc-1", "weather", """{"city":"Zürich"}"""),
                        new ToolCall("fc-2", "weather", """{"city":"東京"}"""),
                        new ToolCall("fc-3", "clock", ""),
                    ],
                },
                // Not in the order of their calls: Gemini must get them so all the same.
                Result("fc-2", "no station there", failed: true),
                Result("fc-1", """{"sky":"clear"}"""),
                Result("fc-3", "noon"),
                new ChatMessage { Role = ChatRole.Assistant, Parts = [new TextPart("Clear, and noon."), new ReasoningPart("", signature)] },
                Anthropics.User("Thanks"),
            ],
            Tools =
            [
                new ToolDefinition(
                    "weather",
                    "The weather now.",
                    Anthropics.Element(
                        """{"properties":{"city":{"type":["string","null"]}},"required":["city"],"additionalProperties":false}"""
                    ),
                    Strict: true
                ),
                new ToolDefinition("clock", null, null, null),
            ],
            ToolChoice = new ToolChoice(ToolChoiceMode.Named, "weather"),
            ParallelToolCalls = false,
        };

    static ChatMessage Result(string id, string text, bool failed = false) =>
        new()
        {
            Role = ChatRole.Tool,
            ToolCallId = id,
            ToolFailed = failed,
            Parts = [new TextPart(text)],
        };

    static ChatRequest Everything() =>
        Anthropics.Ask("") with
        {
            Messages =
            [
                new ChatMessage { Role = ChatRole.System, Parts = [new TextPart("Be short.") { CacheUpTo = CacheLife.OneHour }] },
                new ChatMessage { Role = ChatRole.Developer, Parts = [new TextPart(""), new TextPart("Be kind.")] },
                new ChatMessage
                {
                    Role = ChatRole.User,
                    Name = "Ada",
                    Parts =
                    [
                        new TextPart("What is this?"),
                        new ImagePart("data:image/jpg;base64,/9j/4AAQ", "high"),
                        new ImagePart("https://example.org/a%20bicycle.PNG", null),
                        new AudioPart("UklGRg==", "wav"),
                        new FilePart(null, "a.pdf", "data:application/pdf;base64,JVBERi0="),
                        new FilePart("https://generativelanguage.googleapis.com/v1beta/files/abc.pdf", null, null),
                    ],
                },
                new ChatMessage { Role = ChatRole.User, Parts = [new TextPart("Well?")] },
            ],
            MaxOutputTokens = 100,
            Choices = 2,
            Temperature = 0.5,
            TopP = 0.9,
            TopK = 40,
            Seed = 7,
            PresencePenalty = 0.1,
            FrequencyPenalty = -0.1,
            Stop = ["END"],
            Logprobs = true,
            TopLogprobs = 3,
            User = "ada@example.org",
            ReasoningEffort = "high",
            ResponseFormat = new ResponseFormat(
                ResponseFormatKind.JsonSchema,
                "town",
                Anthropics.Element("""{"type":"object","properties":{"town":{"type":"string"}}}""")
            ),
            Extra =
            [
                new("safety_settings", Anthropics.Element("""[{"category":"HARM_CATEGORY_HARASSMENT","threshold":"BLOCK_NONE"}]""")),
                new("labels", Anthropics.Element("""{"team":"a"}""")),
                new("service_tier", Anthropics.Element("\"flex\"")),
            ],
            Unread = ["messages.audio"],
        };
}
