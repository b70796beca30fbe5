using System.Text.Json.Serialization;

namespace Portico.Governance.Policy.Requests;

[JsonConverter(typeof(JsonStringEnumConverter<PolicyRequestState>))]
public enum PolicyRequestState
{
    /// <summary>Somebody has to decide.</summary>
    [JsonStringEnumMemberName("open")]
    Open,

    /// <summary>The same call passes, or passed, until the time that it says.</summary>
    [JsonStringEnumMemberName("approved")]
    Approved,

    [JsonStringEnumMemberName("declined")]
    Declined,

    /// <summary>Nobody decided in a day.</summary>
    [JsonStringEnumMemberName("expired")]
    Expired,
}

/// <summary>
/// A call that a content rule wants a person to decide about, and what came of it. By names and lengths alone: what was said is read by a reveal of the call. Line: of the policy;
/// Channel: where the finding stands; FoundLength: its characters. Asks: how often the same call was made meanwhile. Live: the same call passes now.
/// </summary>
public sealed record PolicyRequest
{
    public required PolicyRequestId Id { get; init; }
    public required PolicyRequestState State { get; init; }
    public required OrganisationId OrganisationId { get; init; }
    public required WorkspaceId WorkspaceId { get; init; }
    public required UseCaseId UseCaseId { get; init; }
    public string? KeyId { get; init; }

    /// <summary>For whom the call is, who does not decide about it.</summary>
    public string? PersonId { get; init; }

    /// <summary>The first call that was refused.</summary>
    public required string CallId { get; init; }
    public required string Operation { get; init; }
    public required string Model { get; init; }
    public required string Line { get; init; }

    /// <summary>Id of the organisation, workspace or use case whose policy says it.</summary>
    public required string Level { get; init; }
    public required long LevelVersion { get; init; }
    public required int LineNumber { get; init; }
    public required string Channel { get; init; }
    public required int FoundLength { get; init; }
    public required long Asks { get; init; }
    public required DateTimeOffset AskedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public string? DecidedBy { get; init; }
    public string? DecidedByName { get; init; }
    public DateTimeOffset? DecidedAt { get; init; }
    public DateTimeOffset? Until { get; init; }
    public string? Note { get; init; }
    public bool Live { get; init; }
}

/// <summary>What is asked: the call, the rule and where that stands.</summary>
/// <param name="Caller">For whom the call is.</param>
/// <param name="CallId">The refused call.</param>
/// <param name="Operation">chat, embeddings …</param>
/// <param name="Model">The name that was asked for.</param>
/// <param name="Rule">Name of the content rule.</param>
/// <param name="Origin">Where its line stands.</param>
/// <param name="Channel">Where the finding is.</param>
/// <param name="FoundLength">Its characters.</param>
/// <param name="Digest">Of the call under the rule, see <see cref="CallDigest"/>.</param>
public sealed record PolicyAsk(
    Caller Caller,
    CallId CallId,
    string Operation,
    string Model,
    string Rule,
    LineOrigin Origin,
    string Channel,
    int FoundLength,
    string Digest
);

sealed class PolicyRequestRow
{
    public const string Columns =
        "id, state, organisation_id, workspace_id, use_case_id, key_id, person_id, call_id, operation, model, rule, level_id, level_version, line_number, channel, found_length, asks, asked_us, expires_us, decided_by, decided_by_name, decided_us, until_us, note";

    public string Id { get; set; } = "";
    public string State { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string WorkspaceId { get; set; } = "";
    public string UseCaseId { get; set; } = "";
    public string? KeyId { get; set; }
    public string? PersonId { get; set; }
    public string CallId { get; set; } = "";
    public string Operation { get; set; } = "";
    public string Model { get; set; } = "";
    public string Rule { get; set; } = "";
    public string LevelId { get; set; } = "";
    public long LevelVersion { get; set; }
    public long LineNumber { get; set; }
    public string Channel { get; set; } = "";
    public long FoundLength { get; set; }
    public long Asks { get; set; }
    public long AskedUs { get; set; }
    public long ExpiresUs { get; set; }
    public string? DecidedBy { get; set; }
    public string? DecidedByName { get; set; }
    public long? DecidedUs { get; set; }
    public long? UntilUs { get; set; }
    public string? Note { get; set; }

    public PolicyRequest ToNoun(long nowUs)
    {
        var state = Enum.Parse<PolicyRequestState>(State, ignoreCase: true);
        return new PolicyRequest
        {
            Id = Portico.Core.Id<IdKinds.PolicyRequest>.Parse(Id),
            State = state == PolicyRequestState.Open && ExpiresUs <= nowUs ? PolicyRequestState.Expired : state,
            OrganisationId = Portico.Core.Id<IdKinds.Organisation>.Parse(OrganisationId),
            WorkspaceId = Portico.Core.Id<IdKinds.Workspace>.Parse(WorkspaceId),
            UseCaseId = Portico.Core.Id<IdKinds.UseCase>.Parse(UseCaseId),
            KeyId = KeyId,
            PersonId = PersonId,
            CallId = CallId,
            Operation = Operation,
            Model = Model,
            Line = PolicySchema.LineOf(Rule),
            Level = LevelId,
            LevelVersion = LevelVersion,
            LineNumber = (int)LineNumber,
            Channel = Channel,
            FoundLength = (int)FoundLength,
            Asks = Asks,
            AskedAt = Micros.ToTime(AskedUs),
            ExpiresAt = Micros.ToTime(ExpiresUs),
            DecidedBy = DecidedBy,
            DecidedByName = DecidedByName,
            DecidedAt = Micros.ToTime(DecidedUs),
            Until = Micros.ToTime(UntilUs),
            Note = Note,
            Live = state == PolicyRequestState.Approved && UntilUs > nowUs,
        };
    }
}
