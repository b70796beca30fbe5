using System.Globalization;
using System.Text.Json;

namespace Portico.Gateway.Wire;

/// <summary>Typed reads of a member that is parsed already; they name the place and the expected type when they fail. Null counts as absent.</summary>
static class JsonMember
{
    public static JsonElement? Of(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <summary>A text of somebody whose mistakes are not the caller's: what is no text says nothing.</summary>
    public static string? Said(JsonElement parent, string name) =>
        Of(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    public static string? Text(JsonElement parent, string name, string path, int max = int.MaxValue) =>
        Of(parent, name) is { } value ? Text(value, At(path, name), max) : null;

    public static string Needed(JsonElement parent, string name, string path, int max = int.MaxValue) =>
        Text(parent, name, path, max) ?? throw Json.Bad($"'{At(path, name)}' is missing.", At(path, name));

    public static string Text(JsonElement value, string path, int max)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw Json.Bad($"'{path}' must be a string.", path);
        var text = value.GetString()!;
        return text.Length <= max ? text : throw Json.Bad($"'{path}' is longer than {max} characters.", path);
    }

    public static bool? Flag(JsonElement parent, string name, string path) =>
        Of(parent, name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Json.Bad($"'{At(path, name)}' must be true or false.", At(path, name));

    public static int? Whole(JsonElement parent, string name, int min, int max) =>
        Of(parent, name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= min && number <= max ? number
        : throw Json.Bad($"'{name}' must be a whole number from {min} to {max.ToString(CultureInfo.InvariantCulture)}.", name);

    public static double? Number(JsonElement parent, string name, double min, double max) =>
        Of(parent, name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= min && number <= max ? number
        : throw Json.Bad(
            $"'{name}' must be a number from {min.ToString(CultureInfo.InvariantCulture)} to {max.ToString(CultureInfo.InvariantCulture)}.",
            name
        );

    public static JsonElement? Object(JsonElement parent, string name, string path) =>
        Of(parent, name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Object ? value
        : throw Json.Bad($"'{At(path, name)}' must be an object.", At(path, name));

    public static JsonElement? Array(JsonElement parent, string name, string path) =>
        Of(parent, name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Array ? value
        : throw Json.Bad($"'{At(path, name)}' must be an array.", At(path, name));

    static string At(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
