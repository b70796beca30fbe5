namespace Portico.Guardrails;

/// <summary>The search for a rule failed that lets nothing pass then.</summary>
public sealed class ScreenFailedException(ContentRule rule, Exception inner)
    : Exception($"The search for the rule {rule.Name} failed.", inner)
{
    public ContentRule Rule => rule;
}
