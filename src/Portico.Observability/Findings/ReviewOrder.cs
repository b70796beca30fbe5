namespace Portico.Observability.Findings;

/// <summary>Words that a detector found and nobody decided about: a question for a person.</summary>
/// <param name="Key">Tells them apart, and decides where two are worth the same.</param>
/// <param name="Kind">What the detector says they are.</param>
/// <param name="ScorePercent">How sure it is.</param>
/// <param name="Threshold">From which score on the rule counts them, 0 to 1.</param>
/// <param name="Same">Findings of the same words.</param>
/// <param name="Reported">Somebody says that it is none.</param>
readonly record struct Question(string Key, string Kind, int ScorePercent, double Threshold, long Same, bool Reported);

/// <summary>Decided texts of a kind, and how many of them were false alarms.</summary>
readonly record struct Labels(long Reviewed, long FalseAlarms);

/// <summary>A question with what its answer is worth, and the two numbers that make it: 0 to 1 each.</summary>
readonly record struct Ranked(Question Question, double Worth, double Uncertainty, double Narrowing);

/// <summary>
/// The order in which answers are worth the most: how much one more label is expected to narrow the interval of the kind's false alarms, times how unsure the detector is, times the logarithm of how many findings one answer
/// decides. The questions before it count as answered, so that a page is not all of one kind. Reasons in docs/decisions/0034-findings.md.
/// </summary>
static class ReviewOrder
{
    /// <summary>Of a finding that the detector is sure of: it is asked late, and not never, or a detector that is sure and wrong would stay so.</summary>
    const double LeastUncertainty = 0.1;

    /// <param name="questions">All that wait.</param>
    /// <param name="labels">What was decided, by kind.</param>
    /// <param name="take">How many are wanted.</param>
    public static IReadOnlyList<Ranked> Of(IEnumerable<Question> questions, IReadOnlyDictionary<string, Labels> labels, int take)
    {
        // Within a kind the order does not depend on its labels; so the best is always the head of some kind.
        var kinds = questions
            .GroupBy(q => q.Kind, StringComparer.Ordinal)
            .Select(g => new Waiting(
                labels.GetValueOrDefault(g.Key),
                g.OrderByDescending(Pull).ThenBy(q => q.Key, StringComparer.Ordinal).ToList()
            ))
            .OrderBy(w => w.Questions[0].Kind, StringComparer.Ordinal)
            .ToList();
        var order = new List<Ranked>();
        while (order.Count < take && kinds.Count > 0)
        {
            var best = kinds.MaxBy(k => k.Worth)!;
            order.Add(best.Take());
            if (best.IsEmpty)
                kinds.Remove(best);
        }
        return order;
    }

    /// <summary>1 at the threshold, falling to 0 where the detector is sure; 1 too where a person says otherwise than the detector.</summary>
    public static double Uncertainty(in Question q)
    {
        if (q.Reported)
            return 1;
        var (score, at) = (q.ScorePercent / 100.0, Math.Clamp(q.Threshold, 0.01, 0.99));
        var far = score >= at ? (score - at) / (1 - at) : (at - score) / at;
        return Math.Max(LeastUncertainty, 1 - far);
    }

    /// <summary>By how much the width of the interval is expected to shrink with one more label, which is a false alarm with the probability that the labels so far say (Laplace's).</summary>
    public static double Narrowing(double reviewed, double falseAlarms)
    {
        var p = (falseAlarms + 1) / (reviewed + 2);
        var after = p * Share.Width(falseAlarms + 1, reviewed + 1) + (1 - p) * Share.Width(falseAlarms, reviewed + 1);
        return Math.Max(1e-6, Share.Width(falseAlarms, reviewed) - after);
    }

    static double Pull(Question q) => Uncertainty(q) * Math.Log2(1 + q.Same);

    sealed class Waiting
    {
        double reviewed;
        double falseAlarms;
        double narrowing;
        int at;

        public Waiting(Labels labels, List<Question> questions)
        {
            (reviewed, falseAlarms, Questions) = (labels.Reviewed, labels.FalseAlarms, questions);
            narrowing = ReviewOrder.Narrowing(reviewed, falseAlarms);
        }

        public List<Question> Questions { get; }
        public bool IsEmpty => at == Questions.Count;
        public double Worth => narrowing * Pull(Questions[at]);

        /// <summary>The next one; from then on it counts as answered, as the labels so far let expect.</summary>
        public Ranked Take()
        {
            var taken = new Ranked(Questions[at], Worth, Uncertainty(Questions[at]), narrowing);
            at++;
            falseAlarms += (falseAlarms + 1) / (reviewed + 2);
            reviewed++;
            narrowing = ReviewOrder.Narrowing(reviewed, falseAlarms);
            return taken;
        }
    }
}
