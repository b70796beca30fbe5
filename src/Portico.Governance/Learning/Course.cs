namespace Portico.Governance.Learning;

/// <summary>A course as its document has it: lessons with exercises, and a quiz.</summary>
/// <param name="Id">Small letters, digits and hyphens.</param>
/// <param name="Version">From 1; a version never changes.</param>
/// <param name="Title">As people read it.</param>
/// <param name="Says">What one can do afterwards, in a sentence.</param>
/// <param name="For">For whom: employees, developers, leaders, officers.</param>
/// <param name="Minutes">How long it takes.</param>
/// <param name="PassMark">Per cent of the questions that must be right.</param>
/// <param name="Lessons">In their order.</param>
/// <param name="Quiz">In their order.</param>
public sealed record Course(
    string Id,
    int Version,
    string Title,
    string Says,
    IReadOnlyList<string> For,
    int Minutes,
    int PassMark,
    IReadOnlyList<Lesson> Lessons,
    IReadOnlyList<QuizQuestion> Quiz
)
{
    public IEnumerable<Exercise> Exercises => Lessons.SelectMany(l => l.Exercises);
}

/// <summary>A part that is read, in Markdown, and what is done behind it. Number: from 1.</summary>
public sealed record Lesson(int Number, string Title, string Text, IReadOnlyList<Exercise> Exercises);

/// <summary>A task for the playground.</summary>
/// <param name="Id">Of its own in the course.</param>
/// <param name="Title">As people read it.</param>
/// <param name="Task">What to do, in Markdown.</param>
/// <param name="Start">The prompt to begin with.</param>
/// <param name="System">The system prompt to begin with; null = none.</param>
/// <param name="Checks">What the request must show.</param>
public sealed record Exercise(string Id, string Title, string Task, string Start, string? System, IReadOnlyList<ExerciseCheck> Checks);

/// <summary>Something that a request shows or does not, told from its text and settings alone.</summary>
/// <param name="Says">As people read it.</param>
/// <param name="Kind">What is looked at.</param>
/// <param name="Words">Of checks that look for words; of <see cref="CheckKind.Compares"/> what may differ.</param>
/// <param name="Number">Of checks that count.</param>
/// <param name="Hint">What to try where it is not met; null = none.</param>
public sealed record ExerciseCheck(string Says, CheckKind Kind, IReadOnlyList<string> Words, double Number, string? Hint);

/// <summary>What a check looks at; the names in a document are these in snake case.</summary>
public enum CheckKind
{
    /// <summary>The model is told who it is.</summary>
    NamesRole,

    /// <summary>The answer is to be JSON: by the prompt, or by the format of the response.</summary>
    AsksForJson,

    /// <summary>The material is set apart: by tags, or by three quotes or backticks.</summary>
    MarksMaterial,

    /// <summary>There is a system prompt.</summary>
    UsesSystem,

    /// <summary>One of the words is there.</summary>
    MentionsAny,

    /// <summary>All of them.</summary>
    MentionsAll,

    /// <summary>None of them: personal data that was planted in the material.</summary>
    MentionsNone,

    /// <summary>So many examples.</summary>
    GivesExamples,

    /// <summary>So many words at least.</summary>
    WordsAtLeast,

    /// <summary>So many words at most.</summary>
    WordsAtMost,

    /// <summary>So many turns of the person: the conversation goes on.</summary>
    TurnsAtLeast,

    /// <summary>A temperature is set, of so much at most.</summary>
    TemperatureAtMost,

    /// <summary>Two calls of the run that differ in one thing alone: temperature, model or prompt.</summary>
    Compares,
}

/// <summary>A question with options, of which one or several are right. Why: said with the verdict.</summary>
public sealed record QuizQuestion(string Ask, IReadOnlyList<QuizOption> Options, string Why);

public sealed record QuizOption(string Text, bool Right);

/// <summary>What is wrong in a document, and in which line.</summary>
public sealed record CourseProblem(int Line, string Text);
