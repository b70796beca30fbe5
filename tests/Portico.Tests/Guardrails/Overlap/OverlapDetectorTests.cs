using System.Text;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Overlap;
using Portico.Tests.Guardrails.Detection;

namespace Portico.Tests.Guardrails.Overlap;

/// <summary>A stream is told of copied passages as the whole text is, in findings of a bounded length.</summary>
public sealed class OverlapDetectorTests
{
    static readonly OverlapDetector Detector = new(OverlapTexts.All);

    static readonly string[] Texts =
    [
        "",
        OverlapTexts.Words(OverlapTexts.Tale, 0, 24),
        OverlapTexts.Words(OverlapTexts.Tale, 0, 23),
        "He wrote: " + OverlapTexts.Words(OverlapTexts.Tale, 10, 60) + " – and then no more. The keeper of the northern light",
        OverlapTexts.Tale + " " + OverlapTexts.Licence,
        OverlapTexts.Words(OverlapTexts.Licence, 20, 30) + " " + OverlapTexts.Words(OverlapTexts.Tale, 20, 30),
        "```\n" + OverlapTexts.Code + "\n```\n",
        OverlapTexts.Words(OverlapTexts.Tale, 3, 50).Replace("e", "e\u200B\u0301", StringComparison.Ordinal),
        OverlapTexts.Words(OverlapTexts.Tale, 3, 50).Replace(" ", " \u200B\u200B\u200B_________ ", StringComparison.Ordinal),
        OverlapTexts.Words(OverlapTexts.Tale, 3, 60).Replace(" ", new string(' ', 14), StringComparison.Ordinal),
        OverlapTexts.Words(OverlapTexts.Tale, 3, 40).Replace(" ", new string(' ', 18), StringComparison.Ordinal),
        "他说：" + OverlapTexts.Poem + OverlapTexts.Poem,
        new string('x', 700) + " " + OverlapTexts.Words(OverlapTexts.Tale, 40, 30) + new string('_', 700),
    ];

    [Fact]
    public void A_text_in_pieces_has_the_findings_of_the_whole() => DetectorContract.Holds(Detector, Texts);

    [Fact]
    public void Random_pieces_of_protected_texts_are_found_the_same_for_every_cut()
    {
        for (var seed = 1; seed <= 150; seed++)
        {
            var text = Mixture(new Random(seed));
            var whole = DetectorContract.InPieces(Detector, text, []);
            for (var again = 0; again < 6; again++)
            {
                var random = new Random(seed * 100 + again);
                var often = again == 0 ? 1 : random.Next(2, 200);
                var cuts = Enumerable.Range(1, text.Length - 1).Where(_ => random.Next(often) == 0).ToArray();
                DetectorContract.InPieces(Detector, text, cuts).ShouldBe(whole, $"seed {seed}, {again}");
            }
        }
    }

    [Fact]
    public void A_long_copy_is_told_whole_in_findings_of_a_bounded_length()
    {
        var found = DetectorContract.InPieces(Detector, OverlapTexts.Tale, []);
        found.Count.ShouldBe(2);
        found[0].Start.ShouldBe(0);
        (found[1].Start - found[0].Start - found[0].Length).ShouldBeLessThan(3);
        (found[1].Start + found[1].Length).ShouldBe(OverlapTexts.Tale.Length - 1);
        found.ShouldAllBe(f => f.Length <= OverlapDetector.Reach && f.Kind == "overlap.protected");
    }

    [Fact]
    public void It_finds_what_the_whole_search_finds_where_words_stand_near()
    {
        for (var seed = 1; seed <= 150; seed++)
        {
            var text = Mixture(new Random(seed));
            var covered = new bool[text.Length];
            foreach (var finding in DetectorContract.InPieces(Detector, text, []))
                covered.AsSpan(finding.Start, finding.Length).Fill(true);
            foreach (var span in OverlapTexts.All.Find(text).Where(s => s.Length <= OverlapDetector.Reach))
                covered[span.Start].ShouldBeTrue($"seed {seed} at {span.Start}");
        }
    }

    [Fact]
    public void Nothing_is_held_where_nothing_is_shared()
    {
        const string text = "Zebras quickly vexed jumbo dwarfs, ";
        Detector.Find(text, 0, isAll: false, []).ShouldBe(text.Length);
    }

    [Fact]
    public void Hostile_texts_are_read_in_small_pieces()
    {
        foreach (
            var text in new[]
            {
                new string('\u200B', 20_000),
                new string('_', 5_000) + "the" + new string('x', 20_000),
                string.Concat(Enumerable.Repeat("the ", 5_000)),
                new string('\uD83D', 3_000),
            }
        )
            DetectorContract.InPieces(Detector, text, [.. Enumerable.Range(1, text.Length / 7).Select(n => n * 7 - 3)]).ShouldBeEmpty();
        Detector.Find(string.Concat(Enumerable.Repeat("the keeper of ", 75_000)), 0, isAll: true, []).ShouldBe(75_000 * 14);
    }

    static string Mixture(Random random)
    {
        string[] sources = [OverlapTexts.Tale, OverlapTexts.Licence, OverlapTexts.Code];
        string[] gaps = [" ", " ", " ", " ", "\n", ", ", "_ ", " \u200B", " — ", "        ", " 🙂 ", " ((", " the "];
        var text = new StringBuilder();
        for (var part = 0; part < 6; part++)
        {
            var words = sources[random.Next(3)].Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            var first = random.Next(words.Length);
            var plain = random.Next(3) > 0;
            foreach (var word in words.Skip(first).Take(random.Next(4, 80)))
                text.Append(word).Append(plain ? " " : gaps[random.Next(gaps.Length)]);
            if (random.Next(3) == 0)
                text.Append(random.Next(2) == 0 ? new string('\u200B', random.Next(20)) : " qua ");
        }
        return text.ToString();
    }
}
