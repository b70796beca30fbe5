using Portico.Guardrails;
using Portico.Guardrails.Detection;

namespace Portico.Tests.Guardrails.Grounding;

/// <summary>A content rule that detects grounding: sentences of answers without support are noted with how sure that is, and what has nothing to be compared with is left alone.</summary>
public sealed class GroundingRuleTests
{
    const string Source =
        "The pump X200 delivers 45 litres a minute at a pressure of 6 bar. The warranty covers defects of material for 24 months.";
    const string True = "The warranty covers defects of material for 24 months.";
    const string False = "The warranty covers defects of material for 36 months.";

    static readonly Screen Rules = Screen.Of([
        new ContentRule
        {
            Name = "facts",
            Kinds = ["grounding"],
            Action = ContentAction.Flag,
        },
    ])!;

    static IReadOnlyList<LaneFinding> Told(string text, JudgeContext? context, TextChannel channel = TextChannel.Output)
    {
        var lane = Rules.LaneFor(channel, context: context);
        Screen.Answer(text, lane).ShouldBe(text);
        return lane.Told;
    }

    [Fact]
    public void A_number_that_the_sources_have_otherwise_is_told_with_its_sentence()
    {
        var found = Told($"Here you are. {False} {True}", new JudgeContext(null, ["Something else.", Source])).ShouldHaveSingleItem();
        (found.Kind, found.Start, found.Length, found.Action).ShouldBe(("grounding.unsupported", 14, False.Length, ContentAction.Flag));
        found.Score.ShouldBeGreaterThan(0.7f);
        Told(True, new JudgeContext(null, [Source])).ShouldBeEmpty();
    }

    [Fact]
    public void Without_sources_and_of_what_is_no_answer_nothing_is_said()
    {
        Told(False, null).ShouldBeEmpty();
        Told(False, new JudgeContext("How long is the warranty?")).ShouldBeEmpty();
        Told(False, new JudgeContext(null, [""])).ShouldBeEmpty();
        foreach (var channel in new[] { TextChannel.User, TextChannel.System, TextChannel.Tool, TextChannel.Retrieved })
            Told(False, new JudgeContext(null, [Source]), channel).ShouldBeEmpty();
    }

    [Fact]
    public void Only_rules_that_ask_for_it_need_sources()
    {
        Rules.NeedsSources.ShouldBeTrue();
        Screen.Of([new ContentRule { Name = "x", Kinds = ["injection", "pii", "content"] }])!.NeedsSources.ShouldBeFalse();
    }

    [Fact]
    public void More_sources_than_are_read_are_not_compared()
    {
        var many = Enumerable.Repeat(new string('a', 1024 * 1024), 5).ToList();
        Told(False, new JudgeContext(null, [Source, .. many])).ShouldBeEmpty();
    }
}
