using Portico.Core.Chat;

namespace Portico.Observability;

/// <summary>How a call ended.</summary>
public enum CallOutcome : byte
{
    Completed,

    /// <summary>We said no: key, limit, budget, policy, bad input.</summary>
    Refused,

    /// <summary>Upstream or we failed.</summary>
    Failed,

    /// <summary>The caller left.</summary>
    Abandoned,
}

/// <summary>
/// The wide record of one call: who, what for, which route and model served, tokens by part, cost, price, timings, cache, error, trail.
/// Filled by the gateway while the call runs, read only after its end. One instance a call; never pooled, because the writer keeps it.
/// Ids are texts with their prefix; times are microseconds since 1970 UTC; durations are microseconds; money is nano-USD.
/// </summary>
public sealed class CallRecord
{
    public CallId Id { get; set; }
    public long StartedAtUs { get; set; }
    public string NodeId { get; set; } = "";

    /// <summary>The call that started this one, for example to have its oldest turns summarised, or the batch whose line it is; null for calls from outside.</summary>
    public string? ParentId { get; set; }

    // Who and what for. Null only for calls refused before the key was known.
    public string? OrganisationId { get; set; }
    public string? WorkspaceId { get; set; }
    public string? UseCaseId { get; set; }
    public string? KeyId { get; set; }
    public string? PersonId { get; set; }

    /// <summary>The caller's own name for its end user, as sent; bounded to 256 characters.</summary>
    public string? EndUser { get; set; }

    // What.
    /// <summary>chat, embeddings, count_tokens, rerank, moderation, speech, transcription, translation, image, image_edit.</summary>
    public string Operation { get; set; } = "chat";

    /// <summary>The dialect by which the call came: openai-chat, openai-embeddings, in-process.</summary>
    public string Wire { get; set; } = "openai-chat";
    public bool Stream { get; set; }

    /// <summary>The name the caller used.</summary>
    public string? RequestedModel { get; set; }
    public string? Route { get; set; }

    /// <summary>The hub's name of the model that served.</summary>
    public string? Model { get; set; }
    public string? Provider { get; set; }

    /// <summary>What kind of provider it is: the preset of the connection, or its family.</summary>
    public string? ProviderFamily { get; set; }
    public string? ConnectionId { get; set; }
    public string? DeploymentId { get; set; }

    /// <summary>The model's name as the provider answered it.</summary>
    public string? ServedModel
    {
        get;
        set => field = Name(value);
    }
    public string? UpstreamRequestId
    {
        get;
        set => field = Name(value);
    }

    /// <summary>What a provider says may be of any length; a name is not.</summary>
    static string? Name(string? value) => value is null ? null : ShortText.UpTo(value, MaxName);

    const int MaxName = 256;

    /// <summary>The trace in which the call's spans are, null when it was not traced.</summary>
    public string? TraceId { get; set; }

    // How it ended.
    public CallOutcome Outcome { get; set; }
    public int Status { get; set; }
    public string? ErrorCode { get; set; }

    /// <summary>Bounded to 500 characters; never prompt text, never a secret.</summary>
    public string? ErrorMessage { get; set; }
    public FinishReason Finish { get; set; }

    // Money and tokens, the sum over attempts.
    public Usage Usage { get; set; }
    public long CostNanoUsd { get; set; }

    /// <summary>A part of the usage has no price: the cost is a lower bound.</summary>
    public bool Unpriced { get; set; }
    public string? PriceId { get; set; }
    public long PriceVersion { get; set; }

    /// <summary>What was held before the upstream was called.</summary>
    public long HeldNanoUsd { get; set; }

    /// <summary>Cache hit: what the call would have cost.</summary>
    public long SavedNanoUsd { get; set; }

    /// <summary>off, miss, hit, bypass.</summary>
    public string Cache { get; set; } = "off";

    // Timings, microseconds.
    public long DurationUs { get; set; }

    /// <summary>From the arrival of the call to the first output handed to the writer; 0 = none.</summary>
    public long FirstOutputUs { get; set; }

    /// <summary>Time inside Portico before the upstream was called.</summary>
    public long OverheadUs { get; set; }

    /// <summary>Input tokens counted before the call, and whether the count was an estimate.</summary>
    public int CountedInputTokens { get; set; }
    public bool CountEstimated { get; set; }

    /// <summary>What FitContext did: null, or for example "dropped 4 oldest messages".</summary>
    public string? ContextFitted { get; set; }
    public IReadOnlyList<AttemptRecord> Attempts { get; set; } = [];

    /// <summary>Facts of the walk in order: what each stage decided.</summary>
    public IReadOnlyList<TrailEntry> Trail { get; set; } = [];

    /// <summary>What content rules found, the first <see cref="CallFinding.Most"/>, in the order in which it was certain.</summary>
    public IReadOnlyList<CallFinding> Findings { get; set; } = [];

    /// <summary>Names of the content rules, guards and lines that might have found something in the call, with <see cref="RuleSeparator"/> between them; null = none was.</summary>
    public string? ScreenedBy { get; set; }

    /// <summary>Stands in no name of a rule.</summary>
    public const char RuleSeparator = ' ';

    /// <summary>In sums of screened calls, where a rule's name stands: for which any rule was in force.</summary>
    internal const string AnyRule = "";

    /// <summary>What each meter settles: applied once, with the journal position.</summary>
    public IReadOnlyList<MeterSettlement> Settlements { get; set; } = [];
}

/// <summary>One try at one deployment: its own row, its own cost.</summary>
public sealed record AttemptRecord
{
    public required AttemptId Id { get; init; }

    /// <summary>From 1, over retries and fallbacks.</summary>
    public required int Number { get; init; }
    public required string DeploymentId { get; init; }
    public required string ConnectionId { get; init; }
    public required string Provider { get; init; }
    public required string Model { get; init; }
    public long StartedAtUs { get; init; }
    public long DurationUs { get; init; }

    /// <summary>From the start of this attempt, not of the call; 0 = no output.</summary>
    public long FirstOutputUs { get; init; }

    /// <summary>The upstream's HTTP status, 0 when none arrived.</summary>
    public int Status { get; init; }

    /// <summary>completed, failed, abandoned.</summary>
    public required string Outcome { get; init; }

    /// <summary>caller, credential, rate_limit, model, upstream; null when good.</summary>
    public string? Fault { get; init; }
    public string? ErrorCode { get; init; }
    public string? ErrorMessage { get; init; }
    public Usage Usage { get; init; }
    public long CostNanoUsd { get; init; }
    public bool Unpriced { get; init; }
    public string? PriceId { get; init; }
    public long PriceVersion { get; init; }
    public string? UpstreamRequestId { get; init; }
}

/// <summary>One fact of the walk. <paramref name="AtUs"/> is microseconds since the call's start.</summary>
public readonly record struct TrailEntry(string Stage, string Fact, long AtUs);

/// <summary>One meter's true amount for one call, in the meter's unit, in the window it was held in.</summary>
public readonly record struct MeterSettlement(string MeterId, long WindowStartUs, long Amount);
