namespace Portico.Guardrails.Containment;

/// <summary>A policy of tools that cannot be taken: which rule, and what is wrong with it.</summary>
public sealed class ToolPolicyException(string message) : Exception(message);
