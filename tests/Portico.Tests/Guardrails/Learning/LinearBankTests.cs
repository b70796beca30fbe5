using Portico.Guardrails.Learning;

namespace Portico.Tests.Guardrails.Learning;

/// <summary>Models side by side say what each says by itself, to the last bit.</summary>
public sealed class LinearBankTests
{
    static LinearModel Model(int bits, int seed)
    {
        var random = new Random(seed);
        var weights = new sbyte[1 << bits];
        for (var at = 0; at < weights.Length; at++)
            weights[at] = (sbyte)random.Next(-128, 128);
        return new LinearModel(weights, bits, 0.01f * (seed + 1), seed - 3, $"seed {seed}");
    }

    [Theory]
    [InlineData(new[] { 12 })]
    [InlineData(new[] { 12, 12, 12, 12, 12, 12 })]
    [InlineData(new[] { 8, 14, 11, 14, 1, 9, 13, 14 })]
    public void Each_model_says_in_a_bank_what_it_says_alone(int[] bits)
    {
        var models = bits.Select((b, at) => Model(b, at)).ToArray();
        var bank = new LinearBank(models);
        bank.Count.ShouldBe(models.Length);
        var sums = new long[LinearBank.Most];
        foreach (
            var text in new[]
            {
                "",
                "One word.",
                "The quick brown fox jumps over the lazy dog. It does not look back! Where does it go?",
                "Grüße aus 東京, от нас всех — \"quoted\" words, e.g. these.",
                new string('x', 10_000) + " end.",
            }
        )
        {
            using var scan = new WordScan(text, null);
            foreach (ref readonly var sentence in scan.Sentences)
            {
                var count = bank.Sum(scan, sentence, sums);
                for (var at = 0; at < models.Length; at++)
                {
                    var alone = models[at].Sum(scan, sentence, false);
                    (sums[at], count).ShouldBe((alone.Weights, alone.Count));
                    bank.Odds(at, sums[at], count).ShouldBe(models[at].Odds(alone));
                }
            }
        }
    }

    [Fact]
    public void More_models_than_fit_are_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new LinearBank([.. Enumerable.Range(0, 9).Select(at => Model(4, at))]));
}
