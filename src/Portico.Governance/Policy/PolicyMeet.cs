using System.Collections.Immutable;

namespace Portico.Governance.Policy;

/// <summary>Where a line of an effective policy comes from.</summary>
/// <param name="Level">Id of the level.</param>
/// <param name="Scope">What it is.</param>
/// <param name="LevelName">Its name.</param>
/// <param name="Version">Of its document.</param>
/// <param name="Number">Line of the document.</param>
/// <param name="Text">The line as it stands there.</param>
/// <param name="Mandatory">Nobody below may say more.</param>
/// <param name="Value">What it says, exceptions included.</param>
/// <param name="Exception">The exception by which it says more; null = none.</param>
public sealed record LineOrigin(
    string Level,
    PolicyScope Scope,
    string LevelName,
    long Version,
    int Number,
    string Text,
    bool Mandatory,
    PolicyValue Value,
    string? Exception
)
{
    /// <summary>As a refusal names it.</summary>
    public string Says =>
        $"line {Number} of {(Version == 0 ? "the draft" : $"version {Version}")} of the policy of {PolicyLevel.NounOf(Scope)} '{LevelName}'"
        + (Exception is null ? "" : $", widened by '{Exception}'");
}

/// <summary>
/// What holds for a line: the meet of all that is mandatory, and the choice of the deepest level that says anything. Both together are the value. Meets of these are
/// associative, commutative and idempotent.
/// </summary>
/// <param name="Must">The meet of the mandatory lines; null = none.</param>
/// <param name="Depth">Of the level whose choice it is.</param>
/// <param name="Choice">What that level says.</param>
/// <param name="Origins">All lines that were met, from the organisation down.</param>
public sealed record EffectiveLine(
    string Name,
    PolicyValue? Must,
    PolicyScope Depth,
    PolicyValue Choice,
    ImmutableSortedDictionary<string, LineOrigin> Origins
)
{
    public PolicyValue Value => Must is null ? Choice : Must.Meet(Choice);

    /// <summary>Those that count: mandatory ones, and the choice.</summary>
    public IEnumerable<LineOrigin> Counting => Origins.Values.Where(o => o.Mandatory || o.Scope == Depth);

    public bool IsMandatory => Must is not null;

    public EffectiveLine Meet(EffectiveLine other) =>
        new(
            Name,
            Must is null ? other.Must
                : other.Must is null ? Must
                : Must.Meet(other.Must),
            Depth > other.Depth ? Depth : other.Depth,
            Depth == other.Depth ? Choice.Meet(other.Choice)
                : Depth > other.Depth ? Choice
                : other.Choice,
            Origins.SetItems(other.Origins)
        );

    /// <summary>The same value from the same lines.</summary>
    public bool IsSame(EffectiveLine other) =>
        Name == other.Name
        && Equals(Must, other.Must)
        && Depth == other.Depth
        && Choice.Equals(other.Choice)
        && Origins.Keys.SequenceEqual(other.Origins.Keys, StringComparer.Ordinal);
}

/// <summary>The lines that hold for somebody. Immutable; <see cref="Meet"/> does not depend on the order.</summary>
public sealed class EffectivePolicy
{
    public static readonly EffectivePolicy None = new(ImmutableSortedDictionary<string, EffectiveLine>.Empty);

    readonly ImmutableSortedDictionary<string, EffectiveLine> lines;

    EffectivePolicy(ImmutableSortedDictionary<string, EffectiveLine> lines) => this.lines = lines;

    public IEnumerable<EffectiveLine> Lines => lines.Values;

    public EffectiveLine? Find(string name) => lines.GetValueOrDefault(name);

    public EffectivePolicy Meet(EffectivePolicy other)
    {
        var met = lines.ToBuilder();
        foreach (var (name, line) in other.lines)
            met[name] = met.TryGetValue(name, out var known) ? known.Meet(line) : line;
        return new EffectivePolicy(met.ToImmutable());
    }

    /// <summary>What one level says to somebody below it, or in it, at a time.</summary>
    /// <param name="level">The level with its document.</param>
    /// <param name="audience">Ids of the workspace and the use case that it is for.</param>
    /// <param name="now">Exceptions that are over by then widen nothing.</param>
    public static EffectivePolicy Of(PolicyLevel level, IReadOnlyCollection<string> audience, DateTimeOffset now)
    {
        var said = ImmutableSortedDictionary.CreateBuilder<string, EffectiveLine>(StringComparer.Ordinal);
        foreach (var (name, line) in level.Document.Lines)
        {
            var value = line.Value;
            string? exception = null;
            foreach (var one in level.Document.Exceptions)
                if (now < one.Until && audience.Contains(one.For) && one.Lifts.TryGetValue(name, out var lifted))
                    (value, exception) = (value.Join(lifted), exception is null ? one.Name : $"{exception}, {one.Name}");
            var mandatory = level.IsMandatory(line);
            var origin = new LineOrigin(
                level.Id,
                level.Scope,
                level.Name,
                level.Version,
                line.Number,
                line.Text,
                mandatory,
                value,
                exception
            );
            said[name] = new EffectiveLine(
                name,
                mandatory ? value : null,
                level.Scope,
                value,
                ImmutableSortedDictionary.Create<string, LineOrigin>(StringComparer.Ordinal).Add($"{(int)level.Scope}/{level.Id}", origin)
            );
        }
        return new EffectivePolicy(said.ToImmutable());
    }

    public static EffectivePolicy Of(IEnumerable<PolicyLevel> levels, IReadOnlyCollection<string> audience, DateTimeOffset now) =>
        levels.Aggregate(None, (met, level) => met.Meet(Of(level, audience, now)));
}

/// <summary>A line that says more than a mandatory one above it.</summary>
public sealed record PolicyConflict(PolicyLevel Above, PolicyLine AboveLine, PolicyLevel Below, PolicyLine BelowLine)
{
    public string Says =>
        $"Line {BelowLine.Number} of {Below.Says} ('{BelowLine.Text}') is looser than line {AboveLine.Number} of {Above.Says} ('{AboveLine.Text}'), which is mandatory: {BelowLine.Name}.";

    /// <param name="above">The higher level.</param>
    /// <param name="below">One below it.</param>
    /// <param name="audience">Ids of the workspace and the use case that the lower one is in, for exceptions.</param>
    /// <param name="now">Exceptions that are over by then widen nothing.</param>
    public static IEnumerable<PolicyConflict> Find(
        PolicyLevel above,
        PolicyLevel below,
        IReadOnlyCollection<string> audience,
        DateTimeOffset now
    )
    {
        foreach (var (name, line) in below.Document.Lines)
            if (
                above.Document.Lines.TryGetValue(name, out var parent)
                && above.IsMandatory(parent)
                && line.Value.Contradicts(ValueFor(above, parent, audience, now))
            )
                yield return new PolicyConflict(above, parent, below, line);
    }

    /// <summary>With the exceptions that the level below has.</summary>
    static PolicyValue ValueFor(PolicyLevel above, PolicyLine line, IReadOnlyCollection<string> audience, DateTimeOffset now) =>
        above
            .Document.Exceptions.Where(e => now < e.Until && audience.Contains(e.For))
            .Aggregate(line.Value, (value, e) => e.Lifts.TryGetValue(line.Name, out var lifted) ? value.Join(lifted) : value);
}
