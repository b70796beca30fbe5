using System.Buffers.Text;
using System.Text.Json;

namespace Portico.Providers.Oci;

/// <summary>The token of a principal with the key that it was given out for, and what its claims say.</summary>
/// <param name="Key">Signs under the token's name.</param>
/// <param name="Tenancy">Whose principal it is.</param>
/// <param name="Compartment">Where the resource lies, null = not told.</param>
/// <param name="Ends">Behind it Oracle takes it no more.</param>
sealed record OciSession(OciKey Key, string? Tenancy, string? Compartment, DateTimeOffset Ends)
{
    /// <summary>Oracle's mark of a token in the place of a key's name.</summary>
    const string Mark = "ST$";

    /// <exception cref="FormatException">The token is no JSON web token with an end.</exception>
    public static OciSession Of(string token, string pem, string? passphrase)
    {
        if (token.Length == 0 || token.AsSpan().ContainsAny("\"\r\n ,") || token.Split('.') is not [_, var claims, _])
            throw new FormatException("The token is no JSON web token.");
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(claims));
            var said = document.RootElement;
            if (!said.TryGetProperty("exp"u8, out var end) || !end.TryGetInt64(out var seconds))
                throw new FormatException("The token has no end.");
            var key = new OciKey(Mark + token, pem, passphrase);
            key.Check();
            return new OciSession(
                key,
                OciJson.Text(said, "res_tenant"u8) ?? OciJson.Text(said, "tenant"u8),
                OciJson.Text(said, "res_compartment"u8),
                DateTimeOffset.FromUnixTimeSeconds(seconds)
            );
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("The token is no JSON web token, or its key is none.", e);
        }
    }
}
