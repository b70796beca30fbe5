namespace Portico.Guardrails.Containment;

/// <summary>What happens to a call of a tool, from the mildest to the strictest.</summary>
public enum ToolAction
{
    Allow,

    /// <summary>A person decides first.</summary>
    Ask,
    Deny,
}

/// <summary>Arguments that may not come from untrusted texts.</summary>
/// <param name="Pointer">A JSON pointer; <c>*</c> for any one part, <c>/**</c> last for all below it.</param>
/// <param name="Action">What happens when one does.</param>
/// <param name="ExceptHosts">
/// Hosts that an address or a recipient may have even then, as <c>example.org</c> or <c>*.example.org</c>: one's own.
/// </param>
public sealed record TaintRule(string Pointer, ToolAction Action = ToolAction.Ask, IReadOnlyList<string>? ExceptHosts = null);

/// <summary>A tool that may be called, and how.</summary>
/// <param name="Name">Exact, or what its name begins with: <c>crm.*</c>. The exact one counts, then the longest.</param>
public sealed record ToolRule(string Name)
{
    /// <summary>Its answers hold data that is not for everybody.</summary>
    public bool ReadsPrivate { get; init; }

    /// <summary>It changes or tells something outside of the session; an address that is fetched tells its host.</summary>
    public bool HasExternalEffect { get; init; }

    /// <summary>Its answers hold what somebody outside may have written: pages, mails, tickets.</summary>
    public bool ReturnsUntrusted { get; init; }

    /// <summary>A JSON Schema of its arguments, of the keywords that <see cref="ArgumentSchema"/> names; null = any object.</summary>
    public string? Schema { get; init; }

    /// <summary>Arguments that may not come from untrusted texts.</summary>
    public IReadOnlyList<TaintRule> Untainted { get; init; } = [];

    /// <summary>The least that happens to every call: <see cref="ToolAction.Ask"/> for what cannot be undone.</summary>
    public ToolAction Least { get; init; } = ToolAction.Allow;

    /// <summary>What a call brings into a session.</summary>
    public SessionTraits Traits =>
        (ReturnsUntrusted ? SessionTraits.UntrustedInput : SessionTraits.None)
        | (ReadsPrivate ? SessionTraits.PrivateData : SessionTraits.None)
        | (HasExternalEffect ? SessionTraits.ExternalEffect : SessionTraits.None);
}
