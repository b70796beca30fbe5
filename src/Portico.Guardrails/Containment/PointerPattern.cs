namespace Portico.Guardrails.Containment;

/// <summary>
/// Names arguments by JSON pointers (RFC 6901) in which <c>*</c> stands for any one name or number, and <c>**</c> as the last for all that
/// stands below, names included.
/// </summary>
sealed class PointerPattern
{
    const int MaxParts = 32;

    readonly string[] parts;
    readonly bool withBelow;

    /// <exception cref="ToolPolicyException">It is none.</exception>
    public PointerPattern(string pointer, string where)
    {
        if (pointer.Length == 0 || pointer[0] != '/')
            throw new ToolPolicyException(
                $"{where}: '{Printable.Of(pointer, 80)}' is no JSON pointer; write /to, /items/*/url or /headers/**."
            );
        parts = pointer[1..].Split('/');
        withBelow = parts[^1] == "**";
        if (withBelow)
            parts = parts[..^1];
        if (parts.Length > MaxParts || parts.Contains("**", StringComparer.Ordinal))
            throw new ToolPolicyException($"{where}: '{Printable.Of(pointer, 80)}' has more than {MaxParts} parts, or ** not as the last.");
    }

    public bool Fits(IReadOnlyList<string> path)
    {
        if (withBelow ? path.Count < parts.Length : path.Count != parts.Length)
            return false;
        for (var at = 0; at < parts.Length; at++)
            if (parts[at] != "*" && parts[at] != path[at])
                return false;
        return true;
    }

    /// <summary>All names below count as well.</summary>
    public bool FitsNames(IReadOnlyList<string> path) => withBelow && Fits(path);
}
