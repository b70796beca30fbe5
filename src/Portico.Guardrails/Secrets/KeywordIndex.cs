using System.Runtime.CompilerServices;

namespace Portico.Guardrails.Secrets;

/// <summary>Which rule a keyword wakes.</summary>
enum KeywordRole
{
    Format,
    Service,
    ServiceShape,
    Context,
    Scheme,
    KeyBlock,
    Ssh2,
    Putty,
    Bearer,
    Basic,
    User,
    Option,
    Statement,
    Call,
    WebKey,
    WebToken,
}

/// <summary>A word to look for, letter case aside.</summary>
/// <param name="Text">Small letters, digits and some signs; no blanks.</param>
/// <param name="Role">Which rule it wakes.</param>
/// <param name="Index">Of the row that it belongs to, as the rule counts them.</param>
readonly record struct Keyword(string Text, KeywordRole Role, int Index);

/// <summary>Finds all keywords in one pass: the automaton of Aho and Corasick (1975), whole, with one look-up a character.</summary>
sealed class KeywordIndex
{
    const int Symbols = 64;

    /// <summary>By ASCII character; 0 for what no keyword holds.</summary>
    readonly byte[] symbols = new byte[128];
    readonly ushort[] next;
    readonly ushort[] depths;

    /// <summary>By state: the first of its words in <see cref="words"/>, or -1.</summary>
    readonly int[] first;
    readonly (Keyword Word, int Next)[] words;

    public KeywordIndex(IReadOnlyList<Keyword> keywords)
    {
        const string signs = "_-.$/:+=@!%&\\~?|,#";
        for (var c = 'a'; c <= 'z'; c++)
            symbols[c] = symbols[c - 32] = (byte)(c - 'a' + 1);
        for (var c = '0'; c <= '9'; c++)
            symbols[c] = (byte)(c - '0' + 27);
        for (var i = 0; i < signs.Length; i++)
        {
            if (symbols[signs[i]] == 0)
                symbols[signs[i]] = (byte)(37 + i);
        }
        var states = 1;
        foreach (var word in keywords)
            states += word.Text.Length;
        next = new ushort[states * Symbols];
        depths = new ushort[states];
        first = new int[states];
        Array.Fill(first, -1);
        var list = new List<(Keyword, int)>(keywords.Count * 2);
        var count = Trie(keywords, list);
        Link(count, list);
        words = [.. list];
    }

    /// <summary>The tree of the words; returns how many states it has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    int Trie(IReadOnlyList<Keyword> keywords, List<(Keyword, int)> list)
    {
        var count = 1;
        foreach (var word in keywords)
        {
            var state = 0;
            foreach (var c in word.Text)
            {
                if (c >= 128 || symbols[c] == 0)
                    throw new ArgumentException(
                        "A keyword holds a character that the index has no symbol for: " + word.Text,
                        nameof(keywords)
                    );
                ref var to = ref next[state * Symbols + symbols[c]];
                if (to == 0)
                {
                    depths[count] = (ushort)(depths[state] + 1);
                    to = (ushort)count++;
                }
                state = to;
            }
            list.Add((word, first[state]));
            first[state] = list.Count - 1;
        }
        return count;
    }

    /// <summary>Fills in where to go on where the tree has no branch, level by level.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Link(int count, List<(Keyword, int)> list)
    {
        var fails = new ushort[count];
        var queue = new Queue<int>();
        for (var s = 0; s < Symbols; s++)
        {
            if (next[s] != 0)
                queue.Enqueue(next[s]);
        }
        while (queue.TryDequeue(out var state))
        {
            var fail = fails[state];
            if (first[fail] >= 0)
                Append(state, first[fail], list);
            for (var s = 0; s < Symbols; s++)
            {
                ref var to = ref next[state * Symbols + s];
                var other = next[fail * Symbols + s];
                if (to == 0)
                    to = other;
                else
                {
                    fails[to] = other;
                    queue.Enqueue(to);
                }
            }
        }
    }

    /// <summary>The words that end a state's word are the state's as well.</summary>
    void Append(int state, int words, List<(Keyword Word, int Next)> list)
    {
        for (var w = words; w >= 0; w = list[w].Next)
        {
            list.Add((list[w].Word, first[state]));
            first[state] = list.Count - 1;
        }
    }

    /// <summary>A walk along a text.</summary>
    public ref struct Walk(KeywordIndex index, ReadOnlySpan<char> text, int start)
    {
        readonly ReadOnlySpan<char> text = text;
        int at = start;
        int state;
        int word = -1;

        /// <summary>Characters at the end of what was walked that may begin a keyword.</summary>
        public readonly int Depth => index.depths[state];

        public Keyword Found { get; private set; }

        /// <summary>Behind the keyword.</summary>
        public readonly int End => at;

        /// <summary>Goes on to the next keyword.</summary>
        public bool Next()
        {
            if (word < 0)
            {
                var (next, symbols, first) = (index.next, index.symbols, index.first);
                while (at < text.Length)
                {
                    var c = text[at++];
                    state = next[state * Symbols + (c < 128 ? symbols[c] : 0)];
                    if (first[state] >= 0)
                    {
                        word = first[state];
                        break;
                    }
                }
                if (word < 0)
                    return false;
            }
            (Found, word) = index.words[word];
            return true;
        }
    }
}
