using System.Buffers;

namespace Portico.Guardrails.Pii;

/// <summary>What stands before a place, in lower case: the words there may say what a number is.</summary>
ref struct ContextWindow
{
    /// <summary>Characters before a place that words are looked for in.</summary>
    public const int Length = 64;

    /// <summary>Words up to this length must end where they end: longer ones may go on, as German and Finnish ones do.</summary>
    const int LongestWhole = 4;

    readonly ReadOnlySpan<char> window;
    readonly Span<char> buffer;

    /// <summary>Characters in the buffer. All copies of a window share it: the words are made when the first of them asks, and for most places none does.</summary>
    readonly ref int written;

    /// <summary>The window before <paramref name="start"/>.</summary>
    /// <param name="text">Where it stands.</param>
    /// <param name="start">The place.</param>
    /// <param name="buffer">Of <see cref="Length"/>, for the words.</param>
    /// <param name="written">0.</param>
    public ContextWindow(ReadOnlySpan<char> text, int start, Span<char> buffer, ref int written)
    {
        window = text[Math.Max(0, start - Length)..start];
        this.buffer = buffer;
        this.written = ref written;
    }

    readonly ReadOnlySpan<char> Lower
    {
        get
        {
            if (written == 0)
                written = window.ToLowerInvariant(buffer);
            return buffer[..written];
        }
    }

    public readonly bool Has(ReadOnlySpan<string> words)
    {
        var lower = Lower;
        foreach (var word in words)
            if (Has(lower, word))
                return true;
        return false;
    }

    /// <summary>As above, for long lists: <paramref name="fast"/> holds the same words.</summary>
    public readonly bool Has(SearchValues<string> fast, ReadOnlySpan<string> words, int within = Length)
    {
        var lower = Lower;
        var near = lower[Math.Max(0, lower.Length - within)..];
        if (!near.ContainsAny(fast))
            return false;
        foreach (var word in words)
            if (Has(near, word))
                return true;
        return false;
    }

    static bool Has(ReadOnlySpan<char> text, string word)
    {
        for (var from = 0; ; )
        {
            var at = text[from..].IndexOf(word, StringComparison.Ordinal);
            if (at < 0)
                return false;
            at += from;
            var end = at + word.Length;
            var begins = at == 0 || !Letters.IsWord(text[at - 1]) || text[at - 1] == '_' || !Letters.IsWord(word[0]);
            var ends = word.Length > LongestWhole || end == text.Length || !char.IsLetter(text[end]) || !Letters.IsWord(word[^1]);
            if (begins && ends)
                return true;
            from = at + 1;
        }
    }
}
