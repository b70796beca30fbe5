namespace Portico.Guardrails.Containment;

/// <summary>What a session has met or done that an attack needs all three of.</summary>
[Flags]
public enum SessionTraits
{
    None = 0,

    /// <summary>Texts that somebody outside may have written were read.</summary>
    UntrustedInput = 1,

    /// <summary>Data that is not for everybody was read.</summary>
    PrivateData = 2,

    /// <summary>Something outside of the session can be changed or told.</summary>
    ExternalEffect = 4,
    All = UntrustedInput | PrivateData | ExternalEffect,
}

/// <summary>Which call brought what.</summary>
/// <param name="Call">As the caller names it: the tool, or the tool and its id.</param>
/// <param name="Traits">What was new by it, or all of its traits where a person let it pass.</param>
/// <param name="ByPerson">A person has let it pass.</param>
public readonly record struct TraitEntry(string Call, SessionTraits Traits, bool ByPerson);

/// <summary>What a session would be after a call, and whether it may come there by itself.</summary>
/// <param name="IsAllowed">No person needs to be asked.</param>
/// <param name="After">The state once the call is done. Keep the one before when it is not done.</param>
/// <param name="Reason">Which call brought which property, and what to do; empty where allowed.</param>
public sealed record RuleOfTwoVerdict(bool IsAllowed, RuleOfTwo After, string Reason);

/// <summary>
/// Of untrusted input, private data and external effect a session may combine at most two without a person: with all three, whoever wrote
/// the untrusted text can take the data out.
/// Immutable; says nothing of texts, so that no wording talks it out of anything.
/// </summary>
public sealed class RuleOfTwo
{
    /// <summary>Entries of the history; further calls that a person let pass are not written down.</summary>
    public const int MaxHistory = 64;

    /// <summary>Characters of a call's name that are kept.</summary>
    public const int MaxName = 80;

    RuleOfTwo(SessionTraits traits, IReadOnlyList<TraitEntry> history) => (Traits, History) = (traits, history);

    /// <summary>A session that has met nothing yet.</summary>
    public static RuleOfTwo None { get; } = new(SessionTraits.None, []);

    public SessionTraits Traits { get; }

    /// <summary>What brought each property, the first first.</summary>
    public IReadOnlyList<TraitEntry> History { get; }

    /// <summary>
    /// Asks for a call. A session that has all three by a person's word still asks for every further call that has any of them.
    /// </summary>
    /// <param name="call">Its name.</param>
    /// <param name="traits">What it reads and does.</param>
    public RuleOfTwoVerdict Add(string call, SessionTraits traits)
    {
        var after = With(call, traits, byPerson: false);
        var isAllowed = traits == SessionTraits.None || after.Traits != SessionTraits.All;
        return new(isAllowed, after, isAllowed ? "" : Why(call, traits));
    }

    /// <summary>The state after a call that a person has let pass.</summary>
    public RuleOfTwo Approved(string call, SessionTraits traits) => With(call, traits, byPerson: true);

    RuleOfTwo With(string call, SessionTraits traits, bool byPerson)
    {
        var brought = byPerson ? traits : traits & ~Traits;
        return brought == SessionTraits.None || History.Count == MaxHistory
            ? new(Traits | traits, History)
            : new(Traits | traits, [.. History, new(Printable.Of(call, MaxName), brought, byPerson)]);
    }

    string Why(string call, SessionTraits traits)
    {
        var before = History.Where(h => h.Traits != SessionTraits.None).Select(h => $"'{h.Call}' brought {NamesOf(h.Traits)}");
        var told = string.Join(", ", before);
        return $"'{Printable.Of(call, MaxName)}' has {NamesOf(traits)}{(told.Length == 0 ? "" : $", and {told}")}: "
            + "a session may combine two of untrusted input, private data and external effect by itself. "
            + "Ask a person, or make the call in a new session.";
    }

    static string NamesOf(SessionTraits traits)
    {
        var names = new List<string>(3);
        if ((traits & SessionTraits.UntrustedInput) != SessionTraits.None)
            names.Add("untrusted input");
        if ((traits & SessionTraits.PrivateData) != SessionTraits.None)
            names.Add("private data");
        if ((traits & SessionTraits.ExternalEffect) != SessionTraits.None)
            names.Add("external effect");
        return string.Join(" and ", names);
    }
}
