using System.Text;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Support;

namespace Portico.Tests.Providers.OpenAi;

/// <summary>Events of a single call with broken bytes: what is handed on is the beginning of what came, and all of it when the answer is whole.</summary>
public sealed class SingleEventFuzzTests
{
    static readonly string[] Snippets =
    [
        "data: ",
        "data: [DONE]\n\n",
        "\n\n",
        "\r",
        "{",
        "}",
        "\"",
        "\\ud800",
        "\"type\":\"transcript.text.done\",",
        "\"usage\":null,",
        "data: {\"error\":{\"message\":\"x\"}}\n\n",
    ];

    [Fact]
    public async Task Broken_events_go_on_as_they_came_and_end_or_fail()
    {
        var good = Encoding.UTF8.GetBytes(OpenAiSingleEventsTests.TranscriptEvents);
        var random = new Random(Mutations.Seed());
        for (var i = 0; i < Mutations.Inputs(4_000); i++)
        {
            var bytes = Mutations.Of(good, Snippets, random);
            var deadline = new UpstreamDeadline(TimeProvider.System, null, CancellationToken.None);
            var body = new Anthropics.PieceStream(Mutations.Pieces(bytes, random));
            var source = new UpstreamBytes(new HttpResponseMessage(), body, Anthropics.Connection(), deadline, CancellationToken.None);
            await using var stream = new SingleEventStream(source, CallKind.Transcription, Anthropics.Connection());
            // Anything but an UpstreamException comes out of here and fails the test.
            var (events, failure) = await Anthropics.DrainAsync(stream);
            events.Count(e => e.Kind == ModelEventKind.Completed).ShouldBe(failure is null ? 1 : 0, Convert.ToBase64String(bytes));
            var handed = events.SelectMany(e => e.Bytes.ToArray()).ToArray();
            handed
                .AsSpan()
                .SequenceEqual(failure is null ? bytes : bytes.AsSpan(0, handed.Length))
                .ShouldBeTrue(Convert.ToBase64String(bytes));
        }
    }
}
