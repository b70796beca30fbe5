namespace Portico.Guardrails.Containment;

/// <summary>A call that a model wants to make.</summary>
/// <param name="Tool">Its name.</param>
/// <param name="Arguments">As the model wrote them: a JSON object, or nothing.</param>
/// <param name="Taint">What is untrusted of the conversation so far.</param>
/// <param name="Session">What the session has met and done so far.</param>
public sealed record ToolCallInput(string Tool, string Arguments, TaintTracker Taint, RuleOfTwo Session);

/// <summary>Why a call is asked for or denied.</summary>
public enum ToolCause
{
    None,

    /// <summary>No rule names the tool.</summary>
    UnknownTool,

    /// <summary>The arguments are no JSON object that all readers read alike, or too large.</summary>
    BadArguments,

    /// <summary>They are not of the schema.</summary>
    Schema,

    /// <summary>One comes from an untrusted text and may not.</summary>
    Taint,

    /// <summary>The session would combine all three.</summary>
    RuleOfTwo,

    /// <summary>The rule has it so for every call.</summary>
    Rule,
}

/// <summary>What happens to a call.</summary>
/// <param name="Action">Allow, ask or deny.</param>
/// <param name="Cause">What decided.</param>
/// <param name="Pointer">The argument that decided, as a JSON pointer; null = the whole, or none.</param>
/// <param name="Reason">
/// For the agent and for who is asked: names the tool, the argument and what to do, and quotes no value. Empty where allowed.
/// </param>
/// <param name="Traits">What the call brings into the session.</param>
/// <param name="After">The session once the call is done; the one before for a call that is denied.</param>
/// <param name="Taints">Pieces of the argument that decided, where <paramref name="Cause"/> is <see cref="ToolCause.Taint"/>.</param>
public sealed record ToolVerdict(
    ToolAction Action,
    ToolCause Cause,
    string? Pointer,
    string Reason,
    SessionTraits Traits,
    RuleOfTwo After,
    IReadOnlyList<Taint> Taints
);
