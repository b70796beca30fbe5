namespace Portico.Guardrails.Grounding;

/// <summary>Why a sentence has no support.</summary>
public enum UnsupportedReason
{
    /// <summary>Too few of its words stand together anywhere in the sources.</summary>
    WordsMissing,

    /// <summary>A number, date, share or amount does not stand where its words do.</summary>
    NumberDiffers,

    /// <summary>A proper name does not stand where its words do.</summary>
    NameMissing,

    /// <summary>It denies what the sources say, or says what they deny.</summary>
    NegationDiffers,

    /// <summary>What it quotes does not stand in the sources word by word.</summary>
    QuoteMissing,
}

/// <summary>A sentence of an answer that the sources do not support.</summary>
/// <param name="Start">In UTF-16 units of the answer.</param>
/// <param name="Length">In the same units; never 0.</param>
/// <param name="Score">Support from 0 to 1: the part of its words that stand together in the sources, and <see
/// cref="GroundingReader.ContradictedScore"/> at most where a fact differs.</param>
/// <param name="Reason">The first of what is wrong.</param>
public readonly record struct UnsupportedSpan(int Start, int Length, float Score, UnsupportedReason Reason);
