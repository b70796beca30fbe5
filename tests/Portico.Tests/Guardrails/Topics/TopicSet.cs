namespace Portico.Tests.Guardrails.Topics;

/// <summary>A topic for measuring: examples, texts of the topic that are none of the examples, and texts that are near and not of it.</summary>
sealed record TopicSet(string Name, string[] Examples, string[] Positives, string[] Negatives)
{
    public static TopicSet Of(string name, string examples, string positives, string negatives) =>
        new(name, Lines(examples), Lines(positives), Lines(negatives));

    public override string ToString() => Name;

    static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
