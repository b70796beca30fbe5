using System.Buffers;

namespace Portico.Guardrails.Overlap;

/// <summary>A word of a text that is searched.</summary>
struct RowWord
{
    public int Start;
    public int End;

    /// <summary>Which word of the protected texts it is, or -1.</summary>
    public int Id;

    /// <summary>Place of the first shingle of the protected texts that ends with this word and the words before it, or -1.</summary>
    public int Place;

    /// <summary>Itself and the marks of code before it.</summary>
    public byte Tokens;
    public bool IsOnNewLine;
    public bool IsName;
}

/// <summary>The words of a text, each with the shingle that ends there. Rented memory: dispose it.</summary>
ref struct WordRow : IDisposable
{
    RowWord[] words = ArrayPool<RowWord>.Shared.Rent(256);

    /// <param name="texts">Whose words are looked for.</param>
    /// <param name="text">What is known.</param>
    /// <param name="from">Where reading begins.</param>
    /// <param name="isAll">Nothing follows.</param>
    public WordRow(ProtectedTexts texts, ReadOnlySpan<char> text, int from, bool isAll)
    {
        var cursor = new WordCursor(text, from, isAll, stackalloc char[WordCursor.MaxLetters]);
        var known = 0;
        while (cursor.Next())
        {
            if (cursor.IsOpen)
            {
                OpenAt = cursor.Start;
                break;
            }
            if (Count == words.Length)
                Grow();
            ref var word = ref words[Count++];
            word = new RowWord
            {
                Start = cursor.Start,
                End = cursor.End,
                Id = texts.IdOf(cursor.Folded),
                Place = -1,
                Tokens = (byte)(1 + cursor.Marks),
                IsOnNewLine = cursor.IsOnNewLine,
                IsName = cursor.IsName,
            };
            known = word.Id < 0 ? 0 : known + 1;
            if (known >= ProtectedTexts.ShingleWords)
                word.Place = texts.PlaceOf(Words[^ProtectedTexts.ShingleWords..]);
        }
    }

    public int Count { get; private set; }

    /// <summary>Where the last word begins that may go on, or -1.</summary>
    public int OpenAt { get; private set; } = -1;

    public readonly ReadOnlySpan<RowWord> Words => words.AsSpan(0, Count);

    public readonly void Dispose() => ArrayPool<RowWord>.Shared.Return(words);

    void Grow()
    {
        var larger = ArrayPool<RowWord>.Shared.Rent(words.Length * 2);
        Words.CopyTo(larger);
        ArrayPool<RowWord>.Shared.Return(words);
        words = larger;
    }
}

/// <summary>Counts what a run of shared words has, to tell whether it is enough.</summary>
struct RunCount
{
    /// <summary>Words of prose.</summary>
    public const int LeastWords = 24;

    /// <summary>Of them could be names: a row of small numbers is nobody's.</summary>
    public const int LeastNames = 6;

    /// <summary>Words of code on two lines.</summary>
    public const int LeastCodeWords = 10;

    /// <summary>Words and marks of code on two lines, from the first word to the last: two lines of twelve, less what closes the second.</summary>
    public const int LeastCodeTokens = 20;

    public const int LeastCodeNames = 4;

    int tokens;
    int names;
    bool isOnLines;

    public int Words { get; private set; }

    public readonly bool IsEnough =>
        Words >= LeastWords && names >= LeastNames
        || isOnLines && Words >= LeastCodeWords && tokens >= LeastCodeTokens && names >= LeastCodeNames;

    /// <summary>Adds the word behind those that were added.</summary>
    public void Append(in RowWord word)
    {
        if (Words > 0)
            isOnLines |= word.IsOnNewLine;
        tokens += Words > 0 ? word.Tokens : 1;
        Words++;
        names += word.IsName ? 1 : 0;
    }
}
