namespace Portico.Guardrails.Detection;

/// <summary>Finds what only the whole of a text and the channel that it came by tell: the attempts to take a model over. Immutable, without I/O, clock or chance.</summary>
public interface IJudge
{
    /// <summary>Its kinds, each with a dot after its family.</summary>
    IReadOnlyList<DetectorKind> Kinds { get; }

    /// <summary>Adds what it finds, in the order of the text.</summary>
    /// <param name="text">All of it.</param>
    /// <param name="channel">One.</param>
    /// <param name="question">What the person asked, where the text is something that was found or given back for it; null = not known.</param>
    /// <param name="findings">Receives them.</param>
    void Judge(string text, TextChannel channel, string? question, List<Finding> findings);
}
