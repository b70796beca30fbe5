using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.Identity.Tokens;
using Portico.Storage;

namespace Portico.Governance.Identity.Workloads;

/// <summary>Who tokens of services are: callers of a key at <c>/v1</c>, an admin token at <c>/api</c>. Each door remembers its own.</summary>
public sealed class WorkloadTokens
{
    readonly GovernanceCatalog catalog;
    readonly Database database;
    readonly TimeProvider time;
    readonly TakenTokens ofKeys;
    readonly TakenTokens ofAdminTokens;

    internal WorkloadTokens(GovernanceCatalog catalog, TokenVerifier verifier, Database database, TimeProvider time)
    {
        (this.catalog, this.database, this.time) = (catalog, database, time);
        ofKeys = new TakenTokens(
            new WorkloadDoor(
                w => w.KeyId is not null,
                ErrorTable.InvalidApiKey,
                "it opens an admin token, which calls no model; a workload of a service key does"
            ),
            catalog,
            verifier,
            time
        );
        ofAdminTokens = new TakenTokens(
            new WorkloadDoor(
                w => w.AdminTokenId is not null,
                ErrorTable.SignInRequired,
                "it opens a service key, which calls models and manages nothing; a workload of an admin token does"
            ),
            catalog,
            verifier,
            time
        );
    }

    public static bool HasForm(ReadOnlySpan<char> bearer) => SignedToken.HasForm(bearer);

    /// <summary>The caller that is known of a token without verifying it.</summary>
    public KeyLookup Find(SecretDigest digest, DateTimeOffset now) =>
        ofKeys.Find(digest, now) is { } workload ? Of(workload, now) : new KeyLookup(null, KeyRefusal.Unknown);

    KeyLookup Of(Workload workload, DateTimeOffset now)
    {
        if (workload.KeyId is not { } key || !catalog.Current.Callers.TryGetValue(key, out var caller))
            return new KeyLookup(null, KeyRefusal.Unknown);
        var refusal = GovernanceSnapshot.RefusalOf(caller, now);
        return new KeyLookup(refusal == KeyRefusal.None ? caller : null, refusal, caller.KeyId);
    }

    /// <summary>Verifies a token that is not known yet.</summary>
    /// <exception cref="PorticoException">It is of no service that is known here; the message says what is wrong with it, and holds nothing of it.</exception>
    public async Task<KeyLookup> OpenAsync(string text, SecretDigest digest, CancellationToken ct) =>
        Of(await ofKeys.OpenAsync(text, digest, ct), time.GetUtcNow());

    /// <summary>
    /// Who a token is at the management API. The workload and the admin token are read from the store at each request, as admin tokens are: what was stopped on any node
    /// stops at once.
    /// </summary>
    /// <exception cref="PorticoException">It is of no service that is known here, or what it opens is closed.</exception>
    internal async Task<ApiActor> SignInAsync(string text, CancellationToken ct)
    {
        var digest = SecretDigest.Of(text)!.Value;
        var workload = ofAdminTokens.Find(digest, time.GetUtcNow()) ?? await ofAdminTokens.OpenAsync(text, digest, ct);
        await using var db = await database.OpenReadAsync(ct);
        var row = await db.QuerySingleOrDefaultAsync<(string Id, string Name, long Revoked)?>(
            """
            select t.id, t.name, t.revoked from governance_workloads w join governance_admin_tokens t on t.id = w.admin_token_id
            where w.id = @id and w.version = @Version and w.enabled = 1
            """,
            new { id = workload.Id.ToString(), workload.Version }
        );
        if (row is not { } found)
            throw ofAdminTokens.Refused("its workload was changed or stopped a moment ago");
        if (found.Revoked != 0)
            throw ofAdminTokens.Refused("the admin token that it opens was revoked");
        return new ApiActor(found.Id, found.Name, await GrantStore.OfAsync(db, found.Id)) { WorkloadId = workload.Id };
    }
}
