using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Anthropic;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;
using Portico.Tests.Gateway.Wire;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.OpenAi;
using Portico.Tests.Repository;
using Portico.Tests.Support;

namespace Portico.Tests.Providers;

/// <summary>
/// Streams with broken bytes: a reader gives what it understands, then the end or a failure of the provider, and nothing else; what is written to a caller
/// from that is a legal stream as far as it goes. PORTICO_LONG_TESTS=1 draws a million.
/// </summary>
public sealed class StreamFuzzTests
{
    static readonly int Draws = Environment.GetEnvironmentVariable("PORTICO_LONG_TESTS") == "1" ? 1_000_000 : 3_000;

    static readonly byte[] OpenAiBytes = File.ReadAllBytes(
        Repo.PathOf("tests/Portico.Tests/Gateway/Wire/Fixtures/answers/openai-stream.sse")
    );
    static readonly byte[] AnthropicBytes = Encoding.UTF8.GetBytes(MessagesFixtures.Stream);

    /// <summary>Bytes replaced, left out and doubled; those that frames are made of more often than chance would.</summary>
    static Gen<byte[]> Broken(byte[] good) =>
        from changes in (
            from at in Gen.Choose(0, good.Length - 1)
            from value in Gen.OneOf(Gen.Choose(0, 255), Gen.Elements<int>('\n', '\r', '"', '{', '}', ':', '\\', ' '))
            from how in Gen.Choose(0, 3)
            select (at, value: (byte)value, how)
        ).NonEmptyListOf()
        select Apply(good, changes);

    static byte[] Apply(byte[] good, IEnumerable<(int At, byte Value, int How)> changes)
    {
        var bytes = good.ToList();
        foreach (var (at, value, how) in changes.OrderByDescending(c => c.At))
            switch (how)
            {
                // The last byte may be gone already: changes may fall on one place.
                case 0 when at < bytes.Count:
                    bytes.RemoveAt(at);
                    break;
                case > 1 when at < bytes.Count:
                    bytes[at] = value;
                    break;
                case 1:
                    bytes.Insert(at, value);
                    break;
            }
        return [.. bytes];
    }

    static UpstreamBytes Source(byte[][] pieces)
    {
        var deadline = new UpstreamDeadline(TimeProvider.System, null, CancellationToken.None);
        var body = new Anthropics.PieceStream(pieces);
        return new UpstreamBytes(new HttpResponseMessage(), body, Anthropics.Connection(), deadline, CancellationToken.None);
    }

    static ModelEventStream Open(bool anthropic, bool asFrames, byte[][] pieces)
    {
        var connection = Anthropics.Connection();
        return anthropic
            ? new AnthropicStream(Source(pieces), connection, asFrames)
            : new OpenAiStream(Source(pieces), connection, asFrames, stripUsage: true);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_stream_with_broken_bytes_ends_or_fails_and_never_breaks_its_reader(bool anthropic, bool asFrames) =>
        Prop.ForAll(
                Broken(anthropic ? AnthropicBytes : OpenAiBytes).ToArbitrary(),
                Cuts.Places.ToArbitrary(),
                (bytes, places) =>
                {
                    var stream = Open(anthropic, asFrames, Cuts.Cut(bytes, places));
                    // Anything but an UpstreamException comes out of here and fails the property.
                    var (events, failure) = Anthropics.DrainAsync(stream).GetAwaiter().GetResult();
                    stream.DisposeAsync().AsTask().GetAwaiter().GetResult();
                    events.Count(e => e.Kind == ModelEventKind.Completed).ShouldBe(failure is null ? 1 : 0);
                    if (asFrames)
                        return;
                    MessagesEventWriterTests.Written(events);
                    OpenAiChunkWriterTests.Written(events);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Draws));

    /// <summary>What is handed on is the beginning of what came, and all of it when the answer is whole.</summary>
    [Fact]
    public void Events_of_a_single_call_with_broken_bytes_go_on_as_they_came_and_end_or_fail() =>
        Prop.ForAll(
                Broken(Encoding.UTF8.GetBytes(OpenAiSingleEventsTests.TranscriptEvents)).ToArbitrary(),
                Cuts.Places.ToArbitrary(),
                (bytes, places) =>
                {
                    var stream = new SingleEventStream(Source(Cuts.Cut(bytes, places)), CallKind.Transcription, Anthropics.Connection());
                    var (events, failure) = Anthropics.DrainAsync(stream).GetAwaiter().GetResult();
                    stream.DisposeAsync().AsTask().GetAwaiter().GetResult();
                    events.Count(e => e.Kind == ModelEventKind.Completed).ShouldBe(failure is null ? 1 : 0);
                    var handed = events.SelectMany(e => e.Bytes.ToArray()).ToArray();
                    handed.ShouldBe(failure is null ? bytes : bytes[..handed.Length]);
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Draws));
}
