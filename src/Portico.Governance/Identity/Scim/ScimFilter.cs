using System.Globalization;
using System.Text.Json.Nodes;

namespace Portico.Governance.Identity.Scim;

enum ScimOperator
{
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    EndsWith,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// <summary>A filter of RFC 7644, 3.4.2.2, as a tree.</summary>
abstract record ScimFilter
{
    public sealed record And(ScimFilter Left, ScimFilter Right) : ScimFilter;

    public sealed record Or(ScimFilter Left, ScimFilter Right) : ScimFilter;

    public sealed record Not(ScimFilter Inner) : ScimFilter;

    public sealed record Present(ScimPath Path) : ScimFilter;

    /// <summary>Value: a text, a number, true, false, or null for nothing.</summary>
    public sealed record Compare(ScimPath Path, ScimOperator Operator, object? Value) : ScimFilter;

    /// <summary>One of the values of an attribute fits the inner filter by itself.</summary>
    public sealed record Some(ScimPath Path, ScimFilter Inner) : ScimFilter;

    public bool Fits(JsonObject resource) =>
        this switch
        {
            And both => both.Left.Fits(resource) && both.Right.Fits(resource),
            Or either => either.Left.Fits(resource) || either.Right.Fits(resource),
            Not not => !not.Inner.Fits(resource),
            Present present => present.Path.ValuesIn(resource).Any(IsThere),
            Some some => some.Path.ElementsIn(resource).Any(e => e is JsonObject element && some.Inner.Fits(element)),
            Compare compare => Fits(compare, compare.Path.ValuesIn(resource).ToList()),
            _ => false,
        };

    /// <summary>An empty text or list is no value (RFC 7643, 2.5).</summary>
    static bool IsThere(JsonNode? node) =>
        node switch
        {
            null => false,
            JsonArray list => list.Count > 0,
            JsonObject of => of.Count > 0,
            JsonValue value => !(value.TryGetValue<string>(out var text) && text.Length == 0),
            _ => true,
        };

    static bool Fits(Compare compare, List<JsonNode?> values) =>
        compare switch
        {
            { Value: null, Operator: ScimOperator.Equal } => !values.Exists(IsThere),
            { Value: null, Operator: ScimOperator.NotEqual } => values.Exists(IsThere),
            { Operator: ScimOperator.NotEqual } => !values.Exists(v => IsEqual(compare, v)),
            _ => values.Exists(v => Fits(compare, v)),
        };

    static bool IsEqual(Compare compare, JsonNode? value) => Fits(compare with { Operator = ScimOperator.Equal }, value);

    static bool Fits(Compare compare, JsonNode? node)
    {
        if (node is not JsonValue value)
            return false;
        switch (compare.Value)
        {
            case string wanted when value.TryGetValue<string>(out var text):
                return Fits(
                    compare.Operator,
                    text,
                    wanted,
                    compare.Path.IsExact ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase
                );
            case bool wanted:
                return value.TryGetValue<bool>(out var truth) && truth == wanted;
            case double wanted when value.TryGetValue<double>(out var number):
                return Holds(compare.Operator, number.CompareTo(wanted));
            default:
                return false;
        }
    }

    static bool Fits(ScimOperator comparison, string text, string wanted, StringComparison how) =>
        comparison switch
        {
            ScimOperator.Contains => text.Contains(wanted, how),
            ScimOperator.StartsWith => text.StartsWith(wanted, how),
            ScimOperator.EndsWith => text.EndsWith(wanted, how),
            _ when TimeOf(text) is { } left && TimeOf(wanted) is { } right => Holds(comparison, left.CompareTo(right)),
            _ => Holds(comparison, string.Compare(text, wanted, how)),
        };

    static DateTimeOffset? TimeOf(string text) =>
        text.Length >= 10
        && char.IsAsciiDigit(text[0])
        && text[4] == '-'
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    static bool Holds(ScimOperator comparison, int order) =>
        comparison switch
        {
            ScimOperator.Equal => order == 0,
            ScimOperator.Greater => order > 0,
            ScimOperator.GreaterOrEqual => order >= 0,
            ScimOperator.Less => order < 0,
            ScimOperator.LessOrEqual => order <= 0,
            _ => false,
        };
}
