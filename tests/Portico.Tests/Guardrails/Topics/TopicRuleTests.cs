using System.Text;
using Portico.Guardrails;

namespace Portico.Tests.Guardrails.Topics;

/// <summary>A content rule with examples: it acts on texts of its topic, or on what people say that is not of it, and only notes in answers.</summary>
public sealed class TopicRuleTests
{
    const string OnTopic = "Which shares are worth buying for the next ten years?";
    const string OffTopic = "Explain how the blood moves through the heart of a fish.";

    static ContentRule Rule(TopicSet topic, ContentAction action, bool isAllowed = false, params string[] counters) =>
        new()
        {
            Name = topic.Name.Replace(' ', '-'),
            Topics =
            [
                new RuleTopic
                {
                    Examples = topic.Examples,
                    CounterExamples = counters,
                    IsAllowed = isAllowed,
                },
            ],
            Action = action,
        };

    static (string Text, ScreenLane Lane) Whole(string text, TextChannel channel, params ContentRule[] rules)
    {
        var lane = Screen.Of(rules)!.LaneFor(channel);
        return (Screen.Whole(text, lane), lane);
    }

    [Theory]
    [InlineData(TextChannel.User)]
    [InlineData(TextChannel.Tool)]
    [InlineData(TextChannel.Retrieved)]
    public void What_is_like_the_examples_is_refused_where_it_is_there_whole(TextChannel channel)
    {
        var rule = Rule(TuningTopics.Investment, ContentAction.Block);
        var (_, lane) = Whole(OnTopic, channel, rule);
        lane.Refusal.ShouldBe(rule);
        lane.RefusedBy!.Kind.ShouldBe("topic.investment-advice");
        lane.RefusedBy.Score.ShouldBeGreaterThan(0.5f);
        Whole(OffTopic, channel, rule).Lane.Refusal.ShouldBeNull();
    }

    [Fact]
    public void All_pieces_of_a_topic_are_taken_out_and_what_stands_between_stays()
    {
        const string Between =
            "My daughter plays the violin in the school orchestra. On Sunday we walked along the river to the old mill. The bread there is baked in a stone oven. Then it rained, and we waited under the bridge.";
        var (text, lane) = Whole(
            $"{OnTopic} {Between} Is bitcoin a good investment at this price?",
            TextChannel.User,
            Rule(TuningTopics.Investment, ContentAction.Redact)
        );
        text.ShouldStartWith("[redacted:investment-advice]");
        text.ShouldEndWith("[redacted:investment-advice]");
        text.ShouldContain("On Sunday we walked along the river to the old mill. The bread there is baked in a stone oven.");
        text.ShouldNotContain("shares");
        text.ShouldNotContain("bitcoin");
        lane.Told.Select(t => t.Start).ShouldBeInOrder();
    }

    [Fact]
    public void Counter_examples_are_left_alone()
    {
        const string Near = "Where do I see the price that I paid for my shares?";
        Whole(Near, TextChannel.User, Rule(TuningTopics.Investment, ContentAction.Block)).Lane.Refusal.ShouldNotBeNull();
        Whole(
            Near,
            TextChannel.User,
            Rule(TuningTopics.Investment, ContentAction.Block, false, "Where can I see the price I paid for my shares?")
        )
            .Lane.Refusal.ShouldBeNull();
    }

    [Fact]
    public void What_people_say_off_an_allowed_topic_is_refused_and_nothing_else()
    {
        var rule = Rule(TuningTopics.Investment, ContentAction.Block, isAllowed: true);
        var (_, lane) = Whole(OffTopic, TextChannel.User, rule);
        lane.Refusal.ShouldBe(rule);
        (lane.RefusedBy!.Kind, lane.RefusedBy.Start, lane.RefusedBy.Length).ShouldBe(("topic.investment-advice", 0, OffTopic.Length));
        Whole(OnTopic, TextChannel.User, rule).Lane.Refusal.ShouldBeNull();
        foreach (var @short in new[] { "Yes, please do.", "Danke schön!", "好的，谢谢", "?" })
            Whole(@short, TextChannel.User, rule).Lane.Refusal.ShouldBeNull(@short);
        foreach (var channel in new[] { TextChannel.System, TextChannel.Tool, TextChannel.Retrieved, TextChannel.Output })
            Whole(OffTopic, channel, rule).Lane.Told.ShouldBeEmpty();
    }

    [Fact]
    public void An_answer_of_a_topic_goes_on_as_it_came_and_is_noted_for_every_cut()
    {
        var screen = Screen.Of([Rule(TuningTopics.Investment, ContentAction.Block)])!;
        var told = new List<LaneFinding>();
        for (var at = 0; at <= OnTopic.Length; at += 5)
        {
            var lane = screen.LaneFor(TextChannel.Output);
            var target = new StringBuilder();
            lane.Add(OnTopic.AsSpan(0, at), target);
            lane.Add(OnTopic.AsSpan(at), target);
            lane.Complete(target);
            target.ToString().ShouldBe(OnTopic);
            lane.Refusal.ShouldBeNull();
            told.Add(lane.Told.ShouldHaveSingleItem());
        }
        told.Distinct().ShouldHaveSingleItem().Action.ShouldBe(ContentAction.Flag);
        var whole = screen.LaneFor(TextChannel.Output);
        Screen.Answer(OnTopic, whole).ShouldBe(OnTopic);
        whole.Told.ShouldBe([told[0]]);
    }

    [Fact]
    public void Each_rule_has_its_own_topic_and_its_own_score()
    {
        var strict = Rule(TuningTopics.Politics, ContentAction.Block);
        var (_, lane) = Whole(OnTopic, TextChannel.User, strict, Rule(TuningTopics.Investment, ContentAction.Flag));
        lane.Refusal.ShouldBeNull();
        lane.Told.Select(t => t.Rule).ShouldBe(["investment-advice"]);
        var score = lane.Told[0].Score;
        Whole(OnTopic, TextChannel.User, Rule(TuningTopics.Investment, ContentAction.Block) with { MinScore = score + 0.001 })
            .Lane.Refusal.ShouldBeNull();
    }

    [Fact]
    public void Levels_that_meet_have_both_topics_and_join_in_those_of_both()
    {
        var above = Rule(TuningTopics.Investment, ContentAction.Block, isAllowed: true) with { Name = "one" };
        var below = Rule(TuningTopics.Politics, ContentAction.Block, isAllowed: true) with { Name = "one" };
        var met = above.Meet(below);
        met.ShouldBe(below.Meet(above));
        met.Meet(above).ShouldBe(met);
        met.Topics.Count.ShouldBe(2);
        // Of both: nothing is of both topics, so that the stricter of two lists of what is allowed holds.
        Whole(OnTopic, TextChannel.User, above).Lane.Refusal.ShouldBeNull();
        Whole(OnTopic, TextChannel.User, met).Lane.Refusal.ShouldNotBeNull();
        above.Join(below).Topics.ShouldBeEmpty();
        met.Join(above).Topics.ShouldBe(above.Topics);
        above.Equals(above with { Topics = [above.Topics[0] with { IsAllowed = false }] }).ShouldBeFalse();
        above.Equals(above with { Topics = [above.Topics[0] with { CounterExamples = ["a"] }] }).ShouldBeFalse();
        (above.Looks, above.Join(below).Looks).ShouldBe((true, false));
    }
}
