using System.Buffers;
using Portico.Guardrails.Normalising;

namespace Portico.Guardrails.Learning;

/// <summary>A word of a text: its hash, where it stands, and what it means to a lexicon.</summary>
struct ScannedWord
{
    public uint Hash;
    public int Start;
    public int End;

    /// <summary>Letters in lower case, without the marks and apostrophes among them.</summary>
    public int Letters;

    /// <summary>Bits of the lexicon; 0 for nearly all words.</summary>
    public ulong Concepts;

    /// <summary>Stands between quotation marks.</summary>
    public bool Quoted;
}

/// <summary>A sentence: its place and its words.</summary>
struct ScannedSentence
{
    public int Start;
    public int End;
    public int FirstWord;
    public int Words;

    /// <summary>All that its words mean outside of quotation marks.</summary>
    public ulong Concepts;

    /// <summary>The mark at its end, or 0.</summary>
    public char Ender;
}

/// <summary>A text in normal form, read into words and sentences once for everything that asks about it. Rented memory: dispose it.</summary>
sealed class WordScan : IDisposable
{
    /// <summary>Longer sentences are cut: nothing is said in so many words at once.</summary>
    const int MaxSentence = 80;

    const uint Prime = 0x9E3779B1;

    ScannedWord[] words = ArrayPool<ScannedWord>.Shared.Rent(256);
    ScannedSentence[] sentences = ArrayPool<ScannedSentence>.Shared.Rent(64);
    readonly char[] folded;
    int wordCount;
    int sentenceCount;
    int quoteUntil;
    ScannedSentence open;

    public WordScan(string text, Lexicon? lexicon)
    {
        Text = text;
        folded = ArrayPool<char>.Shared.Rent(text.Length + 1);
        Read(text, lexicon);
    }

    public string Text { get; }

    public ReadOnlySpan<ScannedWord> Words => words.AsSpan(0, wordCount);

    public ReadOnlySpan<ScannedSentence> Sentences => sentences.AsSpan(0, sentenceCount);

    /// <summary>A word's letters in lower case, marks off.</summary>
    public ReadOnlySpan<char> Folded(in ScannedWord word) => folded.AsSpan(word.Start, word.Letters);

    public void Dispose()
    {
        ArrayPool<ScannedWord>.Shared.Return(words);
        ArrayPool<ScannedSentence>.Shared.Return(sentences);
        ArrayPool<char>.Shared.Return(folded);
    }

    void Read(string text, Lexicon? lexicon)
    {
        open = new ScannedSentence { Start = 0 };
        for (var at = 0; at < text.Length; )
        {
            var c = text[at];
            var kind = Kinds.Of(c);
            switch (kind)
            {
                case Kinds.Letter:
                    at = Word(text, at, lexicon);
                    continue;
                case Kinds.Ideograph:
                    folded[at] = c;
                    Add(
                        new ScannedWord
                        {
                            Hash = (c ^ 0x811C9DC5) * Prime,
                            Start = at,
                            End = at + 1,
                            Letters = 1,
                        },
                        lexicon,
                        text.AsSpan(at)
                    );
                    break;
                case Kinds.Ender when c >= 0x80 || at + 1 == text.Length || Kinds.Of(text[at + 1]) != Kinds.Letter:
                    open.Ender = c;
                    Close(at + 1);
                    break;
                case Kinds.Break:
                    Close(at);
                    break;
                case Kinds.Quote:
                    Quote(text, at);
                    break;
            }
            at++;
        }
        Close(text.Length);
    }

    int Word(string text, int at, Lexicon? lexicon)
    {
        var start = at;
        var letters = 0;
        var hash = 0x811C9DC5u;
        for (; at < text.Length; at++)
        {
            var c = text[at];
            var kind = Kinds.Of(c);
            if (kind != Kinds.Letter)
            {
                // Marks and apostrophes stand inside of words and are no part of them.
                if (kind == Kinds.Skip || c is '\'' or '’' && at + 1 < text.Length && Kinds.Of(text[at + 1]) == Kinds.Letter)
                {
                    continue;
                }
                break;
            }
            var fold = CharacterTable.Fold(c);
            folded[start + letters++] = fold;
            hash = (hash ^ fold) * Prime;
            hash ^= hash >> 15;
        }
        Add(
            new ScannedWord
            {
                Hash = hash,
                Start = start,
                End = at,
                Letters = letters,
            },
            lexicon,
            default
        );
        return at;
    }

    void Add(ScannedWord word, Lexicon? lexicon, ReadOnlySpan<char> ideographs)
    {
        word.Quoted = word.Start < quoteUntil;
        if (lexicon is not null)
            word.Concepts = ideographs.IsEmpty ? lexicon.Of(Folded(word)) : lexicon.OfIdeographs(ideographs);
        if (wordCount == words.Length)
            words = Larger(words, wordCount);
        words[wordCount++] = word;
        if (open.Words++ == 0)
        {
            open.Start = word.Start;
            open.FirstWord = wordCount - 1;
        }
        if (!word.Quoted)
            open.Concepts |= word.Concepts;
        if (open.Words >= MaxSentence)
            Close(word.End);
    }

    void Close(int end)
    {
        if (open.Words > 0)
        {
            open.End = end;
            if (sentenceCount == sentences.Length)
                sentences = Larger(sentences, sentenceCount);
            sentences[sentenceCount++] = open;
        }
        open = new ScannedSentence { Start = end };
    }

    /// <summary>A mark that opens quotes what stands before the next one of its kind; at a value of JSON it parts sentences.</summary>
    void Quote(string text, int at)
    {
        const int maxQuote = 200;
        var c = text[at];
        var before = at > 0 ? text[at - 1] : ' ';
        var after = at + 1 < text.Length ? text[at + 1] : ' ';
        if (before is '{' or '[' or '\\' || after is '}' or ']' || after == ':' && c is '"' or '\'' || IsField(text, at))
        {
            Close(at);
            return;
        }
        if (at < quoteUntil || Kinds.Of(before) == Kinds.Letter || after == ' ')
            return;
        var closer = c switch
        {
            '“' or '„' => '”',
            '«' => '»',
            '‘' => '’',
            _ => c,
        };
        var window = text.AsSpan(at + 1, Math.Min(maxQuote, text.Length - at - 1));
        var until = -1;
        for (var place = 1; place < window.Length; place++)
        {
            if (window[place] == '\n')
                break;
            if (window[place] == closer && (place + 1 >= window.Length || Kinds.Of(window[place + 1]) != Kinds.Letter))
            {
                until = place;
                break;
            }
        }
        if (until > 0)
            quoteUntil = at + 1 + until;
    }

    /// <summary>Behind a colon and a space, as in a dictionary of Python or JSON with spaces.</summary>
    static bool IsField(string text, int at) => at > 2 && text[at - 1] == ' ' && text[at - 2] == ':' && text[at - 3] is '"' or '\'';

    static T[] Larger<T>(T[] full, int count)
    {
        var larger = ArrayPool<T>.Shared.Rent(count * 2);
        full.AsSpan(0, count).CopyTo(larger);
        ArrayPool<T>.Shared.Return(full);
        return larger;
    }
}
