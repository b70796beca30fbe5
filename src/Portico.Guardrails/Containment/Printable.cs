namespace Portico.Guardrails.Containment;

/// <summary>Names that a model made, as they may stand in a reason: short and without controls.</summary>
static class Printable
{
    public static string Of(ReadOnlySpan<char> name, int most)
    {
        var size = Math.Min(name.Length, most);
        var letters = name[..size].ToArray();
        for (var at = 0; at < size; at++)
            if (char.IsControl(letters[at]) || char.IsSurrogate(letters[at]) || char.GetUnicodeCategory(letters[at]) is Hidden)
                letters[at] = '?';
        return new string(letters) + (name.Length > most ? "…" : "");
    }

    const System.Globalization.UnicodeCategory Hidden = System.Globalization.UnicodeCategory.Format;
}
