using System.Text;
using Portico.Guardrails;

namespace Portico.Tests.Guardrails;

/// <summary>A text in pieces comes out as the whole text does, whatever was cut where, and nothing of a finding comes out before.</summary>
public sealed class ScreenLaneTests
{
    static readonly ContentRule[] Rules =
    [
        new()
        {
            Name = "cards",
            Patterns = [@"\b\d{4}([ -]?\d{4}){3}\b"],
            Action = ContentAction.Redact,
        },
        new()
        {
            Name = "mail",
            Patterns = [@"[a-z0-9._]+@[a-z0-9-]+(\.[a-z]+)+"],
            Action = ContentAction.Redact,
        },
        new()
        {
            Name = "projects",
            Words = ["Falcon", "Blue Heron", "c++"],
            Action = ContentAction.Redact,
        },
        new()
        {
            Name = "secrets",
            Patterns = ["sk_[a-z0-9]{6,}"],
            Action = ContentAction.Redact,
            Threshold = 2,
        },
        new()
        {
            Name = "noise",
            Words = ["very"],
            Action = ContentAction.Flag,
        },
    ];

    static readonly string[] Pieces =
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-111",
        "anna.smith@example.co.uk",
        "bob@x",
        "Falcon",
        "falcons",
        "blue  heron",
        "Blue",
        "C++",
        "c+",
        "sk_abc123",
        "sk_a",
        "very",
        "😀",
        "é",
        " ",
        ".",
        ", ",
        "\n",
        "1",
        "hello",
        "⟦cards:1⟧",
        // Full width, invisible characters within, a ligature, letters for mathematics beyond the first plane, half a pair.
        "Ｆａｌｃｏｎ",
        "Fal\u200Bco\u00ADn",
        "\u200B",
        "\uFB01",
        "\U0001D5D9alcon",
        "４１１１ 1111 1111 1111",
        "\uD83D",
    ];

    static string Text(Random random) =>
        string.Concat(
            Enumerable.Range(0, random.Next(1, 9)).Select(_ => Pieces[random.Next(Pieces.Length)] + (random.Next(2) == 0 ? " " : ""))
        );

    static (string Text, bool Refused) Streamed(Screen screen, IEnumerable<string> pieces, Action<string, string>? look = null)
    {
        var lane = screen.LaneFor(TextChannel.Output);
        var (target, seen) = (new StringBuilder(), new StringBuilder());
        foreach (var piece in pieces)
        {
            seen.Append(piece);
            lane.Add(piece, target);
            look?.Invoke(target.ToString(), seen.ToString());
        }
        lane.Complete(target);
        return (target.ToString(), lane.Refusal is not null);
    }

    [Fact]
    public void Every_way_to_cut_a_text_in_two_gives_the_whole_text()
    {
        var screen = Screen.Of(Rules)!;
        for (var seed = 1; seed <= 2_000; seed++)
        {
            var text = Text(new Random(seed));
            var whole = Screen.Whole(text, screen.LaneFor(TextChannel.Output));
            for (var cut = 0; cut <= text.Length; cut++)
                Streamed(screen, [text[..cut], text[cut..]]).Text.ShouldBe(whole, $"seed {seed}, cut at {cut}: {text}");
        }
    }

    [Fact]
    public void Any_cuts_give_the_whole_text_and_no_piece_tells_of_what_is_taken_out()
    {
        var screen = Screen.Of(Rules)!;
        for (var seed = 1; seed <= 5_000; seed++)
        {
            var random = new Random(seed);
            var text = Text(random);
            var whole = Screen.Whole(text, screen.LaneFor(TextChannel.Output));
            var cuts = Enumerable
                .Range(0, random.Next(0, text.Length + 1))
                .Select(_ => random.Next(text.Length + 1))
                .Append(0)
                .Append(text.Length)
                .Order()
                .ToList();
            var pieces = cuts.Zip(cuts.Skip(1), (from, to) => text[from..to]).ToList();
            Streamed(
                screen,
                pieces,
                (so, _) => whole.StartsWith(so, StringComparison.Ordinal).ShouldBeTrue($"seed {seed}: '{so}' is no beginning of '{whole}'")
            )
                .Text.ShouldBe(whole, $"seed {seed}: {string.Join('|', pieces)}");
            Streamed(screen, text.Select(c => c.ToString())).Text.ShouldBe(whole, $"seed {seed}, one by one");
        }
    }

    [Fact]
    public void Random_rules_are_kept_for_every_cut()
    {
        string[] patterns = ["a+b", "ab", "b[ab]*a", @"\bab\b", "(ab|ba){2,}", "a.b", "b{3}"];
        for (var seed = 1; seed <= 3_000; seed++)
        {
            var random = new Random(seed);
            var rules = Enumerable
                .Range(0, random.Next(1, 4))
                .Select(i => new ContentRule
                {
                    Name = $"r{i}",
                    Patterns = [patterns[random.Next(patterns.Length)]],
                    Action = random.Next(3) == 0 ? ContentAction.Block : ContentAction.Redact,
                    Threshold = random.Next(1, 3),
                })
                .ToList();
            var screen = Screen.Of(rules)!;
            var text = new string(Enumerable.Range(0, random.Next(1, 16)).Select(_ => "aabb -"[random.Next(6)]).ToArray());
            var lane = screen.LaneFor(TextChannel.Output);
            var whole = Screen.Whole(text, lane);
            for (var cut = 0; cut <= text.Length; cut++)
            {
                var (streamed, refused) = Streamed(screen, [text[..cut], text[cut..]]);
                refused.ShouldBe(lane.Refusal is not null, $"seed {seed}, cut at {cut}: {text}");
                if (!refused)
                    streamed.ShouldBe(whole, $"seed {seed}, cut at {cut}: {text}");
            }
        }
    }

    [Fact]
    public void What_can_become_no_finding_any_more_is_not_held()
    {
        var screen = Screen.Of(Rules)!;
        var lane = screen.LaneFor(TextChannel.Output);
        var target = new StringBuilder();
        lane.Add("We say hello ", target);
        lane.Held.ShouldBe(0);
        lane.Add("to Fal", target);
        target.ToString().ShouldBe("We say hello to ");
        lane.Add("con", target);
        target.ToString().ShouldBe("We say hello to ", "it may yet be falconry");
        lane.Add("s and ", target);
        target.ToString().ShouldBe("We say hello to Falcons and ");
    }

    [Fact]
    public void Behind_a_block_nothing_comes_out()
    {
        var screen = Screen.Of([
            new ContentRule
            {
                Name = "no",
                Words = ["never"],
                Action = ContentAction.Block,
            },
        ])!;
        var lane = screen.LaneFor(TextChannel.Output);
        var target = new StringBuilder();
        lane.Add("this is ", target);
        lane.Add("never said", target);
        lane.Refusal!.Name.ShouldBe("no");
        lane.Add(" again", target);
        lane.Complete(target);
        target.ToString().ShouldBe("this is ");
    }

    [Fact]
    public void A_longer_milder_finding_does_not_hide_a_stricter_one_inside()
    {
        var screen = Screen.Of([
            new ContentRule
            {
                Name = "long",
                Patterns = ["x.{0,40}x"],
                Action = ContentAction.Flag,
            },
            new ContentRule
            {
                Name = "word",
                Words = ["Falcon"],
                Action = ContentAction.Redact,
            },
        ])!;
        Screen.Whole("x the Falcon x", screen.LaneFor(TextChannel.User)).ShouldBe("x the [redacted:word] x");
    }

    [Fact]
    public void Rules_that_met_are_searched_however_large_they_are_together()
    {
        // Each has some four thousand states.
        var patterns = new[] { 'b', 'd', 'e' }.Select(c => $"[a{c}]*a[a{c}]{{11}}x").ToArray();
        var rule = new ContentRule
        {
            Name = "many",
            Patterns = patterns,
            Words = ["Falcon"],
            Action = ContentAction.Redact,
        };
        Should.Throw<PatternException>(() => Screen.Check(rule)).Message.ShouldContain("too large");
        foreach (var pattern in patterns)
            Screen.Check(rule with { Patterns = [pattern], Words = [] });
        Screen
            .Whole("abbbbbbbbbbbx addddddddddx aeeeeeeeeeeex Falcon", Screen.Of([rule])!.LaneFor(TextChannel.User))
            .ShouldBe("[redacted:many] addddddddddx [redacted:many] [redacted:many]");
    }

    [Fact]
    public void What_is_masked_in_json_stays_json()
    {
        var screen = Screen.Of([
            new ContentRule
            {
                Name = "digits",
                Patterns = [@"\d{6,}"],
                Action = ContentAction.Redact,
            },
        ])!;
        var lane = screen.LaneFor(TextChannel.Output, null, isJson: true);
        Screen.Whole("""{"card":41112222,"text":"no 123456 \n"}""", lane).ShouldBe("""{"card":11111111,"text":"no 111111 \n"}""");
    }
}
