using Portico.Core.Chat;
using Portico.Governance.Learning;

namespace Portico.Tests.Governance.Learning;

/// <summary>The courses that ship: whole, short, and with exercises that have to be done and can be.</summary>
public sealed class ShippedCourseTests
{
    /// <summary>What a person might send: prompt, system prompt, temperature; several calls one after the other, '|' between turns.</summary>
    static readonly Dictionary<string, (string Prompt, string? System, double? Temperature)[]> Solutions = new(StringComparer.Ordinal)
    {
        ["ai-basics/ground-an-answer"] =
        [
            ("The canteen is closed. What does a meal cost?", null, null),
            ("<notice>The canteen is closed.</notice> What does a meal cost? If the notice does not tell, say so.", null, null),
        ],
        ["prompting-for-work/brief-a-draft"] =
        [
            (
                "You are a clerk of a bank. Answer the letter in at most 120 words. <letter>My name is [customer], account [account]. My card was refused.</letter>",
                null,
                null
            ),
        ],
        ["prompting-for-work/improve-in-turns"] = [("Write a notice about the car park.|Cut it to 40 words.", null, null)],
        ["prompting-for-developers/json-for-a-program"] =
        [
            (
                "<mail>The amount on your bill is not what we agreed on.</mail>",
                "Sort the mail into invoice, complaint or other. Answer in JSON.",
                0
            ),
        ],
        ["prompting-for-developers/compare-settings"] =
        [
            ("Name a library that reads invoices. Example: mailcat", null, 0),
            ("Name a library that reads invoices. Example: mailcat", null, 1),
        ],
        ["data-handling/take-people-out"] =
        [
            ("Summarise: the delivery went to the old address of [customer]; [relative] signs for the new one.", null, null),
        ],
        ["risks/ask-against"] =
        [
            (
                "\"\"\"Sales in June were 9 % higher after the newsletter was redesigned.\"\"\" What are the weak points, and what evidence is missing?",
                null,
                null
            ),
        ],
        ["responsible-use/prepare-not-decide"] =
        [
            (
                "Criteria: bookkeeping, IFRS. List what speaks for and against the applicant by criteria. Do not decide. Five years as accountant, certificate in IFRS.",
                null,
                null
            ),
        ],
        ["leading-with-ai/half-a-page"] =
        [
            (
                "You are a sceptical head of finance. In 200 words: how do we measure before what answering mails with AI brings, who checks it, and what when it is wrong?",
                null,
                null
            ),
        ],
        ["governance/a-purpose-to-approve"] =
        [
            (
                "You are a sceptical officer. <idea>HR wants AI for applications.</idea> Ask me for purpose, owner, data, the people affected, human oversight and what would stop it.",
                null,
                null
            ),
        ],
    };

    public static TheoryData<string> Exercises() =>
        new(CourseLibrary.All.SelectMany(c => c.Course.Exercises.Select(e => $"{c.Course.Id}/{e.Id}")));

    internal static ExerciseEvidence Look(Exercise exercise, string prompt, string? system, double? temperature) =>
        ExerciseChecks.Look(
            exercise,
            new ChatRequest
            {
                Model = "sim/echo",
                Temperature = temperature,
                Messages =
                [
                    .. string.IsNullOrEmpty(system) ? Array.Empty<ChatMessage>() : [Says(ChatRole.System, system)],
                    .. prompt.Split('|').Select(p => Says(ChatRole.User, p)),
                ],
            }
        );

    static ChatMessage Says(ChatRole role, string text) => new() { Role = role, Parts = [new TextPart(text)] };

    static Exercise Find(string name) =>
        CourseLibrary.All.Single(c => c.Course.Id == name.Split('/')[0]).Course.Exercises.Single(e => e.Id == name.Split('/')[1]);

    [Fact]
    public void There_is_a_course_for_everybody_and_each_is_short_and_whole()
    {
        CourseLibrary.All.Count.ShouldBeGreaterThanOrEqualTo(8);
        foreach (var audience in new[] { "employees", "developers", "leaders", "officers" })
            CourseLibrary.All.Count(c => c.Course.For.Contains(audience)).ShouldBeGreaterThanOrEqualTo(4, audience);
        foreach (var (course, _) in CourseLibrary.All)
        {
            course.Minutes.ShouldBeInRange(8, 15, course.Id);
            course.Lessons.Count.ShouldBeInRange(3, 7, course.Id);
            course.Quiz.Count.ShouldBeGreaterThanOrEqualTo(5, course.Id);
            course.Exercises.ShouldNotBeEmpty(course.Id);
            course.Lessons.Sum(l => l.Text.Split(' ').Length).ShouldBeGreaterThan(400, course.Id);
            // All options of a place being right would teach to click that place.
            course.Quiz.Select(q => q.Options.ToList().FindIndex(o => o.Right)).Distinct().Count().ShouldBeGreaterThan(1, course.Id);
        }
        CourseLibrary.AcceptableUse.Length.ShouldBeGreaterThan(1_000);
    }

    [Theory, MemberData(nameof(Exercises))]
    public void An_exercise_is_not_done_by_what_it_begins_with(string name)
    {
        var exercise = Find(name);
        var first = Look(exercise, exercise.Start, exercise.System, null);
        ExerciseChecks.Sum(exercise, [first, first]).Done.ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Exercises))]
    public void An_exercise_can_be_done(string name)
    {
        var exercise = Find(name);
        var calls = Solutions[name].Select(s => Look(exercise, s.Prompt, s.System, s.Temperature)).ToList();
        var (met, done) = ExerciseChecks.Sum(exercise, calls);
        exercise.Checks.Where((_, i) => !met.Contains(i)).Select(c => c.Says).ShouldBeEmpty(name);
        done.ShouldBeTrue();
    }
}
