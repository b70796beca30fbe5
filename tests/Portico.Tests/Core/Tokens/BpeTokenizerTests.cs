using System.Text.Json;
using Portico.Core.Tokens;

namespace Portico.Tests.Core.Tokens;

public sealed class BpeTokenizerTests
{
    static string Golden => Path.Combine(AppContext.BaseDirectory, "Core", "Tokens", "golden.json");

    [Theory]
    [InlineData("o200k_base")]
    [InlineData("cl100k_base")]
    public void Gives_the_ids_that_the_published_encoder_gives(string encoding)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Golden));
        var tokenizer = BpeTokenizer.TryLoad(encoding).ShouldNotBeNull();
        var seen = 0;
        foreach (var row in golden.RootElement.GetProperty(encoding).EnumerateArray())
        {
            var text = row.GetProperty("text").GetString()!;
            var ids = row.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32()).ToList();
            tokenizer.Encode(text).ShouldBe(ids, $"text: {text}");
            tokenizer.Count(text).ShouldBe(ids.Count);
            seen++;
        }
        seen.ShouldBeGreaterThan(25);
    }

    [Fact]
    public void Decodes_what_it_encodes()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var tokenizer = BpeTokenizer.TryLoad("o200k_base")!;
        for (var turn = 0; turn < 500; turn++)
        {
            var text = RandomText(random);
            tokenizer.Decode(tokenizer.Encode(text)).ShouldBe(text, $"seed {seed}, turn {turn}");
        }
    }

    [Fact]
    public void Long_pieces_merge_to_the_same_tokens_as_short_ones()
    {
        // 96 bytes is where the method changes; runs of one letter have the same tokens whichever method is used.
        var tokenizer = BpeTokenizer.TryLoad("o200k_base")!;
        for (var length = 90; length < 110; length++)
            tokenizer.Decode(tokenizer.Encode(new string('q', length))).Length.ShouldBe(length);
        tokenizer.Count(new string('a', 1_000_000)).ShouldBeLessThan(500_000);
    }

    [Fact]
    public void Counting_prose_allocates_nothing()
    {
        var tokenizer = BpeTokenizer.TryLoad("o200k_base")!;
        const string Text =
            "The insured reports water damage in the kitchen after a pipe burst on Monday, and asks whether the floor is covered.";
        tokenizer.Count(Text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            tokenizer.Count(Text);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Theory]
    [InlineData("gpt-4o-mini", false)]
    [InlineData("openai/gpt-5", false)]
    [InlineData("claude-sonnet-4-5", true)]
    [InlineData("some-local-model", true)]
    public void Says_whether_a_count_is_an_estimate(string model, bool estimated) =>
        new TokenCounter().Count(model, "Some text to count.").Estimated.ShouldBe(estimated);

    static string RandomText(Random random)
    {
        var text = new System.Text.StringBuilder();
        var length = random.Next(0, 200);
        while (text.Length < length)
        {
            var rune = random.Next(4) switch
            {
                0 => random.Next(0x20, 0x7F),
                1 => random.Next(0x20, 0x250),
                2 => " \n\r\t'/.AaZz09"[random.Next(13)],
                _ => random.Next(0x250, 0x1F9FF),
            };
            if (System.Text.Rune.IsValid(rune))
                text.Append(new System.Text.Rune(rune).ToString());
        }
        return text.ToString();
    }
}
