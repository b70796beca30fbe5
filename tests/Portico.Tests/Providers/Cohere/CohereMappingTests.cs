using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers.Cohere;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.Gemini;
using Portico.Tests.Repository;
using static Portico.Tests.Providers.Cohere.CohereFixtures;

namespace Portico.Tests.Providers.Cohere;

/// <summary>Requests as https://docs.cohere.com/reference/chat wants them, and answers and streams as they are read.</summary>
public sealed class CohereMappingTests
{
    const string Folder = "tests/Portico.Tests/Providers/Cohere/Fixtures";
    const string Wire = "tests/Portico.Tests/Gateway/Wire/Fixtures/requests";

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly Usage Billed = new()
    {
        Input = 3,
        CacheRead = 2,
        Output = 7,
        Source = UsageSource.Reported,
    };

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
    public void A_conversation_is_sent_as_the_golden_file_says(string name) =>
        Golden.Check($"{Folder}/{name}.golden.txt", Sent(Conversations.Of(name)));

    static string Sent(ChatRequest request)
    {
        try
        {
            var target = new ArrayBufferWriter<byte>();
            var dropped = CohereChatWriter.Write(target, Anthropics.Call(request, model: Model));
            var body = JsonNode.Parse(target.WrittenSpan)!.ToJsonString(Indented);
            return dropped.Count == 0 ? body : $"{body}\nleft out: {string.Join(", ", dropped)}";
        }
        catch (UpstreamException e)
        {
            return $"refused: {e.Kind.Code}, {e.UpstreamParam}: {e.Message}";
        }
    }

    static ModelEvent[] End(FinishReason finish, Usage usage) =>
        [
            new() { Kind = ModelEventKind.Finish, Finish = finish },
            new() { Kind = ModelEventKind.Completed, Completion = new Completion(usage, finish, null) },
        ];

    static readonly ModelEvent[] Tools =
    [
        Anthropics.Tool(0, "weather_1", "weather", null),
        Anthropics.Tool(0, null, null, "{\"city\":"),
        Anthropics.Tool(0, null, null, "\"Bern\"}"),
        Anthropics.Tool(1, "clock_2", "clock", null),
        Anthropics.Tool(1, null, null, "{}"),
        .. End(
            FinishReason.ToolCalls,
            new Usage
            {
                Input = 20,
                Output = 8,
                Source = UsageSource.Reported,
            }
        ),
    ];

    [Fact]
    public async Task A_whole_answer_gives_the_events_of_its_stream()
    {
        var (events, _) = await Anthropics.DrainAsync(CohereProvider.Read(Encoding.UTF8.GetBytes(Answer)));
        events.ShouldBe([
            Anthropics.Of(ModelEventKind.Reasoning, "Easy."),
            Anthropics.Of(ModelEventKind.Text, "Zürich 🚲"),
            .. End(FinishReason.Stop, Billed),
        ]);
        (events, _) = await Anthropics.DrainAsync(CohereProvider.Read(Encoding.UTF8.GetBytes(ToolAnswer)));
        events.Select(e => e.ToolCall?.Arguments).Where(a => a is not null).ShouldBe(["{\"city\":\"Bern\"}", "{}"]);
        events[0].ShouldBe(Anthropics.Of(ModelEventKind.Reasoning, "I will look."));
        events[^1].Completion!.Finish.ShouldBe(FinishReason.ToolCalls);
    }

    [Fact]
    public async Task A_stream_gives_the_same_events_when_cut_at_any_one_byte()
    {
        (await ReadAsync(TextStream)).Events.ShouldBe([
            Anthropics.Of(ModelEventKind.Reasoning, "Easy."),
            Anthropics.Of(ModelEventKind.Text, "Zürich "),
            Anthropics.Of(ModelEventKind.Text, "🚲"),
            .. End(FinishReason.Stop, Billed),
        ]);
        (await ReadAsync(ToolStream)).Events.Skip(2).ShouldBe(Tools);
        foreach (var text in new[] { TextStream, ToolStream })
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var (expected, _) = await ReadAsync([bytes]);
            for (var cut = 0; cut <= bytes.Length; cut++)
                (await ReadAsync(bytes[..cut], bytes[cut..])).Events.ShouldBe(expected, false, $"cut at {cut}");
        }
    }

    [Fact]
    public async Task A_stream_that_ends_anywhere_before_its_end_is_cut()
    {
        var bytes = Encoding.UTF8.GetBytes(ToolStream);
        var final = Encoding.UTF8.GetByteCount(ToolStream.TrimEnd());
        for (var length = 0; length < bytes.Length; length++)
        {
            var (_, failure) = await ReadAsync([bytes[..length]]);
            if (length >= final)
                failure.ShouldBeNull($"ends at {length}");
            else
                failure.ShouldNotBeNull($"ends at {length}").Kind.ShouldBe(ErrorTable.UpstreamCut, $"ends at {length}");
        }
    }

    [Theory]
    [InlineData("COMPLETE", FinishReason.Stop)]
    [InlineData("STOP_SEQUENCE", FinishReason.Stop)]
    [InlineData("MAX_TOKENS", FinishReason.Length)]
    [InlineData("SOMETHING_NEW", FinishReason.Other)]
    public async Task Reasons_of_an_end_are_told(string reason, FinishReason expected) =>
        (await ReadAsync(TextStream.Replace("COMPLETE", reason, StringComparison.Ordinal)))
            .Events[^1]
            .Completion!.Finish.ShouldBe(expected);

    [Theory]
    [InlineData("ERROR", "upstream_failed")]
    [InlineData("TIMEOUT", "upstream_timeout")]
    public async Task An_answer_that_was_given_up_is_a_failure(string reason, string code)
    {
        var (events, failure) = await ReadAsync(TextStream.Replace("COMPLETE", reason, StringComparison.Ordinal));
        failure!.Kind.Code.ShouldBe(code);
        events.ShouldNotContain(e => e.Kind == ModelEventKind.Completed);
    }

    [Theory]
    [InlineData("data: nonsense\n\n")]
    [InlineData("data: []\n\n")]
    [InlineData("data: {\"type\":\"tool-call-start\",\"index\":0,\"delta\":{}}\n\n")]
    public async Task What_is_not_of_the_protocol_is_malformed(string text) =>
        (await ReadAsync(text + TextStream)).Failure!.Kind.ShouldBe(ErrorTable.UpstreamMalformed);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"message\":{\"content\":[]}}")]
    public void What_is_no_answer_is_malformed(string body) =>
        Should
            .Throw<UpstreamException>(() => CohereProvider.Read(Encoding.UTF8.GetBytes(body)))
            .Kind.ShouldBe(ErrorTable.UpstreamMalformed);

    [Fact]
    public void Random_changes_of_a_stream_end_well_or_as_an_error() => GeminiFuzz.Run(ReadAsync, TextStream, ToolStream);
}
