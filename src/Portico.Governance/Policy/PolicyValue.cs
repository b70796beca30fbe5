using System.Globalization;
using Portico.Guardrails;

namespace Portico.Governance.Policy;

/// <summary>
/// What a line says. The values of a line are a lattice: <see cref="Meet"/> is what both allow, <see cref="Join"/> what either allows. Canonical, so that equal means the
/// same.
/// </summary>
public abstract record PolicyValue
{
    public abstract PolicyValue Meet(PolicyValue other);

    public abstract PolicyValue Join(PolicyValue other);

    /// <summary>It allows nothing that the other does not allow.</summary>
    public bool IsWithin(PolicyValue other) => Meet(other).Equals(this);

    /// <summary>A line below a mandatory one that says more than it may. Where the meet only adds, nothing does.</summary>
    public virtual bool Contradicts(PolicyValue above) => !IsWithin(above);

    /// <summary>In words, as a line of a document would say it.</summary>
    public abstract string Says { get; }
}

/// <summary>
/// Names of which some cover others: <c>gpt-*</c> covers <c>gpt-4o</c>, and of regions <c>eu</c> covers <c>eu-west-1</c>. Two of them are one inside the other or have nothing in
/// common, so that the largest ones alone say all.
/// </summary>
public sealed class CoveringSet : IEquatable<CoveringSet>
{
    readonly string[] names;

    CoveringSet(bool areRegions, IEnumerable<string> some)
    {
        AreRegions = areRegions;
        var all = some.Distinct(StringComparer.Ordinal).ToArray();
        names = all.Where(n => !Array.Exists(all, o => o != n && Covers(o, n))).Order(StringComparer.Ordinal).ToArray();
    }

    public bool AreRegions { get; }
    public IReadOnlyList<string> Names => names;

    /// <summary>Names, where a trailing <c>*</c> stands for any ending.</summary>
    public static CoveringSet OfNames(IEnumerable<string> some) => new(false, some);

    public static CoveringSet OfRegions(IEnumerable<string> some) => new(true, some);

    public bool Has(string name)
    {
        foreach (var one in names)
            if (Covers(one, name))
                return true;
        return false;
    }

    public CoveringSet Or(CoveringSet other) => new(AreRegions, [.. names, .. other.names]);

    public CoveringSet And(CoveringSet other) =>
        new(
            AreRegions,
            names.SelectMany(a =>
                other.names.SelectMany(b =>
                    Covers(a, b) ? [b]
                    : Covers(b, a) ? new[] { a }
                    : []
                )
            )
        );

    bool Covers(string a, string b) =>
        string.Equals(a, b, StringComparison.Ordinal)
        || (
            AreRegions
                ? b.StartsWith(a, StringComparison.Ordinal) && b[a.Length] == '-'
                : a.EndsWith('*') && b.AsSpan().StartsWith(a.AsSpan(0, a.Length - 1))
        );

    public bool Equals(CoveringSet? other) =>
        other is not null && AreRegions == other.AreRegions && names.AsSpan().SequenceEqual(other.names);

    public override bool Equals(object? obj) => Equals(obj as CoveringSet);

    public override int GetHashCode() => HashCode.Combine(AreRegions, names.Length, names.Length > 0 ? names[0] : "");

    public override string ToString() => $"[{string.Join(", ", names)}]";
}

/// <summary>Only these.</summary>
public sealed record AllowedNames(CoveringSet Names) : PolicyValue
{
    public override PolicyValue Meet(PolicyValue other) => new AllowedNames(Names.And(((AllowedNames)other).Names));

    public override PolicyValue Join(PolicyValue other) => new AllowedNames(Names.Or(((AllowedNames)other).Names));

    public override string Says => Names.ToString();
}

/// <summary>None of these.</summary>
public sealed record DeniedNames(CoveringSet Names) : PolicyValue
{
    public override PolicyValue Meet(PolicyValue other) => new DeniedNames(Names.Or(((DeniedNames)other).Names));

    public override PolicyValue Join(PolicyValue other) => new DeniedNames(Names.And(((DeniedNames)other).Names));

    /// <summary>A list below adds to the one above.</summary>
    public override bool Contradicts(PolicyValue above) => false;

    public override string Says => Names.ToString();
}

/// <summary>Something must hold, or need not.</summary>
public sealed record Duty(bool Holds) : PolicyValue
{
    public override PolicyValue Meet(PolicyValue other) => Holds ? this : other;

    public override PolicyValue Join(PolicyValue other) => Holds ? other : this;

    public override string Says => Holds ? "true" : "false";
}

/// <summary>No more than this.</summary>
public sealed record AtMost(long Value) : PolicyValue
{
    public override PolicyValue Meet(PolicyValue other) => Value <= ((AtMost)other).Value ? this : other;

    public override PolicyValue Join(PolicyValue other) => Value >= ((AtMost)other).Value ? this : other;

    public override string Says => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>No less than this.</summary>
public sealed record AtLeast(long Value) : PolicyValue
{
    public override PolicyValue Meet(PolicyValue other) => Value >= ((AtLeast)other).Value ? this : other;

    public override PolicyValue Join(PolicyValue other) => Value <= ((AtLeast)other).Value ? this : other;

    public override string Says => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A word of a scale; <paramref name="Place"/> counts from the strictest, 0.</summary>
public sealed record Rank(string Word, int Place) : PolicyValue
{
    public override PolicyValue Meet(PolicyValue other) => Place <= ((Rank)other).Place ? this : other;

    public override PolicyValue Join(PolicyValue other) => Place >= ((Rank)other).Place ? this : other;

    public override string Says => Word;
}

/// <summary>A content rule.</summary>
public sealed record Guardrail(ContentRule Rule) : PolicyValue
{
    public override PolicyValue Meet(PolicyValue other) => new Guardrail(Rule.Meet(((Guardrail)other).Rule));

    public override PolicyValue Join(PolicyValue other) => new Guardrail(Rule.Join(((Guardrail)other).Rule));

    /// <summary>A rule below may add words and channels; milder it may not be.</summary>
    public override bool Contradicts(PolicyValue above)
    {
        var parent = ((Guardrail)above).Rule;
        return Rule.Action < parent.Action
            || Rule.Threshold > parent.Threshold
            || Rule.MinScore > parent.MinScore
            || (Rule.Action == ContentAction.Tokenise && Rule.Restore < parent.Restore)
            || (Rule.FailsOpen && !parent.FailsOpen);
    }

    public override string Says =>
        $"{Rule.Action.ToString().ToLowerInvariant()} {LooksFor} in {(Rule.Channels == TextChannel.All ? "all texts" : Rule.Channels.ToString().ToLowerInvariant())}"
        + (Rule.Threshold > 1 ? $" from finding {Rule.Threshold} on" : "")
        + Rule switch
        {
            { Action: ContentAction.Tokenise, Restore: PlaceholderRestore.People } => "; people alone get the words back",
            { Action: ContentAction.Tokenise, Restore: PlaceholderRestore.Never } => "; nobody gets the words back",
            _ => "",
        };

    string LooksFor =>
        string.Join(
            " and ",
            (
                (string[])
                    [
                        KindsSay,
                        Many(Rule.Words.Count, "word"),
                        Many(Rule.Patterns.Count, "pattern"),
                        Many(Rule.Protects.Count, "protected text"),
                        TopicsSay,
                    ]
            ).Where(t => t.Length > 0)
        );

    string KindsSay =>
        Rule.Kinds.Count == 0 ? ""
        : Rule.MinScore == ContentRule.DefaultMinScore ? string.Join(", ", Rule.Kinds)
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", Rule.Kinds)} (from a score of {Rule.MinScore})");

    string TopicsSay =>
        string.Join(
            " and ",
            Rule.Topics.Select(t =>
                $"what is {(t.IsAllowed ? "not " : "")}like {Many(t.Examples.Count, "example")}"
                + (t.CounterExamples.Count > 0 ? $" and unlike {Many(t.CounterExamples.Count, "counter-example")}" : "")
            )
        );

    static string Many(int count, string noun) => count == 0 ? "" : $"{count} {noun}{(count == 1 ? "" : "s")}";
}
