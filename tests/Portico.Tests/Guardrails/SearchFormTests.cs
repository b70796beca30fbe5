using System.Text;
using Portico.Guardrails;

namespace Portico.Tests.Guardrails;

/// <summary>Rules find what is written otherwise, and take out what was written.</summary>
public sealed class SearchFormTests
{
    static readonly Screen Falcon = Screen.Of([
        new ContentRule
        {
            Name = "names",
            Words = ["Falcon"],
            Action = ContentAction.Redact,
        },
    ])!;

    [Theory]
    [InlineData("Ｆａｌｃｏｎ", "full width")]
    [InlineData("Fal\u200Bcon", "a zero-width space within")]
    [InlineData("F\u00ADa\u00ADl\u00ADc\u00ADo\u00ADn", "soft hyphens")]
    [InlineData("\u202EFalcon", "a bidirectional override before")]
    [InlineData("\U0001D405\U0001D41A\U0001D425\U0001D41C\U0001D428\U0001D427", "letters for mathematics")]
    [InlineData("ⒻⒶⓁⒸⓄⓃ", "letters in circles")]
    [InlineData("Fal\U000E0020con", "a tag within")]
    [InlineData("Falcon\uFE0F", "a variation selector behind")]
    public void What_is_written_otherwise_is_found_and_all_of_it_taken_out(string written, string how)
    {
        var lane = Falcon.LaneFor(TextChannel.User);
        var left = Screen.Whole($"See {written} now", lane);
        left.ShouldContain("See ");
        left.ShouldContain("[redacted:names]", Case.Sensitive, how);
        left.ShouldEndWith(" now");
        left.ShouldNotContain("con", Case.Insensitive);
        var told = lane.Told.ShouldHaveSingleItem();
        (told.Start + told.Length).ShouldBeLessThanOrEqualTo(4 + written.Length);
    }

    [Fact]
    public void A_text_without_findings_goes_on_as_it_came()
    {
        const string Text = "Ａ ﬁne １２ ½ day\u200B: ™ e\u0301 \uD83D\uDE00 \uD83D x";
        Screen.Whole(Text, Falcon.LaneFor(TextChannel.User)).ShouldBeSameAs(Text);
        var lane = Falcon.LaneFor(TextChannel.Output);
        var target = new StringBuilder();
        foreach (var c in Text)
            lane.Add([c], target);
        lane.Complete(target);
        target.ToString().ShouldBe(Text);
    }

    [Fact]
    public void A_sign_behind_a_word_does_not_hide_it()
    {
        Screen.Whole("Falcon™ and Falcon²", Falcon.LaneFor(TextChannel.User)).ShouldBe("[redacted:names]™ and [redacted:names]²");
    }

    [Fact]
    public void Places_are_told_in_the_text_as_it_came()
    {
        var lane = Falcon.LaneFor(TextChannel.User);
        Screen.Whole("\U0001D400\u200B Ｆalcon", lane);
        var told = lane.Told.ShouldHaveSingleItem();
        (told.Start, told.Length).ShouldBe((4, 6));
    }
}
