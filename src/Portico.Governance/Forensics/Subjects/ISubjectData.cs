using Portico.Storage;

namespace Portico.Governance.Forensics.Subjects;

/// <summary>A person whose data is looked for.</summary>
/// <param name="Person">Id of the person.</param>
/// <param name="Organisation">Id of theirs.</param>
/// <param name="Keys">Ids of all keys that are or were theirs.</param>
public sealed record Subject(string Person, string Organisation, IReadOnlyList<string> Keys)
{
    /// <summary>
    /// The term over person_id and key_id that finds what is theirs: what names them, and what names nobody and was kept by a key of theirs. Its parameters are this record's.
    /// </summary>
    public static string Owned(Engine engine) =>
        $"(person_id = @Person or (person_id is null and key_id {(engine == Engine.Postgres ? "= any(@KeyIds)" : "in @KeyIds")}))";

    /// <summary>What stands where the name stood, once they are erased.</summary>
    public string Pseudonym => $"Erased {Person[^6..]}";

    /// <summary>As both engines take a list.</summary>
    public string[] KeyIds => [.. Keys];
}

/// <summary>A class of data in which there may be something about people.</summary>
public interface ISubjectData
{
    /// <summary>As contents, responses.</summary>
    string Class { get; }

    /// <summary>A sentence for the reader of a package: what its files hold.</summary>
    string Says { get; }

    /// <summary>Writes all that is there of a person.</summary>
    Task CopyAsync(Subject subject, SubjectPackage package, CancellationToken ct);

    /// <summary>What of it is under a legal hold, by which of the things that are held; null = nothing.</summary>
    Task<HoldSubject?> HeldAsync(Subject subject, HeldThings held, CancellationToken ct);
}

/// <summary>A class that is erased too; the others stay, under the person's id alone.</summary>
public interface IErasableData : ISubjectData
{
    /// <summary>Removes it in steps. Called again after a process died: what is gone is not found any more.</summary>
    /// <exception cref="SubjectWaitException">Something must end first.</exception>
    Task RemoveAsync(Subject subject, SubjectRemoval removal, CancellationToken ct);

    /// <summary>How many there are: 0 behind a removal.</summary>
    Task<long> CountAsync(Subject subject, CancellationToken ct);
}

/// <summary>A removal cannot go on yet; the message says what it waits for.</summary>
public sealed class SubjectWaitException(string message) : Exception(message);
