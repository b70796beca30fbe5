using System.Text;
using Portico.Guardrails;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Injection;
using Portico.Tests.Guardrails.Detection;

namespace Portico.Tests.Guardrails.Injection;

/// <summary>A leak of the prompt is seen in whatever form a model is asked to give it, and streamed as whole.</summary>
public sealed class CanaryDetectorTests
{
    const int Before = 12;

    static Canary Made(int seed)
    {
        var bits = new byte[Canary.Bytes];
        new Random(seed).NextBytes(bits);
        return Canary.Make(bits);
    }

    /// <summary>The ten forms in which a canary goes out, and what each is told as.</summary>
    static (string Said, string Kind)[] FormsOf(string text, int seed) =>
        [
            (text, CanaryKinds.Plain),
            (text.ToUpperInvariant(), CanaryKinds.Plain),
            (string.Join(' ', text.ToCharArray()), CanaryKinds.Plain),
            (string.Join("-", text.ToCharArray()), CanaryKinds.Plain),
            (string.Join('\u200B', text.ToCharArray()), CanaryKinds.Plain),
            (new([.. text.Reverse()]), CanaryKinds.Reversed),
            (string.Concat(text.Select(c => char.IsAsciiLetterLower(c) ? (char)('a' + (c - 'a' + 13) % 26) : c)), CanaryKinds.Rotated),
            (Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('x', seed % 5) + " " + text + " and more")), CanaryKinds.Base64),
            (Convert.ToHexString(Encoding.ASCII.GetBytes(text)), CanaryKinds.Hexadecimal),
            (string.Concat(text.Select(c => $"%{(int)c:X2}")), CanaryKinds.Percent),
        ];

    static string In(string form) => $"Here it is: {form}\nDone.";

    static Screen Rules(ContentAction action) =>
        Screen.Of([
            new ContentRule
            {
                Name = "prompt",
                Kinds = [CanaryKinds.Family],
                Action = action,
            },
        ])!;

    static (string Out, ScreenLane Lane) Cut(Screen screen, string text, IEnumerable<int> cuts, bool isJson = false)
    {
        var lane = screen.LaneFor(isJson ? TextChannel.Arguments : TextChannel.Answer, isJson: isJson);
        var (target, from) = (new StringBuilder(), 0);
        foreach (var cut in cuts)
        {
            lane.Add(text.AsSpan(from, cut - from), target);
            from = cut;
        }
        lane.Add(text.AsSpan(from), target);
        lane.Complete(target);
        return (target.ToString(), lane);
    }

    [Fact]
    public void It_is_found_in_ten_forms_wherever_it_stands()
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            var canary = Made(seed);
            var detector = new CanaryDetector(canary);
            foreach (var (form, kind) in FormsOf(canary.Text, seed))
            {
                var findings = new List<Finding>();
                var text = In(form);
                detector.Find(text, 0, isAll: true, findings).ShouldBe(text.Length);
                var found = findings.ShouldHaveSingleItem($"seed {seed}: {form}");
                found.Kind.ShouldBe(kind, $"seed {seed}: {form}");
                found.Start.ShouldBeGreaterThanOrEqualTo(Before);
                (found.Start + found.Length).ShouldBeLessThanOrEqualTo(Before + form.Length);
            }
        }
    }

    [Fact]
    public void It_keeps_what_every_detector_promises()
    {
        for (var seed = 1; seed <= 3; seed++)
        {
            var canary = Made(seed);
            var text = canary.Text;
            DetectorContract.Holds(
                new CanaryDetector(canary),
                [
                    .. FormsOf(text, seed).Select(f => In(f.Said)),
                    text + text[..20] + text,
                    text[..13] + " " + text,
                    string.Join(" | ", text.ToCharArray()) + "%" + text[..3] + "%6",
                    "A name, 100 % sure: " + text[..25] + "-" + canary.Before + "You help." + canary.Behind,
                ]
            );
        }
    }

    [Fact]
    public void A_leak_that_is_refused_ends_at_the_same_place_for_every_cut_and_none_of_it_goes_out()
    {
        for (var seed = 1; seed <= 3; seed++)
        {
            var canary = Made(seed);
            var screen = Rules(ContentAction.Block).Answering(canary)!;
            foreach (var (form, kind) in FormsOf(canary.Text, seed))
            {
                var text = In(form);
                for (var cut = 0; cut <= text.Length; cut++)
                    Check([cut], $"seed {seed}, cut at {cut}: {form}");
                Check(Enumerable.Range(1, text.Length - 1), $"seed {seed}, one by one: {form}");
                for (var draw = 1; draw <= 40; draw++)
                {
                    var random = new Random(draw);
                    Check(Enumerable.Range(1, text.Length - 1).Where(_ => random.Next(7) == 0), $"seed {seed}, draw {draw}: {form}");
                }

                void Check(IEnumerable<int> cuts, string why)
                {
                    var (went, lane) = Cut(screen, text, cuts);
                    lane.Refusal!.Name.ShouldBe("prompt", why);
                    var by = lane.RefusedBy!;
                    (by.Kind, by.Action, by.Score).ShouldBe((kind, ContentAction.Block, 1f), why);
                    // What stands before may have gone on, and no more.
                    text[..(int)by.Start].ShouldStartWith(went, Case.Sensitive, why);
                }
            }
        }
    }

    [Fact]
    public void A_leak_that_is_noted_goes_on_as_it_came_and_is_told_alike_for_every_cut()
    {
        var canary = Made(5);
        var screen = Rules(ContentAction.Flag).Answering(canary)!;
        foreach (var (form, kind) in FormsOf(canary.Text, 5))
        {
            var text = In(form);
            var whole = Cut(screen, text, []).Lane.Told.ShouldHaveSingleItem();
            whole.Kind.ShouldBe(kind);
            for (var cut = 1; cut < text.Length; cut++)
            {
                var (went, lane) = Cut(screen, text, [cut]);
                went.ShouldBe(text);
                lane.Told.ShouldBe([whole], $"cut at {cut}: {form}");
            }
        }
    }

    [Fact]
    public void An_escape_in_the_arguments_of_a_tool_is_the_letter_that_it_stands_for()
    {
        var canary = Made(6);
        var arguments = $$"""{"note":"{{string.Concat(canary.Text.Select(c => $"\\u{(int)c:x4}"))}}"}""";
        for (var cut = 1; cut < arguments.Length; cut++)
            Cut(Rules(ContentAction.Block).Answering(canary)!, arguments, [cut], isJson: true)
                .Lane.RefusedBy!.Kind.ShouldBe(CanaryKinds.Plain);
    }

    [Fact]
    public void Ordinary_words_wait_for_no_more_than_a_few_letters()
    {
        const string Words =
            "Dear Ms Lee, thank you for the 3 forms of 12 March (100 % complete): we answer within 10 days.\n\nKind regards\nClaims";
        for (var seed = 1; seed <= 40; seed++)
        {
            var lane = Rules(ContentAction.Block).Answering(Made(seed))!.LaneFor(TextChannel.Answer);
            var target = new StringBuilder();
            foreach (var c in Words)
            {
                lane.Add([c], target);
                lane.Held.ShouldBeLessThanOrEqualTo(CanaryDetector.MaxBetween + 2, $"seed {seed} at {target.Length}");
            }
            lane.Complete(target);
            target.ToString().ShouldBe(Words);
        }
    }

    [Fact]
    public void Another_canary_is_none_of_ours_and_neither_is_half_of_one()
    {
        var detector = new CanaryDetector(Made(1));
        var none = new List<Finding>();
        foreach (
            var text in (string[])
                [
                    $"It says {Made(2).Text} and nothing else.",
                    Made(1).Text[..25],
                    string.Join(new string('.', CanaryDetector.MaxBetween + 1), Made(1).Text.ToCharArray()),
                ]
        )
            detector.Find(text, 0, isAll: true, none);
        none.ShouldBeEmpty();
    }

    [Fact]
    public void It_has_26_letters_that_carry_all_128_bits()
    {
        Made(1).Text.Length.ShouldBe(26);
        var last = new byte[Canary.Bytes];
        last[^1] = 1;
        Canary.Make(last).Text.ShouldNotBe(Canary.Make(new byte[Canary.Bytes]).Text);
        Should.Throw<ArgumentOutOfRangeException>(() => Canary.Make(new byte[15]));
    }

    [Fact]
    public void Rules_that_look_for_nothing_else_are_gone_where_a_call_has_no_canary()
    {
        Rules(ContentAction.Block).Answering(null).ShouldBeNull();
        var mixed = Screen.Of([
            new ContentRule { Name = "prompt", Kinds = ["canary", "pii.email"] },
            new ContentRule { Name = "words", Words = ["falcon"] },
            new ContentRule { Name = "alone", Kinds = ["canary.plain"] },
        ])!;
        mixed.Answering(null)!.Rules.Select(r => r.Name).ShouldBe(["prompt", "words"]);
        mixed.Answering(Made(1))!.Rules.Select(r => r.Name).ShouldBe(["alone", "prompt", "words"]);
        var none = Screen.Of([new ContentRule { Name = "words", Words = ["falcon"] }])!;
        none.WantsCanary.ShouldBeFalse();
        none.Answering(null).ShouldBeSameAs(none);
    }
}
