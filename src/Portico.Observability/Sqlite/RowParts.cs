using System.Text.Json;
using System.Text.Json.Serialization;
using Portico.Core.Chat;

namespace Portico.Observability.Sqlite;

/// <summary>
/// What is the same for many calls: kept once, a row names it by number. A record takes 250 bytes of the file instead of the 2 KB that its JSON has.
/// A member that is added to the record stands here when it repeats, else in the row or in <see cref="CallDetail"/>; a test compares whole records.
/// </summary>
readonly record struct CallFacts
{
    public string NodeId { get; init; }
    public string? OrganisationId { get; init; }
    public string? WorkspaceId { get; init; }
    public string? UseCaseId { get; init; }
    public string? KeyId { get; init; }
    public string? PersonId { get; init; }
    public string Operation { get; init; }
    public string Wire { get; init; }
    public bool Stream { get; init; }
    public string? RequestedModel { get; init; }
    public string? Route { get; init; }
    public string? Model { get; init; }
    public string? Provider { get; init; }
    public string? ProviderFamily { get; init; }
    public string? ConnectionId { get; init; }
    public string? DeploymentId { get; init; }
    public string? ServedModel { get; init; }
    public CallOutcome Outcome { get; init; }
    public int Status { get; init; }
    public string? ErrorCode { get; init; }
    public FinishReason Finish { get; init; }
    public UsageSource UsageSource { get; init; }
    public bool Unpriced { get; init; }
    public string? PriceId { get; init; }
    public long PriceVersion { get; init; }
    public string Cache { get; init; }
    public bool CountEstimated { get; init; }
    public string? ScreenedBy { get; init; }

    public static CallFacts Of(CallRecord r) =>
        new()
        {
            NodeId = r.NodeId,
            OrganisationId = r.OrganisationId,
            WorkspaceId = r.WorkspaceId,
            UseCaseId = r.UseCaseId,
            KeyId = r.KeyId,
            PersonId = r.PersonId,
            Operation = r.Operation,
            Wire = r.Wire,
            Stream = r.Stream,
            RequestedModel = r.RequestedModel,
            Route = r.Route,
            Model = r.Model,
            Provider = r.Provider,
            ProviderFamily = r.ProviderFamily,
            ConnectionId = r.ConnectionId,
            DeploymentId = r.DeploymentId,
            ServedModel = r.ServedModel,
            Outcome = r.Outcome,
            Status = r.Status,
            ErrorCode = r.ErrorCode,
            Finish = r.Finish,
            UsageSource = r.Usage.Source,
            Unpriced = r.Unpriced,
            PriceId = r.PriceId,
            PriceVersion = r.PriceVersion,
            Cache = r.Cache,
            CountEstimated = r.CountEstimated,
            ScreenedBy = r.ScreenedBy,
        };

    public void Give(CallRecord r)
    {
        r.NodeId = NodeId;
        r.OrganisationId = OrganisationId;
        r.WorkspaceId = WorkspaceId;
        r.UseCaseId = UseCaseId;
        r.KeyId = KeyId;
        r.PersonId = PersonId;
        r.Operation = Operation;
        r.Wire = Wire;
        r.Stream = Stream;
        r.RequestedModel = RequestedModel;
        r.Route = Route;
        r.Model = Model;
        r.Provider = Provider;
        r.ProviderFamily = ProviderFamily;
        r.ConnectionId = ConnectionId;
        r.DeploymentId = DeploymentId;
        r.ServedModel = ServedModel;
        r.Outcome = Outcome;
        r.Status = Status;
        r.ErrorCode = ErrorCode;
        r.Finish = Finish;
        r.Unpriced = Unpriced;
        r.PriceId = PriceId;
        r.PriceVersion = PriceVersion;
        r.Cache = Cache;
        r.CountEstimated = CountEstimated;
        r.ScreenedBy = ScreenedBy;
    }

    /// <summary>The members that differ most between groups: hashing all of them would cost as much as the insert.</summary>
    public override int GetHashCode() =>
        HashCode.Combine(KeyId, RequestedModel, DeploymentId, ServedModel, Status, Stream, PersonId, Finish);
}

/// <summary>What few calls have: one JSON text in the row, NULL when there is nothing.</summary>
sealed record CallDetail
{
    public string? ParentId { get; init; }
    public string? EndUser { get; init; }

    /// <summary>In rows of earlier builds; it has a column now.</summary>
    public string? UpstreamRequestId { get; init; }
    public string? TraceId { get; init; }
    public string? ErrorMessage { get; init; }
    public string? ContextFitted { get; init; }
    public IReadOnlyList<CallFinding>? Findings { get; init; }

    public static string? Of(CallRecord r)
    {
        if ((r.ParentId ?? r.EndUser ?? r.TraceId ?? r.ErrorMessage ?? r.ContextFitted) is null && r.Findings.Count == 0)
            return null;
        var detail = new CallDetail
        {
            ParentId = r.ParentId,
            EndUser = r.EndUser,
            TraceId = r.TraceId,
            ErrorMessage = r.ErrorMessage,
            ContextFitted = r.ContextFitted,
            Findings = r.Findings.Count == 0 ? null : r.Findings,
        };
        return JsonSerializer.Serialize(detail, RowJson.Default.CallDetail);
    }

    public static void Give(string? json, CallRecord r)
    {
        if (json is null)
            return;
        var detail = JsonSerializer.Deserialize(json, RowJson.Default.CallDetail)!;
        r.ParentId = detail.ParentId;
        r.EndUser = detail.EndUser;
        r.UpstreamRequestId ??= detail.UpstreamRequestId;
        r.TraceId = detail.TraceId;
        r.ErrorMessage = detail.ErrorMessage;
        r.ContextFitted = detail.ContextFitted;
        r.Findings = detail.Findings ?? [];
    }
}

/// <summary>What is the same for many attempts.</summary>
readonly record struct AttemptFacts
{
    public string DeploymentId { get; init; }
    public string ConnectionId { get; init; }
    public string Provider { get; init; }
    public string Model { get; init; }
    public int Status { get; init; }
    public string Outcome { get; init; }
    public string? Fault { get; init; }
    public string? ErrorCode { get; init; }
    public UsageSource UsageSource { get; init; }
    public bool Unpriced { get; init; }
    public string? PriceId { get; init; }
    public long PriceVersion { get; init; }

    public static AttemptFacts Of(AttemptRecord a) =>
        new()
        {
            DeploymentId = a.DeploymentId,
            ConnectionId = a.ConnectionId,
            Provider = a.Provider,
            Model = a.Model,
            Status = a.Status,
            Outcome = a.Outcome,
            Fault = a.Fault,
            ErrorCode = a.ErrorCode,
            UsageSource = a.Usage.Source,
            Unpriced = a.Unpriced,
            PriceId = a.PriceId,
            PriceVersion = a.PriceVersion,
        };

    public override int GetHashCode() => HashCode.Combine(DeploymentId, Status, Outcome, PriceId, UsageSource);
}

/// <summary>What was used beside the tokens that have columns, and the class of service: one JSON text in the row, NULL for all but a few calls.</summary>
sealed record UnitsUsed
{
    public long ImageOutput { get; init; }
    public long Searches { get; init; }
    public long Characters { get; init; }
    public long AudioMs { get; init; }
    public long Images { get; init; }
    public string? ImageClass { get; init; }

    // Null = none, as in rows of earlier builds.
    public long? WebSearches { get; init; }
    public long? FileSearches { get; init; }
    public long? Containers { get; init; }

    /// <summary>Null = standard.</summary>
    public PriceClass? Class { get; init; }

    public static string? Of(in Usage u)
    {
        if (!u.HasUnits && u.ImageOutput == 0 && u.ImageClass is null && u.Class == PriceClass.Standard)
            return null;
        var units = new UnitsUsed
        {
            ImageOutput = u.ImageOutput,
            Searches = u.Searches,
            Characters = u.Characters,
            AudioMs = u.AudioMs,
            Images = u.Images,
            ImageClass = u.ImageClass,
            WebSearches = OrNull(u.WebSearches),
            FileSearches = OrNull(u.FileSearches),
            Containers = OrNull(u.Containers),
            Class = u.Class == PriceClass.Standard ? null : u.Class,
        };
        return JsonSerializer.Serialize(units, RowJson.Default.UnitsUsed);
    }

    static long? OrNull(long count) => count == 0 ? null : count;

    public static Usage Give(string? json, Usage tokens)
    {
        if (json is null)
            return tokens;
        var units = JsonSerializer.Deserialize(json, RowJson.Default.UnitsUsed)!;
        return tokens with
        {
            ImageOutput = units.ImageOutput,
            Searches = units.Searches,
            Characters = units.Characters,
            AudioMs = units.AudioMs,
            Images = units.Images,
            ImageClass = units.ImageClass,
            WebSearches = units.WebSearches ?? 0,
            FileSearches = units.FileSearches ?? 0,
            Containers = units.Containers ?? 0,
            Class = units.Class ?? PriceClass.Standard,
        };
    }
}

/// <summary>Parts of rows that are kept as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(CallFacts))]
[JsonSerializable(typeof(AttemptFacts))]
[JsonSerializable(typeof(CallDetail))]
[JsonSerializable(typeof(UnitsUsed))]
sealed partial class RowJson : JsonSerializerContext;
