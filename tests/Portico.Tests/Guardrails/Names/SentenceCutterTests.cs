using Portico.Guardrails.Names;

namespace Portico.Tests.Guardrails.Names;

/// <summary>A text is cut into sentences and blocks of lines, and never torn at an abbreviation.</summary>
public sealed class SentenceCutterTests
{
    [Theory]
    [InlineData("One came. Two went! Three? Yes.", "One came.| Two went!| Three?| Yes.")]
    [InlineData("Mr. J. Smith lives in St. Louis. He sings.", "Mr. J. Smith lives in St. Louis.| He sings.")]
    [InlineData("He said \"yes.\" Then he left.", "He said \"yes.\"| Then he left.")]
    [InlineData("Anna Berg\n5 Mill Lane\nOslo", "Anna Berg\n5 Mill Lane\nOslo")]
    [InlineData("first part\n\nsecond part", "first part\n|\nsecond part")]
    [InlineData("list\n- one\n- two", "list\n|- one\n|- two")]
    [InlineData("3.14 is no end. v2.0 neither.", "3.14 is no end.| v2.0 neither.")]
    public void It_is_cut_at_the_ends_of_sentences(string text, string units) => Units(text).ShouldBe(units.Split('|'));

    [Fact]
    public void A_long_sentence_is_cut_between_two_small_words()
    {
        var text = string.Join(' ', Enumerable.Repeat("the small boat of Anna Berg went on", 20));
        var units = Units(text);
        string.Concat(units).ShouldBe(text);
        foreach (var unit in units)
        {
            unit.Length.ShouldBeLessThanOrEqualTo(SentenceCutter.LongestUnit);
            unit.ShouldNotEndWith("Anna");
        }
    }

    static List<string> Units(string text)
    {
        var units = new List<string>();
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = SentenceCutter.End(text, start, true);
            units.Add(text[start..end]);
        }
        return units;
    }
}
