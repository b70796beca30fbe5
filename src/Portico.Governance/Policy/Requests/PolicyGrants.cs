using System.Collections.Frozen;
using System.Security.Cryptography;
using Dapper;
using Microsoft.Extensions.Logging;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Governance.Policy.Requests;

/// <summary>Calls that a person let pass, and until when. Immutable.</summary>
/// <param name="Key">Of the digests; null where nobody was ever asked.</param>
/// <param name="Until">By digest.</param>
/// <param name="UseCases">Whose calls they are: of others no digest is made.</param>
public sealed record PolicyGranted(byte[]? Key, FrozenDictionary<string, DateTimeOffset> Until, FrozenSet<string> UseCases)
{
    /// <summary>Whether a call passes; its time is looked at here, so that an end needs no signal.</summary>
    public bool Has(string digest, DateTimeOffset now) => Until.TryGetValue(digest, out var until) && now < until;
}

/// <summary>What people let pass, on every node within a signal's time: a warm call asks no store.</summary>
public sealed class PolicyGrants(Database database, KeyRing ring, ChangeSignals signals, TimeProvider time, ILogger<PolicyGrants> logger)
    : SnapshotCatalog<PolicyGranted>(signals, time, logger)
{
    internal const string Signal = "policy-requests";
    const string KeyRow = "calls";
    const string Associated = "governance_policy_digest_keys/calls";
    const int KeyBytes = 32;

    readonly TimeProvider time = time;

    protected override IReadOnlyList<string> Kinds => [Signal];

    protected override async Task<PolicyGranted> ReadAsync(long version, CancellationToken ct)
    {
        string? box;
        List<(string Digest, string UseCase, long Until)> rows;
        await using (var db = await database.OpenReadAsync(ct))
        {
            box = await FindKeyAsync(db);
            rows = (
                await db.QueryAsync<(string, string, long)>(
                    "select digest, use_case_id, until_us from governance_policy_requests where state = 'approved' and until_us > @now",
                    new { now = Micros.Now(time) }
                )
            ).AsList();
        }
        var until = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var (digest, _, end) in rows)
            if (!until.TryGetValue(digest, out var known) || known < Micros.ToTime(end))
                until[digest] = Micros.ToTime(end);
        return new PolicyGranted(
            box is null ? null : await OpenAsync(box, ct),
            until.ToFrozenDictionary(StringComparer.Ordinal),
            rows.Select(r => r.UseCase).ToFrozenSet(StringComparer.Ordinal)
        );
    }

    /// <summary>The key of the digests; made when somebody is first asked, once for all nodes.</summary>
    public async ValueTask<byte[]> KeyAsync(CancellationToken ct)
    {
        if (Current.Key is { } known)
            return known;
        var fresh = RandomNumberGenerator.GetBytes(KeyBytes);
        var sealer = await ring.SealerAsync(KeyRing.Platform, PlatformPurposes.PolicyDigests, ct);
        var box = Convert.ToBase64String(sealer.Seal(fresh, Associated));
        await database.WriteAsync(
            work =>
            {
                work.Signal(Signal, KeyRow, 1);
                return work.Connection.ExecuteAsync(
                    "insert into governance_policy_digest_keys (id, sealed) values (@KeyRow, @box) on conflict do nothing",
                    new { KeyRow, box },
                    work.Transaction
                );
            },
            ct
        );
        await RefreshAsync(ct);
        return Current.Key!;
    }

    static Task<string?> FindKeyAsync(System.Data.Common.DbConnection db) =>
        db.QuerySingleOrDefaultAsync<string?>("select sealed from governance_policy_digest_keys where id = @KeyRow", new { KeyRow });

    async Task<byte[]> OpenAsync(string box, CancellationToken ct) =>
        await ring.OpenAsync(KeyRing.Platform, PlatformPurposes.PolicyDigests, Convert.FromBase64String(box), Associated, ct);
}
