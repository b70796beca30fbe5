using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Anthropic;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;
using Portico.Tests.Gateway.Wire;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Repository;
using Portico.Tests.Support;

namespace Portico.Tests.Providers;

/// <summary>
/// Streams with broken bytes: a reader gives what it understands, then the end or a failure of the provider, and nothing else, no more than came in; what is
/// written to callers from that is a legal stream as far as it goes. Frames and decoded events by turns. PORTICO_LONG_TESTS=1 draws a million of each.
/// </summary>
public sealed class StreamFuzzTests
{
    static readonly int Inputs = Mutations.Inputs(4_000);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    static readonly string[] Common =
    [
        "data: ",
        "data: [DONE]\n\n",
        "\n\n",
        "\r",
        ": comment\n",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\\",
        "null",
        "-1",
        "1e999",
        "\\ud800",
        "\uFEFF",
        "\"error\":{},",
        "\"index\":7,",
        "\"index\":-3,",
        "\"index\":99999999999,",
        "\"usage\":null,",
    ];

    static readonly string[] OfOpenAi =
    [
        .. Common,
        "\"finish_reason\":\"stop\",",
        "\"finish_reason\":\"length\"",
        "\"choices\":[],",
        "\"choices\":null,",
        "\"delta\":{\"content\":\"x\"},",
        "\"delta\":null,",
        "\"refusal\":\"no\",",
        "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\"}}],",
        "\"usage\":{\"prompt_tokens\":-5},",
        "data: {\"error\":{\"message\":\"x\"}}\n\n",
    ];

    static readonly string[] OfAnthropic =
    [
        .. Common,
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}\n\n",
        "event: ",
        "\"type\":\"content_block_stop\",",
        "\"type\":\"message_start\",",
        "\"stop_reason\":\"end_turn\",",
        "\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\"},",
        "\"usage\":{\"output_tokens\":-5},",
    ];

    static readonly byte[] OpenAiBytes = File.ReadAllBytes(
        Repo.PathOf("tests/Portico.Tests/Gateway/Wire/Fixtures/answers/openai-stream.sse")
    );
    static readonly byte[] AnthropicBytes = Encoding.UTF8.GetBytes(MessagesFixtures.Stream);
    static readonly ProviderConnection Connection = Anthropics.Connection();

    static ModelEventStream Open(bool anthropic, bool asFrames, byte[][] pieces)
    {
        var deadline = new UpstreamDeadline(TimeProvider.System, null, CancellationToken.None);
        var body = new Anthropics.PieceStream(pieces);
        var source = new UpstreamBytes(new HttpResponseMessage(), body, Connection, deadline, CancellationToken.None);
        return anthropic
            ? new AnthropicStream(source, Connection, asFrames)
            : new OpenAiStream(source, Connection, asFrames, stripUsage: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stream_with_broken_bytes_ends_or_fails_and_never_breaks_its_reader(bool anthropic)
    {
        var seed = Mutations.Seed();
        var random = new Random(seed);
        var good = anthropic ? AnthropicBytes : OpenAiBytes;
        var snippets = anthropic ? OfAnthropic : OfOpenAi;
        var ends = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < Inputs; i++)
        {
            var bytes = Mutations.Of(good, snippets, random);
            var asFrames = (i & 1) == 0;
            try
            {
                var end = ReadOne(anthropic, asFrames, bytes, random, isRead: i % 16 == 1);
                ends[end] = ends.GetValueOrDefault(end) + 1;
            }
            // Anything but a failure of the provider comes out of here and fails the test.
            catch (Exception e)
            {
                throw new ShouldAssertException($"seed {seed}, input {i}, frames {asFrames}: {Convert.ToBase64String(bytes)}", e);
            }
        }
        // The run saw all: what still is an answer, what was cut, and what is no answer.
        foreach (var end in new[] { "completed", ErrorTable.UpstreamCut.Code, ErrorTable.UpstreamMalformed.Code })
            ends.GetValueOrDefault(end).ShouldBeGreaterThan(Inputs / 100, $"seed {seed}: {string.Join(", ", ends)}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{Inputs} inputs: {string.Join(", ", ends)}");
    }

    static string ReadOne(bool anthropic, bool asFrames, byte[] bytes, Random random, bool isRead)
    {
        var stream = Open(anthropic, asFrames, Mutations.Pieces(bytes, random));
        var reading = Anthropics.DrainAsync(stream);
        if (!reading.Wait(Longest))
            throw new TimeoutException("It hangs.");
        var (events, failure) = reading.Result;
        stream.DisposeAsync().AsTask().Wait(Longest).ShouldBeTrue();
        var size = 0;
        var completed = 0;
        foreach (var e in events)
        {
            size += e.Bytes.Length + (e.Text?.Length ?? 0) + (e.ToolCall?.Arguments?.Length ?? 0);
            if (e.Kind == ModelEventKind.Completed)
                completed++;
        }
        if (size > bytes.Length + 256 || events.Count > bytes.Length || completed != (failure is null ? 1 : 0))
            throw new ShouldAssertException(
                $"{events.Count} events, {size} characters of {bytes.Length}, {completed} ends, failure {failure?.Kind.Code}"
            );
        if (!asFrames)
        {
            var messages = MessagesEventWriterTests.Written(events);
            var chunks = OpenAiChunkWriterTests.Written(events);
            if (isRead && failure is null)
            {
                MessagesEventWriterTests.ShouldBeLegal(messages);
                OpenAiChunkWriterTests.ShouldBeLegal(chunks, usage: true);
            }
        }
        return failure?.Kind.Code ?? "completed";
    }

    [Theory]
    [InlineData(true, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"\\ud800\":1}\n\n")]
    [InlineData(false, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"}}],\"choi\\udc00ces\":[]}\n\n")]
    public async Task A_name_with_half_a_surrogate_pair_is_malformed_and_no_fault_of_ours(bool anthropic, string events)
    {
        // Frames of OpenAI's form pass unread.
        foreach (var asFrames in anthropic ? new[] { true, false } : [false])
        {
            await using var stream = Open(anthropic, asFrames, [Encoding.UTF8.GetBytes(events)]);
            (await Anthropics.DrainAsync(stream)).Failure!.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
        }
    }

    /// <summary>It used to be a fault of ours, on which nothing falls back.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_error_whose_words_are_no_text_is_a_failure_of_the_provider(bool asFrames)
    {
        byte[] bytes = [.. "data: {\"error\":{\"message\":\""u8, 0xD5, .. "x\"}}\n\n"u8];
        await using var stream = Open(anthropic: false, asFrames, [bytes]);
        (await Anthropics.DrainAsync(stream)).Failure!.Fault.ShouldBe(Fault.Upstream);
    }

    [Fact]
    public void A_call_of_a_tool_whose_id_is_empty_is_given_one()
    {
        ModelEvent[] events = [Anthropics.Tool(0, "", "weather", "{}"), .. Anthropics.End(FinishReason.ToolCalls, default)];
        MessagesEventWriterTests.ShouldBeLegal(MessagesEventWriterTests.Written(events));
        foreach (var written in new[] { MessagesEventWriterTests.Folded(events), OpenAiChunkWriterTests.Written(events) })
            Encoding.UTF8.GetString(written).ShouldNotContain("\"id\":\"\"");
    }

    /// <summary>The short way through a chunk of text is a short cut and no other reading.</summary>
    [Fact]
    public void A_chunk_that_is_read_in_one_pass_says_what_its_document_says()
    {
        var seed = Mutations.Seed();
        var random = new Random(seed);
        var good = Encoding.UTF8.GetBytes(
            """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Zürich \n\u00e9","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}"""
        );
        string[] values =
        [
            "null",
            "1",
            "\"x\"",
            "[]",
            "{}",
            "\"stop\"",
            "{\"content\":\"y\"}",
            "[{\"index\":2,\"delta\":{\"content\":\"z\"}}]",
            "{\"tool_calls\":[]}",
        ];
        var taken = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var bytes =
                i == 0 ? good
                : (i & 1) == 0 ? Mutations.Of(good, OfOpenAi, random)
                : Mutations.OfJson(good, values, random);
            var (quick, whole) = (new List<ModelEvent>(), new List<ModelEvent>());
            if (!OpenAiTextChunk.TryDecode(bytes, quick))
            {
                quick.ShouldBeEmpty();
                continue;
            }
            taken++;
            try
            {
                OpenAiChunkDecoder.Decode(bytes, "delta"u8, whole);
            }
            catch (JsonException)
            {
                // A name that neither way needs, and that only the document looks at, holds half a surrogate pair.
                Encoding.UTF8.GetString(bytes).ShouldContain("\\ud", Case.Insensitive);
                continue;
            }
            quick.ShouldBe(whole, $"seed {seed}, input {i}: {Encoding.UTF8.GetString(bytes)}");
        }
        taken.ShouldBeGreaterThan(Inputs / 50, $"seed {seed}");
    }
}
