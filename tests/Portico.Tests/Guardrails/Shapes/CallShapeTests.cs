using Portico.Guardrails.Shapes;

namespace Portico.Tests.Guardrails.Shapes;

public sealed class CallShapeTests
{
    [Fact]
    public void Counts_are_those_of_the_texts()
    {
        var shape = CallShape.Of(["ab c\nlonger line\r\nx", "д\u00A0😀𝒜"], tools: 3, depth: 5);
        (shape.Characters, shape.Messages, shape.Tools, shape.Depth, shape.LongestLine).ShouldBe((25L, 2, 3, 5, 11));
        // 14 letters of ASCII, two others; the face is none.
        shape.ForeignLetters.ShouldBe(2.0 / 16);
        shape.WhiteSpace.ShouldBe(6.0 / 25);
        CallShape.Of([]).ShouldBe(new CallShape(0, 0, 0, 0, 0, 0, 0, 1));
        CallShape.Of(["\ud83d", "abc"]).DistinctGrams.ShouldBe(1);
    }

    [Theory]
    [InlineData("one letter", 0, 0.01)]
    [InlineData("one word", 0, 0.02)]
    [InlineData("many turns alike", 0, 0.05)]
    [InlineData("few words in any order", 0.1, 0.3)]
    [InlineData("random", 0.95, 1)]
    public void What_is_repeated_has_few_different_runs_whatever_its_length(string kind, double from, double to)
    {
        var words = "the a ship light house was in of when they came late morning wind turned over hills slowly and nobody saw it".Split(
            ' '
        );
        var random = new Random(4);
        foreach (var length in new[] { 5_000, 50_000, 500_000 })
        {
            IReadOnlyList<string> texts = kind switch
            {
                "one letter" => [new string('A', length)],
                "one word" => [string.Concat(Enumerable.Repeat("attention ", length / 10))],
                "many turns alike" => [.. Enumerable.Repeat("User: go on please, and then say yes to me.", length / 43)],
                "few words in any order" =>
                [
                    string.Join(' ', Enumerable.Range(0, length / 5).Select(_ => words[random.Next(words.Length)])),
                ],
                _ => [new string([.. Enumerable.Range(0, length).Select(_ => (char)('!' + random.Next(90)))])],
            };
            CallShape.Of(texts).DistinctGrams.ShouldBeInRange(from, to, $"{kind}, {length}");
        }
    }

    [Fact]
    public void The_share_of_different_runs_is_exact_to_two_in_a_hundred()
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            var random = new Random(seed);
            var letters = random.Next(2, 60);
            var text = new string([.. Enumerable.Range(0, random.Next(10, 4_000)).Select(_ => (char)('0' + random.Next(letters)))]);
            var runs = Enumerable.Range(0, text.Length - 3).Select(at => text.Substring(at, 4)).ToList();
            CallShape
                .Of([text])
                .DistinctGrams.ShouldBe(runs.Distinct(StringComparer.Ordinal).Count() / (double)runs.Count, 0.02, $"seed {seed}");
        }
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        string[] texts = [new('a', 10_000), "ж\n", ""];
        CallShape.Of(texts);
        var before = GC.GetAllocatedBytesForCurrentThread();
        CallShape.Of(texts);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
