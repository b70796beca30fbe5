using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Portico.Governance.Learning;

/// <summary>Reads a course from its document, or tells all that is wrong with it, each with its line.</summary>
public static partial class CourseParser
{
    public const int MaxLength = 200_000;
    const int MaxLessons = 40;

    static readonly string[] Audiences = ["employees", "developers", "leaders", "officers"];

    /// <summary>A fenced block. Line: of its fence, from 1.</summary>
    sealed record Block(string Info, int Line, List<string> Lines);

    sealed class Draft(string title, int line)
    {
        public string Title => title;
        public int Line => line;
        public List<string> Text { get; } = [];
        public List<Block> Exercises { get; } = [];
    }

    /// <returns>The course; null when there are problems.</returns>
    public static Course? Read(string markdown, out IReadOnlyList<CourseProblem> problems)
    {
        var found = new List<CourseProblem>();
        problems = found;
        if (markdown.Length > MaxLength)
        {
            found.Add(new CourseProblem(1, $"A course has {MaxLength} characters at most; this has {markdown.Length}."));
            return null;
        }
        var lines = markdown.ReplaceLineEndings("\n").TrimStart('\uFEFF').Split('\n');
        var end = lines[0].Trim() == "---" ? Array.FindIndex(lines, 1, l => l.Trim() == "---") : -1;
        if (end < 0)
        {
            found.Add(new CourseProblem(1, "A course begins with its front matter, between two lines of three hyphens."));
            return null;
        }
        var (drafts, quiz) = Split(lines, end + 1, found);
        var course = Assemble(lines[1..end], drafts, quiz, found);
        found.Sort((a, b) => a.Line.CompareTo(b.Line));
        return found.Count == 0 ? course : null;
    }

    static (List<Draft> Lessons, Block? Quiz) Split(string[] lines, int from, List<CourseProblem> problems)
    {
        var lessons = new List<Draft>();
        Block? quiz = null;
        for (var i = from; i < lines.Length; i++)
        {
            if (Fence().Match(lines[i]) is { Success: true } fence)
            {
                var close = Array.FindIndex(lines, i + 1, l => l.Trim() == fence.Groups[1].Value);
                if (close < 0)
                {
                    problems.Add(new CourseProblem(i + 1, "This block is not closed."));
                    return (lessons, quiz);
                }
                var block = new Block(fence.Groups[2].Value.Trim(), i + 1, [.. lines[(i + 1)..close]]);
                if (block.Info == "quiz" && quiz is not null)
                    problems.Add(new CourseProblem(i + 1, $"There is a quiz already, in line {quiz.Line}."));
                else if (block.Info == "quiz")
                    quiz = block;
                else if (lessons.Count == 0)
                    problems.Add(new CourseProblem(i + 1, "A block stands in a lesson, which begins with a heading '## …'."));
                else if (block.Info == "exercise")
                    lessons[^1].Exercises.Add(block);
                else
                    lessons[^1].Text.AddRange(lines[i..(close + 1)]);
                i = close;
            }
            else if (lines[i].StartsWith("## ", StringComparison.Ordinal))
                lessons.Add(new Draft(lines[i][3..].Trim(), i + 1));
            else if (lessons.Count > 0)
                lessons[^1].Text.Add(lines[i]);
            else if (lines[i].Trim().Length > 0)
                problems.Add(new CourseProblem(i + 1, "Text stands in a lesson, which begins with a heading '## …'."));
        }
        return (lessons, quiz);
    }

    static Course? Assemble(string[] front, List<Draft> drafts, Block? quiz, List<CourseProblem> problems)
    {
        if (drafts.Count is 0 or > MaxLessons)
            problems.Add(new CourseProblem(1, $"A course has 1 to {MaxLessons} lessons, each under a heading '## …'."));
        if (quiz is null)
            problems.Add(new CourseProblem(1, "A course has a quiz: a block ```quiz."));
        var lessons = drafts.Select((d, i) => ReadLesson(d, i + 1, problems)).ToList();
        var seen = new Dictionary<string, Exercise>(StringComparer.Ordinal);
        foreach (var exercise in lessons.SelectMany(l => l.Exercises))
            if (!seen.TryAdd(exercise.Id, exercise))
                problems.Add(new CourseProblem(1, $"Two exercises are called '{exercise.Id}'."));
        var questions = quiz is null ? [] : ReadQuiz(quiz, problems);
        var (yaml, root) = CourseYaml.Read(front, 1, problems);
        if (root is null)
            return null;
        yaml.Known(root, "id", "version", "title", "says", "for", "minutes", "pass_mark");
        var id = yaml.Text(root, "id");
        if (id.Length > 0 && !Slug().IsMatch(id))
            yaml.Wrong(CourseYaml.Find(root, "id")!, "id must be small letters, digits and hyphens, 60 at most.");
        var audience = yaml.Texts(CourseYaml.Find(root, "for"), root, "for");
        foreach (var strange in audience.Except(Audiences, StringComparer.Ordinal))
            yaml.Wrong(CourseYaml.Find(root, "for")!, $"'{strange}' is nobody a course is for; there are {string.Join(", ", Audiences)}.");
        return new Course(
            id,
            yaml.Whole(root, "version", 1, 100_000),
            Bounded(yaml, root, "title", 120),
            Bounded(yaml, root, "says", 300),
            audience,
            yaml.Whole(root, "minutes", 1, 600),
            yaml.Whole(root, "pass_mark", 1, 100),
            lessons,
            questions
        );
    }

    static string Bounded(CourseYaml yaml, YamlMappingNode at, string name, int most)
    {
        var text = yaml.Text(at, name);
        if (text.Length > most)
            yaml.Wrong(CourseYaml.Find(at, name)!, $"{name} must have {most} characters at most.");
        return text;
    }

    static Lesson ReadLesson(Draft draft, int number, List<CourseProblem> problems)
    {
        var text = string.Join('\n', draft.Text).Trim();
        if (draft.Title.Length == 0)
            problems.Add(new CourseProblem(draft.Line, "A lesson has a title."));
        if (text.Length == 0)
            problems.Add(new CourseProblem(draft.Line, "A lesson has a text."));
        return new Lesson(number, draft.Title, text, draft.Exercises.Select(b => ReadExercise(b, problems)).OfType<Exercise>().ToList());
    }

    static Exercise? ReadExercise(Block block, List<CourseProblem> problems)
    {
        var (yaml, root) = CourseYaml.Read(block.Lines, block.Line, problems);
        if (root is null)
            return null;
        yaml.Known(root, "id", "title", "task", "start", "system", "checks");
        var id = yaml.Text(root, "id");
        if (id.Length > 0 && !Slug().IsMatch(id))
            yaml.Wrong(CourseYaml.Find(root, "id")!, "id must be small letters, digits and hyphens, 60 at most.");
        return new Exercise(
            id,
            Bounded(yaml, root, "title", 120),
            yaml.Text(root, "task"),
            yaml.Text(root, "start"),
            yaml.OptionalText(root, "system"),
            yaml.Mappings(root, "checks").Select(c => ReadCheck(yaml, c)).OfType<ExerciseCheck>().ToList()
        );
    }

    static ExerciseCheck? ReadCheck(CourseYaml yaml, YamlMappingNode at)
    {
        var tests = at.Children.Where(c => c.Key is YamlScalarNode { Value: not ("says" or "hint") }).ToList();
        if (tests is not [var (key, value)])
        {
            yaml.Wrong(at, $"A check has one test beside says and hint: {string.Join(", ", CheckNames.All)}.");
            return null;
        }
        var name = ((YamlScalarNode)key).Value!;
        if (CheckNames.Find(name) is not { } kind)
        {
            yaml.Wrong(key, $"There is no check '{name}'; there are {string.Join(", ", CheckNames.All)}.");
            return null;
        }
        var (words, number) = ReadTest(yaml, kind, name, value);
        return new ExerciseCheck(Bounded(yaml, at, "says", 200), kind, words, number, yaml.OptionalText(at, "hint"));
    }

    static (IReadOnlyList<string> Words, double Number) ReadTest(CourseYaml yaml, CheckKind kind, string name, YamlNode value)
    {
        switch (kind)
        {
            case CheckKind.MentionsAny or CheckKind.MentionsAll or CheckKind.MentionsNone:
                return (yaml.Texts(value, value, name), 0);
            case CheckKind.Compares:
                var what = yaml.Texts(value, value, name);
                if (what is not ["temperature" or "model" or "prompt"])
                    yaml.Wrong(value, "compares must be temperature, model or prompt.");
                return (what, 0);
            case CheckKind.NamesRole or CheckKind.AsksForJson or CheckKind.MarksMaterial or CheckKind.UsesSystem:
                if (value is not YamlScalarNode { Value: "true" })
                    yaml.Wrong(value, $"{name} must be true.");
                return ([], 0);
            default:
                return ([], yaml.Number(value, name));
        }
    }

    static IReadOnlyList<QuizQuestion> ReadQuiz(Block block, List<CourseProblem> problems)
    {
        var (yaml, root) = CourseYaml.Read(block.Lines, block.Line, problems);
        if (root is null)
            return [];
        yaml.Known(root, "questions");
        return yaml.Mappings(root, "questions").Select(q => ReadQuestion(yaml, q)).ToList();
    }

    static QuizQuestion ReadQuestion(CourseYaml yaml, YamlMappingNode at)
    {
        yaml.Known(at, "ask", "options", "why");
        var options = yaml.Mappings(at, "options");
        foreach (var option in options)
            yaml.Known(option, "text", "right");
        var read = options
            .Select(o => new QuizOption(yaml.Text(o, "text"), CourseYaml.Find(o, "right") is YamlScalarNode { Value: "true" }))
            .ToList();
        if (options.Count is 1 or > 8)
            yaml.Wrong(at, "A question has 2 to 8 options.");
        if (options.Count > 0 && !read.Exists(o => o.Right))
            yaml.Wrong(at, "No option is right.");
        return new QuizQuestion(yaml.Text(at, "ask"), read, yaml.Text(at, "why"));
    }

    [GeneratedRegex("^ {0,3}(`{3,}|~{3,})([^`]*)$")]
    private static partial Regex Fence();

    [GeneratedRegex("^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$")]
    private static partial Regex Slug();
}

/// <summary>Names of checks as documents have them.</summary>
static class CheckNames
{
    public static readonly IReadOnlyList<string> All = Enum.GetValues<CheckKind>().Select(Of).ToList();

    public static string Of(CheckKind kind) =>
        string.Concat(kind.ToString().Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));

    public static CheckKind? Find(string name)
    {
        foreach (var kind in Enum.GetValues<CheckKind>())
            if (Of(kind) == name)
                return kind;
        return null;
    }
}
