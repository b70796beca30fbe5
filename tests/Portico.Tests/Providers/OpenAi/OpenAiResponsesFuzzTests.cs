using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Gateway.Responses;
using Portico.Gateway.Wire;
using Portico.Governance;
using Portico.Governance.Keys;
using Portico.Tests.Gateway.Wire;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Support;

namespace Portico.Tests.Providers.OpenAi;

/// <summary>
/// Streams of a provider's own responses with broken bytes: the reader gives what it understands, then the end or a failure of the provider; what is written
/// to callers from that is numbered without a gap under our id and has one end. PORTICO_LONG_TESTS=1 draws a million.
/// </summary>
public sealed class OpenAiResponsesFuzzTests
{
    static readonly int Inputs = Mutations.Inputs(4_000);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    static readonly string[] Snippets =
    [
        "data: ",
        "data: [DONE]\n\n",
        "event: ",
        "event: response.completed\n",
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
        "\"type\":\"response.output_text.delta\",",
        "\"type\":\"response.completed\",",
        "\"type\":\"response.created\",",
        "\"type\":7,",
        "\"sequence_number\":99,",
        "\"sequence_number\":\"x\",",
        "\"response\":{},",
        "\"response\":null,",
        "\"item\":[],",
        "\"id\":{},",
        "\"status\":\"incomplete\",",
        "\"output\":[{}],",
        "\"output\":null,",
        "\"usage\":{\"input_tokens\":-5},",
        "\"encrypted_content\":\"bound:x\",",
        "data: {\"type\":\"error\",\"message\":\"x\"}\n\n",
        "data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"server_error\",\"message\":\"x\"}}}\n\n",
        "data: {\"type\":\"response.incomplete\",\"response\":{\"status\":\"incomplete\",\"output\":[]}}\n\n",
    ];

    static readonly SealedBox Box = MasterKey
        .FromBase64(Convert.ToBase64String(new byte[MasterKey.Bytes]), "the test")
        .BoxFor(PlatformPurposes.BoundReasoning);
    static readonly BoundSeals Seals = new(() => Box);
    static readonly Caller Somebody = NewCaller();

    static Caller NewCaller()
    {
        var time = TimeProvider.System;
        var organisation = new Organisation(OrganisationId.New(time), "o", 1);
        var workspace = new Workspace(WorkspaceId.New(time), organisation.Id, "w", 1);
        var useCase = new UseCase(UseCaseId.New(time), workspace.Id, "u", null, null, "draft", 1);
        var key = new ServiceKey
        {
            Id = KeyId.New(time),
            Name = "k",
            Prefix = "pk_live_",
            UseCaseId = useCase.Id,
        };
        return new Caller(key, useCase, workspace, organisation, null);
    }

    [Theory]
    [InlineData(new byte[] { 0xEB, 0x28 })]
    [InlineData(new byte[] { (byte)'\\', (byte)'u', (byte)'d', (byte)'8', (byte)'0', (byte)'0' })]
    public void A_seal_of_broken_bytes_is_taken_out_as_any_other(byte[] broken)
    {
        byte[] response = [.. """{"output":[{"type":"reasoning","encrypted_content":"gAAA"""u8, .. broken, .. "\",\"summary\":[]}]}"u8];
        List<BodyEdit> edits = [];

        PassedEdits.Strip(response, edits);

        edits.Count.ShouldBe(1);
    }

    [Fact]
    public void A_stream_with_broken_bytes_ends_or_fails_and_never_breaks_its_reader_or_its_writer()
    {
        var seed = Mutations.Seed();
        var random = new Random(seed);
        var ends = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < Inputs; i++)
        {
            var bytes = Mutations.Of(OpenAiResponsesTests.Stream, Snippets, random);
            try
            {
                var end = ReadOne(bytes, random, isRead: i % 16 == 1);
                ends[end] = ends.GetValueOrDefault(end) + 1;
            }
            // Anything but a failure of the provider comes out of here and fails the test.
            catch (Exception e)
            {
                throw new ShouldAssertException($"seed {seed}, input {i}: {Convert.ToBase64String(bytes)}", e);
            }
        }
        foreach (var end in new[] { "completed", ErrorTable.UpstreamCut.Code, ErrorTable.UpstreamMalformed.Code })
            ends.GetValueOrDefault(end).ShouldBeGreaterThan(Inputs / 100, $"seed {seed}: {string.Join(", ", ends)}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{Inputs} inputs: {string.Join(", ", ends)}");
    }

    static string ReadOne(byte[] bytes, Random random, bool isRead)
    {
        var stream = OpenAiResponsesTests.Open(Mutations.Pieces(bytes, random));
        var reading = Anthropics.DrainAsync(stream);
        if (!reading.Wait(Longest))
            throw new TimeoutException("It hangs.");
        var (events, failure) = reading.Result;
        stream.DisposeAsync().AsTask().Wait(Longest).ShouldBeTrue();
        var frames = events.Where(e => e.Kind == ModelEventKind.Frame).Select(e => e.Bytes).ToList();
        var completed = events.Count(e => e.Kind == ModelEventKind.Completed);
        // A frame may have its type on a line that it came without.
        if (frames.Sum(f => f.Length) > bytes.Length * 2 + 256 || completed != (failure is null ? 1 : 0))
            throw new ShouldAssertException($"{frames.Sum(f => f.Length)} bytes of {bytes.Length}, {completed} ends, {failure?.Kind.Code}");
        var said = new char[bytes.Length * 2 + 256];
        foreach (var frame in frames)
            _ = Portico.Providers.OpenAi.OpenAiResponsesSaid.InFrames(frame.Span, said);
        Write(frames, failure, isRead);
        return failure?.Kind.Code ?? "completed";
    }

    static void Write(List<ReadOnlyMemory<byte>> frames, UpstreamException? failure, bool isRead)
    {
        var call = ResponsesWriterTests.Call("""{"model":"route","input":"Hello","stream":true,"conversation":"conv_x"}""") with
        {
            Caller = Somebody,
        };
        var target = new ArrayBufferWriter<byte>();
        var writer = new PassedWriter(call, target, Seals, 0);
        foreach (var frame in frames)
            writer.Take(frame.Span);
        if (failure is not null)
            writer.Fail(new PorticoException(failure.Kind, failure.Message, null, failure));
        writer.HasEnded.ShouldBeTrue();
        var items = writer.Response.SaidItems().ToList();
        if (!isRead)
            return;
        // What is kept can be read, whatever came.
        var kept = JsonNode.Parse(writer.Response.ToJson())!;
        kept["id"]!.GetValue<string>().ShouldBe(call.Responses!.Id.Text);
        items.ShouldAllBe(i => JsonElement.Parse(i.Body).ValueKind == JsonValueKind.Object);
        ShouldBeLegal(Encoding.UTF8.GetString(target.WrittenSpan), failure is not null);
    }

    static void ShouldBeLegal(string text, bool failed)
    {
        var number = 0;
        var last = "";
        foreach (var raw in text.TrimEnd('\n').Split("\n\n"))
        {
            var lines = raw.Split('\n');
            lines.Length.ShouldBe(2, raw);
            // A member may stand twice in what a provider sends: its last value holds.
            var data = JsonElement.Parse(lines[1]["data: ".Length..], new JsonDocumentOptions { MaxDepth = 1_024 });
            data.GetProperty("sequence_number").GetInt64().ShouldBe(number++, raw);
            last = lines[0]["event: ".Length..];
        }
        last.ShouldBeOneOf(failed ? ["response.failed"] : ["response.completed", "response.incomplete"]);
    }
}
