namespace Portico.Guardrails.Training;

/// <summary>All patterns of the classes of content.</summary>
static class ContentGrammar
{
    public static IReadOnlyDictionary<string, string[]> Lists { get; } =
        new[] { ContentPatterns.Lists, HarmlessRequests.Lists, HarmfulRequests.Lists }
            .SelectMany(l => l)
            .ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal);

    /// <summary>A row each: the class, empty where there is none, and its patterns.</summary>
    public static IReadOnlyList<(string Kind, string[] Patterns)> Families { get; } =
    [.. ContentPatterns.Families, .. HarmlessRequests.Families, .. HarmfulRequests.Families];
}
