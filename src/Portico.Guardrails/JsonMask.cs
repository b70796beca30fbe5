using System.Text;

namespace Portico.Guardrails;

/// <summary>What stands in JSON for what is taken out of it, so that it stays JSON.</summary>
public static class JsonMask
{
    /// <summary>A digit for each letter and digit, escaped or not: a number stays a number and a text a text. Of other characters all stays as it is.</summary>
    /// <param name="said">Whole characters and escapes.</param>
    public static string Of(ReadOnlySpan<char> said)
    {
        var masked = new StringBuilder(said.Length);
        Span<char> character = stackalloc char[2];
        while (said.Length > 0)
        {
            var (taken, length) = (1, 1);
            character[0] = said[0];
            if (said[0] == JsonEscape.Mark)
                length = JsonEscape.Read(said, isAll: true, character, out taken);
            else if (said.Length > 1 && char.IsSurrogatePair(said[0], said[1]))
                (character[1], taken, length) = (said[1], 2, 2);
            if (
                Rune.DecodeFromUtf16(character[..length], out var rune, out _) == System.Buffers.OperationStatus.Done
                && Rune.IsLetterOrDigit(rune)
            )
                masked.Append('1');
            else
                masked.Append(said[..taken]);
            said = said[taken..];
        }
        return masked.ToString();
    }
}
