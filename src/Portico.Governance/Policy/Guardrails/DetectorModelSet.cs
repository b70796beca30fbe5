using Portico.Guardrails.Models;

namespace Portico.Governance.Policy.Guardrails;

/// <summary>
/// Where a set of models is in force, since when, and who brought it. Level: platform, or a workspace that has one of its own. BackTo: the id of the set that a roll back brings there, or platform where the workspace then goes
/// by the platform's again; none where nothing was in force before.
/// </summary>
public sealed record DetectorModelUse(string Level, DateTimeOffset? Since, string? ByName, string? BackTo);

/// <summary>
/// A set of models of the detectors. Id: shipped for the one that comes with the product. WorkspaceId: the one workspace that may use it, where it learned from that one's reviewed findings. Files: with what each was made
/// from, sets with licences and counts. Probes: how it did on the product's own texts when it came. Problem: why this build cannot use it.
/// </summary>
public sealed record DetectorModelSet
{
    public required string Id { get; init; }
    public required string Version { get; init; }
    public required string Digest { get; init; }
    public required long Bytes { get; init; }
    public string? WorkspaceId { get; init; }
    public required int Reviews { get; init; }
    public required IReadOnlyList<ModelFile> Files { get; init; }
    public required IReadOnlyList<ProbeShare> Probes { get; init; }
    public string? UploadedByName { get; init; }
    public DateTimeOffset? UploadedAt { get; init; }
    public required IReadOnlyList<DetectorModelUse> InForce { get; init; }
    public string? Problem { get; init; }
}

/// <summary>A row of what came in force.</summary>
sealed class DetectorModelUseRow
{
    /// <summary>The level of all that have none of their own.</summary>
    public const string Platform = "platform";

    /// <summary>The set that comes with the product.</summary>
    public const string Shipped = "shipped";

    /// <summary>A workspace goes by the platform's again.</summary>
    public const string None = "none";

    public const string Columns = "level, number, model_id, before_number, used_by_name, used_us";

    /// <summary>What a level goes by when nothing that was chosen there is left.</summary>
    public static string RootOf(string level) => level == Platform ? Shipped : None;

    public string Level { get; set; } = "";
    public long Number { get; set; }
    public string ModelId { get; set; } = "";
    public long? BeforeNumber { get; set; }

    /// <summary>The set of the use before, where it is asked for.</summary>
    public string? BeforeId { get; set; }
    public string UsedByName { get; set; } = "";
    public long UsedUs { get; set; }
}
