using System.Text.Json;
using Dapper;
using Portico.Core.Chat;
using Portico.Storage;

namespace Portico.Governance.Learning;

/// <summary>How far a person is with an exercise. CallsLeft: of the calls that it allows in a day, as SpentNanoUsd. Checks: as of all calls together.</summary>
public sealed record ExerciseRun(
    ExerciseRunId Id,
    string CourseId,
    int CourseVersion,
    string Exercise,
    UseCaseId? UseCaseId,
    IReadOnlyList<string> Models,
    int CallsLeft,
    int MaxOutputTokens,
    long SpentNanoUsd,
    IReadOnlyList<ExerciseCheckState> Checks,
    bool Done,
    string? DoneCallId,
    DateTimeOffset? DoneAt
);

/// <summary>A check and whether it is met; null before a call was made.</summary>
public sealed record ExerciseCheckState(string Says, string? Hint, bool? Met);

/// <summary>A run that a call is to be made for: as whom, and of which exercise.</summary>
public sealed record ExerciseTurn(ExerciseRunId Run, Caller Caller, Exercise Exercise, IReadOnlyList<string> Models);

/// <summary>
/// People at exercises. A run allows some calls that are possible before access opens; each is looked at by the checks of the exercise, and what it showed is kept
/// without what it said.
/// </summary>
public sealed class ExerciseRuns(
    Database database,
    GovernanceCatalog governance,
    LearningCatalog catalog,
    AccessRules rules,
    CourseBook courses,
    TimeProvider time
)
{
    public const int MaxCalls = 20;
    public const int MaxOutputTokens = 1_000;
    public const int MaxPromptLength = 8_000;

    /// <summary>What a run may cost in a day: no call begins once so much was spent.</summary>
    public const long MaxNanoUsd = 250_000_000;
    const long DayUs = 86_400_000_000;

    const string Columns = "id, person_id, course_id, course_version, exercise, calls, spent_nano_usd, window_us, done_call_id, done_us";

    sealed class Row
    {
        public string Id { get; set; } = "";
        public string PersonId { get; set; } = "";
        public string CourseId { get; set; } = "";
        public long CourseVersion { get; set; }
        public string Exercise { get; set; } = "";
        public long Calls { get; set; }
        public long SpentNanoUsd { get; set; }
        public long WindowUs { get; set; }
        public string? DoneCallId { get; set; }
        public long? DoneUs { get; set; }
    }

    sealed class CallRow
    {
        public string PromptDigest { get; set; } = "";
        public string Model { get; set; } = "";
        public string Temperature { get; set; } = "";
        public string Met { get; set; } = "[]";

        public ExerciseEvidence ToEvidence() =>
            new(PromptDigest, Model, Temperature, JsonSerializer.Deserialize(Met, GovernanceJson.Default.IReadOnlyListInt32)!);
    }

    /// <summary>The run of a person at an exercise of the version that holds; made where there is none yet.</summary>
    /// <exception cref="PorticoException">There is no such course or exercise.</exception>
    public async Task<ExerciseRun> OpenAsync(Person person, string? course, string? exercise, CancellationToken ct)
    {
        var of = courses.Find(person.OrganisationId, course ?? "", "course_id").Course;
        var found =
            of.Exercises.FirstOrDefault(e => e.Id == exercise)
            ?? throw GovernanceService.Missing("exercise", ShortText.UpTo(exercise ?? "", 80), "exercise");
        var id = await database.WriteAsync(
            async work =>
            {
                var key = new
                {
                    id = ExerciseRunId.New(time).ToString(),
                    person = person.Id.ToString(),
                    course = of.Id,
                    version = of.Version,
                    exercise = found.Id,
                    now = Micros.Now(time),
                };
                await work.Connection.ExecuteAsync(
                    """
                    insert into governance_exercise_runs (id, person_id, course_id, course_version, exercise, calls, spent_nano_usd, window_us)
                    values (@id, @person, @course, @version, @exercise, 0, 0, @now) on conflict do nothing
                    """,
                    key,
                    work.Transaction
                );
                return await work.Connection.QuerySingleAsync<string>(
                    """
                    select id from governance_exercise_runs
                    where person_id = @person and course_id = @course and course_version = @version and exercise = @exercise
                    """,
                    key,
                    work.Transaction
                );
            },
            ct
        );
        return await FindAsync(person, id, ct);
    }

    /// <exception cref="PorticoException">The person has no such run.</exception>
    public async Task<ExerciseRun> FindAsync(Person person, string id, CancellationToken ct)
    {
        var row = await RowAsync(person.Id, id, ct);
        var exercise = ExerciseOf(person.OrganisationId, row);
        var settings = await rules.SettingsAsync(person.OrganisationId, ct);
        var calls = await CallsAsync(id, ct);
        var (met, _) = ExerciseChecks.Sum(exercise, calls);
        var isOver = row.WindowUs <= Micros.Now(time) - DayUs;
        return new ExerciseRun(
            ExerciseRunId.Parse(row.Id),
            row.CourseId,
            (int)row.CourseVersion,
            row.Exercise,
            settings.UseCaseId,
            settings.Models,
            isOver ? MaxCalls : (int)(MaxCalls - row.Calls),
            MaxOutputTokens,
            isOver ? 0 : row.SpentNanoUsd,
            exercise.Checks.Select((c, i) => new ExerciseCheckState(c.Says, c.Hint, calls.Count == 0 ? null : met.Contains(i))).ToList(),
            row.DoneUs is not null,
            row.DoneCallId,
            Micros.ToTime(row.DoneUs)
        );
    }

    /// <summary>Who calls, for a run.</summary>
    /// <exception cref="PorticoException">The person has no such run, or nobody said what pays for exercises.</exception>
    public async Task<ExerciseTurn> TurnAsync(PersonId personId, string id, CancellationToken ct)
    {
        var person =
            governance.Current.People.GetValueOrDefault(personId) ?? throw GovernanceService.Missing("person", personId.ToString());
        var row = await RowAsync(personId, id, ct);
        var settings = await rules.SettingsAsync(person.OrganisationId, ct);
        if (settings.UseCaseId is not { } useCase || governance.Current.FindPerson(personId, useCase) is not { } caller)
            throw new PorticoException(
                ErrorTable.Conflict,
                "Exercises have no use case yet that pays for them. An officer names one, with the models that answer, on the Learn page under Access."
            );
        return new ExerciseTurn(ExerciseRunId.Parse(row.Id), caller, ExerciseOf(person.OrganisationId, row), settings.Models);
    }

    /// <summary>Looks at a call that is about to be made, and takes it from those that the run allows.</summary>
    /// <exception cref="PorticoException">It is larger than an exercise's may be, is for another model, or there is none left.</exception>
    public async Task<ExerciseEvidence> TakeAsync(ExerciseTurn turn, ChatRequest request, CancellationToken ct)
    {
        RequireSmall(turn, request);
        var taken = await database.WriteAsync(
            async work =>
            {
                var at = new
                {
                    id = turn.Run.ToString(),
                    now = Micros.Now(time),
                    dayAgo = Micros.Now(time) - DayUs,
                    MaxCalls,
                    MaxNanoUsd,
                };
                await work.Connection.ExecuteAsync(
                    "update governance_exercise_runs set calls = 0, spent_nano_usd = 0, window_us = @now where id = @id and window_us <= @dayAgo",
                    at,
                    work.Transaction
                );
                return await work.Connection.ExecuteAsync(
                    """
                    update governance_exercise_runs set calls = calls + 1
                    where id = @id and calls < @MaxCalls and spent_nano_usd < @MaxNanoUsd
                    """,
                    at,
                    work.Transaction
                );
            },
            ct
        );
        return taken == 1
            ? ExerciseChecks.Look(turn.Exercise, request)
            : throw new PorticoException(
                ErrorTable.BudgetExceeded,
                $"This exercise has used its {MaxCalls} calls or its 0.25 USD of a day. It goes on a day after its first call."
            );
    }

    static void RequireSmall(ExerciseTurn turn, ChatRequest request)
    {
        if (!turn.Models.Contains(request.Model, StringComparer.Ordinal))
            throw Bad($"An exercise calls {string.Join(" or ", turn.Models)}.", "model");
        if (request.MaxOutputTokens is not (> 0 and <= MaxOutputTokens))
            throw Bad($"A call of an exercise names max_tokens, {MaxOutputTokens} at most.", "max_tokens");
        if (request.Choices != 1 || request.Tools.Count > 0)
            throw Bad("A call of an exercise has one choice and no tools.", request.Tools.Count > 0 ? "tools" : "n");
        if (request.Messages.Any(m => m.Parts.Any(p => p is not TextPart)))
            throw Bad("A call of an exercise has text alone.", "messages");
        if (request.Messages.Sum(m => (long)ExerciseChecks.TextOf(m).Length) > MaxPromptLength)
            throw Bad($"A call of an exercise has {MaxPromptLength} characters at most.", "messages");
    }

    static PorticoException Bad(string says, string param) => new(ErrorTable.InvalidRequest, says, param);

    /// <summary>Keeps what a call cost, and where it was answered to its end, what it showed.</summary>
    public Task KeepAsync(
        ExerciseTurn turn,
        ExerciseEvidence evidence,
        CallId call,
        bool completed,
        long costNanoUsd,
        CancellationToken ct
    ) =>
        database.WriteAsync(
            async work =>
            {
                var run = turn.Run.ToString();
                var now = Micros.Now(time);
                // The row is held from here on: of two calls that end at once the second sees the first.
                await work.Connection.ExecuteAsync(
                    "update governance_exercise_runs set spent_nano_usd = spent_nano_usd + @costNanoUsd where id = @run",
                    new { run, costNanoUsd },
                    work.Transaction
                );
                if (!completed)
                    return;
                await work.Connection.ExecuteAsync(
                    """
                    insert into governance_exercise_calls (call_id, run_id, prompt_digest, model, temperature, met, at_us)
                    values (@call, @run, @PromptDigest, @Model, @Temperature, @met, @now)
                    """,
                    new
                    {
                        call = call.ToString(),
                        run,
                        evidence.PromptDigest,
                        evidence.Model,
                        evidence.Temperature,
                        met = JsonSerializer.Serialize(evidence.Met, GovernanceJson.Default.IReadOnlyListInt32),
                        now,
                    },
                    work.Transaction
                );
                var all = await work.Connection.QueryAsync<CallRow>(CallsOfRun, new { run }, work.Transaction);
                if (ExerciseChecks.Sum(turn.Exercise, all.Select(c => c.ToEvidence()).ToList()).Done)
                    await work.Connection.ExecuteAsync(
                        "update governance_exercise_runs set done_call_id = @call, done_us = @now where id = @run and done_us is null",
                        new
                        {
                            run,
                            call = call.ToString(),
                            now,
                        },
                        work.Transaction
                    );
            },
            ct
        );

    const string CallsOfRun =
        "select prompt_digest, model, temperature, met from governance_exercise_calls where run_id = @run order by at_us, call_id";

    async Task<IReadOnlyList<ExerciseEvidence>> CallsAsync(string run, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (await db.QueryAsync<CallRow>(CallsOfRun, new { run })).Select(c => c.ToEvidence()).ToList();
    }

    async Task<Row> RowAsync(PersonId person, string id, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.QuerySingleOrDefaultAsync<Row>(
                $"select {Columns} from governance_exercise_runs where id = @id and person_id = @person",
                new { id, person = person.ToString() }
            ) ?? throw GovernanceService.Missing("exercise run", ShortText.UpTo(id, 80));
    }

    /// <exception cref="PorticoException">The course has a newer version: what was begun in the old one is over.</exception>
    Exercise ExerciseOf(OrganisationId organisation, Row row) =>
        catalog.Current.Find(organisation, row.CourseId)?.Course is { } course && course.Version == row.CourseVersion
            ? course.Exercises.First(e => e.Id == row.Exercise)
            : throw new PorticoException(ErrorTable.Conflict, "There is a newer version of this course. Begin its exercise there.");
}
