using System.Text.Json;

namespace Portico.Guardrails.Containment;

/// <summary>Kinds of JSON values, as a schema's <c>type</c> names them.</summary>
[Flags]
enum JsonKinds
{
    None = 0,
    Object = 1,
    Array = 2,
    String = 4,
    Number = 8,
    Integer = 16,
    Boolean = 32,
    Null = 64,
    Any = Object | Array | String | Number | Integer | Boolean | Null,
}

/// <summary>
/// A schema of a tool's arguments, ready to check: <c>type, required, properties, additionalProperties, enum, const, minimum, maximum,
/// minLength, maxLength, pattern, items, minItems,
/// maxItems</c> as JSON Schema means them, and <c>format</c> <c>uri-host</c> or <c>email-host</c> with <c>hosts</c>, to which an address
/// must lead. A keyword that is not among them is
/// refused, not passed over: a check that somebody wrote down must not be one that nobody makes. Immutable.
/// </summary>
/// <remarks>Where <c>type</c> is not given it follows from the other keywords, so that a text with a pattern cannot be an object
/// instead.</remarks>
sealed class ArgumentSchema
{
    public JsonKinds Kinds { get; init; } = JsonKinds.Any;
    public IReadOnlyDictionary<string, ArgumentSchema> Properties { get; init; } =
        new Dictionary<string, ArgumentSchema>(StringComparer.Ordinal);
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>What other members must be; null = there are none.</summary>
    public ArgumentSchema? Additional { get; init; } = Anything;
    public ArgumentSchema? Items { get; init; }
    public IReadOnlyList<JsonElement>? OneOf { get; init; }
    public double Minimum { get; init; } = double.NegativeInfinity;
    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>Characters of a string.</summary>
    public (int Least, int Most) Length { get; init; } = (0, int.MaxValue);

    /// <summary>Items of a list.</summary>
    public (int Least, int Most) Count { get; init; } = (0, int.MaxValue);
    public AnchoredPattern? Pattern { get; init; }

    /// <summary>Where an address must lead.</summary>
    public HostList? Hosts { get; init; }

    /// <summary>The address is one of mail.</summary>
    public bool IsMail { get; init; }

    public static ArgumentSchema Anything { get; } = new() { Additional = null, IsAnything = true };

    bool IsAnything { get; init; }

    /// <summary>The first thing that is not as the schema wants it.</summary>
    public ArgumentProblem? Check(JsonElement value, List<string> path)
    {
        if (IsAnything)
            return null;
        if ((KindOf(value) & Kinds) == JsonKinds.None)
            return Bad(path, $"must be {NamesOf(Kinds)}");
        if (OneOf is not null && !OneOf.Any(o => JsonElement.DeepEquals(o, value)))
            return Bad(path, "is none of the values that the policy allows; choose one of them");
        return value.ValueKind switch
        {
            JsonValueKind.Object => Members(value, path),
            JsonValueKind.Array => Elements(value, path),
            JsonValueKind.String => Text(value.GetString()!, path),
            JsonValueKind.Number => Number(value.GetDouble(), path),
            _ => null,
        };
    }

    ArgumentProblem? Members(JsonElement value, List<string> path)
    {
        foreach (var name in Required)
            if (!value.TryGetProperty(name, out _))
            {
                path.Add(name);
                return Bad(path, "is missing; send it");
            }
        foreach (var member in value.EnumerateObject())
        {
            path.Add(member.Name);
            var schema = Properties.GetValueOrDefault(member.Name) ?? Additional;
            if (schema is null)
                return Bad(path, "is no argument of this tool; leave it out");
            if (schema.Check(member.Value, path) is { } problem)
                return problem;
            path.RemoveAt(path.Count - 1);
        }
        return null;
    }

    ArgumentProblem? Elements(JsonElement value, List<string> path)
    {
        var count = value.GetArrayLength();
        if (count < Count.Least || count > Count.Most)
            return Bad(path, $"must have {Range(Count)} items");
        if (Items is null)
            return null;
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            path.Add(index++.ToString());
            if (Items.Check(item, path) is { } problem)
                return problem;
            path.RemoveAt(path.Count - 1);
        }
        return null;
    }

    ArgumentProblem? Text(string text, List<string> path)
    {
        var length = text.Length;
        foreach (var c in text)
            length -= char.IsLowSurrogate(c) ? 1 : 0;
        if (length < Length.Least || length > Length.Most)
            return Bad(path, $"must have {Range(Length)} characters");
        if (Pattern?.Fits(text) == false)
            return Bad(path, "is not of the form that the policy allows");
        if (Hosts is not null && !(IsMail ? Hosts.HasMail(text) : Hosts.HasAddress(text)))
            return Bad(
                path,
                IsMail
                    ? "must be one plain e-mail address at a host that the policy names"
                    : "must be an http(s) address of a host that the policy names"
            );
        return null;
    }

    ArgumentProblem? Number(double number, List<string> path) =>
        number < Minimum ? Bad(path, $"must be at least {Minimum}")
        : number > Maximum ? Bad(path, $"must be at most {Maximum}")
        : null;

    static ArgumentProblem Bad(List<string> path, string what) => new(ToolArguments.Pointer(path), what);

    static string Range((int Least, int Most) range) =>
        range.Most == int.MaxValue ? $"at least {range.Least}" : $"{range.Least} to {range.Most}";

    static string NamesOf(JsonKinds kinds) =>
        string.Join(
            " or ",
            Enum.GetValues<JsonKinds>()
                .Where(k => k is not (JsonKinds.None or JsonKinds.Any) && (kinds & k) != JsonKinds.None)
                .Select(k => k.ToString().ToLowerInvariant())
        );

    static JsonKinds KindOf(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => JsonKinds.Object,
            JsonValueKind.Array => JsonKinds.Array,
            JsonValueKind.String => JsonKinds.String,
            JsonValueKind.Number => Math.Truncate(value.GetDouble()) == value.GetDouble()
                ? JsonKinds.Number | JsonKinds.Integer
                : JsonKinds.Number,
            JsonValueKind.True or JsonValueKind.False => JsonKinds.Boolean,
            _ => JsonKinds.Null,
        };
}
