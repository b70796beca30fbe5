using System.Text;
using System.Text.Json;

namespace Portico.Guardrails;

/// <summary>What the placeholders of one call stand for: made on the way to the provider, undone on the way back, gone with the call.</summary>
public sealed class TokenVault
{
    const char Open = '⟦';
    const char Close = '⟧';

    readonly Dictionary<string, string> tokens = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    public bool IsEmpty => texts.Count == 0;

    internal int LongestToken { get; private set; }

    /// <summary>The placeholder for a text: the same text has the same one.</summary>
    public string TokenFor(string rule, string text)
    {
        var key = $"{rule}\n{text}";
        if (tokens.TryGetValue(key, out var token))
            return token;
        token = $"{Open}{rule}:{tokens.Count + 1}{Close}";
        (tokens[key], texts[token]) = (token, text);
        LongestToken = Math.Max(LongestToken, token.Length);
        return token;
    }

    internal string? TextOf(string token) => texts.GetValueOrDefault(token);

    /// <summary>One text of the answer in pieces of any size, with the placeholders undone; in JSON they become parts of its texts.</summary>
    public sealed class Lane(TokenVault vault, bool isJson = false)
    {
        readonly StringBuilder held = new();

        public void Add(ReadOnlySpan<char> text, StringBuilder target)
        {
            foreach (var c in text)
                Take(c, target);
        }

        public void Complete(StringBuilder target)
        {
            target.Append(held);
            held.Clear();
        }

        void Take(char c, StringBuilder target)
        {
            if (held.Length == 0 && c != Open)
            {
                target.Append(c);
                return;
            }
            // What opens anew was no placeholder before.
            if (c == Open)
                Complete(target);
            held.Append(c);
            if (c != Close && held.Length < vault.LongestToken)
                return;
            var token = held.ToString();
            var text = vault.TextOf(token);
            target.Append(
                text is null ? token
                : isJson ? JsonEncodedText.Encode(text).ToString()
                : text
            );
            held.Clear();
        }
    }
}
