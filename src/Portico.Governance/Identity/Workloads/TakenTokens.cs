using System.Collections.Concurrent;
using Portico.Governance.Identity.Tokens;

namespace Portico.Governance.Identity.Workloads;

/// <summary>Where tokens of services are shown.</summary>
/// <param name="Takes">Whether a workload opens something here.</param>
/// <param name="Refusal">What whoever is refused gets.</param>
/// <param name="Elsewhere">What is said of a token that is good and opens something at another door.</param>
sealed record WorkloadDoor(Func<Workload, bool> Takes, ErrorKind Refusal, string Elsewhere);

/// <summary>
/// Tokens that one door has taken, remembered by the SHA-256 of the whole of each until its end, so that a warm request verifies no signature and asks nobody. The workload
/// is looked up in the snapshot each time: what was changed or stopped counts at once.
/// </summary>
sealed class TakenTokens(WorkloadDoor door, GovernanceCatalog catalog, TokenVerifier verifier, TimeProvider time)
{
    /// <summary>More than live at once in a large company; past it those that are over go, then all.</summary>
    const int MaxRemembered = 50_000;

    readonly ConcurrentDictionary<SecretDigest, Remembered> remembered = new();

    sealed record Remembered(Workload Workload, DateTimeOffset Until);

    /// <summary>The workload of a token that was taken before; null when it must be verified.</summary>
    public Workload? Find(SecretDigest digest, DateTimeOffset now)
    {
        if (!remembered.TryGetValue(digest, out var found))
            return null;
        if (
            found.Until > now
            && catalog.Current.Workloads.TryGetValue(found.Workload.Id, out var workload)
            && workload.Version == found.Workload.Version
            && workload.Enabled
        )
            return workload;
        remembered.TryRemove(digest, out _);
        return null;
    }

    /// <summary>Verifies a token that is not known yet, and remembers it.</summary>
    /// <exception cref="PorticoException">It is of no service that is known here; the message says what is wrong with it, and holds nothing of it.</exception>
    public async Task<Workload> OpenAsync(string text, SecretDigest digest, CancellationToken ct)
    {
        var snapshot = catalog.Current;
        var issuer = SignedToken.Read(text) is { } token ? Claims.Text(token.Claims, "iss") : null;
        var workloads = issuer is null ? [] : snapshot.WorkloadsOf(issuer);
        if (workloads.Count == 0)
            throw Refused("its issuer is none whose tokens are taken");
        string? fault = null;
        var (signed, fits) = (false, false);
        foreach (var group in workloads.GroupBy(w => (w.Audience, w.AllowSpecialAddresses)))
        {
            var verdict = await VerifyAsync(text, new TokenDemands(issuer!, group.Key.Audience), group.Key.AllowSpecialAddresses, ct);
            if (verdict.Fault != TokenFault.None)
            {
                fault = verdict.Says;
                continue;
            }
            signed = true;
            var fitting = group.Where(w => w.Fits(verdict.Claims)).ToList();
            fits |= fitting.Count > 0;
            if (fitting.Find(w => door.Takes(w)) is { } workload)
            {
                Remember(digest, new Remembered(workload, verdict.Until));
                return workload;
            }
        }
        throw Refused(
            fits ? door.Elsewhere
            : signed ? "its subject and claims are of no service that is known here"
            : fault!
        );
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

    public PorticoException Refused(string why) => new(door.Refusal, $"This token is not taken: {why}.");
}
