using System.Globalization;

namespace Portico.Guardrails;

/// <summary>A pattern that cannot be taken: what is wrong with it, and where (from 1).</summary>
public sealed class PatternException(string message, int at) : Exception(message)
{
    public int At => at;
}

/// <summary>A part of a pattern.</summary>
abstract record PatternNode
{
    /// <summary>One character of a set.</summary>
    public sealed record One(CharSet Set) : PatternNode;

    /// <summary>One after the other; none = the empty text.</summary>
    public sealed record Sequence(IReadOnlyList<PatternNode> Items) : PatternNode;

    public sealed record Either(IReadOnlyList<PatternNode> Items) : PatternNode;

    /// <summary>So many times; <paramref name="Most"/> null = without a bound.</summary>
    public sealed record Repeat(PatternNode Item, int Least, int? Most) : PatternNode;
}

/// <summary>A pattern as it was read: what it finds, and whether its ends must be at the border of a word.</summary>
sealed record Pattern(PatternNode Node, bool BorderBefore, bool BorderBehind);

/// <summary>
/// Reads patterns in the form of regular expressions that a finite automaton can do: literals, <c>.</c>, <c>[a-z]</c>, <c>[^…]</c>, <c>\d \w \s</c> and their opposites,
/// <c>( )</c>, <c>(?: )</c>, <c>|</c>, <c>* + ? {n} {n,} {n,m}</c>, and <c>\b</c> as first and last. No look-around and no back-references. Letters stand for both cases.
/// </summary>
sealed class PatternReader
{
    public const int MaxLength = 500;
    const int MaxDepth = 20;
    const int MaxRepeat = 200;

    readonly string text;
    int at;
    int depth;

    PatternReader(string text, int start) => (this.text, at) = (text, start);

    /// <exception cref="PatternException">It is none, or asks for what an automaton cannot do.</exception>
    public static Pattern Read(string text)
    {
        if (text.Length is 0 or > MaxLength)
            throw new PatternException($"A pattern has 1 to {MaxLength} characters.", 1);
        var before = text.StartsWith(@"\b", StringComparison.Ordinal);
        // An escaped backslash before a b is none of a border.
        var backslashes = text.Length - 1 - text.AsSpan(0, text.Length - 1).TrimEnd('\\').Length;
        var behind = text[^1] == 'b' && backslashes % 2 == 1 && text.Length > 2;
        var reader = new PatternReader(behind ? text[..^2] : text, before ? 2 : 0);
        var first = reader.Sequence();
        // Elsewhere the border would belong to one of the alternatives, here to all: what was meant must be written.
        if ((before || behind) && reader.at < reader.text.Length && reader.text[reader.at] == '|')
            throw reader.Bad(@"Write \b(one|other)\b: a \b first or last is of the whole pattern.");
        var node = reader.Alternatives(first);
        if (reader.at < reader.text.Length)
            throw reader.Bad("There is a ) without its (.");
        return CanFind(node) ? new Pattern(node, before, behind) : throw reader.Bad("This pattern finds no character.");
    }

    /// <summary>A word or several, as they stand; a space stands for any white space.</summary>
    public static Pattern Literal(string word)
    {
        var items = new List<PatternNode>();
        foreach (var part in word.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (items.Count > 0)
                items.Add(new PatternNode.Repeat(new PatternNode.One(CharSet.Space), 1, 8));
            items.AddRange(part.Select(c => new PatternNode.One(CharSet.Of(c))));
        }
        return items.Count == 0
            ? throw new PatternException("A word has at least one character.", 1)
            // What does not begin with a letter or digit has no border there.
            : new Pattern(new PatternNode.Sequence(items), CharSet.IsWord(word.Trim()[0]), CharSet.IsWord(word.Trim()[^1]));
    }

    /// <summary>Some character can be part of a finding: what finds the empty text alone finds nothing.</summary>
    static bool CanFind(PatternNode node) =>
        node switch
        {
            PatternNode.One => true,
            PatternNode.Sequence sequence => sequence.Items.Any(CanFind),
            PatternNode.Either either => either.Items.Any(CanFind),
            PatternNode.Repeat repeat => repeat.Most != 0 && CanFind(repeat.Item),
            _ => throw new InvalidOperationException("A kind of pattern that nobody knows."),
        };

    PatternNode Alternatives(PatternNode? first = null)
    {
        if (++depth > MaxDepth)
            throw Bad($"Groups stand at most {MaxDepth} deep.");
        var items = new List<PatternNode> { first ?? Sequence() };
        while (Take('|'))
            items.Add(Sequence());
        depth--;
        return items.Count == 1 ? items[0] : new PatternNode.Either(items);
    }

    PatternNode Sequence()
    {
        var items = new List<PatternNode>();
        while (at < text.Length && text[at] is not ('|' or ')'))
            items.Add(Repeated(Atom()));
        return items.Count == 1 ? items[0] : new PatternNode.Sequence(items);
    }

    PatternNode Repeated(PatternNode item)
    {
        while (at < text.Length)
        {
            var (least, most) = text[at] switch
            {
                '*' => (0, (int?)null),
                '+' => (1, null),
                '?' => (0, 1),
                '{' => (-1, null),
                _ => (-2, null),
            };
            if (least == -2)
                return item;
            at++;
            if (least == -1)
                (least, most) = Counts();
            if (at < text.Length && text[at] is '?' or '+')
                throw Bad("Repetitions have no ? or + behind them: the longest finding counts.");
            item = new PatternNode.Repeat(item, least, most);
        }
        return item;
    }

    (int Least, int? Most) Counts()
    {
        var least = Number();
        int? most = least;
        if (Take(','))
            most = at < text.Length && text[at] == '}' ? null : Number();
        if (!Take('}') || most < least)
            throw Bad("A repetition is {n}, {n,} or {n,m}.");
        return (least, most);
    }

    int Number()
    {
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return
            int.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= MaxRepeat
            ? number
            : throw Bad($"A repetition is {{n}}, {{n,}} or {{n,m}}, of at most {MaxRepeat}.");
    }

    PatternNode Atom()
    {
        var c = text[at++];
        switch (c)
        {
            case '(':
                if (at < text.Length && text[at] == '?' && !Skip("?:"))
                    throw Bad("Groups are ( ) and (?: ); look-around and names are not taken.");
                var inner = Alternatives();
                return Take(')') ? inner : throw Bad("A ( has no ).");
            case '[':
                return new PatternNode.One(Class());
            case '.':
                return new PatternNode.One(CharSet.Of('\n').Opposite());
            case '\\':
                return new PatternNode.One(Escape());
            case '*' or '+' or '?' or '{':
                throw Bad($"There is nothing before the {c} to repeat.");
            case '^' or '$':
                throw Bad($"A text has no beginning and no end here; write \\{c} for the character.");
            default:
                return new PatternNode.One(CharSet.Of(c));
        }
    }

    CharSet Escape()
    {
        if (at == text.Length)
            throw Bad("Behind the last \\ there is nothing.");
        var c = text[at++];
        return c switch
        {
            'd' => CharSet.Digit,
            'D' => CharSet.Digit.Opposite(),
            'w' => CharSet.Word,
            'W' => CharSet.Word.Opposite(),
            's' => CharSet.Space,
            'S' => CharSet.Space.Opposite(),
            't' => CharSet.Of('\t'),
            'n' => CharSet.Of('\n'),
            'r' => CharSet.Of('\r'),
            'b' => throw Bad("\\b stands first or last in a pattern alone."),
            _ when char.IsAsciiLetterOrDigit(c) => throw Bad($"There is no \\{c}; back-references and named sets are not taken."),
            _ => CharSet.Of(c),
        };
    }

    CharSet Class()
    {
        var isOpposite = Take('^');
        var set = CharSet.Empty;
        var first = true;
        while (true)
        {
            if (at >= text.Length)
                throw Bad("A [ has no ].");
            if (text[at] == ']' && !first)
                break;
            first = false;
            var (from, single) = ClassItem();
            if (single is { } low && at + 1 < text.Length && text[at] == '-' && text[at + 1] != ']')
            {
                at++;
                if (ClassItem().Single is not { } high || high < low)
                    throw Bad("A range goes from a lower to a higher character.");
                from = CharSet.Range(low, high);
            }
            set = set.Or(from);
        }
        at++;
        return isOpposite ? set.Opposite() : set;
    }

    (CharSet Set, char? Single) ClassItem()
    {
        var c = text[at++];
        if (c != '\\')
            return (CharSet.Of(c), c);
        var escaped = at < text.Length ? text[at] : '\0';
        var set = Escape();
        return escaped is 'd' or 'D' or 'w' or 'W' or 's' or 'S'
            ? (set, null)
            : (
                set,
                escaped switch
                {
                    't' => '\t',
                    'n' => '\n',
                    'r' => '\r',
                    _ => escaped,
                }
            );
    }

    bool Take(char c)
    {
        if (at >= text.Length || text[at] != c)
            return false;
        at++;
        return true;
    }

    bool Skip(string s)
    {
        if (string.CompareOrdinal(text, at, s, 0, s.Length) != 0)
            return false;
        at += s.Length;
        return true;
    }

    PatternException Bad(string message) => new(message, Math.Min(at, text.Length) + 1);
}
