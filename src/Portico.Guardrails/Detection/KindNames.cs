namespace Portico.Guardrails.Detection;

/// <summary>Names of kinds, which cover each other by their dots: <c>pii</c> covers <c>pii.email</c>.</summary>
public static class KindNames
{
    /// <summary>A kind is the one that is named, or stands behind its dot.</summary>
    public static bool Covers(string name, string kind) =>
        kind.StartsWith(name, StringComparison.Ordinal) && (kind.Length == name.Length || kind[name.Length] == '.');

    /// <summary>The part before the first dot.</summary>
    public static string FamilyOf(string kind) => kind[..kind.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>Sorted, each once, and none that another covers.</summary>
    internal static string[] Canonical(IReadOnlyList<string> names) =>
        names.Count == 0
            ? []
            : names
                .Distinct(StringComparer.Ordinal)
                .Where(n => !names.Any(o => o.Length < n.Length && Covers(o, n)))
                .Order(StringComparer.Ordinal)
                .ToArray();

    /// <summary>What both cover.</summary>
    internal static string[] Common(IReadOnlyList<string> some, IReadOnlyList<string> others) =>
        [.. some.Where(s => others.Any(o => Covers(o, s))), .. others.Where(o => some.Any(s => Covers(s, o)))];
}
