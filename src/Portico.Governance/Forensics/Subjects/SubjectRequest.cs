using System.Text.Json.Serialization;

namespace Portico.Governance.Forensics.Subjects;

/// <summary>What is asked for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SubjectKind>))]
public enum SubjectKind
{
    /// <summary>Everything that is kept about the person, in a package.</summary>
    [JsonStringEnumMemberName("access")]
    Access,

    /// <summary>What was said goes, and the account becomes a pseudonym.</summary>
    [JsonStringEnumMemberName("erasure")]
    Erasure,
}

[JsonConverter(typeof(JsonStringEnumConverter<SubjectState>))]
public enum SubjectState
{
    /// <summary>Somebody else has to decide.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    [JsonStringEnumMemberName("declined")]
    Declined,

    [JsonStringEnumMemberName("withdrawn")]
    Withdrawn,

    /// <summary>Under way; problem says so when it cannot go on.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    [JsonStringEnumMemberName("done")]
    Done,
}

/// <summary>
/// One class of data of a request. Amount: things that went into the package, or were removed. Hash: of an erasure, a chain over the removed ids. LeftBehind: what a second reading still found.
/// </summary>
public sealed record SubjectStep(string Class, bool Done, long Amount, string? Hash, long? LeftBehind);

/// <summary>
/// The wish to have everything about a person, or to have it gone, and what came of it. Problem: why it does not go on; it is tried again by itself. Until: how long the package can be fetched.
/// Manifest: SHA-256 of the package's manifest.json.
/// </summary>
public sealed record SubjectRequest(
    string Id,
    SubjectKind Kind,
    SubjectState State,
    PersonId PersonId,
    OrganisationId OrganisationId,
    string Reason,
    string AskedBy,
    string AskedByName,
    DateTimeOffset AskedAt,
    string? DecidedBy,
    string? DecidedByName,
    DateTimeOffset? DecidedAt,
    string? Note,
    string? Problem,
    DateTimeOffset? DoneAt,
    DateTimeOffset? Until,
    string? Manifest,
    long Downloads,
    IReadOnlyList<SubjectStep> Steps
);

sealed class SubjectRow
{
    public const string Columns =
        "id, kind, state, person_id, organisation_id, reason, asked_by, asked_by_name, asked_us, decided_by, decided_by_name, decided_us, note, problem, done_us, until_us, hash, downloads";

    public string Id { get; set; } = "";
    public string Kind { get; set; } = "";
    public string State { get; set; } = "";
    public string PersonId { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string Reason { get; set; } = "";
    public string AskedBy { get; set; } = "";
    public string AskedByName { get; set; } = "";
    public long AskedUs { get; set; }
    public string? DecidedBy { get; set; }
    public string? DecidedByName { get; set; }
    public long? DecidedUs { get; set; }
    public string? Note { get; set; }
    public string? Problem { get; set; }
    public long? DoneUs { get; set; }
    public long? UntilUs { get; set; }
    public string? Hash { get; set; }
    public long Downloads { get; set; }

    public SubjectRequest ToNoun(IEnumerable<SubjectStepRow> steps)
    {
        var kind = Enum.Parse<SubjectKind>(Kind, ignoreCase: true);
        return new SubjectRequest(
            Id,
            kind,
            Enum.Parse<SubjectState>(State, ignoreCase: true),
            Portico.Core.Id<IdKinds.Person>.Parse(PersonId),
            Portico.Core.Id<IdKinds.Organisation>.Parse(OrganisationId),
            Reason,
            AskedBy,
            AskedByName,
            Micros.ToTime(AskedUs),
            DecidedBy,
            DecidedByName,
            Micros.ToTime(DecidedUs),
            Note,
            Problem,
            Micros.ToTime(DoneUs),
            Micros.ToTime(UntilUs),
            Hash,
            Downloads,
            steps
                .OrderBy(s => s.Number)
                .Select(s => new SubjectStep(
                    s.Class,
                    s.State == SubjectStepRow.Done,
                    s.Amount,
                    kind == SubjectKind.Erasure && s.Hash.Length > 0 ? s.Hash : null,
                    s.LeftBehind
                ))
                .ToList()
        );
    }
}

sealed class SubjectStepRow
{
    public const string Waiting = "waiting";
    public const string Done = "done";

    public string RequestId { get; set; } = "";
    public long Number { get; set; }
    public string Class { get; set; } = "";
    public string State { get; set; } = "";
    public long Amount { get; set; }
    public string Hash { get; set; } = "";
    public long? LeftBehind { get; set; }
}
