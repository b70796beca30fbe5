using Portico.Governance.Identity.Tokens;

namespace Portico.Governance.Identity.Oidc;

/// <summary>One thing that was looked at. State: good, warning or bad.</summary>
sealed record ProviderFinding(string What, string State, string Detail);

/// <summary>Whether a sign-in by a provider can work, as far as that shows without a person.</summary>
sealed record ProviderReport(bool Good, IReadOnlyList<ProviderFinding> Findings);

/// <summary>Asks a provider for what a sign-in needs: its documents, keys, clock, and what it can do.</summary>
sealed class ProviderCheck(IssuerDirectory issuers, TimeProvider time)
{
    public async Task<ProviderReport> RunAsync(IdentityProvider provider, CancellationToken ct)
    {
        var findings = new List<ProviderFinding>();
        try
        {
            Look(await issuers.AskAsync(provider.Issuer, provider.AllowSpecialAddresses, ct), provider, findings);
        }
        catch (IssuerAwayException e)
        {
            findings.Add(new ProviderFinding("discovery", "bad", e.Message));
        }
        return new ProviderReport(!findings.Exists(f => f.State == "bad"), findings);
    }

    void Look(IssuerDocuments documents, IdentityProvider provider, List<ProviderFinding> findings)
    {
        findings.Add(new ProviderFinding("discovery", "good", "its document was read, and it is the issuer that was set"));
        var missing = new[] { "authorization_endpoint", "token_endpoint" }.Where(e => documents.Address(e) is null).ToList();
        if (missing.Count > 0)
            findings.Add(new ProviderFinding("endpoints", "bad", $"it tells no {string.Join(" and no ", missing)}"));
        foreach (var name in new[] { "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "end_session_endpoint" })
            if (
                documents.Address(name) is { } address
                && IssuerHttp.ProblemOf(address, provider.AllowSpecialAddresses, out _) is { } problem
            )
                findings.Add(new ProviderFinding("endpoints", "bad", $"{name} {problem}"));
        var signing = documents.Keys.Count(k => k.Kty is "RSA" or "EC" && k.Use is null or "" or "sig");
        findings.Add(
            signing > 0
                ? new ProviderFinding("keys", "good", $"{signing} key{(signing == 1 ? "" : "s")} that can sign")
                : new ProviderFinding("keys", "bad", "it publishes no RSA or EC key that signs")
        );
        LookAtClock(documents, findings);
        var methods = Claims.Texts(documents.Metadata, "code_challenge_methods_supported");
        findings.Add(
            methods.Count == 0 || methods.Contains("S256", StringComparer.Ordinal)
                ? new ProviderFinding("pkce", "good", methods.Count == 0 ? "it does not say; S256 is sent" : "it takes S256")
                : new ProviderFinding("pkce", "bad", "it does not take S256")
        );
        findings.Add(
            provider.Scopes.Contains("offline_access", StringComparer.Ordinal)
                ? new ProviderFinding("re-check", "good", "offline_access is asked for: people are looked up again every few minutes")
                : new ProviderFinding(
                    "re-check",
                    "warning",
                    "without the scope offline_access sessions end with the access token, and keys of somebody who was removed go on unless SCIM says so"
                )
        );
        if (provider.GroupRoles.Count == 0)
            findings.Add(
                new ProviderFinding("roles", "warning", "no group has a role here: only people whose account was given roles come in")
            );
    }

    void LookAtClock(IssuerDocuments documents, List<ProviderFinding> findings)
    {
        if (documents.IssuerTime is not { } theirs)
            return;
        var apart = (time.GetUtcNow() - theirs).Duration();
        // Its answer tells whole seconds, and was on its way for some time.
        findings.Add(
            apart <= TokenJudge.Skew / 2
                ? new ProviderFinding("clock", "good", "its clock and this one agree")
                : new ProviderFinding(
                    "clock",
                    apart <= TokenJudge.Skew ? "warning" : "bad",
                    $"its clock and this one are {apart.TotalSeconds:0} s apart; tokens are taken up to {TokenJudge.Skew.TotalSeconds:0} s"
                )
        );
    }
}
