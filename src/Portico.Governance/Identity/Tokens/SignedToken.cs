using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Portico.Governance.Identity.Tokens;

/// <summary>A JSON Web Token in its compact form (RFC 7515, 7519) taken apart. Nothing of it is verified.</summary>
/// <param name="Text">The whole.</param>
/// <param name="Algorithm">As the header says it.</param>
/// <param name="KeyId">The header's kid; null when it names none.</param>
/// <param name="Claims">The payload, an object.</param>
sealed record SignedToken(string Text, string Algorithm, string? KeyId, JsonElement Claims)
{
    /// <summary>Groups of a large company fit; what is longer is no token.</summary>
    public const int MaxLength = 16 * 1024;

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>What is signed, in bytes.</summary>
    public byte[] SignedBytes => Encoding.ASCII.GetBytes(Text[..Text.LastIndexOf('.')]);

    public byte[] Signature => Base64Url.DecodeFromChars(Text.AsSpan(Text.LastIndexOf('.') + 1));

    /// <summary>Three parts with dots between them, as no key has: cheap, before anything is read.</summary>
    public static bool HasForm(ReadOnlySpan<char> text) =>
        text.Length is > 20 and <= MaxLength && text.StartsWith("ey", StringComparison.Ordinal) && text.Count('.') == 2;

    /// <summary>Null when it is none, has a member twice, or a header that asks for what nobody here does.</summary>
    public static SignedToken? Read(string? text)
    {
        if (text is null || !HasForm(text))
            return null;
        var first = text.IndexOf('.', StringComparison.Ordinal);
        var second = text.LastIndexOf('.');
        try
        {
            using var header = Parse(text.AsSpan(0, first));
            var claims = Parse(text.AsSpan(first + 1, second - first - 1));
            if (!Base64Url.IsValid(text.AsSpan(second + 1)))
                return null;
            var head = header.RootElement;
            // RFC 7515, 4.1.11: what is critical and not understood makes the token invalid.
            if (
                head.ValueKind != JsonValueKind.Object
                || claims.RootElement.ValueKind != JsonValueKind.Object
                || head.TryGetProperty("crit", out _)
                || Text(head, "alg") is not { } algorithm
            )
                return null;
            return new SignedToken(text, algorithm, Text(head, "kid"), claims.RootElement.Clone());
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }

        static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var found) ? Tokens.Claims.TextOf(found) : null;
    }

    static JsonDocument Parse(ReadOnlySpan<char> part)
    {
        var bytes = Base64Url.DecodeFromChars(part);
        // The reader looks at that only when a text is read.
        return System.Text.Unicode.Utf8.IsValid(bytes)
            ? JsonDocument.Parse(bytes, Strict)
            : throw new FormatException("This is not UTF-8.");
    }
}
