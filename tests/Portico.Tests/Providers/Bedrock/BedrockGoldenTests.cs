using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers.Bedrock;
using Portico.Tests.Gateway.Wire;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.Gemini;
using Portico.Tests.Repository;
using Portico.Tests.Support;

namespace Portico.Tests.Providers.Bedrock;

/// <summary>
/// Requests of both wires as Converse gets them, of a model of Anthropic's and of one of Amazon's, and answers of Converse as callers of both wires get them
/// (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html).
/// </summary>
public sealed class BedrockGoldenTests
{
    const string Folder = "tests/Portico.Tests/Providers/Bedrock/Fixtures";
    const string Wire = "tests/Portico.Tests/Gateway/Wire/Fixtures/requests";

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> WireRequests => GeminiGoldenTests.WireRequests;

    [Theory]
    [MemberData(nameof(WireRequests))]
    public void A_request_of_the_OpenAI_wire_is_sent_as_the_golden_file_says(string fixture)
    {
        var read = OpenAiChatReader.Read(File.ReadAllBytes(Repo.PathOf($"{Wire}/{fixture}")));
        Check($"openai-{Path.GetFileNameWithoutExtension(fixture)}", read.Request);
    }

    [Theory]
    [InlineData("tools-answered")]
    [InlineData("thinking-in-tokens")]
    public void A_conversation_is_sent_as_the_golden_file_says(string name) => Check(name, Conversations.Of(name));

    static void Check(string name, ChatRequest request)
    {
        var text = new StringBuilder();
        Section(text, "to Claude", Sent(request, ConverseFixtures.Model));
        Section(text, "to Nova", Sent(request, Bedrocks.Nova));
        Golden.Check($"{Folder}/requests/{name}.golden.txt", text.ToString());
    }

    static string Sent(ChatRequest request, string model)
    {
        try
        {
            var body = JsonNode.Parse(Bedrocks.Written(request, out var dropped, model))!.ToJsonString(Indented);
            return dropped.Count == 0 ? body : $"{body}\nleft out: {string.Join(", ", dropped)}";
        }
        catch (UpstreamException e)
        {
            return $"refused: {e.Kind.Code}, {e.UpstreamParam}: {e.Message}";
        }
    }

    [Theory]
    [InlineData("plain", ConverseFixtures.Small)]
    [InlineData("thinking-text-and-parallel-tools", ConverseFixtures.Answer)]
    [InlineData("guardrail", ConverseFixtures.Guarded)]
    public async Task An_answer_is_read_and_given_as_the_golden_file_says(string name, string answer)
    {
        var (events, failure) = await Anthropics.DrainAsync(BedrockProvider.Whole(Encoding.UTF8.GetBytes(answer)));
        failure.ShouldBeNull();
        Golden.Check($"{Folder}/answers/{name}.golden.txt", Given(events));
    }

    [Fact]
    public async Task A_stream_is_read_and_given_as_the_golden_file_says()
    {
        var (events, failure) = await Bedrocks.ReadAsync(ConverseFixtures.Stream);
        failure.ShouldBeNull();
        Golden.Check($"{Folder}/answers/stream.golden.txt", Given(events));
    }

    static string Given(List<ModelEvent> events)
    {
        var usage = events[^1].Completion!.Usage;
        var text = new StringBuilder();
        Section(text, "events", string.Join('\n', events.Select(Geminis.Line)));
        Section(text, "usage in disjoint parts", CanonicalText.Of(usage));
        Section(text, "to a caller of OpenAI's form, streamed", Encoding.UTF8.GetString(OpenAiChunkWriterTests.Written(events)).TrimEnd());
        var fold = new OpenAiAnswerFold(OpenAiChunkWriterTests.Call());
        fold.Add(events.ToArray());
        Section(text, "to a caller of OpenAI's form, whole", Encoding.UTF8.GetString(fold.ToJson(usage)));
        Section(
            text,
            "to a caller of Anthropic's form, streamed",
            Encoding.UTF8.GetString(MessagesEventWriterTests.Written(events)).TrimEnd()
        );
        Section(text, "to a caller of Anthropic's form, whole", Encoding.UTF8.GetString(MessagesEventWriterTests.Folded(events)));
        return text.ToString();
    }

    static void Section(StringBuilder text, string title, string content) =>
        text.Append("## ").Append(title).Append('\n').Append(content.ReplaceLineEndings("\n")).Append("\n\n");
}
