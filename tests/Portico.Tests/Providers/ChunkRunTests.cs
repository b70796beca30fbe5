using System.Text;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.OpenAi;
using Portico.Tests.Support;

namespace Portico.Tests.Providers;

/// <summary>The chunks of a stream that one read delivered, decoded together.</summary>
public sealed class ChunkRunTests
{
    static readonly int Inputs = Mutations.Inputs(4_000);

    /// <summary>Chunks of one read that differ in their text alone are one event.</summary>
    [Fact]
    public void Chunks_of_one_read_that_differ_in_their_text_alone_are_one_event()
    {
        var run = string.Concat(
            Enumerable
                .Range(0, 64)
                .Select(i =>
                    $"data: {{\"id\":\"c\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"word{i} \"}},\"finish_reason\":null}}]}}\n\n"
                )
        );
        var events = new List<ModelEvent>();
        OpenAiChunkDecoder.DecodePlain(Encoding.UTF8.GetBytes(run), events);
        events.Select(e => e.Text).ShouldBe(["word0 ", string.Concat(Enumerable.Range(1, 63).Select(i => $"word{i} "))]);
    }

    /// <summary>What differs from the chunk before in its text alone is read by what stands around that: a run of such and others says what each alone says.</summary>
    [Fact]
    public void A_run_of_chunks_says_what_each_of_them_says()
    {
        var seed = Mutations.Seed();
        var random = new Random(seed);
        string[] texts = ["word", " Zürich", "\\n", "\\u00e9", "a\\\"b", "", "\u0001", "😀", "{}", "\",\"x\":\"", "\\\\", "\\ud83d"];
        string[] around = ["\"finish_reason\":null", "\"finish_reason\":\"stop\"", "\"logprobs\":null,\"finish_reason\":null"];
        for (var i = 0; i < Inputs; i++)
        {
            var shape = random.Next(around.Length);
            var run = new List<byte>();
            var (quick, each) = (new List<ModelEvent>(), new List<ModelEvent>());
            var isGood = true;
            for (var c = random.Next(1, 6); c > 0; c--)
            {
                if (random.Next(4) == 0)
                    shape = random.Next(around.Length);
                var choice = random.Next(8) == 0 ? 1 : 0;
                var chunk = Encoding.UTF8.GetBytes(
                    $$"""{"id":"c","choices":[{"index":{{choice}},"delta":{"content":"{{texts[random.Next(texts.Length)]}}{{random.Next(9)}}"},{{around[shape]}}}]}"""
                );
                // A byte that begins no character.
                if (random.Next(20) == 0)
                    chunk[Array.LastIndexOf(chunk, (byte)'"', chunk.Length - 30)] = 0xff;
                run.AddRange(Encoding.UTF8.GetBytes("data: "));
                run.AddRange(chunk);
                run.AddRange("\n\n"u8);
                isGood = isGood && Decodes(() => OpenAiChunkDecoder.Decode(chunk, "delta"u8, each));
            }
            var isQuick = Decodes(() => OpenAiChunkDecoder.DecodePlain(run.ToArray(), quick));
            var said = $"seed {seed}, input {i}: {Encoding.UTF8.GetString(run.ToArray())}";
            isQuick.ShouldBe(isGood, said);
            Joined(quick).ShouldBe(Joined(each), said);
        }

        // Where the text of one read was cut says nothing.
        static List<ModelEvent> Joined(List<ModelEvent> events)
        {
            var joined = new List<ModelEvent>();
            foreach (var e in events)
                if (e.Kind == ModelEventKind.Text && joined is [.., { Kind: ModelEventKind.Text } last] && last.Choice == e.Choice)
                    joined[^1] = last with { Text = last.Text + e.Text };
                else
                    joined.Add(e);
            return joined;
        }

        static bool Decodes(Action decode)
        {
            try
            {
                decode();
                return true;
            }
            catch (JsonException)
            {
                return false;
            }
        }
    }
}
