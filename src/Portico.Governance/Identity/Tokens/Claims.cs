using System.Text.Json;

namespace Portico.Governance.Identity.Tokens;

/// <summary>Reads claims, which other programs wrote: whatever has not the expected form is as if it were not there.</summary>
static class Claims
{
    /// <summary>More groups than anybody is in; what is behind them is left out.</summary>
    public const int MaxTexts = 2_000;

    public static string? Text(JsonElement of, string name) =>
        Find(of, name) is { } found && TextOf(found) is { Length: > 0 } text ? text : null;

    /// <summary>Null for what is no text, and for one with half a character in it.</summary>
    public static string? TextOf(JsonElement of)
    {
        try
        {
            return of.ValueKind == JsonValueKind.String ? of.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>One text, or a list of them.</summary>
    public static IReadOnlyList<string> Texts(JsonElement of, string name) =>
        Find(of, name) switch
        {
            { ValueKind: JsonValueKind.String } one => TextOf(one) is { Length: > 0 } text ? [text] : [],
            { ValueKind: JsonValueKind.Array } many => many.EnumerateArray()
                .Select(TextOf)
                .OfType<string>()
                .Where(t => t.Length > 0)
                .Take(MaxTexts)
                .ToList(),
            _ => [],
        };

    /// <summary>True or false, also as a text, as some providers send it; null when it is neither.</summary>
    public static bool? Truth(JsonElement of, string name) =>
        Find(of, name) switch
        {
            { ValueKind: JsonValueKind.True } => true,
            { ValueKind: JsonValueKind.False } => false,
            { ValueKind: JsonValueKind.String } text when bool.TryParse(TextOf(text), out var said) => said,
            _ => null,
        };

    /// <summary>A NumericDate: seconds since 1970, which may have a fraction.</summary>
    public static DateTimeOffset? Time(JsonElement of, string name) =>
        Find(of, name) is { ValueKind: JsonValueKind.Number } found
        && found.TryGetDouble(out var seconds)
        && seconds is >= 0 and < 253_402_300_799
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
            : null;

    public static bool Has(JsonElement of, string name) => Find(of, name) is not null;

    /// <summary>A claim by its name; else by a path of names with dots, as <c>realm_access.roles</c>.</summary>
    static JsonElement? Find(JsonElement of, string name)
    {
        if (of.ValueKind != JsonValueKind.Object)
            return null;
        if (of.TryGetProperty(name, out var found))
            return found;
        var at = of;
        if (!name.Contains('.', StringComparison.Ordinal))
            return null;
        foreach (var step in name.Split('.'))
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step, out at))
                return null;
        return at;
    }
}
