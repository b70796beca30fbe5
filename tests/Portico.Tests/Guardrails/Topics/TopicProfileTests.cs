using Portico.Guardrails.Topics;

namespace Portico.Tests.Guardrails.Topics;

/// <summary>A topic is told from its examples, near ones apart from it, with the piece that is of it.</summary>
public sealed class TopicProfileTests
{
    /// <summary>The operating point of the figures.</summary>
    const float Threshold = 0.5f;

    static readonly TopicProfile Football = TopicProfile.Of(TuningTopics.Football.Examples);

    static (double Balanced, double Recall, double Specificity) Measure(IEnumerable<TopicSet> topics)
    {
        var (found, positives, passed, negatives) = (0, 0, 0, 0);
        foreach (var topic in topics)
        {
            var profile = TopicProfile.Of(topic.Examples);
            found += topic.Positives.Count(t => profile.Score(t) >= Threshold);
            passed += topic.Negatives.Count(t => profile.Score(t) < Threshold);
            positives += topic.Positives.Length;
            negatives += topic.Negatives.Length;
        }
        var (recall, specificity) = (found / (double)positives, passed / (double)negatives);
        return ((recall + specificity) / 2, recall, specificity);
    }

    /// <summary>Measured: 0.948 (recall 0.979, specificity 0.917) on 4 topics with 96 texts; with the topics that the constants were chosen on 0.922.</summary>
    [Fact]
    public void Topics_that_no_constant_was_chosen_on_are_told_apart_from_near_ones()
    {
        var (balanced, recall, specificity) = Measure(MeasuredTopics.All);
        var all = Measure(TuningTopics.All.Concat(MeasuredTopics.All));
        var figures = $"{balanced:0.000} (recall {recall:0.000}, specificity {specificity:0.000}), all {all.Balanced:0.000}";
        balanced.ShouldBeGreaterThan(0.92, figures);
        recall.ShouldBeGreaterThan(0.95, figures);
        specificity.ShouldBeGreaterThan(0.89, figures);
        all.Balanced.ShouldBeGreaterThan(0.90, figures);
    }

    [Fact]
    public void Texts_of_other_topics_are_far()
    {
        var topics = TuningTopics.All.Concat(MeasuredTopics.All).ToList();
        var (passed, count) = (0, 0);
        foreach (var topic in topics)
        {
            var profile = TopicProfile.Of(topic.Examples);
            foreach (var text in topics.Where(t => t != topic).SelectMany(t => t.Positives))
            {
                count++;
                passed += profile.Score(text) < Threshold ? 1 : 0;
            }
        }
        (passed / (double)count).ShouldBeGreaterThan(0.97);
    }

    [Fact]
    public void One_example_is_enough_for_what_is_said_nearly_so()
    {
        var profile = TopicProfile.Of(["Which ships carry grain through the canal?"]);
        profile.Score("Through which canal do grain ships go?").ShouldBeGreaterThan(0.9f);
        profile.Score("The weather in the mountains was fine.").ShouldBeLessThan(0.05f);
        profile.Score("Which of the two?").ShouldBe(0);
        profile.Score("").ShouldBe(0);
    }

    [Fact]
    public void Other_languages_are_told_by_their_own_examples()
    {
        var profile = TopicProfile.Of([
            "Darf mein Vermieter die Miete ohne Frist erhöhen?",
            "Wie kündige ich meinen Mietvertrag?",
            "Wer zahlt die Reparatur der Heizung in der Mietwohnung?",
        ]);
        profile.Score("Kann der Vermieter den Mietvertrag einfach kündigen?").ShouldBeGreaterThan(Threshold);
        profile.Score("Wie lange muss der Kuchen im Ofen bleiben?").ShouldBeLessThan(0.1f);
        var chinese = TopicProfile.Of(["这只股票现在可以买吗？", "哪只基金的收益最好？"]);
        chinese.Score("现在买哪只股票好？").ShouldBeGreaterThan(Threshold);
        chinese.Score("明天天气怎么样？").ShouldBeLessThan(0.3f);
    }

    [Fact]
    public void Counter_examples_take_off_what_is_like_them()
    {
        const string near = "Our goal for the half year is a better score with customers.";
        const string of = "The striker scored the winning goal in the second half.";
        var profile = TopicProfile.Of(TuningTopics.Football.Examples, ["Our goal for the year is that customers give us a better score."]);
        profile.Score(near).ShouldBeLessThan(Football.Score(near));
        profile.Score(near).ShouldBeLessThan(0.1f);
        profile.Score(of).ShouldBeGreaterThan(0.8f);
    }

    [Fact]
    public void The_piece_that_is_of_the_topic_is_told()
    {
        const string piece = "The referee gave a penalty and the striker scored the winning goal.";
        const string text = "Thank you for the report. It is raining here. " + piece + " Shall we meet on Monday at the office?";
        var found = Football.Find(text).ShouldNotBeNull();
        text.Substring(found.Start, found.Length).ShouldContain("penalty");
        found.Length.ShouldBeLessThan(piece.Length + 30);
        found.Score.ShouldBe(Football.Score(text));
        Football.Find("Zulu.").ShouldBeNull();
    }

    [Fact]
    public void Long_examples_and_many_of_them_are_read()
    {
        var long2000 = string.Join(' ', TuningTopics.Football.Positives.Concat(TuningTopics.Football.Examples));
        long2000.Length.ShouldBeLessThan(TopicProfile.MaxExampleCharacters);
        var profile = TopicProfile.Of([.. Enumerable.Repeat(long2000, TopicProfile.MaxExamples)]);
        profile.Score("Who will win the cup final?").ShouldBeGreaterThan(Threshold);
        Should.Throw<ArgumentException>(() => TopicProfile.Of([]));
        Should.Throw<ArgumentException>(() => TopicProfile.Of([.. Enumerable.Repeat("a", 201)]));
        Should.Throw<ArgumentException>(() => TopicProfile.Of([new string('a', 2001)]));
        TopicProfile.Of(["", "the of"]).Score("the of").ShouldBe(0);
    }

    [Fact]
    public void Any_text_at_all_is_read_and_pieces_lie_within_it()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var text = new string([
                .. Enumerable.Range(0, 300).SelectMany(_ => random.Next(4) == 0 ? "goal. " : $"{(char)random.Next(0x10000)}"),
            ]);
            if (Football.Find(text) is not { } found)
                continue;
            found.Score.ShouldBeInRange(0, 1);
            found.Length.ShouldBePositive();
            found.Start.ShouldBeInRange(0, text.Length - found.Length, $"seed {seed}");
            Cuts(text, found.Start).ShouldBeFalse($"seed {seed}");
            Cuts(text, found.Start + found.Length).ShouldBeFalse($"seed {seed}");
        }
        Football.Score(new string('x', 1 << 20)).ShouldBeLessThan(Threshold);
        Football.Score(string.Concat(Enumerable.Repeat("goal ", 200_000))).ShouldBeInRange(0, 1);
        Football.Score(new string('\u200B', 100_000)).ShouldBe(0);
        Football.Score(new string('我', 100_000)).ShouldBe(0);
    }

    /// <summary>Whether a place stands within a pair of surrogates.</summary>
    static bool Cuts(string text, int at) =>
        at > 0 && at < text.Length && char.IsHighSurrogate(text[at - 1]) && char.IsLowSurrogate(text[at]);
}
