using Portico.Governance.Learning;

namespace Portico.Tests.Governance.Learning;

/// <summary>Documents of courses: what is read, and what is wrong in which line.</summary>
public sealed class CourseParserTests
{
    internal const string Small = """
        ---
        id: small
        version: 2
        title: A small course
        says: Know the least there is.
        for: [employees, leaders]
        minutes: 8
        pass_mark: 50
        ---

        ## First things

        Read *this*.

        ```text
        ## no heading
        ```

        ```exercise
        id: say-json
        title: Ask for JSON
        task: Ask for JSON.
        start: Hello
        checks:
          - says: JSON is asked for
            asks_for_json: true
          - says: Nobody is named
            mentions_none: [Huber]
            hint: Leave the name out.
        ```

        ## Second things

        Read that.

        ```quiz
        questions:
          - ask: Which?
            options:
              - text: This
                right: true
              - text: That
            why: It is this.
          - ask: Which ones?
            options:
              - text: A
                right: true
              - text: B
                right: true
              - text: C
            why: C is none.
        ```
        """;

    static IReadOnlyList<CourseProblem> Problems(string markdown)
    {
        CourseParser.Read(markdown, out var problems).ShouldBeNull();
        return problems;
    }

    [Fact]
    public void A_document_is_read_whole()
    {
        var course = CourseParser.Read(Small.Replace("\n", "\r\n", StringComparison.Ordinal), out var problems).ShouldNotBeNull();
        problems.ShouldBeEmpty();
        (course.Id, course.Version, course.Minutes, course.PassMark).ShouldBe(("small", 2, 8, 50));
        course.For.ShouldBe(["employees", "leaders"]);
        course.Lessons.Select(l => (l.Number, l.Title)).ShouldBe([(1, "First things"), (2, "Second things")]);
        course.Lessons[0].Text.ShouldBe("Read *this*.\n\n```text\n## no heading\n```");
        var exercise = course.Exercises.ShouldHaveSingleItem();
        exercise
            .Checks.Select(c => (c.Kind, c.Hint))
            .ShouldBe([(CheckKind.AsksForJson, null), (CheckKind.MentionsNone, "Leave the name out.")]);
        course.Quiz.Select(q => string.Concat(q.Options.Select(o => o.Right ? 'r' : '-'))).ShouldBe(["r-", "rr-"]);
    }

    [Theory]
    [InlineData("version: 2", "version: two", 3, "whole number")]
    [InlineData("title: A small course\n", "", 2, "title is missing")]
    [InlineData("for: [employees, leaders]", "for: [employees, poets]", 6, "'poets'")]
    [InlineData("minutes: 8", "minutes: 8\nlength: 9", 8, "no 'length'")]
    [InlineData("id: small", "id: Not so", 2, "small letters")]
    [InlineData("## First things", "Early text\n\n## First things", 11, "begins with a heading")]
    [InlineData("asks_for_json: true", "asks_for_poems: true", 26, "no check 'asks_for_poems'")]
    [InlineData("asks_for_json: true", "asks_for_json: maybe", 26, "must be true")]
    [InlineData("    asks_for_json: true\n", "", 25, "one test")]
    [InlineData("Read that.", "", 32, "has a text")]
    [InlineData("      - text: This\n        right: true", "      - text: This", 38, "No option is right")]
    public void What_is_wrong_is_told_with_its_line(string good, string bad, int line, string says)
    {
        var at = Small.IndexOf(good, StringComparison.Ordinal);
        at.ShouldBeGreaterThan(0, good);
        var problems = Problems(Small[..at] + bad + Small[(at + good.Length)..]);
        problems.ShouldContain(p => p.Line == line && p.Text.Contains(says, StringComparison.Ordinal), string.Join('\n', problems));
    }

    [Fact]
    public void All_problems_are_told_in_the_order_of_their_lines_and_not_the_first_alone()
    {
        var problems = Problems(
            Small
                .Replace("version: 2", "version: 0", StringComparison.Ordinal)
                .Replace("mentions_none: [Huber]", "mentions_none: []", StringComparison.Ordinal)
                .Replace("why: It is this.", "because: It is this.", StringComparison.Ordinal)
        );
        problems.Select(p => p.Line).ShouldBe(problems.Select(p => p.Line).Order());
        problems.Count.ShouldBeGreaterThanOrEqualTo(4);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# No front matter")]
    [InlineData("---\nid: x\n")]
    [InlineData("---\n- a list\n---\n\n## One\n\nText\n")]
    [InlineData("---\nid: x\n---\n\n## One\n\n```quiz\nquestions:\n")]
    public void What_is_no_course_is_told_and_never_throws(string markdown) => Problems(markdown).ShouldNotBeEmpty();

    [Fact]
    public void Random_damage_is_told_or_read_and_never_throws()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 2_000; i++)
        {
            var (at, length) = (random.Next(Small.Length), random.Next(1, 12));
            var cut = Small.Remove(at, Math.Min(length, Small.Length - at));
            var damaged = cut.Insert(
                random.Next(cut.Length),
                random.Next(5) switch
                {
                    0 => "\n---\n",
                    1 => "```",
                    2 => "\t",
                    3 => "[",
                    _ => ": ",
                }
            );
            var course = CourseParser.Read(damaged, out var problems);
            (course is null).ShouldBe(problems.Count > 0, $"seed {seed}, round {i}");
            problems.ShouldAllBe(p => p.Line >= 1 && p.Text.Length > 0, $"seed {seed}, round {i}");
        }
    }
}
