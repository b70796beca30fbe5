using System.Text.Json;
using Portico.Governance.Identity.Tokens;

namespace Portico.Governance.Identity.Workloads;

/// <summary>One thing that was looked at. State: good, warning or bad.</summary>
sealed record WorkloadFinding(string What, string State, string Detail);

/// <summary>Whether a token would be taken, and why not. Good: nothing is bad.</summary>
sealed record WorkloadReport(bool Good, IReadOnlyList<WorkloadFinding> Findings);

/// <summary>Holds a token, or its claims alone, against a workload, and tells of each demand whether it is met. Nothing of it is kept.</summary>
sealed class WorkloadCheck(GovernanceCatalog catalog, WorkloadService workloads, TokenVerifier verifier, TimeProvider time)
{
    /// <param name="workload">Which tokens are taken.</param>
    /// <param name="text">The whole token; null where there are claims alone.</param>
    /// <param name="claims">The claims, an object.</param>
    /// <param name="ct">The request's.</param>
    /// <exception cref="PorticoException">Neither or both, or claims that are no object.</exception>
    public async Task<WorkloadReport> RunAsync(Workload workload, string? text, JsonElement? claims, CancellationToken ct)
    {
        if ((text is null) == (claims is null))
            throw Bad("Send a token, or the claims that one has.", "token");
        if (claims is { ValueKind: not JsonValueKind.Object })
            throw Bad("claims are an object, as the middle part of a token decoded.", "claims");
        var findings = new List<WorkloadFinding> { OfWorkload(workload), await OfWhatOpensAsync(workload, ct) };
        var token = text is null ? null : SignedToken.Read(text.Trim());
        if (text is not null && token is null)
            findings.Add(Is("form", false, "it is not a signed JSON Web Token of three parts, or names a member twice"));
        else
        {
            var said = token?.Claims ?? claims!.Value;
            findings.Add(await OfSignatureAsync(workload, token, said, ct));
            findings.AddRange(OfClaims(workload, said));
            findings.Add(OfTimes(said));
        }
        return new WorkloadReport(!findings.Exists(f => f.State == "bad"), findings);
    }

    static WorkloadFinding Is(string what, bool good, string detail) => new(what, good ? "good" : "bad", detail);

    static WorkloadFinding OfWorkload(Workload workload) =>
        Is("workload", workload.Enabled, workload.Enabled ? "it is switched on" : "it is switched off: no token is taken");

    async Task<WorkloadFinding> OfWhatOpensAsync(Workload workload, CancellationToken ct)
    {
        if (workload.AdminTokenId is { } id)
        {
            var token = await workloads.TokenAsync(id, ct);
            return Is(
                "opens",
                !token.Revoked,
                token.Revoked
                    ? $"the admin token '{token.Name}' was revoked: make a workload of another"
                    : $"the admin token '{token.Name}', at /api"
            );
        }
        if (workload.KeyId is not { } key || !catalog.Current.Callers.TryGetValue(key, out var caller))
            return Is("opens", false, "its key is not known here");
        return GovernanceSnapshot.RefusalOf(caller, time.GetUtcNow()) switch
        {
            KeyRefusal.None => Is("opens", true, $"the key '{caller.Key!.Name}', at /v1"),
            KeyRefusal.Disabled => Is("opens", false, $"the key '{caller.Key!.Name}' is disabled"),
            KeyRefusal.Revoked => Is("opens", false, $"the key '{caller.Key!.Name}' was revoked"),
            KeyRefusal.Expired => Is("opens", false, $"the key '{caller.Key!.Name}' has expired"),
            _ => Is("opens", false, $"the person of the key '{caller.Key!.Name}' is disabled"),
        };
    }

    async Task<WorkloadFinding> OfSignatureAsync(Workload workload, SignedToken? token, JsonElement claims, CancellationToken ct)
    {
        if (token is null)
            return new WorkloadFinding("signature", "warning", "not looked at: claims alone have none");
        if (Claims.Text(claims, "iss") != workload.Issuer)
            return new WorkloadFinding("signature", "warning", "not looked at: it is of another issuer, which is not asked");
        try
        {
            var verdict = await verifier.VerifyAsync(
                token.Text,
                new TokenDemands(workload.Issuer, workload.Audience),
                workload.AllowSpecialAddresses,
                ct
            );
            // Whatever is wrong behind the signature stands in the other findings.
            return verdict.Fault is TokenFault.Malformed or TokenFault.Algorithm or TokenFault.UnknownKey or TokenFault.Signature
                ? Is("signature", false, verdict.Says)
                : Is("signature", true, "it is of a key that the issuer publishes");
        }
        catch (IssuerAwayException e)
        {
            return Is("signature", false, $"the issuer cannot be asked for its keys: {e.Message.TrimEnd('.')}");
        }
    }

    static IEnumerable<WorkloadFinding> OfClaims(Workload workload, JsonElement claims)
    {
        var issuer = Claims.Text(claims, "iss");
        yield return issuer == workload.Issuer ? Is("iss", true, $"'{issuer}'")
        : issuer is null ? Is("iss", false, $"it is missing; '{workload.Issuer}' is taken")
        : Is(
            "iss",
            false,
            $"it is '{issuer}'; '{workload.Issuer}' is taken"
                + (issuer.TrimEnd('/') == workload.Issuer.TrimEnd('/') ? ", and they must be equal to the last slash" : "")
        );
        var audiences = Claims.Texts(claims, "aud");
        yield return audiences.Contains(workload.Audience, StringComparer.Ordinal)
            ? Is("aud", true, $"it names '{workload.Audience}'")
            : Is("aud", false, $"{Said(audiences)}; '{workload.Audience}' is taken");
        var subject = Claims.Text(claims, "sub");
        yield return Is(
            "sub",
            workload.FitsSubject(claims),
            workload.FitsSubject(claims) ? $"'{subject}'"
                : subject is null ? $"it is missing; '{workload.Subject}' is taken"
                : $"it is '{subject}'; '{workload.Subject}' is taken"
        );
        foreach (var rule in workload.Claims)
        {
            var values = Claims.Texts(claims, rule.Claim);
            yield return values.Contains(rule.Value, StringComparer.Ordinal)
                ? Is(rule.Claim, true, $"it has '{rule.Value}'")
                : Is(rule.Claim, false, $"{Said(values)}; '{rule.Value}' is asked for");
        }
    }

    static string Said(IReadOnlyList<string> values) =>
        values.Count == 0
            ? "it is missing"
            : $"it is {string.Join(", ", values.Take(5).Select(v => $"'{v}'"))}{(values.Count > 5 ? " and more" : "")}";

    WorkloadFinding OfTimes(JsonElement claims)
    {
        var now = time.GetUtcNow();
        if (Claims.Time(claims, "exp") is not { } end)
            return Is("exp", false, "it has no end in seconds since 1970, which every token has");
        if (end + TokenJudge.Skew <= now)
            return Is("exp", false, $"its time was over at {end.UtcDateTime:u}");
        foreach (var name in new[] { "nbf", "iat" })
            if (Claims.Has(claims, name) && !(Claims.Time(claims, name) <= now + TokenJudge.Skew))
                return Is(name, false, "its time has not come; compare the clocks");
        return Is("exp", true, $"good until {end.UtcDateTime:u}");
    }

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
