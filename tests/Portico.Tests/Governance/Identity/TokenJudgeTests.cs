using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using Portico.Governance.Identity.Tokens;
using Portico.OidcProvider;

namespace Portico.Tests.Governance.Identity;

/// <summary>What is taken for a token of an issuer, and what is not. Tokens are made by hand, not by the library that verifies them.</summary>
public sealed class TokenJudgeTests : IDisposable
{
    const string Issuer = "https://login.example.com";
    const string Client = "portico";
    static readonly DateTimeOffset Now = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    readonly SigningKey rsa = SigningKey.Create("r1");
    readonly SigningKey pss = SigningKey.Create("p1", "PS256");
    readonly SigningKey curve = SigningKey.Create("e1", "ES256");

    public void Dispose()
    {
        rsa.Dispose();
        pss.Dispose();
        curve.Dispose();
    }

    static TokenDemands Demands => new(Issuer, Client) { ForClient = true };

    static JsonObject Good(Action<JsonObject>? change = null)
    {
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["aud"] = Client,
            ["sub"] = "1001",
            ["iat"] = Now.ToUnixTimeSeconds(),
            ["nbf"] = Now.ToUnixTimeSeconds(),
            ["exp"] = (Now + TimeSpan.FromMinutes(5)).ToUnixTimeSeconds(),
        };
        change?.Invoke(claims);
        return claims;
    }

    static JsonWebKey Public(SigningKey key, Action<JsonObject>? change = null)
    {
        var json = key.PublicKey();
        change?.Invoke(json);
        return new JsonWebKey(json.ToJsonString());
    }

    static TokenFault Judge(string token, TokenDemands? demands = null, DateTimeOffset? now = null, params JsonWebKey[] keys) =>
        TokenJudge.Judge(SignedToken.Read(token), keys, demands ?? Demands, now ?? Now).Fault;

    TokenFault Of(JsonObject claims, TokenDemands? demands = null, DateTimeOffset? now = null) =>
        Judge(rsa.Sign(claims), demands, now, Public(rsa));

    [Fact]
    public void A_token_signed_by_a_published_key_is_taken_whatever_its_kind()
    {
        foreach (var key in new[] { rsa, pss, curve })
            Judge(key.Sign(Good()), null, null, Public(curve), Public(pss), Public(rsa)).ShouldBe(TokenFault.None, key.Algorithm);
        TokenJudge
            .Judge(SignedToken.Read(rsa.Sign(Good())), [Public(rsa)], Demands, Now)
            .Claims.GetProperty("sub")
            .GetString()
            .ShouldBe("1001");
    }

    [Fact]
    public void A_token_without_a_signature_is_refused_however_it_says_none()
    {
        foreach (var none in new[] { "none", "None", "NONE", "nOnE", "" })
        {
            var header = new JsonObject { ["alg"] = none, ["kid"] = "r1" };
            Judge(SigningKey.Compact(header, Good(), _ => []), null, null, Public(rsa)).ShouldBe(TokenFault.Algorithm, none);
        }
        var real = rsa.Sign(Good());
        Judge(real[..(real.LastIndexOf('.') + 1)], null, null, Public(rsa)).ShouldBe(TokenFault.Signature);
    }

    [Fact]
    public void The_public_key_is_never_taken_for_a_shared_secret()
    {
        foreach (var algorithm in new[] { "HS256", "HS384", "HS512" })
        foreach (var secret in new[] { rsa.PublicBytes(), Encoding.UTF8.GetBytes(rsa.PublicKey().ToJsonString()) })
        {
            var header = new JsonObject { ["alg"] = algorithm, ["kid"] = "r1" };
            Judge(SigningKey.Compact(header, Good(), b => HMACSHA256.HashData(secret, b)), null, null, Public(rsa))
                .ShouldBe(TokenFault.Algorithm);
        }
        // Nor is a secret that the issuer publishes by mistake.
        var shared = RandomNumberGenerator.GetBytes(32);
        var oct = new JsonWebKey(
            new JsonObject
            {
                ["kty"] = "oct",
                ["kid"] = "o1",
                ["k"] = System.Buffers.Text.Base64Url.EncodeToString(shared),
            }.ToJsonString()
        );
        var token = SigningKey.Compact(new JsonObject { ["alg"] = "HS256", ["kid"] = "o1" }, Good(), b => HMACSHA256.HashData(shared, b));
        Judge(token, null, null, oct).ShouldBe(TokenFault.Algorithm);
    }

    [Fact]
    public void A_signature_of_another_key_is_refused_whatever_name_it_goes_by()
    {
        using var stranger = SigningKey.Create("stranger");
        Judge(stranger.Sign(Good(), kid: "r1"), null, null, Public(rsa)).ShouldBe(TokenFault.Signature);
        Judge(stranger.Sign(Good()), null, null, Public(rsa)).ShouldBe(TokenFault.UnknownKey);
        // One kind of key does not sign for another kind.
        Judge(curve.Sign(Good(), kid: "r1"), null, null, Public(rsa)).ShouldBe(TokenFault.Algorithm);
        // Nor an algorithm that its key is not published for.
        Judge(rsa.Sign(Good()), null, null, Public(rsa, k => k["alg"] = "PS256")).ShouldBe(TokenFault.Algorithm);
        Judge(rsa.Sign(Good()), null, null, Public(rsa, k => k["use"] = "enc")).ShouldBe(TokenFault.UnknownKey);
    }

    [Fact]
    public void A_key_of_1024_bits_signs_nothing()
    {
        using var small = SigningKey.Create("s1", bits: 1024);
        Judge(small.Sign(Good()), null, null, Public(small)).ShouldBe(TokenFault.Algorithm);
    }

    [Fact]
    public void A_token_that_names_no_key_is_taken_only_where_one_alone_can_have_signed_it()
    {
        string Unnamed(SigningKey by) => SigningKey.Compact(new JsonObject { ["alg"] = "RS256" }, Good(), by.SignBytes);
        using var other = SigningKey.Create("r2");
        Judge(Unnamed(rsa), null, null, Public(rsa)).ShouldBe(TokenFault.None);
        Judge(Unnamed(rsa), null, null, Public(rsa), Public(other)).ShouldBe(TokenFault.UnknownKey);
    }

    [Fact]
    public void Every_flipped_bit_of_a_token_is_found()
    {
        var token = curve.Sign(Good());
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var at = random.Next(token.Length);
            if (token[at] == '.')
                continue;
            const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            var other = Alphabet[random.Next(Alphabet.Length)];
            if (other == token[at])
                continue;
            var changed = token[..at] + other + token[(at + 1)..];
            var sameBytes = token.Split('.').Zip(changed.Split('.')).All(p => Bytes(p.First) == Bytes(p.Second));
            if (!sameBytes)
                Judge(changed, null, null, Public(curve)).ShouldNotBe(TokenFault.None, $"seed {seed}, character {at}");
        }

        static string Bytes(string part) =>
            System.Buffers.Text.Base64Url.IsValid(part) ? Convert.ToHexString(System.Buffers.Text.Base64Url.DecodeFromChars(part)) : part;
    }

    [Fact]
    public void A_token_for_somebody_else_is_refused()
    {
        Of(Good(c => c["aud"] = "other")).ShouldBe(TokenFault.Audience);
        Of(Good(c => c["aud"] = new JsonArray("other"))).ShouldBe(TokenFault.Audience);
        Of(Good(c => c.Remove("aud"))).ShouldBe(TokenFault.Audience);
        Of(Good(c => c["aud"] = new JsonArray(Client, "other"))).ShouldBe(TokenFault.Audience);
        Of(Good(c => c["azp"] = "other")).ShouldBe(TokenFault.Audience);
        Of(Good(c => (c["aud"], c["azp"]) = (new JsonArray(Client, "other"), Client))).ShouldBe(TokenFault.None);
        // A service's token has no client that it is for.
        Of(Good(c => (c["aud"], c["azp"]) = (new JsonArray(Client, "other"), "other")), new TokenDemands(Issuer, Client))
            .ShouldBe(TokenFault.None);
    }

    [Fact]
    public void A_token_of_another_issuer_is_refused()
    {
        foreach (var issuer in new[] { "https://login.example.com/", "https://LOGIN.example.com", "https://login.example.com.evil.test" })
            Of(Good(c => c["iss"] = issuer)).ShouldBe(TokenFault.Issuer, issuer);
        Of(Good(c => c.Remove("iss"))).ShouldBe(TokenFault.Issuer);
    }

    [Fact]
    public void The_time_of_a_token_is_kept_to_the_skew()
    {
        var end = Now + TimeSpan.FromMinutes(5);
        Of(Good(), now: end + TimeSpan.FromSeconds(59)).ShouldBe(TokenFault.None);
        Of(Good(), now: end + TimeSpan.FromSeconds(60)).ShouldBe(TokenFault.Expired);
        Of(Good(), now: Now - TimeSpan.FromSeconds(60)).ShouldBe(TokenFault.None);
        Of(Good(), now: Now - TimeSpan.FromSeconds(61)).ShouldBe(TokenFault.NotYet);
        Of(Good(c => c.Remove("exp"))).ShouldBe(TokenFault.Incomplete);
        Of(Good(c => c["exp"] = "tomorrow")).ShouldBe(TokenFault.Incomplete);
        Of(Good(c => c["exp"] = 1e300)).ShouldBe(TokenFault.Incomplete);
        Of(Good(c => c["nbf"] = "tomorrow")).ShouldBe(TokenFault.NotYet);
        var fresh = Demands with { MaxAge = TimeSpan.FromMinutes(2), EndIsOptional = true };
        Of(Good(c => c.Remove("exp")), fresh).ShouldBe(TokenFault.None);
        Of(Good(c => c.Remove("exp")), fresh, Now + TimeSpan.FromMinutes(3)).ShouldBe(TokenFault.Expired);
        Of(Good(c => c.Remove("iat")), fresh).ShouldBe(TokenFault.Incomplete);
    }

    [Fact]
    public void A_token_of_another_sign_in_or_with_another_access_token_is_refused()
    {
        Of(Good(c => c["nonce"] = "n1"), Demands with { Nonce = "n1" }).ShouldBe(TokenFault.None);
        Of(Good(c => c["nonce"] = "n2"), Demands with { Nonce = "n1" }).ShouldBe(TokenFault.Nonce);
        Of(Good(), Demands with { Nonce = "n1" }).ShouldBe(TokenFault.Nonce);
        // The example of OpenID Connect Core, A.3.
        const string Access = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        Of(Good(c => c["at_hash"] = "77QmUPtjPfzWtF2AnpK9RQ"), Demands with { AccessToken = Access }).ShouldBe(TokenFault.None);
        Of(Good(c => c["at_hash"] = "77QmUPtjPfzWtF2AnpK9RA"), Demands with { AccessToken = Access }).ShouldBe(TokenFault.AccessToken);
        Of(Good(), Demands with { AccessToken = Access }).ShouldBe(TokenFault.None);
    }

    [Fact]
    public void What_is_no_token_is_told_from_one()
    {
        foreach (
            var text in new[]
            {
                "",
                "pk_live_1234567890",
                "a.b.c",
                "eyJhbGciOiJSUzI1NiJ9.e30",
                "eyJhbGciOiJSUzI1NiJ9.e30.x.y.z",
                "eyJhbGciOiJSUzI1NiJ9.bm90IGpzb24.AAAA",
                "eyJhbGciOiJSUzI1NiJ9.WzFd.AAAAAAAAAAAA",
                "ey" + new string('A', SignedToken.MaxLength) + ".A.A",
            }
        )
            SignedToken.Read(text).ShouldBeNull(text.Length > 60 ? "long" : text);
        SignedToken.Read(Raw("""{"alg":"RS256","alg":"none"}""", "{}")).ShouldBeNull();
        SignedToken.Read(Raw("""{"alg":"RS256"}""", """{"sub":"a","sub":"b"}""")).ShouldBeNull();
        SignedToken.Read(Raw("""{"alg":"RS256","crit":["b64"],"b64":false}""", "{}")).ShouldBeNull();
        SignedToken.Read(Raw("""{"alg":["RS256"]}""", "{}")).ShouldBeNull();
        SignedToken.Read(Raw("""{"alg":"RS256"}""", """{"sub":"a"}""")).ShouldNotBeNull();

        static string Raw(string header, string claims) =>
            $"{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}.AAAA";
    }
}
