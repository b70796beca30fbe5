using Dapper;
using Portico.Storage;

namespace Portico.Governance.Forensics.Subjects;

/// <summary>What somebody acknowledged and learned, and their certificates, which hold the name.</summary>
sealed class LearningData(Database database) : IErasableData
{
    public string Class => "learning";

    public string Says =>
        "What the person acknowledged and was asked to learn, lessons, exercises and quizzes, and certificates with their signatures.";

    /// <summary>Each with its columns and what names one of its rows. Calls of exercises before their runs.</summary>
    static readonly (string File, string Table, string Columns, string Id, string Whose)[] Tables =
    [
        ("acknowledgements", "governance_acknowledgements", "version, at_us", "version", "person_id = @Person"),
        ("assignments", "governance_assignments", "id, course_id, due_us, created_us", "id", "audience = 'person' and subject = @Person"),
        (
            "lessons",
            "governance_lessons_read",
            "course_id, course_version, lesson, at_us",
            "course_id || '/' || course_version || '/' || lesson",
            "person_id = @Person"
        ),
        (
            "exercise-calls",
            "governance_exercise_calls",
            "call_id, run_id, prompt_digest, model, temperature, met, at_us",
            "call_id",
            "run_id in (select r.id from governance_exercise_runs r where r.person_id = @Person)"
        ),
        (
            "exercises",
            "governance_exercise_runs",
            "id, course_id, course_version, exercise, calls, spent_nano_usd, done_call_id, done_us",
            "id",
            "person_id = @Person"
        ),
        ("quizzes", "governance_quiz_attempts", "id, course_id, course_version, score, passed, at_us", "id", "person_id = @Person"),
        (
            "certificates",
            "governance_certificates",
            "id, course_id, course_version, title, score, issued_us, expires_us, text, signature, key_id",
            "id",
            "person_id = @Person"
        ),
    ];

    public async Task CopyAsync(Subject subject, SubjectPackage package, CancellationToken ct)
    {
        foreach (var table in Tables)
            await package.RowsAsync(
                database,
                $"learning/{table.File}.json",
                $"select {table.Columns} from {table.Table} where {table.Whose} order by 1, 2",
                subject,
                ct
            );
    }

    public Task<HoldSubject?> HeldAsync(Subject subject, HeldThings held, CancellationToken ct) => Task.FromResult<HoldSubject?>(null);

    public Task RemoveAsync(Subject subject, SubjectRemoval removal, CancellationToken ct) =>
        removal.BatchAsync(
            async work =>
            {
                var ids = new List<string>();
                foreach (var table in Tables)
                    ids.AddRange(
                        (
                            await work.Connection.QueryAsync<string>(
                                $"delete from {table.Table} where {table.Whose} returning cast({table.Id} as text)",
                                subject,
                                work.Transaction
                            )
                        )
                            .Order(StringComparer.Ordinal)
                            .Select(id => $"{table.File}/{id}")
                    );
                if (ids.Count > 0)
                    work.Signal(Learning.LearningCatalog.Signal, subject.Person, 0);
                return ids;
            },
            ct
        );

    public async Task<long> CountAsync(Subject subject, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var all = 0L;
        foreach (var table in Tables)
            all += await db.ExecuteScalarAsync<long>($"select count(*) from {table.Table} where {table.Whose}", subject);
        return all;
    }
}
