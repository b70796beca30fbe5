using System.Text.Json;
using Portico.Core.Chat;
using Portico.Governance.Learning;

namespace Portico.Tests.Governance.Learning;

/// <summary>Checks of exercises: each looks at the request alone.</summary>
public sealed class ExerciseCheckTests
{
    static Exercise Of(params ExerciseCheck[] checks) => new("e", "E", "Do it", "Hello", null, checks);

    static ExerciseCheck Check(CheckKind kind, double number = 0, params string[] words) => new(kind.ToString(), kind, words, number, null);

    static ChatMessage Says(ChatRole role, string text) => new() { Role = role, Parts = [new TextPart(text)] };

    static ChatRequest Asks(string text) => new() { Model = "m", Messages = [Says(ChatRole.User, text)] };

    static bool Meets(ExerciseCheck check, ChatRequest request) => ExerciseChecks.Look(Of(check), request).Met.Count == 1;

    [Theory]
    [InlineData(CheckKind.NamesRole, "You are an  editor.", true)]
    [InlineData(CheckKind.NamesRole, "you are able to read", false)]
    [InlineData(CheckKind.AsksForJson, "Answer as json", true)]
    [InlineData(CheckKind.AsksForJson, "Answer as XML", false)]
    [InlineData(CheckKind.MarksMaterial, "Read <mail>hello</mail>", true)]
    [InlineData(CheckKind.MarksMaterial, "Read <mail>hello", false)]
    [InlineData(CheckKind.MarksMaterial, "Read '''hello'''", true)]
    [InlineData(CheckKind.MarksMaterial, "Read ```\nhello\n```", true)]
    [InlineData(CheckKind.MarksMaterial, "Read ```hello", false)]
    [InlineData(CheckKind.UsesSystem, "Hello", false)]
    public void A_text_meets_a_check_or_not(CheckKind kind, string text, bool expected) =>
        Meets(Check(kind), Asks(text)).ShouldBe(expected);

    [Fact]
    public void Words_are_found_whatever_their_case_and_blanks()
    {
        Meets(Check(CheckKind.MentionsAll, 0, "old address", "son"), Asks("The OLD\n address; his Son")).ShouldBeTrue();
        Meets(Check(CheckKind.MentionsAll, 0, "old address", "son"), Asks("The old address")).ShouldBeFalse();
        Meets(Check(CheckKind.MentionsAny, 0, "x", "address"), Asks("The old address")).ShouldBeTrue();
        Meets(Check(CheckKind.MentionsNone, 0, "Huber"), Asks("Mrs. HUBER")).ShouldBeFalse();
        Meets(Check(CheckKind.MentionsNone, 0, "Huber"), Asks("[customer]")).ShouldBeTrue();
    }

    [Fact]
    public void What_the_model_said_proves_nothing()
    {
        var request = new ChatRequest
        {
            Model = "m",
            Messages =
            [
                Says(ChatRole.User, "Hello"),
                Says(ChatRole.Assistant, "You are a poet. Here is JSON."),
                Says(ChatRole.User, "More"),
            ],
        };
        Meets(Check(CheckKind.NamesRole), request).ShouldBeFalse();
        Meets(Check(CheckKind.AsksForJson), request).ShouldBeFalse();
        Meets(Check(CheckKind.TurnsAtLeast, 2), request).ShouldBeTrue();
        Meets(Check(CheckKind.TurnsAtLeast, 3), request).ShouldBeFalse();
        // And what it said may hold what the person left out.
        Meets(Check(CheckKind.MentionsNone, 0, "poet"), request).ShouldBeTrue();
    }

    [Fact]
    public void Settings_count_and_what_is_not_set_meets_nothing()
    {
        var format = new ResponseFormat(ResponseFormatKind.JsonSchema, "a", JsonDocument.Parse("{}").RootElement);
        Meets(Check(CheckKind.AsksForJson), Asks("Hello") with { ResponseFormat = format }).ShouldBeTrue();
        Meets(Check(CheckKind.TemperatureAtMost, 0.3), Asks("Hello") with { Temperature = 0.3 }).ShouldBeTrue();
        Meets(Check(CheckKind.TemperatureAtMost, 0.3), Asks("Hello") with { Temperature = 0.4 }).ShouldBeFalse();
        Meets(Check(CheckKind.TemperatureAtMost, 0.3), Asks("Hello")).ShouldBeFalse();
        Meets(Check(CheckKind.WordsAtMost, 2), Asks("one two")).ShouldBeTrue();
        Meets(Check(CheckKind.WordsAtMost, 2), Asks("one two three")).ShouldBeFalse();
        Meets(Check(CheckKind.WordsAtLeast, 3), Asks("one two three")).ShouldBeTrue();
        Meets(Check(CheckKind.GivesExamples, 2), Asks("Example: a. Example 2: b.")).ShouldBeTrue();
        Meets(Check(CheckKind.GivesExamples, 2), Asks("Example: a.")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("temperature", true, false, false)]
    [InlineData("model", false, true, false)]
    [InlineData("prompt", false, false, true)]
    public void A_comparison_is_two_calls_that_differ_in_that_alone(string what, bool temperature, bool model, bool prompt)
    {
        var exercise = Of(Check(CheckKind.Compares, 0, what));
        var first = ExerciseChecks.Look(exercise, Asks("Hello") with { Temperature = 0 });
        var second = ExerciseChecks.Look(exercise, Asks("Hello") with { Temperature = 1 });
        var third = ExerciseChecks.Look(exercise, Asks("Hello") with { Temperature = 0, Model = "other" });
        var fourth = ExerciseChecks.Look(exercise, Asks("Hello you") with { Temperature = 0 });
        var all = ExerciseChecks.Look(exercise, Asks("Else") with { Temperature = 2, Model = "third" });
        ExerciseChecks.Sum(exercise, [first, first, all]).Done.ShouldBeFalse();
        ExerciseChecks.Sum(exercise, [first, second]).Done.ShouldBe(temperature);
        ExerciseChecks.Sum(exercise, [first, third]).Done.ShouldBe(model);
        ExerciseChecks.Sum(exercise, [first, fourth]).Done.ShouldBe(prompt);
    }

    [Fact]
    public void Single_checks_are_met_by_one_call_and_not_bit_by_bit()
    {
        var exercise = Of(Check(CheckKind.NamesRole), Check(CheckKind.AsksForJson), Check(CheckKind.Compares, 0, "prompt"));
        var role = ExerciseChecks.Look(exercise, Asks("You are a poet."));
        var json = ExerciseChecks.Look(exercise, Asks("Answer in JSON."));
        var both = ExerciseChecks.Look(exercise, Asks("You are a poet. Answer in JSON."));
        var (met, done) = ExerciseChecks.Sum(exercise, [role, json]);
        (met.SequenceEqual([1, 2]), done).ShouldBe((true, false));
        ExerciseChecks.Sum(exercise, [both]).ShouldSatisfyAllConditions(s => s.Done.ShouldBeFalse(), s => s.Met.ShouldBe([0, 1]));
        // One that did it stays done, whatever is tried afterwards.
        ExerciseChecks.Sum(exercise, [both, json]).Done.ShouldBeTrue();
        ExerciseChecks.Sum(exercise, []).ShouldSatisfyAllConditions(s => s.Done.ShouldBeFalse(), s => s.Met.ShouldBeEmpty());
    }
}
