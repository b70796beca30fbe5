using System.Text;
using System.Text.RegularExpressions;
using Portico.Guardrails;

namespace Portico.Tests.Guardrails;

/// <summary>The automaton finds what the runtime's regular expressions find, at every place of every text.</summary>
public sealed class AutomatonTests
{
    const string Letters = "abcAB1_ .-é";

    /// <summary>A random pattern that both engines take and mean the same by.</summary>
    static string Pattern(Random random, int depth)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            text.Append(
                random.Next(depth > 0 ? 9 : 7) switch
                {
                    0 => "a",
                    1 => "b",
                    2 => "[a-c]",
                    3 => @"\d",
                    4 => @"[^a\d]",
                    5 => @"\w",
                    6 => random.Next(4) == 0 ? "." : "1",
                    7 => $"({Pattern(random, depth - 1)})",
                    _ => $"(?:{Pattern(random, depth - 1)}|{Pattern(random, depth - 1)})",
                }
            );
            text.Append(
                random.Next(8) switch
                {
                    0 => "*",
                    1 => "+",
                    2 => "?",
                    3 => "{2}",
                    4 => "{1,3}",
                    _ => "",
                }
            );
        }
        return text.ToString();
    }

    [Fact]
    public void It_finds_the_longest_text_that_the_expression_allows_at_each_place()
    {
        var seen = 0;
        for (var seed = 1; seed <= 400; seed++)
        {
            var random = new Random(seed);
            var pattern = Pattern(random, 2);
            // \w and \d mean more in the runtime than here for characters that the texts do not have.
            var expected = new Regex(
                $@"\A(?:{pattern})\z",
                RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
            );
            if (AutomatonOf(pattern) is not { } automaton)
                continue;
            seen++;
            var text = new string(Enumerable.Range(0, random.Next(1, 14)).Select(_ => Letters[random.Next(Letters.Length)]).ToArray());
            for (var at = 0; at < text.Length; at++)
            {
                var longest = 0;
                for (var length = 1; at + length <= text.Length; length++)
                    if (expected.IsMatch(text.Substring(at, length)))
                        longest = length;
                automaton
                    .Match(text, at, null, isAll: true, out var isOpen)
                    .ShouldBe(longest, $"seed {seed}: {pattern} in '{text}' at {at}");
                isOpen.ShouldBeFalse();
            }
        }
        seen.ShouldBeGreaterThan(380);
    }

    /// <summary>Null for one that is too large, which few are.</summary>
    static Automaton? AutomatonOf(string pattern)
    {
        try
        {
            return new Automaton([PatternReader.Read(pattern)]);
        }
        catch (PatternException e) when (e.Message.Contains("too large", StringComparison.Ordinal))
        {
            return null;
        }
    }

    [Fact]
    public void It_says_that_nothing_is_decided_exactly_when_more_text_could_decide_otherwise()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var border = random.Next(3) == 0 ? @"\b" : "";
            var pattern = border + Pattern(random, 1) + border;
            if (AutomatonOf(pattern) is not { } automaton)
                continue;
            var text = new string(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Letters[random.Next(Letters.Length)]).ToArray());
            for (var at = 0; at < text.Length; at++)
            {
                var found = automaton.Match(text, at, null, isAll: false, out var isOpen);
                if (isOpen)
                    continue;
                foreach (var more in new[] { "", "a", "b", "1", " ", "aa1", "bc a", "1111", "abcabc" })
                    automaton
                        .Match(text + more, at, null, isAll: true, out _)
                        .ShouldBe(found, $"seed {seed}: {pattern} in '{text}' + '{more}' at {at}");
            }
        }
    }

    [Theory]
    [InlineData("falcon", "the Falcon flies", 4, 6)]
    [InlineData("falcon", "the falcons fly", 4, 0)]
    [InlineData("falcon", "afalcon", 1, 0)]
    [InlineData("project falcon", "Project \n Falcon!", 0, 16)]
    [InlineData("c++", "we use C++.", 7, 3)]
    public void Words_are_whole_words_in_any_case(string word, string text, int at, int length) =>
        new Automaton([PatternReader.Literal(word)]).Match(text, at, null, isAll: true, out _).ShouldBe(length);

    [Theory]
    [InlineData("a{3", "A repetition is")]
    [InlineData("a{9999}", "of at most 200")]
    [InlineData("*a", "nothing before")]
    [InlineData("a)", "without its (")]
    [InlineData("[a", "no ]")]
    [InlineData("a+?", "longest finding counts")]
    [InlineData(@"(a)\1", "back-references")]
    [InlineData("^a", "no beginning")]
    [InlineData(@"a\b.", "first or last")]
    [InlineData(@"\bone|two\b", "of the whole pattern")]
    [InlineData(@"one|two\b", "of the whole pattern")]
    [InlineData(@"\b", "finds no character")]
    [InlineData("()*", "finds no character")]
    [InlineData("(|a{0})", "finds no character")]
    [InlineData("[z-a]", "lower to a higher")]
    [InlineData("(((a{200}){200}){200})", "too large")]
    [InlineData("(a|b)*a(a|b){60}", "too large")]
    public void What_an_automaton_cannot_do_is_refused_in_words(string pattern, string says) =>
        Should.Throw<PatternException>(() => new Automaton([PatternReader.Read(pattern)])).Message.ShouldContain(says);

    [Theory]
    [InlineData(@"\b(one|two)\b", "two", 0, 3)]
    [InlineData(@"\b(one|two)\b", "twos", 0, 0)]
    [InlineData(@"a\\\b", @"a\ b", 0, 0)]
    [InlineData(@"a\\b", @"a\b", 0, 3)]
    public void Borders_are_of_the_whole_pattern(string pattern, string text, int at, int length) =>
        new Automaton([PatternReader.Read(pattern)]).Match(text, at, null, isAll: true, out _).ShouldBe(length);

    [Fact]
    public void Broken_patterns_are_refused_and_never_break_the_reader()
    {
        for (var seed = 1; seed <= 5_000; seed++)
        {
            var random = new Random(seed);
            var text = new string(
                Enumerable.Range(0, random.Next(1, 12)).Select(_ => @"ab1(){}[]|*+?\^$.-,:dwsb"[random.Next(24)]).ToArray()
            );
            try
            {
                _ = new Automaton([PatternReader.Read(text)]);
            }
            catch (PatternException)
            {
                // In words, as it must be.
            }
        }
    }
}
