using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Governance.Policy.Requests;
using Portico.Guardrails;
using Portico.Storage;

namespace Portico.Observability.Reviews;

/// <summary>Findings that were decided to be none, by workspace and digest. Immutable.</summary>
public sealed record KnownFalseAlarms(FrozenDictionary<string, FrozenSet<string>> ByWorkspace);

/// <summary>
/// What people decided of findings, on every node within a signal's time: a warm call asks no store. A digest is HMAC-SHA256 under the key of the store over the workspace, the kind and the words.
/// </summary>
public sealed class FalseAlarms(
    Database database,
    PolicyGrants grants,
    ChangeSignals signals,
    TimeProvider time,
    ILogger<FalseAlarms> logger
) : SnapshotCatalog<KnownFalseAlarms>(signals, time, logger)
{
    internal const string Signal = "finding-reviews";

    protected override IReadOnlyList<string> Kinds => [Signal];

    protected override async Task<KnownFalseAlarms> ReadAsync(long version, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<(string Workspace, string Digest)>(
            "select workspace_id, digest from observability_finding_reviews where state = 'false_alarm'"
        );
        return new KnownFalseAlarms(
            rows.GroupBy(r => r.Workspace, StringComparer.Ordinal)
                .ToFrozenDictionary(g => g.Key, g => g.Select(r => r.Digest).ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal)
        );
    }

    /// <summary>For the calls of a workspace; null until the key of digests is there, which <see cref="KeyAsync"/> makes.</summary>
    public IKnownFindings? Of(string workspace) =>
        grants.Current.Key is { } key ? new Known(key, workspace, Current.ByWorkspace.GetValueOrDefault(workspace)) : null;

    /// <summary>Makes the key of digests, once for all nodes.</summary>
    public async ValueTask KeyAsync(CancellationToken ct) => await grants.KeyAsync(ct);

    sealed class Known(byte[] key, string workspace, FrozenSet<string>? falseAlarms) : IKnownFindings
    {
        /// <summary>Of the 32 bytes: enough that no two findings of a workspace share it by chance.</summary>
        const int DigestBytes = 16;

        public string DigestOf(string kind, ReadOnlySpan<char> said)
        {
            // No part holds a line feed but the last.
            var bytes = Encoding.UTF8.GetBytes(string.Concat($"finding\n{workspace}\n{kind}\n", said));
            return Convert.ToHexStringLower(HMACSHA256.HashData(key, bytes).AsSpan(0, DigestBytes));
        }

        public bool IsFalseAlarm(string digest) => falseAlarms?.Contains(digest) is true;
    }
}
