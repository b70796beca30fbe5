using System.Buffers.Text;
using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Secrets;

/// <summary>
/// JSON web tokens (RFC 7519): base64url of a header that is JSON, a full stop, of a payload that is JSON, and a signature or none.
/// </summary>
static class WebTokenRule
{
    public static readonly DetectorKind Kind = new("secrets.jwt", "JSON web token");

    const int MaxPart = 1500;

    public static void Match(scoped ref TextWindow text, int at, scoped ref FindingSink sink)
    {
        if (
            !(text.Text[at..].StartsWith("ey") || text.Text[at..].StartsWith("ew") || text.Text[at..].StartsWith("ZXlK"))
            || at > 0 && CharClass.Base64Url.Has(text.Text[at - 1]) && !(at > 1 && text.Text[at - 2] is '\\' or '%' or '_')
        )
            return;
        text.SawEnd = false;
        var header = text.SkipWhile(at, CharClass.Base64Url, MaxPart);
        var end = -1;
        if (text[header] == '.' && header - at >= 16)
        {
            var payload = text.SkipWhile(header + 1, CharClass.Base64Url, MaxPart);
            var isToken =
                payload - header > 16
                && IsJson(text.Text[at..header], true)
                && (IsJson(text.Text[(header + 1)..payload], false) || IsEncrypted(text.Text[at..header]));
            if (isToken)
                end = text[payload] == '.' ? text.SkipWhile(payload + 1, CharClass.Base64Url, 480) : payload;
        }
        else if (header - at >= 100 && IsEncodedToken(text.Text[at..header]))
            end = text.SkipWhile(header, CharClass.Token, MaxPart);
        sink.Decide(ref text, at, end, Kind.Id, 0.95f);
    }

    /// <summary>The private part of a JSON web key (RFC 7517, RFC 7518): <c>"d"</c> or <c>"k"</c> behind <c>"kty"</c>.</summary>
    public static void MatchKey(scoped ref TextWindow text, int behind, scoped ref FindingSink sink)
    {
        for (var p = behind; p < behind + 60; p++)
        {
            if (text[p] == '\0')
                return;
            if (text[p] is not ('d' or 'k') || text[p - 1] != '"' || text[p + 1] != '"')
                continue;
            var value = text.SkipWhile(p + 2, KeyGap, 6);
            if (text[value] != '"')
                return;
            value++;
            text.SawEnd = false;
            var end = text.SkipWhile(value, CharClass.Base64Url, MaxPart);
            sink.Decide(ref text, value, end - value >= 16 ? end : -1, KeyKind.Id, 0.9f);
            return;
        }
    }

    public static readonly DetectorKind KeyKind = new("secrets.json_web_key", "Private JSON web key");

    static readonly CharClass KeyGap = CharClass.Of(" :\t\r\n");

    /// <summary>Begins like a JSON object; a header names an algorithm, a type or a key.</summary>
    static bool IsJson(ReadOnlySpan<char> part, bool isHeader)
    {
        Span<byte> bytes = stackalloc byte[192];
        var length = Decode(part, bytes);
        if (length < 2 || bytes[0] != '{')
            return false;
        var json = bytes[..length];
        var quote = json.IndexOf((byte)'"');
        return quote is > 0 and < 8
            && (
                !isHeader
                || json.IndexOf("\"alg\""u8) >= 0
                || json.IndexOf("\"typ\""u8) >= 0
                || json.IndexOf("\"kid\""u8) >= 0
                || json.IndexOf("\"enc\""u8) >= 0
            );
    }

    /// <summary>Its payload is no JSON but the encrypted key (RFC 7516).</summary>
    static bool IsEncrypted(ReadOnlySpan<char> header)
    {
        Span<byte> bytes = stackalloc byte[192];
        return bytes[..Decode(header, bytes)].IndexOf("\"enc\""u8) >= 0;
    }

    /// <summary>A web token in base64 once more: it begins with the base64 of <c>eyJ</c>.</summary>
    static bool IsEncodedToken(ReadOnlySpan<char> part)
    {
        Span<byte> bytes = stackalloc byte[192];
        var length = Decode(part, bytes);
        return length > 20 && bytes[..length].StartsWith("eyJ"u8);
    }

    /// <summary>The first bytes that the base64url stands for; at most 192.</summary>
    static int Decode(ReadOnlySpan<char> part, Span<byte> bytes)
    {
        Span<byte> ascii = stackalloc byte[256];
        var count = Math.Min(part.Length, 256) & ~3;
        if (part.Length < 256 && (part.Length & 3) is 2 or 3)
            count = part.Length;
        for (var i = 0; i < count; i++)
            ascii[i] = (byte)part[i];
        Base64Url.DecodeFromUtf8(ascii[..count], bytes, out _, out var written);
        return written;
    }
}
