using System.Collections.Concurrent;
using Portico.Governance.Identity.Tokens;

namespace Portico.Governance.Identity.Workloads;

/// <summary>
/// Callers of tokens of services. A token that was taken is remembered by the SHA-256 of the whole of it until its end: a warm call verifies no signature and asks nobody.
/// Its workload and its key are looked up in the snapshot each time, so that what was changed or stopped counts at once.
/// </summary>
public sealed class WorkloadTokens
{
    /// <summary>More than live at once in a large company; past it those that are over go, then all.</summary>
    const int MaxRemembered = 50_000;

    readonly ConcurrentDictionary<SecretDigest, Remembered> remembered = new();
    readonly GovernanceCatalog catalog;
    readonly TokenVerifier verifier;
    readonly TimeProvider time;

    sealed record Remembered(Workload Workload, DateTimeOffset Until);

    internal WorkloadTokens(GovernanceCatalog catalog, TokenVerifier verifier, TimeProvider time) =>
        (this.catalog, this.verifier, this.time) = (catalog, verifier, time);

    public static bool HasForm(ReadOnlySpan<char> bearer) => SignedToken.HasForm(bearer);

    /// <summary>What is known of a token without verifying it.</summary>
    public KeyLookup Find(SecretDigest digest, DateTimeOffset now)
    {
        if (!remembered.TryGetValue(digest, out var found))
            return new KeyLookup(null, KeyRefusal.Unknown);
        var snapshot = catalog.Current;
        if (
            found.Until <= now
            || !snapshot.Workloads.TryGetValue(found.Workload.Id, out var workload)
            || workload.Version != found.Workload.Version
            || !workload.Enabled
        )
        {
            remembered.TryRemove(digest, out _);
            return new KeyLookup(null, KeyRefusal.Unknown);
        }
        return Of(snapshot, workload, now);
    }

    static KeyLookup Of(GovernanceSnapshot snapshot, Workload workload, DateTimeOffset now)
    {
        if (!snapshot.Callers.TryGetValue(workload.KeyId, out var caller))
            return new KeyLookup(null, KeyRefusal.Unknown);
        var refusal = GovernanceSnapshot.RefusalOf(caller, now);
        return new KeyLookup(refusal == KeyRefusal.None ? caller : null, refusal);
    }

    /// <summary>Verifies a token that is not known yet.</summary>
    /// <exception cref="PorticoException">It is of no service that is known here; the message says what is wrong with it, and holds nothing of it.</exception>
    public async Task<KeyLookup> OpenAsync(string text, SecretDigest digest, CancellationToken ct)
    {
        var snapshot = catalog.Current;
        var issuer = SignedToken.Read(text) is { } token ? Claims.Text(token.Claims, "iss") : null;
        var workloads = issuer is null ? [] : snapshot.WorkloadsOf(issuer);
        if (workloads.Count == 0)
            throw Refused("its issuer is none whose tokens are taken");
        TokenVerdict last = default;
        foreach (var group in workloads.GroupBy(w => (w.Audience, w.AllowSpecialAddresses)))
        {
            last = await VerifyAsync(text, new TokenDemands(issuer!, group.Key.Audience), group.Key.AllowSpecialAddresses, ct);
            if (last.Fault != TokenFault.None)
                continue;
            if (group.FirstOrDefault(w => w.Fits(last.Claims)) is not { } workload)
            {
                last = TokenVerdict.Refused(TokenFault.Incomplete);
                continue;
            }
            Remember(digest, new Remembered(workload, last.Until));
            return Of(snapshot, workload, time.GetUtcNow());
        }
        throw Refused(last.Fault == TokenFault.Incomplete ? "its subject and claims are of no service that is known here" : last.Says);
    }

    async Task<TokenVerdict> VerifyAsync(string text, TokenDemands demands, bool allowSpecial, CancellationToken ct)
    {
        try
        {
            return await verifier.VerifyAsync(text, demands, allowSpecial, ct);
        }
        catch (IssuerAwayException e)
        {
            throw new PorticoException(
                ErrorTable.IdentityProviderAway,
                $"The issuer of this token cannot be asked for its keys: {e.Message}",
                inner: e
            );
        }
    }

    void Remember(SecretDigest digest, Remembered token)
    {
        if (remembered.Count >= MaxRemembered)
        {
            var now = time.GetUtcNow();
            foreach (var (key, old) in remembered)
                if (old.Until <= now)
                    remembered.TryRemove(key, out _);
            if (remembered.Count >= MaxRemembered)
                remembered.Clear();
        }
        remembered[digest] = token;
    }

    static PorticoException Refused(string why) => new(ErrorTable.InvalidApiKey, $"This token is not taken: {why}.");
}
