using System.Text;

namespace Portico.Guardrails;

/// <summary>What stands in JSON for what is taken out of it, so that it stays JSON.</summary>
static class JsonMask
{
    /// <summary>A digit for each letter and digit that is not escaped: a number stays a number and a text a text.</summary>
    public static string Of(ReadOnlySpan<char> said)
    {
        var masked = new StringBuilder(said.Length);
        var previous = '\0';
        foreach (var c in said)
        {
            masked.Append(char.IsLetterOrDigit(c) && previous != '\\' ? '1' : c);
            previous = previous == '\\' ? '\0' : c;
        }
        return masked.ToString();
    }
}
