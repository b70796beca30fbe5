namespace Portico.Governance.Learning;

/// <summary>The acceptable-use policy of an organisation in one version. AsksAgain: whoever acknowledged an earlier one is asked again.</summary>
public sealed record AcceptableUse(int Version, string Text, bool AsksAgain, DateTimeOffset? PublishedAt);

/// <summary>Asks a course of people. Audience: everybody, role, workspace or person. Subject: the role, or the id of workspace or person.</summary>
public sealed record Assignment(
    AssignmentId Id,
    OrganisationId OrganisationId,
    string CourseId,
    string Audience,
    string? Subject,
    DateTimeOffset? DueAt,
    DateTimeOffset CreatedAt,
    long Version
);

/// <summary>What playground and keys of people need: in the organisation, or in one workspace of it. From: when it begins to hold.</summary>
public sealed record AccessRule(
    AccessRuleId Id,
    OrganisationId OrganisationId,
    WorkspaceId? WorkspaceId,
    bool AcceptableUse,
    IReadOnlyList<string> Courses,
    DateTimeOffset From,
    DateTimeOffset CreatedAt,
    long Version
);

/// <summary>
/// That a person passed a course. Text is what Signature (base 64, ECDSA P-256 with SHA-256 as DER) is over, behind the line "portico certificate v1"; KeyId names the
/// audit key.
/// </summary>
public sealed record Certificate(
    CertificateId Id,
    PersonId PersonId,
    OrganisationId OrganisationId,
    string CourseId,
    int CourseVersion,
    string Title,
    int Score,
    DateTimeOffset IssuedAt,
    DateTimeOffset ExpiresAt,
    string Text,
    string Signature,
    string KeyId
);

/// <summary>What pays for exercises, and which models may answer them. Version 0: nobody has said so yet.</summary>
public sealed record ExerciseSettings(OrganisationId OrganisationId, UseCaseId? UseCaseId, IReadOnlyList<string> Models, long Version);

/// <summary>Something that a person has not done. Kind: acceptable_use or course. At: the page of the console where it is done.</summary>
public sealed record Lack(string Kind, string? CourseId, string Says, string At);
