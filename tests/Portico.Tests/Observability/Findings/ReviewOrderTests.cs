using Portico.Observability.Findings;

namespace Portico.Tests.Observability.Findings;

/// <summary>The order of the queue: what is worth more comes first, and the same certainty is reached with fewer answers than by time.</summary>
public sealed class ReviewOrderTests
{
    static Question Q(string key, string kind, int score, double threshold = 0.5, long same = 1, bool reported = false) =>
        new(key, kind, score, threshold, same, reported);

    static readonly Dictionary<string, Labels> None = [];

    static List<string> Order(IReadOnlyDictionary<string, Labels> labels, params Question[] questions) =>
        ReviewOrder.Of(questions, labels, 100).Select(r => r.Question.Key).ToList();

    [Fact]
    public void What_the_detector_is_least_sure_of_comes_first_by_the_rules_own_threshold()
    {
        Order(None, Q("sure", "a", 98), Q("half", "a", 51), Q("rather", "a", 75)).ShouldBe(["half", "rather", "sure"]);
        Order(None, Q("far", "a", 95, 0.5), Q("at", "a", 95, 0.9)).ShouldBe(["at", "far"]);
    }

    [Fact]
    public void One_answer_for_many_findings_is_worth_more_and_not_so_many_times_more()
    {
        Order(None, Q("one", "a", 60), Q("forty", "a", 60, same: 40)).ShouldBe(["forty", "one"]);
        Order(None, Q("unsure", "a", 50), Q("sure", "a", 100, same: 40)).ShouldBe(["unsure", "sure"]);
    }

    [Fact]
    public void A_kind_with_few_answers_comes_first_and_those_before_count_as_answered()
    {
        var labels = new Dictionary<string, Labels> { ["known"] = new(30, 3) };
        Order(labels, Q("k1", "known", 50), Q("n1", "new", 80), Q("n2", "new", 80)).ShouldBe(["n1", "n2", "k1"]);
        var order = Order(None, [.. Enumerable.Range(0, 8).SelectMany(i => new[] { Q($"a{i}", "a", 70), Q($"b{i}", "b", 70) })]);
        order.Take(8).Count(k => k[0] == 'a').ShouldBe(4, "a page is not all of one kind");
    }

    [Fact]
    public void What_a_person_says_is_none_is_as_unsure_as_can_be() =>
        Order(None, Q("sure", "a", 99), Q("reported", "a", 99, reported: true)).ShouldBe(["reported", "sure"]);

    [Fact]
    public void One_more_answer_narrows_less_and_less()
    {
        var narrowing = Enumerable.Range(0, 40).Select(n => ReviewOrder.Narrowing(n, 0)).ToList();
        narrowing.ShouldAllBe(n => n > 0);
        narrowing.ShouldBe(narrowing.OrderDescending());
    }

    /// <summary>
    /// Six kinds, the frequent ones thirty times as frequent as the rare ones, texts that come again, as traffic has them. A reviewer answers until the interval of every kind's false alarms is at most 0.4 wide, first by time and then
    /// by the queue. Both ask each text once.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Every_kind_is_known_as_well_with_fewer_answers_than_by_time(int seed)
    {
        var random = new Random(seed);
        (string Kind, int Texts, double FalseShare)[] kinds =
        [
            ("pii.email", 900, 0.05),
            ("pii.phone", 600, 0.3),
            ("names.person", 300, 0.4),
            ("injection.direct", 60, 0.5),
            ("secrets.token", 40, 0.1),
            ("pii.iban", 30, 0.02),
        ];
        var questions = kinds
            .SelectMany(k =>
                Enumerable
                    .Range(0, k.Texts)
                    .Select(i => Q($"{k.Kind}-{i}", k.Kind, 50 + random.Next(51), same: 1 + (long)Math.Pow(random.NextDouble(), -0.8)))
            )
            .ToArray();
        var isFalse = questions.ToDictionary(q => q.Key, q => random.NextDouble() < kinds.Single(k => k.Kind == q.Kind).FalseShare);
        // Text by text as their newest findings came.
        var byTime = (Question[])questions.Clone();
        random.Shuffle(byTime);

        var timely = UntilKnown(kinds.Select(k => k.Kind), _ => byTime, isFalse);
        var queued = UntilKnown(
            kinds.Select(k => k.Kind),
            labels => ReviewOrder.Of(questions, labels, questions.Length).Select(r => r.Question),
            isFalse
        );

        queued.ShouldBeLessThan(timely / 2, $"{queued} answers by the queue, {timely} by time");
    }

    const double Wanted = 0.4;

    /// <summary>Answers ten at a time, then asks for the order anew, as a person with a page does.</summary>
    static int UntilKnown(
        IEnumerable<string> kinds,
        Func<IReadOnlyDictionary<string, Labels>, IEnumerable<Question>> order,
        Dictionary<string, bool> isFalse
    )
    {
        var labels = kinds.ToDictionary(k => k, _ => new Labels(0, 0));
        var answered = new HashSet<string>();
        while (true)
            foreach (var q in order(labels).Where(q => !answered.Contains(q.Key)).Take(10).ToList())
            {
                answered.Add(q.Key);
                var (reviewed, falseAlarms) = labels[q.Kind];
                labels[q.Kind] = new Labels(reviewed + 1, falseAlarms + (isFalse[q.Key] ? 1 : 0));
                if (labels.Values.All(l => Share.Width(l.FalseAlarms, l.Reviewed) <= Wanted))
                    return answered.Count;
            }
    }
}
