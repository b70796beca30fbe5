namespace Portico.Guardrails.Containment;

/// <summary>Who a text comes from. What more than one had a hand in counts as the least trusted of them.</summary>
[Flags]
public enum Origin
{
    None = 0,

    /// <summary>System and developer messages.</summary>
    System = 1,

    /// <summary>What the person or program that calls says.</summary>
    User = 2,

    /// <summary>Documents, pages and mails that something found.</summary>
    Retrieved = 4,

    /// <summary>What tools gave back, and descriptions of tools that others wrote.</summary>
    Tool = 8,

    /// <summary>What the model says: neither a warrant nor a suspicion, since it may only repeat.</summary>
    Model = 16,
    Trusted = System | User,
    Untrusted = Retrieved | Tool,
}

/// <summary>A text of a conversation and who it comes from.</summary>
/// <param name="Origin">One, or several.</param>
/// <param name="Text">All of it.</param>
public readonly record struct OriginText(Origin Origin, string Text);
