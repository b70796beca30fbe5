using Portico.Guardrails;

namespace Portico.Governance.Policy.Guards;

/// <summary>The guards that hold for some calls. Immutable; made with the policy.</summary>
public sealed class GuardSet
{
    readonly TextChannel channels;

    GuardSet(IReadOnlyList<Guard> guards)
    {
        Guards = guards;
        channels = guards.Aggregate(TextChannel.None, (all, g) => all | g.Channels);
        HoldsAnswers = guards.Any(g => g.Holds && Asks(g, TextChannel.Output));
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<Guard> Guards { get; }

    /// <summary>An answer goes on when it is judged and not before.</summary>
    public bool HoldsAnswers { get; }

    /// <summary>Some guard is asked about texts of this channel.</summary>
    public bool Watches(TextChannel channel) => (channels & channel) != TextChannel.None;

    public static bool Asks(Guard guard, TextChannel channel) => (guard.Channels & channel) != TextChannel.None;

    /// <summary>Null where no guard asks anybody.</summary>
    public static GuardSet? Of(IEnumerable<PolicyValue> values)
    {
        var guards = values
            .OfType<Guard>()
            .Where(g => g.Targets.Count > 0 && g.Channels != TextChannel.None)
            .OrderBy(g => g.Name, StringComparer.Ordinal)
            .ToList();
        return guards.Count == 0 ? null : new GuardSet(guards);
    }
}
