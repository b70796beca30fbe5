namespace Portico.Guardrails.Detection;

/// <summary>
/// Finds what is of some kinds in a text that may still be on its way. Immutable, without I/O, clock or chance: any number of calls use one at once.
/// </summary>
/// <remarks>
/// Three promises make a streamed text come out as the whole one would, and <c>DetectorContract</c> tests them for every detector. (1) Whether a finding begins at a place is
/// told by the <see cref="LookBehind"/> characters before it and what follows it, by nothing else. (2) What is settled stays: more text changes no finding before it. (3) Little is
/// held: what is settled stays behind the end of the text only by what may still become a finding, which is <see cref="MaxOpen"/> characters at most.
/// </remarks>
public interface IDetector
{
    /// <summary>Characters before a place that the decision about it may look at.</summary>
    int LookBehind { get; }

    /// <summary>Characters that may wait for what follows, at most.</summary>
    int MaxOpen { get; }

    /// <summary>Its kinds, each with a dot after its family.</summary>
    IReadOnlyList<DetectorKind> Kinds { get; }

    /// <summary>
    /// Adds the findings that begin in <paramref name="text"/> at <paramref name="from"/> or behind and are settled, in their order and none over another, and returns how far
    /// all is settled: at or behind the end of the last of them, and the text's length where <paramref name="isAll"/>.
    /// </summary>
    /// <param name="text">What is known: at least <see cref="LookBehind"/> characters before <paramref name="from"/>, or all of them.</param>
    /// <param name="from">Everything before is settled: no finding of this detector reaches over it.</param>
    /// <param name="isAll">Nothing follows.</param>
    /// <param name="findings">Receives them.</param>
    int Find(ReadOnlySpan<char> text, int from, bool isAll, List<Finding> findings);
}
