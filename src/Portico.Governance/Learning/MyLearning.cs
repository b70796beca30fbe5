using Portico.Storage;

namespace Portico.Governance.Learning;

/// <summary>What is asked of a person, how far they are, and whether calls are open to them.</summary>
public sealed record LearningView(AcknowledgementState AcceptableUse, IReadOnlyList<CourseState> Courses, LearningAccess Access);

/// <summary>Version: the one that holds. Demanded: access needs it acknowledged and it is not.</summary>
public sealed record AcknowledgementState(int Version, int? AcknowledgedVersion, DateTimeOffset? AcknowledgedAt, bool Demanded);

/// <summary>Open: playground and own keys work, as far as learning goes; else what is missing.</summary>
public sealed record LearningAccess(bool Open, IReadOnlyList<Lack> Missing);

/// <summary>
/// A course for a person. State: open, under_way, overdue, passed or expired. Asked: by an assignment or a rule. DueAt: the soonest date of those that ask.
/// CertificateUntil: until when the newest is good.
/// </summary>
public sealed record CourseState(
    string Id,
    int Version,
    string Title,
    string Says,
    IReadOnlyList<string> For,
    int Minutes,
    bool Asked,
    bool Demanded,
    DateTimeOffset? DueAt,
    string State,
    int LessonsRead,
    int Lessons,
    int ExercisesDone,
    int Exercises,
    DateTimeOffset? CertificateUntil
);

/// <summary>A course as its reader sees it. AttemptsLeft and OpensAt are of the quiz; CertificateId: of the newest one.</summary>
public sealed record CourseReading(
    CourseState State,
    int PassMark,
    IReadOnlyList<LessonReading> Lessons,
    IReadOnlyList<QuestionReading> Questions,
    int AttemptsLeft,
    DateTimeOffset? OpensAt,
    IReadOnlyList<QuizAttempt> Attempts,
    CertificateId? CertificateId
);

public sealed record LessonReading(int Number, string Title, string Text, bool Read, IReadOnlyList<ExerciseReading> Exercises);

/// <summary>RunId: null where it was not begun.</summary>
public sealed record ExerciseReading(
    string Id,
    string Title,
    string Task,
    string Start,
    string? System,
    IReadOnlyList<ExerciseCheckState> Checks,
    bool Done,
    string? RunId
);

/// <summary>Several: more than one option is right. Which ones is told with the verdict.</summary>
public sealed record QuestionReading(string Ask, bool Several, IReadOnlyList<string> Options);

/// <summary>Puts together what a person sees of their learning.</summary>
public sealed class MyLearning(
    Database database,
    GovernanceCatalog governance,
    LearningCatalog catalog,
    Learners learners,
    CourseBook courses,
    Assignments assignments,
    AcceptableUses policies,
    Certificates certificates,
    TimeProvider time
)
{
    public async Task<LearningView> OfAsync(Person person, CancellationToken ct)
    {
        var policy = await policies.CurrentAsync(person.OrganisationId, ct);
        var acknowledged = await policies.AcknowledgedAsync(person.Id, ct);
        var asks = await AsksAsync(person, ct);
        var progress = await learners.ProgressAsync(person.Id, ct);
        var states = catalog
            .Current.Courses(person.OrganisationId)
            .Select(c => StateOf(c, person.Id, asks, progress.GetValueOrDefault((c.Id, c.Version), Progress.None)))
            .OrderByDescending(c => c.Asked)
            .ThenBy(c => c.DueAt ?? DateTimeOffset.MaxValue)
            .ToList();
        return new LearningView(
            new AcknowledgementState(
                policy.Version,
                acknowledged?.Version,
                acknowledged?.At,
                asks.Missing.Any(l => l.Kind == "acceptable_use")
            ),
            states,
            new LearningAccess(asks.Missing.Count == 0, asks.Missing)
        );
    }

    /// <exception cref="PorticoException">There is no such course.</exception>
    public async Task<CourseReading> ReadAsync(Person person, string id, CancellationToken ct)
    {
        var course = courses.Find(person.OrganisationId, id).Course;
        var progress = await learners.ProgressAsync(person.Id, course, ct);
        var (left, opens) = learners.Attempts(progress.Attempts);
        var newest = (await certificates.ListAsync(person.OrganisationId, person.Id, course.Id, new PageRequest(1000, null), ct)).Items;
        return new CourseReading(
            StateOf(course, person.Id, await AsksAsync(person, ct), progress),
            course.PassMark,
            course.Lessons.Select(l => Reading(l, progress)).ToList(),
            course
                .Quiz.Select(q => new QuestionReading(q.Ask, q.Options.Count(o => o.Right) > 1, q.Options.Select(o => o.Text).ToList()))
                .ToList(),
            left,
            opens,
            progress.Attempts,
            newest.Count == 0 ? null : newest[^1].Id
        );
    }

    static LessonReading Reading(Lesson lesson, Progress progress) =>
        new(
            lesson.Number,
            lesson.Title,
            lesson.Text,
            progress.Read.Contains(lesson.Number),
            lesson
                .Exercises.Select(e =>
                {
                    var done = progress.Exercises.FirstOrDefault(d => d.Exercise == e.Id);
                    return new ExerciseReading(
                        e.Id,
                        e.Title,
                        e.Task,
                        e.Start,
                        e.System,
                        e.Checks.Select(c => new ExerciseCheckState(c.Says, c.Hint, done?.Done == true ? true : null)).ToList(),
                        done?.Done == true,
                        done?.RunId
                    );
                })
                .ToList()
        );

    sealed record Asks(IReadOnlyList<Assignment> Assignments, IReadOnlySet<string> Demanded, IReadOnlyList<Lack> Missing);

    async Task<Asks> AsksAsync(Person person, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var audiences = await Audiences.ReadAsync(database, governance.Current, person.Id, now, ct);
        var workspaces = audiences.WorkspacesOf(person.Id).ToHashSet();
        var all = await assignments.ListAsync(person.OrganisationId, ct);
        return new Asks(
            all.Where(a => audiences.Asks(a, person)).ToList(),
            catalog
                .Current.Rules(person.OrganisationId)
                .Where(r => r.WorkspaceId is not { } w || workspaces.Contains(w))
                .SelectMany(r => r.Courses)
                .ToHashSet(StringComparer.Ordinal),
            catalog.Current.Missing(person.OrganisationId, person.Id, now, workspaces.Contains)
        );
    }

    CourseState StateOf(Course course, PersonId person, Asks asks, Progress progress)
    {
        var now = time.GetUtcNow();
        var due = asks.Assignments.Where(a => a.CourseId == course.Id).Min(a => a.DueAt);
        var demanded = asks.Demanded.Contains(course.Id);
        var until = catalog.Current.PassedUntil(person, course.Id);
        var exercises = course.Exercises.Select(e => e.Id).ToList();
        return new CourseState(
            course.Id,
            course.Version,
            course.Title,
            course.Says,
            course.For,
            course.Minutes,
            demanded || asks.Assignments.Any(a => a.CourseId == course.Id),
            demanded,
            due,
            until > now ? "passed"
                : due < now ? "overdue"
                : until is not null ? "expired"
                : progress.HasBegun ? "under_way"
                : "open",
            progress.Read.Count,
            course.Lessons.Count,
            progress.Exercises.Count(d => d.Done && exercises.Contains(d.Exercise, StringComparer.Ordinal)),
            exercises.Count,
            until
        );
    }
}
