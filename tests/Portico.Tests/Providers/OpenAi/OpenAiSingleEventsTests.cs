using System.Text;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.Anthropic.ScriptedAnthropic;
using static Portico.Tests.Providers.OpenAi.Singled;

namespace Portico.Tests.Providers.OpenAi;

/// <summary>
/// Answers of one question that stream as events, as they are published: https://platform.openai.com/docs/api-reference/audio/speech-audio-delta-event,
/// …/audio/transcript-text-delta-event, …/images-streaming.
/// </summary>
public sealed class OpenAiSingleEventsTests : IDisposable
{
    readonly Singled singled = new();

    public void Dispose() => singled.Dispose();

    const string SpeechEvents =
        "data: {\"type\":\"speech.audio.delta\",\"audio\":\"AAEC\"}\n\n"
        + "data: {\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":14,\"output_tokens\":101,\"total_tokens\":115}}\n\n";

    const string TranscriptEvents =
        "event: x\r\ndata: {\"type\":\"transcript.text.delta\",\"delta\":\"Zür\"}\r\n\r\n: comment\r\n\r\ndata: {\"type\":\"transcript.text.delta\",\"delta\":\"ich\"}\r\n\r\n"
        + "data: {\"type\":\"transcript.text.done\",\"text\":\"Zürich\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":14,\"input_token_details\":{\"text_tokens\":4,\"audio_tokens\":10},\"output_tokens\":5,\"total_tokens\":19}}\r\n\r\ndata: [DONE]\r\n\r\n";

    const string ImageEvents =
        "event: image_generation.partial_image\ndata: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"AA\",\"partial_image_index\":0}\n\n"
        + "event: image_generation.completed\ndata: {\"type\":\"image_generation.completed\",\"b64_json\":\"AAAA\",\"usage\":{\"total_tokens\":322,\"input_tokens\":50,\"output_tokens\":272,\"input_tokens_details\":{\"text_tokens\":10,\"image_tokens\":40}}}\n\n";

    static (ReadSingle Read, string Events, Usage Usage) Streamed(string kind) =>
        kind switch
        {
            "speech" => (Speech(""","stream_format":"sse" """), SpeechEvents, new Usage { Input = 14, AudioOutput = 101 }),
            "transcription" => (
                Transcription(Field("stream", "true")),
                TranscriptEvents,
                new Usage
                {
                    Input = 4,
                    AudioInput = 10,
                    Output = 5,
                }
            ),
            _ => (
                Read(SingleReaders.Image, """{"model":"m","prompt":"p","stream":true,"partial_images":1}"""),
                ImageEvents,
                new Usage
                {
                    Input = 10,
                    ImageInput = 40,
                    ImageOutput = 272,
                }
            ),
        };

    [Theory]
    [InlineData("speech")]
    [InlineData("transcription")]
    [InlineData("image")]
    public async Task Events_go_on_byte_for_byte_wherever_they_are_cut_and_their_usage_is_read(string kind)
    {
        var (read, events, usage) = Streamed(kind);
        foreach (var at in Enumerable.Range(0, events.Length / 7).Select(i => i * 7))
        {
            await using var server = await StartAsync(Sse(events[..at], events[at..]));
            (await singled.AskAsync(server, read)).ShouldBe(
                (events, usage with { Source = UsageSource.Reported }, "text/event-stream"),
                $"cut at {at}"
            );
        }
    }

    [Fact]
    public async Task Events_without_their_end_are_cut()
    {
        await using var server = await StartAsync(
            Sse(TranscriptEvents[..TranscriptEvents.IndexOf("data: {\"type\":\"transcript.text.done", StringComparison.Ordinal)])
        );
        var reply = await singled.Family.Singles!.AskAsync(Call(server, Transcription(Field("stream", "true"))), default);
        await using var stream = reply.Events;
        var (events, failure) = await DrainAsync(stream);
        events.ShouldNotBeEmpty();
        failure!.Kind.ShouldBe(ErrorTable.UpstreamCut);
    }

    [Fact]
    public async Task An_error_among_the_events_is_no_event_and_ends_them()
    {
        const string Error = "data: {\"type\":\"error\",\"error\":{\"message\":\"the voice is gone\",\"code\":\"server_error\"}}\n\n";
        var delta = SpeechEvents[..(SpeechEvents.IndexOf("\n\n", StringComparison.Ordinal) + 2)];
        await using var server = await StartAsync(Sse(delta + Error), Sse(Error));
        var reply = await singled.Family.Singles!.AskAsync(Call(server, Speech(""","stream_format":"sse" """)), default);
        await using var stream = reply.Events;
        var (events, failure) = await DrainAsync(stream);
        Encoding.UTF8.GetString(events.ShouldHaveSingleItem().Bytes.Span).ShouldBe(delta);
        failure!.Message.ShouldContain("the voice is gone");
        // As the first event it is an error of the attempt, which may go elsewhere.
        var e = await Should.ThrowAsync<UpstreamException>(() =>
            singled.Family.Singles!.AskAsync(Call(server, Speech(""","stream_format":"sse" """)), default)
        );
        e.Message.ShouldContain("the voice is gone");
    }
}
