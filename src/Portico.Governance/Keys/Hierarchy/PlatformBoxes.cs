using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Portico.Storage;

namespace Portico.Governance.Keys;

/// <summary>Purposes of the platform's branch.</summary>
public static class PlatformPurposes
{
    public const string Credentials = "connection-credentials";
    public const string AuditKey = "audit-key";
    public const string BoundReasoning = "gateway/bound-reasoning";

    /// <summary>The key under which words that wait for a person's decision are told again. Opened where it is read, not kept at hand.</summary>
    internal const string PolicyDigests = "governance/policy-digests";

    /// <summary>The keys of secrets by which guards know Portico again. Opened where they are read.</summary>
    internal const string Guards = "governance/guards";

    internal static readonly IReadOnlyList<string> All = [Credentials, AuditKey, BoundReasoning];
}

/// <summary>Everything that was ever sealed for: under the master key itself before there was a hierarchy.</summary>
public static class KeyPurposes
{
    public const string Contents = "observability/contents";
    public const string Responses = "gateway/responses";
    public const string Conversations = "gateway/conversations";
    public const string Files = "gateway/files";
    public const string Batches = "gateway/batches";

    internal static readonly IReadOnlyList<string> All = [.. PlatformPurposes.All, Contents, Responses, Conversations, Files, Batches];
}

/// <summary>Boxes of the platform's branch, at hand for who cannot wait for the store: by purpose.</summary>
public sealed class PlatformBoxes(KeyRing ring, ChangeSignals signals, TimeProvider time, ILogger<PlatformBoxes> logger)
    : SnapshotCatalog<FrozenDictionary<string, Box>>(signals, time, logger)
{
    protected override IReadOnlyList<string> Kinds => [KeyRing.ChangedSignal];

    protected override async Task<FrozenDictionary<string, Box>> ReadAsync(long version, CancellationToken ct)
    {
        var boxes = new Dictionary<string, Box>(StringComparer.Ordinal);
        foreach (var purpose in PlatformPurposes.All)
        {
            await ring.SealerAsync(KeyRing.Platform, purpose, ct);
            // With every key that another node made since.
            boxes[purpose] = await ring.OpenerAsync(KeyRing.Platform, purpose, ct);
        }
        return boxes.ToFrozenDictionary();
    }
}
