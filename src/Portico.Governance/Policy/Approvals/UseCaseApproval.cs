using System.Text.Json.Serialization;

namespace Portico.Governance.Policy.Approvals;

/// <summary>
/// How much risk a use case bears, in the words that are used of Regulation (EU) 2024/1689, the AI Act: high is what its article 6 and annex III name, limited what owes people openness by its
/// article 50, minimal the rest. Somebody judges it; Portico does not.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<RiskClass>))]
public enum RiskClass
{
    [JsonStringEnumMemberName("minimal")]
    Minimal,

    [JsonStringEnumMemberName("limited")]
    Limited,

    [JsonStringEnumMemberName("high")]
    High,
}

/// <summary>A person's approval of a use case: for a class of risk and a version of its purpose. Never changed but by being taken back.</summary>
public sealed record UseCaseApproval(
    string Id,
    UseCaseId UseCaseId,
    RiskClass RiskClass,
    long PurposeVersion,
    string ApprovedBy,
    string ApprovedByName,
    DateTimeOffset ApprovedAt,
    string? Note,
    string? RevokedByName,
    DateTimeOffset? RevokedAt,
    string? Reason
);

/// <summary>What a use case needs before it makes calls, and what of that it has.</summary>
/// <param name="UseCaseId">Which.</param>
/// <param name="Name">Its name.</param>
/// <param name="WorkspaceId">Where.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="RiskClass">Null = nobody said; counts as high.</param>
/// <param name="RiskSetBy">Name of who said.</param>
/// <param name="RiskSetAt">When.</param>
/// <param name="Needed">Approvals that the policy asks for.</param>
/// <param name="Given">Those that count now: of this class or a higher one, of this purpose, not lapsed, each of another person.</param>
/// <param name="MayCall">It has what it needs.</param>
/// <param name="Until">When it has no longer, unless somebody approves again; null = for good, or not even now.</param>
/// <param name="Why">Why it may not call, and whom to ask.</param>
public sealed record UseCaseStanding(
    UseCaseId UseCaseId,
    string Name,
    WorkspaceId WorkspaceId,
    string? Purpose,
    RiskClass? RiskClass,
    string? RiskSetBy,
    DateTimeOffset? RiskSetAt,
    int Needed,
    int Given,
    bool MayCall,
    DateTimeOffset? Until,
    string? Why
);

sealed class UseCaseApprovalRow
{
    public const string Columns =
        "id, use_case_id, risk_class, purpose_version, approved_by, approved_by_name, approved_us, note, revoked_by_name, revoked_us, reason";

    public string Id { get; set; } = "";
    public string UseCaseId { get; set; } = "";
    public string RiskClass { get; set; } = "";
    public long PurposeVersion { get; set; }
    public string ApprovedBy { get; set; } = "";
    public string ApprovedByName { get; set; } = "";
    public long ApprovedUs { get; set; }
    public string? Note { get; set; }
    public string? RevokedByName { get; set; }
    public long? RevokedUs { get; set; }
    public string? Reason { get; set; }

    public UseCaseApproval ToNoun() =>
        new(
            Id,
            Portico.Core.Id<IdKinds.UseCase>.Parse(UseCaseId),
            Enum.Parse<RiskClass>(RiskClass, ignoreCase: true),
            PurposeVersion,
            ApprovedBy,
            ApprovedByName,
            Micros.ToTime(ApprovedUs),
            Note,
            RevokedByName,
            Micros.ToTime(RevokedUs),
            Reason
        );
}
