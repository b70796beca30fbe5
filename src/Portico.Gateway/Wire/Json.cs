using System.Globalization;
using System.Text.Json;

namespace Portico.Gateway.Wire;

/// <summary>Typed reads of one JSON value that name the field and the expected type when they fail.</summary>
static class Json
{
    /// <summary>For texts that people read: quotes and letters stay as they are. It is sent as JSON and never inside HTML.</summary>
    public static readonly JsonWriterOptions Readable = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);

    /// <summary>A caller's text cut to a length fit for a message.</summary>
    public static string Short(string text) => text.Length <= 64 ? text : string.Concat(text.AsSpan(0, 64), "…");

    /// <summary>
    /// What is passed on without being read, as schemas and names in them, must be text too: half a surrogate pair would break whoever writes it.
    /// </summary>
    /// <exception cref="InvalidOperationException">A name or a string holds half a pair.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static void CheckEscapes(ReadOnlySpan<byte> body, int maxDepth)
    {
        if (body.IndexOf("\\ud"u8) < 0 && body.IndexOf("\\uD"u8) < 0)
            return;
        var r = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = maxDepth });
        while (r.Read())
            if (r.ValueIsEscaped && (r.TokenType is JsonTokenType.PropertyName or JsonTokenType.String))
                r.GetString();
    }

    public static void Expect(ref Utf8JsonReader r, JsonTokenType type, string param, string expected)
    {
        if (r.TokenType != type)
            throw Wrong(ref r, param, expected);
    }

    public static PorticoException Wrong(ref Utf8JsonReader r, string param, string expected) =>
        Bad($"'{param}' must be {expected}; it is {Name(r.TokenType)}.", param);

    public static string Text(ref Utf8JsonReader r, string param, int maxLength)
    {
        Expect(ref r, JsonTokenType.String, param, "a string");
        var text = r.GetString()!;
        if (text.Length > maxLength)
            throw Bad($"'{param}' is longer than {maxLength} characters.", param);
        return text;
    }

    public static string? TextOrNull(ref Utf8JsonReader r, string param, int maxLength) =>
        r.TokenType == JsonTokenType.Null ? null : Text(ref r, param, maxLength);

    public static bool? Flag(ref Utf8JsonReader r, string param) =>
        r.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.Null => null,
            _ => throw Wrong(ref r, param, "true or false"),
        };

    public static int? Whole(ref Utf8JsonReader r, string param, int min, int max)
    {
        if (r.TokenType == JsonTokenType.Null)
            return null;
        if (r.TokenType != JsonTokenType.Number || !r.TryGetInt32(out var value) || value < min || value > max)
            throw Bad($"'{param}' must be a whole number from {min} to {max.ToString(CultureInfo.InvariantCulture)}.", param);
        return value;
    }

    public static long? Long(ref Utf8JsonReader r, string param)
    {
        if (r.TokenType == JsonTokenType.Null)
            return null;
        if (r.TokenType != JsonTokenType.Number || !r.TryGetInt64(out var value))
            throw Bad($"'{param}' must be a whole number of at most 64 bits.", param);
        return value;
    }

    public static double? Number(ref Utf8JsonReader r, string param, double min, double max)
    {
        if (r.TokenType == JsonTokenType.Null)
            return null;
        if (r.TokenType != JsonTokenType.Number || !r.TryGetDouble(out var value) || value < min || value > max)
            throw Bad(
                $"'{param}' must be a number from {min.ToString(CultureInfo.InvariantCulture)} to {max.ToString(CultureInfo.InvariantCulture)}.",
                param
            );
        return value;
    }

    static string Name(JsonTokenType type) =>
        type switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            JsonTokenType.String => "a string",
            JsonTokenType.Number => "a number",
            JsonTokenType.True or JsonTokenType.False => "a boolean",
            JsonTokenType.Null => "null",
            _ => "something else",
        };
}
