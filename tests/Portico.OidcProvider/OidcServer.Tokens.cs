using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Portico.OidcProvider;

/// <summary>What it gives for codes and refresh tokens, and how it goes wrong.</summary>
public sealed partial class OidcServer
{
    async Task TokenAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        if (!IsClient(http, form))
        {
            await WriteAsync(http, 401, new JsonObject { ["error"] = "invalid_client" });
            return;
        }
        var grant = form["grant_type"] == "refresh_token" ? TakeRefresh(form) : TakeCode(form);
        if (grant is null || !people.TryGetValue(grant.Subject, out var person))
        {
            await WriteAsync(http, 400, new JsonObject { ["error"] = "invalid_grant", ["error_description"] = "The grant is not good." });
            return;
        }
        var access = Random();
        accesses[access] = grant;
        var body = new JsonObject
        {
            ["access_token"] = access,
            ["token_type"] = "Bearer",
            ["expires_in"] = (int)AccessLife.TotalSeconds,
            ["id_token"] = IdToken(person, grant, access),
        };
        if (grant.Scope.Split(' ').Contains("offline_access", StringComparer.Ordinal))
        {
            var refresh = Random();
            refreshes[refresh] = grant with { Nonce = null };
            body["refresh_token"] = refresh;
        }
        await WriteAsync(http, 200, body);
    }

    static bool IsClient(HttpContext http, IFormCollection form)
    {
        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{ClientSecret}"));
        return http.Request.Headers.Authorization == basic || (form["client_id"] == ClientId && form["client_secret"] == ClientSecret);
    }

    /// <summary>A code is good once, for the address it was given for, and for who knows the verifier.</summary>
    Grant? TakeCode(IFormCollection form)
    {
        Interlocked.Increment(ref exchanges);
        return
            codes.TryRemove(form["code"].ToString(), out var grant)
            && grant.RedirectUri == form["redirect_uri"]
            && grant.Challenge
                == System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())))
            ? grant
            : null;
    }

    Grant? TakeRefresh(IFormCollection form)
    {
        Interlocked.Increment(ref refreshed);
        return refreshes.TryRemove(form["refresh_token"].ToString(), out var grant) ? grant : null;
    }

    string IdToken(OidcPerson person, Grant grant, string access)
    {
        var claims = ClaimsOf(person.Subject, ClientId, TimeSpan.FromMinutes(10));
        claims["sid"] = SidOf(person.Subject);
        claims["name"] = person.Name;
        claims["email"] = person.Email;
        if (person.EmailVerified is { } verified)
            claims["email_verified"] = verified;
        if (person.ObjectId is { } objectId)
            claims["oid"] = objectId;
        if (grant.Nonce is { } nonce && Fault != OidcFault.NoNonce)
            claims["nonce"] = Fault == OidcFault.WrongNonce ? Random() : nonce;
        claims["at_hash"] = System.Buffers.Text.Base64Url.EncodeToString(
            SHA256.HashData(Encoding.ASCII.GetBytes(Fault == OidcFault.WrongAccessHash ? Random() : access)).AsSpan(0, 16)
        );
        if (Fault == OidcFault.GroupsElsewhere)
        {
            claims["_claim_names"] = new JsonObject { ["groups"] = "src1" };
            claims["_claim_sources"] = new JsonObject { ["src1"] = new JsonObject { ["endpoint"] = Issuer + "/userinfo" } };
        }
        else
            claims["groups"] = Groups(person);
        return Signed(claims);
    }

    static JsonArray Groups(OidcPerson person) => new(person.Groups.Select(g => (JsonNode)JsonValue.Create(g)).ToArray());

    JsonObject ClaimsOf(string? subject, string audience, TimeSpan life)
    {
        var now = time.GetUtcNow();
        var made = Fault switch
        {
            OidcFault.Expired => now - TimeSpan.FromHours(1) - life,
            OidcFault.NotYet => now + TimeSpan.FromHours(1),
            _ => now,
        };
        var claims = new JsonObject
        {
            ["iss"] = Fault == OidcFault.WrongIssuer ? Issuer + "/other" : Issuer,
            ["aud"] = Fault == OidcFault.WrongAudience ? "somebody-else" : audience,
            ["iat"] = made.ToUnixTimeSeconds(),
            ["nbf"] = made.ToUnixTimeSeconds(),
        };
        if (subject is not null)
            claims["sub"] = subject;
        if (Fault != OidcFault.NoEnd)
            claims["exp"] = (made + life).ToUnixTimeSeconds();
        if (Fault == OidcFault.OtherClient)
        {
            claims["aud"] = new JsonArray(audience, "somebody-else");
            claims["azp"] = "somebody-else";
        }
        return claims;
    }

    string Signed(JsonObject claims)
    {
        switch (Fault)
        {
            case OidcFault.AlgorithmNone:
                return SigningKey.Compact(new JsonObject { ["alg"] = "none", ["kid"] = key.Id }, claims, _ => []);
            case OidcFault.PublicKeyAsSecret:
                return SigningKey.Compact(
                    new JsonObject { ["alg"] = "HS256", ["kid"] = key.Id },
                    claims,
                    bytes => HMACSHA256.HashData(key.PublicBytes(), bytes)
                );
            case OidcFault.ForgedSignature:
                return stranger.Sign(claims, kid: key.Id);
            case OidcFault.UnknownKey:
                return stranger.Sign(claims);
            case OidcFault.ChangedPayload:
                var parts = key.Sign(claims).Split('.');
                claims["sub"] = "somebody-else";
                return $"{parts[0]}.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.{parts[2]}";
            default:
                return key.Sign(claims);
        }
    }
}
