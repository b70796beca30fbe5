using Portico.Guardrails.Learning;

namespace Portico.Guardrails.Injection;

/// <summary>What a model and the rules say of one text in normal form, before it is weighed.</summary>
/// <param name="Whole">Log-odds of the text as a whole.</param>
/// <param name="Window">The highest log-odds of one to three sentences in a row.</param>
/// <param name="Rules">The strongest rule of each kind of any sentence.</param>
/// <param name="Known">How much of an attack that is known stands in it.</param>
/// <param name="From">Where the window begins, in the normal form.</param>
/// <param name="Until">Where it ends.</param>
readonly record struct Reading(float Whole, float Window, RuleHits Rules, float Known, int From, int Until)
{
    /// <summary>What the weighing takes.</summary>
    public double[] Numbers =>
        [Whole, Window, Rules[0], Rules[1], Rules[2], Math.Max(Rules[3], Math.Max(Rules[4], Rules[5])), Rules[6], Known];
}

/// <summary>Reads texts with one model: all sentences are summed once, whole and windows come from the sums.</summary>
sealed class InjectionReader(LinearModel model)
{
    const int MaxWindow = 3;

    /// <summary>Fewer words say nothing by themselves.</summary>
    const int LeastWords = 3;

    /// <summary>Sentences of a text that are looked at; what follows is looked at as one more text by whoever cuts it.</summary>
    const int MaxSentences = 20_000;

    public Reading Read(WordScan scan) => Read(scan, null, 0);

    /// <param name="scan">The text.</param>
    /// <param name="rules">Receives what the rules found.</param>
    /// <param name="least">Rules weaker than this are not told.</param>
    public Reading Read(WordScan scan, List<(string Kind, int From, int Until, float Strength)>? rules, float least)
    {
        var count = Math.Min(scan.Sentences.Length, MaxSentences);
        var (first, second) = (default(FeatureSum), default(FeatureSum));
        var (wordsFirst, wordsSecond) = (0, 0);
        var whole = default(FeatureSum);
        var (window, from, until) = (float.MinValue, 0, 0);
        var strongest = default(RuleHits);
        for (var at = 0; at < count; at++)
        {
            ref readonly var sentence = ref scan.Sentences[at];
            var mention = InjectionRules.IsMention(sentence);
            var sum = model.Sum(scan, sentence, mention);
            whole += sum;
            if (sentence.Concepts != 0)
                strongest.Put(Rules(scan, sentence, mention, rules, least));
            var (three, two) = (first + second + sum, second + sum);
            Take(scan, at, at, sentence.Words, sum, ref window, ref from, ref until);
            if (at > 0)
                Take(scan, at - 1, at, wordsSecond + sentence.Words, two, ref window, ref from, ref until);
            if (at > 1)
                Take(scan, at - 2, at, wordsFirst + wordsSecond + sentence.Words, three, ref window, ref from, ref until);
            (first, second, wordsFirst, wordsSecond) = (second, sum, wordsSecond, sentence.Words);
        }
        var odds = model.Odds(whole);
        if (window == float.MinValue)
            (window, from, until) = (odds, 0, scan.Text.Length);
        return new Reading(odds, window, strongest, KnownAttacks.Common.Share(scan.Words), from, until);
    }

    void Take(WordScan scan, int first, int last, int words, FeatureSum sum, ref float window, ref int from, ref int until)
    {
        if (words < LeastWords)
            return;
        var odds = model.Odds(sum);
        if (odds > window)
            (window, from, until) = (odds, scan.Sentences[first].Start, scan.Sentences[last].End);
    }

    static RuleHits Rules(
        WordScan scan,
        in ScannedSentence sentence,
        bool mention,
        List<(string Kind, int From, int Until, float Strength)>? rules,
        float least
    )
    {
        var hits = default(RuleHits);
        InjectionRules.Find(scan, sentence, mention, ref hits);
        for (var kind = 0; rules is not null && kind < RuleHits.Kinds; kind++)
        {
            if (hits[kind] > least)
                rules.Add((InjectionRules.Kinds[kind], sentence.Start, sentence.End, hits[kind]));
        }
        return hits;
    }
}
