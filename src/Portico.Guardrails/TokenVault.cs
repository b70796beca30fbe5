using System.Text;
using System.Text.Json;

namespace Portico.Guardrails;

/// <summary>
/// What the placeholders of one call stand for: made on the way to the provider, undone on the way back for whom the rule says, gone with the call. A later turn makes its own; those of an earlier turn
/// that stand in it are undone nowhere and made for nothing else.
/// </summary>
/// <param name="isForPerson">The answer goes to a person, and not to an application.</param>
public sealed class TokenVault(bool isForPerson = false)
{
    const char Open = '⟦';
    const char Close = '⟧';

    readonly Dictionary<string, string> tokens = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    readonly HashSet<string> restored = new(StringComparer.Ordinal);
    readonly SortedSet<string> kept = new(StringComparer.Ordinal);
    HashSet<string>? foreign;
    int made;

    public bool IsEmpty => texts.Count == 0;

    /// <summary>Some placeholder is undone in the answer.</summary>
    public bool Restores => restored.Count > 0;

    /// <summary>Names of rules whose placeholders stay, sorted.</summary>
    public IReadOnlyCollection<string> Kept => kept;

    internal int LongestToken { get; private set; }

    /// <summary>The placeholder for a text: the same text has the same one.</summary>
    public string TokenFor(string rule, string text, PlaceholderRestore restore = PlaceholderRestore.Caller)
    {
        var key = $"{rule}\n{text}";
        if (tokens.TryGetValue(key, out var token))
            return token;
        do token = $"{Open}{rule}:{++made}{Close}";
        while (foreign?.Contains(token) == true);
        (tokens[key], texts[token]) = (token, text);
        LongestToken = Math.Max(LongestToken, token.Length);
        if (restore == PlaceholderRestore.Caller || (restore == PlaceholderRestore.People && isForPerson))
            restored.Add(token);
        else
            kept.Add(rule);
        return token;
    }

    internal string? TextOf(string token) => restored.Contains(token) ? texts[token] : null;

    /// <summary>
    /// Notes what looks like a placeholder in a text that comes in, such as one of an earlier turn: none of this call is made the same, and it is undone nowhere.
    /// </summary>
    public void Reserve(string text)
    {
        for (var at = text.IndexOf(Open, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Open, at + 1))
            if (text.IndexOf(Close, at) is var end and > 0)
                (foreign ??= new(StringComparer.Ordinal)).Add(text[at..(end + 1)]);
    }

    /// <summary>A text with the placeholders in place of what they stand for: undoes the undoing, for what is kept.</summary>
    public string Mask(string text)
    {
        if (IsEmpty)
            return text;
        // The longest first: what one text holds of another is not cut out of it.
        foreach (var (token, said) in texts.OrderByDescending(t => t.Value.Length).ThenBy(t => t.Key, StringComparer.Ordinal))
        {
            text = text.Replace(said, token, StringComparison.Ordinal);
            // As it stands in the arguments of a tool.
            if (JsonEncodedText.Encode(said).ToString() is var encoded && encoded != said)
                text = text.Replace(encoded, token, StringComparison.Ordinal);
        }
        return text;
    }

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
