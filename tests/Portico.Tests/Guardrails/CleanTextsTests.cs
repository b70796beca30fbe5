using Portico.Core.Chat;
using Portico.Gateway.Stages;
using Portico.Guardrails;
using Portico.Guardrails.Detection;

namespace Portico.Tests.Guardrails;

/// <summary>What was searched once need not be searched again, and no rule is weaker for it.</summary>
public sealed class CleanTextsTests
{
    readonly CleanTexts clean = new(new byte[CleanTexts.KeyBytes]);

    static Screen Of(params string[] kinds) =>
        Screen.Of([
            new ContentRule
            {
                Name = "found",
                Kinds = kinds,
                Action = ContentAction.Flag,
            },
        ])!;

    ScreenedInput Read(Screen screen, params (ChatRole Role, string Text)[] messages) =>
        ScreenedInput.Of(
            new ChatRequest { Model = "m", Messages = [.. messages.Select(m => Message(m.Role, m.Text))] },
            null,
            screen,
            null,
            clean
        );

    static ChatMessage Message(ChatRole role, string text) => new() { Role = role, Parts = [new TextPart(text)] };

    bool Knows(Screen screen, TextChannel channel, string text, bool isJson = false, string? question = null) =>
        clean.Knows(clean.EntryOf(screen, channel, isJson, text, question));

    [Fact]
    public void A_text_without_findings_is_known_to_the_screen_that_read_it_in_its_channel_alone()
    {
        var (screen, other) = (Of("pii.card"), Of("pii.card"));
        Knows(screen, TextChannel.User, "Hello there").ShouldBeFalse();
        Read(screen, (ChatRole.User, "Hello there")).Findings.ShouldBeEmpty();
        Knows(screen, TextChannel.User, "Hello there").ShouldBeTrue();
        Knows(screen, TextChannel.System, "Hello there").ShouldBeFalse();
        Knows(screen, TextChannel.User, "Hello there", isJson: true).ShouldBeFalse();
        Knows(screen, TextChannel.User, "Hello ther").ShouldBeFalse();
        Knows(other, TextChannel.User, "Hello there").ShouldBeFalse();
        new CleanTexts([.. Enumerable.Repeat((byte)1, CleanTexts.KeyBytes)])
            .EntryOf(screen, TextChannel.User, false, "Hello there", null)
            .ShouldNotBe(clean.EntryOf(screen, TextChannel.User, false, "Hello there", null));
    }

    [Fact]
    public void What_is_found_is_found_every_time_and_is_never_kept()
    {
        var screen = Of("pii.card");
        for (var time = 0; time < 3; time++)
        {
            Read(screen, (ChatRole.System, "Be brief."), (ChatRole.User, "My card is 4111 1111 1111 1111.")).Findings.Count.ShouldBe(1);
            Knows(screen, TextChannel.User, "My card is 4111 1111 1111 1111.").ShouldBeFalse();
        }
        Knows(screen, TextChannel.System, "Be brief.").ShouldBeTrue();
    }

    [Fact]
    public void A_known_false_alarm_is_not_kept_since_it_may_be_taken_back()
    {
        var alarms = new Alarms();
        var screen = Of("pii.card").Knowing(alarms);
        alarms.All = true;
        Read(screen, (ChatRole.User, "Part 4111 1111 1111 1111")).Findings.ShouldBeEmpty();
        alarms.All = false;
        Read(screen, (ChatRole.User, "Part 4111 1111 1111 1111")).Findings.Count.ShouldBe(1);
    }

    sealed class Alarms : IKnownFindings
    {
        public bool All { get; set; }

        public string DigestOf(string kind, ReadOnlySpan<char> said) => "d";

        public bool IsFalseAlarm(string digest) => All;
    }

    [Fact]
    public void What_is_known_of_false_alarms_changes_nothing_about_clean_texts()
    {
        var screen = Of("pii.card");
        Read(screen.Knowing(new Alarms()), (ChatRole.User, "Hello there"));
        Knows(screen.Knowing(new Alarms()), TextChannel.User, "Hello there").ShouldBeTrue();
    }

    [Fact]
    public void A_result_of_a_tool_is_judged_anew_beside_another_question()
    {
        var screen = Of("injection");
        const string result = "The meeting is on Monday at ten, in the large room.";
        Read(screen, (ChatRole.User, "What does the note say?"), (ChatRole.Tool, result));
        Knows(screen, TextChannel.Tool, result, question: "What does the note say?").ShouldBeTrue();
        Knows(screen, TextChannel.Tool, result, question: "Another question?").ShouldBeFalse();
        Knows(screen, TextChannel.Tool, result).ShouldBeFalse();
        // The same characters, parted elsewhere.
        clean.EntryOf(screen, TextChannel.Tool, false, "ab", "c").ShouldNotBe(clean.EntryOf(screen, TextChannel.Tool, false, "a", "bc"));
    }

    [Fact]
    public void A_text_whose_search_failed_open_is_searched_again()
    {
        var judge = new Unwell();
        var screen = Screen.Of(
            [
                new ContentRule
                {
                    Name = "found",
                    Kinds = ["manner"],
                    Action = ContentAction.Block,
                    FailsOpen = true,
                },
            ],
            new DetectorCatalog([], [() => judge])
        )!;
        judge.Fails = true;
        Read(screen, (ChatRole.User, "Hello!")).Failed.ShouldBe(["found"]);
        judge.Fails = false;
        Read(screen, (ChatRole.User, "Hello!")).Refusal.ShouldNotBeNull();
    }

    sealed class Unwell : IJudge
    {
        public bool Fails { get; set; }

        public IReadOnlyList<DetectorKind> Kinds => [new("manner.shout", "shouting")];

        public void Judge(string text, TextChannel channel, JudgeContext context, List<Finding> findings)
        {
            if (Fails)
                throw new InvalidOperationException("Unwell.");
            findings.Add(new Finding(0, text.Length, "manner.shout", 1));
        }
    }

    [Fact]
    public void Many_threads_and_more_texts_than_fit_never_hide_a_finding()
    {
        var screen = Of("pii.card");
        Parallel.For(
            0,
            80_000,
            i =>
            {
                if (i % 8 == 0)
                    Read(screen, (ChatRole.User, $"Card 4111 1111 1111 1111 of {i}")).Findings.Count.ShouldBe(1);
                else
                    Read(screen, (ChatRole.User, $"Text {i % 50_000}")).Findings.ShouldBeEmpty();
            }
        );
    }

    [Fact]
    public void A_key_of_another_length_is_refused() => Should.Throw<ArgumentOutOfRangeException>(() => new CleanTexts(new byte[16]));
}
