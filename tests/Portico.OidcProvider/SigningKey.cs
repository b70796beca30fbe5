using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Portico.OidcProvider;

/// <summary>A key that signs tokens, with its public half as a JSON Web Key. Written by hand, so that what Portico verifies was not made by the library that verifies it.</summary>
public sealed class SigningKey : IDisposable
{
    readonly RSA? rsa;
    readonly ECDsa? curve;

    SigningKey(string id, string algorithm, RSA? rsa, ECDsa? curve) => (Id, Algorithm, this.rsa, this.curve) = (id, algorithm, rsa, curve);

    public string Id { get; }
    public string Algorithm { get; }

    /// <param name="id">The kid.</param>
    /// <param name="algorithm">RS256, PS256 or ES256.</param>
    /// <param name="bits">Of an RSA key.</param>
    public static SigningKey Create(string id, string algorithm = "RS256", int bits = 2048) =>
        algorithm.StartsWith('E')
            ? new SigningKey(id, algorithm, null, ECDsa.Create(ECCurve.NamedCurves.nistP256))
            : new SigningKey(id, algorithm, RSA.Create(bits), null);

    public JsonObject PublicKey()
    {
        var key = new JsonObject
        {
            ["kid"] = Id,
            ["use"] = "sig",
            ["alg"] = Algorithm,
        };
        if (rsa is not null)
        {
            var parameters = rsa.ExportParameters(false);
            key["kty"] = "RSA";
            key["n"] = Base64Url.EncodeToString(parameters.Modulus);
            key["e"] = Base64Url.EncodeToString(parameters.Exponent);
        }
        else
        {
            var parameters = curve!.ExportParameters(false);
            key["kty"] = "EC";
            key["crv"] = "P-256";
            key["x"] = Base64Url.EncodeToString(parameters.Q.X);
            key["y"] = Base64Url.EncodeToString(parameters.Q.Y);
        }
        return key;
    }

    /// <summary>The public key as bytes: what a confused verifier would take for a shared secret.</summary>
    public byte[] PublicBytes() => rsa?.ExportSubjectPublicKeyInfo() ?? curve!.ExportSubjectPublicKeyInfo();

    public string Sign(JsonObject claims, string? kid = null) =>
        Compact(
            new JsonObject
            {
                ["alg"] = Algorithm,
                ["typ"] = "JWT",
                ["kid"] = kid ?? Id,
            },
            claims,
            SignBytes
        );

    public byte[] SignBytes(byte[] bytes) =>
        rsa is null ? curve!.SignData(bytes, HashAlgorithmName.SHA256)
        : Algorithm == "PS256" ? rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
        : rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <summary>A token in its compact form.</summary>
    public static string Compact(JsonObject header, JsonObject claims, Func<byte[], byte[]> signature)
    {
        var text = Encode(header) + "." + Encode(claims);
        return text + "." + Base64Url.EncodeToString(signature(Encoding.ASCII.GetBytes(text)));

        static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
    }

    public void Dispose()
    {
        rsa?.Dispose();
        curve?.Dispose();
    }
}
