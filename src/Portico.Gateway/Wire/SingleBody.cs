using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>Reads the value of a member, or leaves it where it is when the name is unknown: then it is read over.</summary>
delegate void MemberReader(ref Utf8JsonReader r, string name);

/// <summary>The JSON body of a call of one question: its members once each, and the place of the model's name.</summary>
static class SingleBody
{
    const int MaxModelLength = 512;

    /// <exception cref="PorticoException">It is not one JSON object of UTF-8, a member stands twice, or the model is missing.</exception>
    /// <param name="body">As it came.</param>
    /// <param name="member">Reads the others.</param>
    /// <param name="otherwise">The model where the body names none, which then stands in it as if it did; null = one must be named.</param>
    public static (string Model, WireBody Body) Read(ReadOnlyMemory<byte> body, MemberReader member, string? otherwise = null)
    {
        try
        {
            return ReadObject(body, member, otherwise);
        }
        catch (JsonException e)
        {
            throw new PorticoException(
                ErrorTable.InvalidJson,
                $"The body is not valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1} of that line.",
                inner: e
            );
        }
        catch (InvalidOperationException e)
        {
            throw new PorticoException(ErrorTable.InvalidJson, "The body holds a string escape that is not valid Unicode.", inner: e);
        }
    }

    static (string Model, WireBody Body) ReadObject(ReadOnlyMemory<byte> body, MemberReader member, string? otherwise)
    {
        var r = new Utf8JsonReader(body.Span);
        if (!r.Read() || r.TokenType != JsonTokenType.StartObject)
            throw new PorticoException(ErrorTable.InvalidJson, "The body must be one JSON object.");
        var objectStart = (int)r.TokenStartIndex;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        WireField modelField = default;
        string? model = null;
        while (r.Read() && r.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)r.TokenStartIndex;
            var name = r.GetString()!;
            if (!seen.Add(name))
                throw Json.Bad($"'{Json.Short(name)}' stands twice in the body.", Json.Short(name));
            r.Read();
            var valueStart = (int)r.TokenStartIndex;
            if (name == "model")
            {
                model = Json.Text(ref r, "model", MaxModelLength);
                modelField = new WireField(start, valueStart, (int)r.BytesConsumed);
                continue;
            }
            member(ref r, name);
            // What is not of its kind stands at the beginning of its value still.
            if (r.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                r.Skip();
        }
        if (r.Read())
            throw new PorticoException(ErrorTable.InvalidJson, "Something follows the JSON object.");
        if (model is null && otherwise is not null)
            (model, body, modelField) = (
                otherwise,
                Named(body.Span, objectStart, otherwise, isAlone: seen.Count == 0, out var field),
                field
            );
        if (string.IsNullOrEmpty(model))
            throw Missing("model", "the name of a route or a model");
        return (
            model,
            new WireBody
            {
                Dialect = Dialect.Single,
                Bytes = body,
                ObjectStart = objectStart,
                Model = modelField,
            }
        );
    }

    /// <summary>The body with the model as its first member.</summary>
    static byte[] Named(ReadOnlySpan<byte> body, int objectStart, string model, bool isAlone, out WireField field)
    {
        var name = "\"model\":\""u8;
        var value = JsonEncodedText.Encode(model).EncodedUtf8Bytes;
        var at = objectStart + 1;
        var from = at + name.Length - 1;
        field = new WireField(at, from, from + value.Length + 2);
        return [.. body[..at], .. name, .. value, (byte)'"', .. isAlone ? ""u8 : ","u8, .. body[at..]];
    }

    public static PorticoException Missing(string name, string what) => Json.Bad($"'{name}' is required: {what}.", name);
}
