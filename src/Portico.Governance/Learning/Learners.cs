using Dapper;
using Portico.Storage;

namespace Portico.Governance.Learning;

/// <summary>What a person has done of one version of a course. Attempts: at its quiz, the newest last.</summary>
sealed record Progress(IReadOnlySet<int> Read, IReadOnlyList<DoneExercise> Exercises, IReadOnlyList<QuizAttempt> Attempts)
{
    public static readonly Progress None = new(new HashSet<int>(), [], []);

    public bool HasBegun => Read.Count > 0 || Exercises.Count > 0 || Attempts.Count > 0;
}

sealed record DoneExercise(string Exercise, string RunId, string? CallId, bool Done);

public sealed record QuizAttempt(DateTimeOffset At, int Score, bool Passed);

/// <summary>What became of an attempt at a quiz. AttemptsLeft: until it closes; OpensAt: when it is open again, if it is closed.</summary>
public sealed record QuizVerdict(
    int Score,
    int PassMark,
    bool Passed,
    IReadOnlyList<QuestionVerdict> Questions,
    int AttemptsLeft,
    DateTimeOffset? OpensAt,
    CertificateId? CertificateId
);

/// <summary>RightOptions: by their place, from 0.</summary>
public sealed record QuestionVerdict(bool Right, IReadOnlyList<int> RightOptions, string Why);

/// <summary>People who take courses: lessons read, attempts at quizzes, and the certificate of the one that passes.</summary>
public sealed class Learners(Database database, LearningCatalog catalog, CourseBook courses, Certificates certificates, TimeProvider time)
{
    /// <summary>So many attempts that fail close the quiz until an hour after the first of them.</summary>
    public const int MaxAttempts = 3;
    static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    /// <summary>So long before its end a certificate can be renewed by another attempt.</summary>
    static readonly TimeSpan RenewBefore = TimeSpan.FromDays(60);

    sealed class LessonRow
    {
        public string CourseId { get; set; } = "";
        public long CourseVersion { get; set; }
        public long Lesson { get; set; }
    }

    sealed class RunRow
    {
        public string CourseId { get; set; } = "";
        public long CourseVersion { get; set; }
        public string Exercise { get; set; } = "";
        public string Id { get; set; } = "";
        public string? DoneCallId { get; set; }
        public long? DoneUs { get; set; }
    }

    sealed class AttemptRow
    {
        public string CourseId { get; set; } = "";
        public long CourseVersion { get; set; }
        public long Score { get; set; }
        public long Passed { get; set; }
        public long AtUs { get; set; }

        public QuizAttempt ToNoun() => new(Micros.ToTime(AtUs), (int)Score, Passed != 0);
    }

    /// <summary>All that a person has done, by course and version.</summary>
    internal async Task<IReadOnlyDictionary<(string, int), Progress>> ProgressAsync(PersonId person, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var of = new { person = person.ToString() };
        var lessons = (
            await db.QueryAsync<LessonRow>(
                "select course_id, course_version, lesson from governance_lessons_read where person_id = @person",
                of
            )
        ).ToLookup(r => (r.CourseId, (int)r.CourseVersion));
        var runs = (
            await db.QueryAsync<RunRow>(
                "select course_id, course_version, exercise, id, done_call_id, done_us from governance_exercise_runs where person_id = @person",
                of
            )
        ).ToLookup(r => (r.CourseId, (int)r.CourseVersion));
        var attempts = (
            await db.QueryAsync<AttemptRow>(
                "select course_id, course_version, score, passed, at_us from governance_quiz_attempts where person_id = @person order by at_us, id",
                of
            )
        ).ToLookup(r => (r.CourseId, (int)r.CourseVersion));
        return lessons
            .Select(l => l.Key)
            .Concat(runs.Select(r => r.Key))
            .Concat(attempts.Select(a => a.Key))
            .Distinct()
            .ToDictionary(
                key => key,
                key => new Progress(
                    lessons[key].Select(l => (int)l.Lesson).ToHashSet(),
                    runs[key].Select(r => new DoneExercise(r.Exercise, r.Id, r.DoneCallId, r.DoneUs is not null)).ToList(),
                    attempts[key].Select(a => a.ToNoun()).ToList()
                )
            );
    }

    internal async Task<Progress> ProgressAsync(PersonId person, Course course, CancellationToken ct) =>
        (await ProgressAsync(person, ct)).GetValueOrDefault((course.Id, course.Version), Progress.None);

    /// <summary>Keeps that a lesson was read; to read it again changes nothing.</summary>
    /// <exception cref="PorticoException">There is no such course or lesson.</exception>
    public async Task ReadAsync(Person person, string id, int lesson, CancellationToken ct)
    {
        var course = courses.Find(person.OrganisationId, id).Course;
        if (lesson < 1 || lesson > course.Lessons.Count)
            throw GovernanceService.Missing("lesson", $"{course.Id}/{lesson}");
        await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    """
                    insert into governance_lessons_read (person_id, course_id, course_version, lesson, at_us)
                    values (@person, @course, @version, @lesson, @now) on conflict do nothing
                    """,
                    new
                    {
                        person = person.Id.ToString(),
                        course = course.Id,
                        version = course.Version,
                        lesson,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                ),
            ct
        );
    }

    /// <summary>Judges answers. The one that passes makes the certificate, in the same transaction, and opens what waited for it.</summary>
    /// <param name="person">Who answers.</param>
    /// <param name="id">Of the course.</param>
    /// <param name="answers">For each question the places of the options, from 0.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="PorticoException">Something comes before the quiz, it is closed for a while, it is passed already, or answers are missing.</exception>
    public async Task<QuizVerdict> AnswerAsync(Person person, string id, IReadOnlyList<IReadOnlyList<int>>? answers, CancellationToken ct)
    {
        var course = courses.Find(person.OrganisationId, id).Course;
        if (answers is null || answers.Count != course.Quiz.Count || answers.Any(a => a is null))
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"answers has a list for each of the {course.Quiz.Count} questions.",
                "answers"
            );
        var progress = await ProgressAsync(person.Id, course, ct);
        var until = catalog.Current.PassedUntil(person.Id, course.Id);
        if (progress.Attempts.Any(a => a.Passed) && until > time.GetUtcNow() + RenewBefore)
            throw new PorticoException(
                ErrorTable.Conflict,
                $"You have passed this course; your certificate is good until {until:yyyy-MM-dd}."
            );
        RequireOpen(course, progress);
        var verdicts = course.Quiz.Select((q, i) => Judge(q, answers[i])).ToList();
        var score = verdicts.Count(v => v.Right) * 100 / verdicts.Count;
        var passed = score >= course.PassMark;
        var certificate = passed ? await certificates.MakeAsync(person, course, score, ct) : null;
        await database.WriteAsync(work => KeepAsync(work, person, course, score, certificate), ct);
        if (passed)
            await catalog.RefreshAsync(ct);
        var (left, opens) = Attempts((await ProgressAsync(person.Id, course, ct)).Attempts);
        return new QuizVerdict(score, course.PassMark, passed, verdicts, left, opens, certificate?.Id);
    }

    async Task KeepAsync(DbWork work, Person person, Course course, int score, Certificate? certificate)
    {
        var attempt = new
        {
            id = QuizAttemptId.New(time).ToString(),
            person = person.Id.ToString(),
            course = course.Id,
            version = course.Version,
            score,
            passed = certificate is null ? 0 : 1,
            now = Micros.Now(time),
            since = Micros.Of(time.GetUtcNow() - Pause),
        };
        // One person's attempts come one after the other: the row that all of them write is theirs.
        await work.Connection.ExecuteAsync("update governance_people set version = version where id = @person", attempt, work.Transaction);
        var failed = await work.Connection.ExecuteScalarAsync<long>(
            """
            select count(*) from governance_quiz_attempts
            where person_id = @person and course_id = @course and course_version = @version and passed = 0 and at_us > @since
            """,
            attempt,
            work.Transaction
        );
        if (failed >= MaxAttempts)
            throw Closed(time.GetUtcNow() + Pause);
        await work.Connection.ExecuteAsync(
            """
            insert into governance_quiz_attempts (id, person_id, course_id, course_version, score, passed, at_us)
            values (@id, @person, @course, @version, @score, @passed, @now)
            """,
            attempt,
            work.Transaction
        );
        if (certificate is null)
            return;
        await Certificates.InsertAsync(work, certificate);
        work.Signal(LearningCatalog.Signal, certificate.Id.ToString(), 1);
    }

    void RequireOpen(Course course, Progress progress)
    {
        if (course.Lessons.FirstOrDefault(l => !progress.Read.Contains(l.Number)) is { } unread)
            throw new PorticoException(ErrorTable.Conflict, $"The quiz opens when all lessons are read; '{unread.Title}' is not.");
        if (course.Exercises.FirstOrDefault(e => !progress.Exercises.Any(d => d.Exercise == e.Id && d.Done)) is { } undone)
            throw new PorticoException(ErrorTable.Conflict, $"The quiz opens when all exercises are done; '{undone.Title}' is not.");
        if (Attempts(progress.Attempts).OpensAt is { } opens)
            throw Closed(opens);
    }

    static PorticoException Closed(DateTimeOffset opens) =>
        new(
            ErrorTable.Conflict,
            $"{MaxAttempts} attempts have failed. The quiz is open again at {opens:yyyy-MM-dd HH:mm} UTC; read the lessons once more meanwhile."
        );

    /// <summary>How many attempts are left now, and when the quiz opens where none is.</summary>
    internal (int Left, DateTimeOffset? OpensAt) Attempts(IReadOnlyList<QuizAttempt> attempts)
    {
        var now = time.GetUtcNow();
        var failed = attempts.Where(a => !a.Passed && a.At > now - Pause).ToList();
        return failed.Count < MaxAttempts ? (MaxAttempts - failed.Count, null) : (0, failed[^MaxAttempts].At + Pause);
    }

    static QuestionVerdict Judge(QuizQuestion question, IReadOnlyList<int> chosen)
    {
        var right = question.Options.Select((o, i) => (o.Right, i)).Where(o => o.Right).Select(o => o.i).ToList();
        return new QuestionVerdict(right.ToHashSet().SetEquals(chosen), right, question.Why);
    }
}
