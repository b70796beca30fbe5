using System.Text;
using Portico.Guardrails;

namespace Portico.Tests.Guardrails.Overlap;

/// <summary>A content rule with protected texts of its own: what it takes out is the same whole and for every way to cut, and another rule's texts are not its own.</summary>
public sealed class ProtectedRuleTests
{
    static ContentRule Rule(string name, ContentAction action, params string[] texts) =>
        new()
        {
            Name = name,
            Protects = texts,
            Action = action,
        };

    static string Excerpt(int from, int words) => string.Join(' ', OverlapTexts.Tale.Split(' ').Skip(from).Take(words));

    static string Streamed(Screen screen, string text, int at)
    {
        var lane = screen.LaneFor(TextChannel.Output);
        var target = new StringBuilder();
        lane.Add(text.AsSpan(0, at), target);
        lane.Add(text.AsSpan(at), target);
        lane.Complete(target);
        return target.ToString();
    }

    [Fact]
    public void A_run_of_a_protected_text_is_taken_out_and_all_cuts_give_the_same()
    {
        var screen = Screen.Of([Rule("tale", ContentAction.Redact, OverlapTexts.Tale)])!;
        var text = $"As somebody wrote: {Excerpt(3, 34).Replace(' ', '\n')} - and then it ended.";
        var lane = screen.LaneFor(TextChannel.Output);
        var whole = Screen.Whole(text, lane);
        whole.ShouldStartWith("As somebody wrote: [redacted:tale]");
        whole.ShouldEndWith("and then it ended.");
        lane.Told[0].Kind.ShouldBe("overlap.tale");
        for (var at = 0; at <= text.Length; at++)
            Streamed(screen, text, at).ShouldBe(whole, $"cut at {at}");
    }

    [Fact]
    public void Fewer_words_and_other_words_pass()
    {
        var screen = Screen.Of([Rule("tale", ContentAction.Block, OverlapTexts.Tale)])!;
        foreach (
            var text in new[]
            {
                Excerpt(3, 20),
                "A keeper wound his clock each evening and waited for gulls, as keepers do, until a boat brought mail.",
            }
        )
        {
            var lane = screen.LaneFor(TextChannel.Output);
            Screen.Whole(text, lane).ShouldBe(text);
            lane.Refusal.ShouldBeNull();
        }
    }

    [Fact]
    public void Each_rule_has_its_own_texts()
    {
        var screen = Screen.Of([
            Rule("licence", ContentAction.Block, OverlapTexts.Licence),
            Rule("tale", ContentAction.Flag, OverlapTexts.Tale),
        ])!;
        var lane = screen.LaneFor(TextChannel.User);
        Screen.Whole(OverlapTexts.Tale, lane);
        lane.Refusal.ShouldBeNull();
        lane.Told.Select(t => t.Rule).Distinct().ShouldBe(["tale"]);
    }

    [Fact]
    public void Levels_meet_in_all_texts_and_join_in_those_of_both()
    {
        var above = Rule("ip", ContentAction.Flag, OverlapTexts.Tale);
        var below = Rule("ip", ContentAction.Block, OverlapTexts.Licence);
        above.Meet(below).Protects.Count.ShouldBe(2);
        above.Join(below).Protects.ShouldBeEmpty();
        above.Equals(above with { Protects = [OverlapTexts.Licence] }).ShouldBeFalse();
        above.Looks.ShouldBeTrue();
        above.Join(below).Looks.ShouldBeFalse();
    }
}
