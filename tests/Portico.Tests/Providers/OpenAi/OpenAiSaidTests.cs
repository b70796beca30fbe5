using System.Text;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Providers.OpenAi;

namespace Portico.Tests.Providers.OpenAi;

/// <summary>The text of an answer for counting: what a full decoding says, without its garbage, and never an exception.</summary>
public sealed class OpenAiSaidTests
{
    static string InFrames(string frames)
    {
        var bytes = Encoding.UTF8.GetBytes(frames);
        var text = new char[bytes.Length];
        return new string(text, 0, OpenAiSaid.InFrames(bytes, text));
    }

    static string Chunk(string member, string text) =>
        "data: "
        + new JsonObject
        {
            ["id"] = "c1",
            ["choices"] = new JsonArray(
                new JsonObject
                {
                    ["index"] = 0,
                    ["delta"] = new JsonObject { [member] = text },
                }
            ),
        }.ToJsonString()
        + "\n\n";

    [Fact]
    public void It_says_what_a_full_decoding_says()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        string[] words = ["word ", "\"quoted\"", "\\", "\n", "Grüße", "🜁", "}", "data: ", "\u0001", ""];
        string[] members = ["content", "reasoning_content", "refusal"];
        for (var turn = 0; turn < 200; turn++)
        {
            var frames = new StringBuilder();
            for (var i = random.Next(20); i >= 0; i--)
                frames.Append(Chunk(members[random.Next(members.Length)], words[random.Next(words.Length)]));
            var events = new List<ModelEvent>();
            OpenAiChunkDecoder.DecodeFrames(Encoding.UTF8.GetBytes(frames.ToString()), events);
            InFrames(frames.ToString()).ShouldBe(string.Concat(events.Select(e => e.Text)), $"seed {seed}, turn {turn}");
        }
    }

    [Fact]
    public void Arguments_of_tools_are_said_and_names_and_other_members_are_not()
    {
        const string Frames = """
            data: {"id":"content","choices":[{"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"call_1","function":{"name":"weather","arguments":"{\"city\":"}}]}}]}

            data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"Oslo\"}"}}]},"logprobs":{"content":[{"token":"x"}]}}],"content":"outside"}

            data: [DONE]


            """;
        InFrames(Frames.ReplaceLineEndings("\n")).ShouldBe("{\"city\":\"Oslo\"}");
    }

    [Theory]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"broken\n\n")]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"\\ud800\"}}]}\n\n")]
    [InlineData("data: nonsense\n\n")]
    [InlineData("data: {}}}}\n\n")]
    public void What_is_broken_says_nothing_and_breaks_nothing(string broken) =>
        InFrames(Chunk("content", "before ") + broken + Chunk("content", "behind")).ShouldBe("before behind");

    [Fact]
    public void A_chunk_allocates_nothing()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(i => Chunk("content", $"word {i} "))));
        var text = new char[bytes.Length];
        OpenAiSaid.InFrames(bytes, text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        OpenAiSaid.InFrames(bytes, text);
        // The parser and its buffers, once for all 500.
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(8_000);
    }
}
