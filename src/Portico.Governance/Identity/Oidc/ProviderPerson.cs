using System.Text.Json;
using Portico.Governance.Identity.Tokens;

namespace Portico.Governance.Identity.Oidc;

/// <summary>Somebody as a provider tells of them.</summary>
/// <param name="Subject">What they are known by.</param>
/// <param name="ObjectId">Their id in the directory where it is another than the subject: Microsoft Entra's oid.</param>
/// <param name="Email">In lower case.</param>
/// <param name="EmailVerified">Null when the provider does not say.</param>
/// <param name="Name">As it is shown.</param>
/// <param name="Groups">Names or ids.</param>
/// <param name="Sid">Of the session at the provider.</param>
sealed record ProviderPerson(
    string Subject,
    string? ObjectId,
    string? Email,
    bool? EmailVerified,
    string? Name,
    IReadOnlyList<string> Groups,
    string? Sid
)
{
    public const int MaxSubject = 255;

    /// <summary>From the claims of an ID token, and of userinfo where it was asked: the token's word comes first.</summary>
    public static ProviderPerson Of(IdentityProvider provider, JsonElement claims, JsonElement userInfo)
    {
        var email = Claims.Text(claims, "email");
        var verified = email is null ? Claims.Truth(userInfo, "email_verified") : Claims.Truth(claims, "email_verified");
        email ??= Claims.Text(userInfo, "email");
        return new ProviderPerson(
            Claims.Text(claims, "sub")!,
            Claims.Text(claims, "oid"),
            email?.Trim().ToLowerInvariant() is { Length: <= 254 } normal && normal.Contains('@', StringComparison.Ordinal) ? normal : null,
            verified,
            Claims.Text(claims, "name") ?? Claims.Text(userInfo, "name"),
            GroupsOf(provider, claims, userInfo),
            Claims.Text(claims, "sid") is { Length: <= 255 } sid ? sid : null
        );
    }

    /// <summary>
    /// Groups stand in userinfo where they are too many for the token, which says so by _claim_names
    /// (https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference, OpenID Connect Core 5.6.2), and where the token has none.
    /// </summary>
    public static bool NeedsUserInfo(IdentityProvider provider, JsonElement claims) =>
        Claims.Text(claims, "email") is null || (provider.GroupRoles.Count > 0 && !Claims.Has(claims, provider.GroupsClaim));

    /// <summary>The groups are elsewhere, and nobody said which they are: to go on without them would take roles away.</summary>
    public static bool IsOverage(IdentityProvider provider, JsonElement claims) =>
        claims.TryGetProperty("_claim_names", out var elsewhere)
        && elsewhere.ValueKind == JsonValueKind.Object
        && elsewhere.TryGetProperty(provider.GroupsClaim, out _);

    static IReadOnlyList<string> GroupsOf(IdentityProvider provider, JsonElement claims, JsonElement userInfo) =>
        Claims.Has(claims, provider.GroupsClaim)
            ? Claims.Texts(claims, provider.GroupsClaim)
            : Claims.Texts(userInfo, provider.GroupsClaim);
}
