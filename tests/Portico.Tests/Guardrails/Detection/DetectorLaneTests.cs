using System.Text;
using Portico.Guardrails;
using Portico.Guardrails.Detection;

namespace Portico.Tests.Guardrails.Detection;

/// <summary>Rules that look by detectors: by kind, by score, counted in the order of the text, the same whole and streamed, and failing as the rule says.</summary>
public sealed class DetectorLaneTests
{
    /// <summary>Numbers between blanks: as sure as their first digit says in tenths, of the kind of their last.</summary>
    sealed class Numbers(string family = "number") : IDetector
    {
        public int LookBehind => 1;
        public int MaxOpen => 16;
        public IReadOnlyList<DetectorKind> Kinds => [new($"{family}.even", "even number"), new($"{family}.odd", "odd number")];

        public int Find(ReadOnlySpan<char> text, int from, bool isAll, List<Finding> findings)
        {
            for (var at = from; at < text.Length; )
            {
                if (!char.IsAsciiDigit(text[at]) || (at > 0 && text[at - 1] != ' '))
                {
                    at++;
                    continue;
                }
                var end = at;
                while (end < text.Length && end - at < MaxOpen && char.IsAsciiDigit(text[end]))
                    end++;
                if (end == text.Length && end - at < MaxOpen && !isAll)
                    return at;
                if (text[at..end].Contains('0') && text[at] == '0')
                    throw new InvalidOperationException("A zero breaks it.");
                findings.Add(
                    new Finding(at, end - at, text[end - 1] % 2 == 0 ? $"{family}.even" : $"{family}.odd", (text[at] - '0') / 10f)
                );
                at = end;
            }
            return text.Length;
        }
    }

    sealed class Shouts : IJudge
    {
        public IReadOnlyList<DetectorKind> Kinds => [new("manner.shout", "shouting")];

        public void Judge(string text, TextChannel channel, JudgeContext context, List<Finding> findings)
        {
            if (text.IndexOf('!', StringComparison.Ordinal) is var at and >= 0 && channel == TextChannel.User)
                findings.Add(new Finding(0, at + 1, "manner.shout", 1));
        }
    }

    static readonly DetectorCatalog Catalog = new([() => new Numbers()], [() => new Shouts()]);

    static ContentRule Rule(
        string name,
        string[] kinds,
        ContentAction action = ContentAction.Redact,
        double score = 0.5,
        int threshold = 1
    ) =>
        new()
        {
            Name = name,
            Kinds = kinds,
            Action = action,
            MinScore = score,
            Threshold = threshold,
        };

    static string Whole(Screen screen, string text) => Screen.Whole(text, screen.LaneFor(TextChannel.User));

    [Fact]
    public void A_kind_or_the_front_of_it_is_looked_for_from_a_score_on()
    {
        const string Text = "see 52 and 93 and 11";
        Whole(Screen.Of([Rule("n", ["number"])], Catalog)!, Text).ShouldBe("see [redacted:n] and [redacted:n] and 11");
        Whole(Screen.Of([Rule("n", ["number.even"])], Catalog)!, Text).ShouldBe("see [redacted:n] and 93 and 11");
        Whole(Screen.Of([Rule("n", ["number"], score: 0.9)], Catalog)!, Text).ShouldBe("see 52 and [redacted:n] and 11");
        Whole(Screen.Of([Rule("n", ["number"], score: 0.05)], Catalog)!, Text)
            .ShouldBe("see [redacted:n] and [redacted:n] and [redacted:n]");
        Screen.Of([Rule("n", ["numb"])], Catalog)!.LaneFor(TextChannel.User).ShouldNotBeNull();
        Whole(Screen.Of([Rule("n", ["numb"])], Catalog)!, Text).ShouldBe(Text, "a name ends at its dot");
    }

    [Fact]
    public void Words_and_kinds_of_a_rule_are_counted_in_the_order_of_the_text_for_every_cut()
    {
        var rule = Rule("n", ["number"], threshold: 2) with { Words = ["five"], Patterns = ["x+y"] };
        var screen = Screen.Of([rule, Rule("even", ["number.even"], ContentAction.Flag), Rule("b", ["number.odd"], score: 0.8)], Catalog)!;
        string[] pieces = ["five", "52", "77", " ", " ", "xx", "xy", "99", "1234567890123456789", "a"];
        for (var seed = 1; seed <= 2_000; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => pieces[random.Next(pieces.Length)]));
            var lane = screen.LaneFor(TextChannel.Output);
            var whole = Screen.Whole(text, lane);
            for (var cut = 0; cut <= text.Length; cut++)
            {
                var cutLane = screen.LaneFor(TextChannel.Output);
                var target = new StringBuilder();
                cutLane.Add(text.AsSpan(0, cut), target);
                cutLane.Add(text.AsSpan(cut), target);
                cutLane.Complete(target);
                target.ToString().ShouldBe(whole, $"seed {seed}, cut at {cut}: {text}");
                cutLane
                    .Told.OrderBy(t => (t.Start, t.Rule))
                    .ShouldBe(lane.Told.OrderBy(t => (t.Start, t.Rule)), $"seed {seed}, cut at {cut}: {text}");
            }
        }
    }

    [Fact]
    public void A_judge_sees_whole_texts_and_their_channel_and_no_stream()
    {
        var screen = Screen.Of([Rule("manners", ["manner"], ContentAction.Block)], Catalog)!;
        var lane = screen.LaneFor(TextChannel.User);
        Screen.Whole("Go away! Now", lane);
        lane.RefusedBy.ShouldBe(new LaneFinding("manners", "manner.shout", 0, 8, 1, ContentAction.Block));
        lane = screen.LaneFor(TextChannel.Tool);
        Screen.Whole("Go away! Now", lane).ShouldBe("Go away! Now");
        lane.Refusal.ShouldBeNull();
        var streamed = screen.LaneFor(TextChannel.Output);
        var target = new StringBuilder();
        streamed.Add("Go away!", target);
        target.ToString().ShouldBe("Go away!");
    }

    [Fact]
    public void A_detector_that_fails_lets_pass_only_the_rules_that_fail_open()
    {
        var closed = Screen.Of([Rule("n", ["number"])], Catalog)!;
        Should.Throw<ScreenFailedException>(() => Whole(closed, "now 012")).Rule.Name.ShouldBe("n");
        var open = Screen.Of([Rule("n", ["number"]) with { FailsOpen = true }, Rule("w", []) with { Words = ["now"] }], Catalog)!;
        var lane = open.LaneFor(TextChannel.User);
        Screen.Whole("now 012 52", lane).ShouldBe("[redacted:w] 012 52");
        lane.Failed.ShouldHaveSingleItem().Name.ShouldBe("n");
        Whole(Screen.Of([Rule("w", []) with { Words = ["now"] }], Catalog)!, "now 012")
            .ShouldBe("[redacted:w] 012", "no rule asks the detector");
    }

    [Fact]
    public void Rules_with_kinds_meet_and_join_as_the_sets_that_their_names_mean()
    {
        var all = Rule("n", ["number"], score: 0.7);
        var some = Rule("n", ["number.even", "other.one"], score: 0.6);
        all.Meet(some).Kinds.ShouldBe(["number", "other.one"]);
        all.Meet(some).MinScore.ShouldBe(0.6);
        all.Join(some).Kinds.ShouldBe(["number.even"]);
        all.Join(some).MinScore.ShouldBe(0.7);
        all.Meet(some).ShouldBe(some.Meet(all));
        Rule("n", ["pii", "pii.email", "pii.email"]).Kinds.ShouldBe(["pii"]);
        Rule("n", ["pii.em", "pii.email"]).Kinds.Count.ShouldBe(2);
    }
}
