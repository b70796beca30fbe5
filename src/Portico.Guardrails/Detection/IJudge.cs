namespace Portico.Guardrails.Detection;

/// <summary>Finds what only the whole of a text and the channel that it came by tell: the attempts to take a model over. Immutable, without I/O, clock or chance.</summary>
public interface IJudge
{
    /// <summary>Its kinds, each with a dot after its family.</summary>
    IReadOnlyList<DetectorKind> Kinds { get; }

    /// <summary>Texts of the channel tell it something.</summary>
    bool Reads(TextChannel channel) => true;

    /// <summary>It compares a text with the sources of the call: whoever has them says so in the context.</summary>
    bool NeedsSources => false;

    /// <summary>Adds what it finds, in the order of the text.</summary>
    /// <param name="text">All of it.</param>
    /// <param name="channel">One.</param>
    /// <param name="context">What is known of the call.</param>
    /// <param name="findings">Receives them.</param>
    void Judge(string text, TextChannel channel, JudgeContext context, List<Finding> findings);
}
