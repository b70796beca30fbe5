using System.Buffers.Binary;
using System.Text;
using Portico.Core.Chat;
using Portico.Tests.Support;
using static Portico.Tests.Providers.Bedrock.ConverseFixtures;

namespace Portico.Tests.Providers.Bedrock;

/// <summary>Streams that were damaged on the way or by who sent them: never a hang, a crash or an endless buffer, and never a success that is none.</summary>
public sealed class BedrockBrokenStreamTests
{
    /// <summary>Mutated streams that are read.</summary>
    static readonly int Mutations = Environment.GetEnvironmentVariable("PORTICO_LONG_TESTS") == "1" ? 1_000_000 : 5_000;

    static readonly TimeSpan Bound = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Any_one_bit_that_changed_on_the_way_is_found_by_a_checksum()
    {
        var bytes = EventFrames.All(Saying("Hello"));
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= (byte)(1 << (i % 8));
            var (events, failure) = await Bedrocks.ReadAsync(changed);
            failure.ShouldNotBeNull($"byte {i}").Kind.ShouldBe(ErrorTable.UpstreamMalformed, $"byte {i}");
            failure.Message.ShouldContain("checksum");
            events.ShouldNotContain(e => e.Kind == ModelEventKind.Completed);
        }
    }

    [Fact]
    public async Task Mutated_streams_end_in_the_answer_or_in_a_clear_failure()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var turn = 0; turn < Mutations; turn++)
        {
            var bytes = Mutated(random);
            var (events, failure) = await Bedrocks.ReadAsync(Cuts.Cut(bytes, [random.Next(), random.Next()])).WaitAsync(Bound);
            var where = $"seed {seed}, turn {turn}";
            events.Count(e => e.Kind == ModelEventKind.Completed).ShouldBe(failure is null ? 1 : 0, where);
            events.Count.ShouldBeLessThanOrEqualTo(bytes.Length, where);
            if (failure is null)
                continue;
            // Malformed, cut, or an exception of the provider when the mutation made a message one.
            failure.Kind.ShouldBeOneOf(ErrorTable.UpstreamMalformed, ErrorTable.UpstreamCut, ErrorTable.UpstreamFailed);
            failure.Message.Length.ShouldBeLessThan(3_000, where);
        }
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(64 * 1024 * 1024, $"seed {seed}");
    }

    /// <summary>A stream with damage: of its bytes, where checksums find it, or of its messages with checksums that are right.</summary>
    static byte[] Mutated(Random random)
    {
        if (random.Next(2) == 0)
            return Damaged(ConverseFixtures.Stream, random);
        var messages = Events.ToList();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var at = random.Next(messages.Count);
            switch (random.Next(5))
            {
                case 0:
                    messages.RemoveAt(at);
                    break;
                case 1:
                    messages.Insert(at, messages[random.Next(messages.Count)]);
                    break;
                case 2:
                    messages[at] = (messages[random.Next(messages.Count)].Type, messages[at].Payload);
                    break;
                case 3:
                    messages.Add(messages[at]);
                    break;
                default:
                    messages[at] = (
                        messages[at].Type,
                        Encoding.Latin1.GetString(Damaged(Encoding.UTF8.GetBytes(messages[at].Payload), random))
                    );
                    break;
            }
            if (messages.Count == 0)
                return [];
        }
        return messages
            .SelectMany(m => EventFrames.Frame([(":event-type", m.Type), (":message-type", "event")], Encoding.Latin1.GetBytes(m.Payload)))
            .ToArray();
    }

    static byte[] Damaged(byte[] bytes, Random random)
    {
        var changed = bytes.ToList();
        for (var n = random.Next(1, 5); n > 0 && changed.Count > 0; n--)
        {
            var at = random.Next(changed.Count);
            switch (random.Next(5))
            {
                case 0:
                    changed[at] = (byte)random.Next(256);
                    break;
                case 1:
                    changed.RemoveRange(at, random.Next(Math.Min(40, changed.Count - at)));
                    break;
                case 2:
                    changed.InsertRange(at, changed.GetRange(0, random.Next(Math.Min(40, changed.Count))));
                    break;
                case 3:
                    changed.RemoveRange(at, changed.Count - at);
                    break;
                default:
                    // A length that is huge, or negative to who reads it with a sign.
                    for (var i = at; i < Math.Min(at + 4, changed.Count); i++)
                        changed[i] = random.Next(2) == 0 ? (byte)0xFF : (byte)0x7F;
                    break;
            }
        }
        return [.. changed];
    }

    [Theory]
    [InlineData(0x7FFFFFFFu, 0u)]
    [InlineData(0xFFFFFFFFu, 0u)]
    [InlineData(17u * 1024 * 1024, 0u)]
    [InlineData(15u, 0u)]
    [InlineData(32u, 17u)]
    [InlineData(0x00FFFFFFu, 0xFFFFFFFFu)]
    public async Task Lengths_that_cannot_be_are_refused_at_once_even_when_their_checksum_is_right(uint total, uint headers)
    {
        var frame = EventFrames.Raw([], [])[..12];
        BinaryPrimitives.WriteUInt32BigEndian(frame, total);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), headers);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), System.IO.Hashing.Crc32.HashToUInt32(frame.AsSpan(0, 8)));
        (await Bedrocks.ReadAsync(frame)).Failure!.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }
}
