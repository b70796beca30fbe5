namespace Portico.Governance.Api;

/// <summary>Marks an endpoint of the management API whose answer leaves while it is made, so that none can be kept for an Idempotency-Key.</summary>
public sealed class AnswersAsItGoes
{
    public static readonly AnswersAsItGoes Instance = new();
}
