using System.Text.Json;
using Portico.Governance.Identity.Tokens;

namespace Portico.Governance.Identity.Workloads;

/// <summary>A claim of the token must have this value, or hold it where it is a list.</summary>
sealed record ClaimRule(string Claim, string Value);

/// <summary>Tokens of a service that open a key or an admin token: those of an issuer, for an audience, of a subject, with claims.</summary>
sealed record Workload
{
    public required WorkloadId Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Who its tokens are at /v1; null where they open an admin token.</summary>
    public KeyId? KeyId { get; init; }

    /// <summary>Who its tokens are at /api: what that may do, they may; null where they open a key.</summary>
    public string? AdminTokenId { get; init; }
    public required string Issuer { get; init; }
    public required string Audience { get; init; }

    /// <summary>The whole subject, or its beginning with a * at the end.</summary>
    public required string Subject { get; init; }
    public IReadOnlyList<ClaimRule> Claims { get; init; } = [];
    public bool Enabled { get; init; }
    public bool AllowSpecialAddresses { get; init; }
    public long Version { get; init; }

    internal bool FitsSubject(JsonElement claims) =>
        Tokens.Claims.Text(claims, "sub") is { } subject
        && (Subject.EndsWith('*') ? subject.AsSpan().StartsWith(Subject.AsSpan(0, Subject.Length - 1)) : subject == Subject);

    /// <summary>Whether a token that was verified is one of this service.</summary>
    internal bool Fits(JsonElement claims) =>
        FitsSubject(claims) && Claims.All(rule => Tokens.Claims.Texts(claims, rule.Claim).Contains(rule.Value, StringComparer.Ordinal));
}

sealed class WorkloadRow
{
    public const string Columns =
        "id, name, key_id, admin_token_id, issuer, audience, subject, claims, enabled, allow_special_addresses, version";

    public string Id { get; set; } = "";
    public string Name { get; set; } = "";
    public string? KeyId { get; set; }
    public string? AdminTokenId { get; set; }
    public string Issuer { get; set; } = "";
    public string Audience { get; set; } = "";
    public string Subject { get; set; } = "";
    public string Claims { get; set; } = "[]";
    public long Enabled { get; set; }
    public long AllowSpecialAddresses { get; set; }
    public long Version { get; set; }

    public Workload ToNoun() =>
        new()
        {
            Id = WorkloadId.Parse(Id),
            Name = Name,
            KeyId = KeyId is null ? null : Id<IdKinds.Key>.Parse(KeyId),
            AdminTokenId = AdminTokenId,
            Issuer = Issuer,
            Audience = Audience,
            Subject = Subject,
            Claims = JsonSerializer.Deserialize(Claims, GovernanceJson.Default.IReadOnlyListClaimRule)!,
            Enabled = Enabled != 0,
            AllowSpecialAddresses = AllowSpecialAddresses != 0,
            Version = Version,
        };
}
