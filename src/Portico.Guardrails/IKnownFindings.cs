namespace Portico.Guardrails;

/// <summary>What people said of findings of detectors: the same words of the same kind count no more where they were said to be none.</summary>
public interface IKnownFindings
{
    /// <summary>Tells the same words of the same kind again, and nothing of them to who has no key.</summary>
    string DigestOf(string kind, ReadOnlySpan<char> said);

    /// <summary>Somebody decided that it is none.</summary>
    bool IsFalseAlarm(string digest);
}
