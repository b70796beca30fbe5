using System.Buffers;
using System.Text;

namespace Portico.Guardrails.Normalising;

/// <summary>
/// Brings a text to its normal form: compatibility characters mapped one by one (as NFKC maps each), characters without a shape dropped, marks piled on a letter
/// dropped, letters that only look Latin folded where a word mixes scripts. A text in ASCII is its own normal form and is not copied.
/// </summary>
public static class Normaliser
{
    /// <summary>Marks that a letter may bear: Vietnamese needs two.</summary>
    const int MaxMarks = 2;

    /// <summary>Texts grow by this many times at most, which compatibility mappings cannot pass by much.</summary>
    const int MaxGrowth = 18;

    public static NormalText Normalise(string text)
    {
        var first = FirstChange(text);
        return first < 0 ? new NormalText(text, text, null, default) : new Pass(text).Run();
    }

    static int FirstChange(string text)
    {
        if (Ascii.IsValid(text))
            return -1;
        for (var at = 0; at < text.Length; at++)
        {
            if (CharacterTable.Of(text[at]) != CharacterClass.Plain)
                return at;
        }
        return -1;
    }

    ref struct Pass(string text)
    {
        char[] letters = ArrayPool<char>.Shared.Rent(text.Length + 64);
        int[] places = ArrayPool<int>.Shared.Rent(text.Length + 64);
        int length;
        int invisible;
        int inWords;
        int directions;
        int tags;
        int selectors;
        int marks;
        int marksHere;
        bool lookAlikes;

        public NormalText Run()
        {
            for (var at = 0; at < text.Length; )
                at += Step(at);
            var mixed = lookAlikes ? Fold() : 0;
            var starts = new int[length + 1];
            places.AsSpan(0, length).CopyTo(starts);
            starts[length] = text.Length;
            var result = new NormalText(
                new string(letters, 0, length),
                text,
                starts,
                new NormalCounts(invisible, inWords, directions, tags, selectors, marks, mixed)
            );
            ArrayPool<char>.Shared.Return(letters);
            ArrayPool<int>.Shared.Return(places);
            return result;
        }

        int Step(int at)
        {
            var c = text[at];
            var kind = CharacterTable.Of(c);
            if (kind == CharacterClass.Mark)
            {
                if (++marksHere <= MaxMarks)
                    Put(c, at);
                else
                    marks++;
                return 1;
            }
            marksHere = 0;
            switch (kind)
            {
                case CharacterClass.Invisible:
                    Unseen(at);
                    return 1;
                case CharacterClass.Joiner when NeedsJoiner(at):
                    Put(c, at);
                    return 1;
                case CharacterClass.Joiner:
                    Unseen(at);
                    return 1;
                case CharacterClass.Direction:
                    if (c is '\u202D' or '\u202E')
                        directions++;
                    return 1;
                case CharacterClass.Selector:
                    if (at > 0 && CharacterTable.Of(text[at - 1]) == CharacterClass.Selector)
                        selectors++;
                    return 1;
                case CharacterClass.Mapped:
                    Put(CharacterTable.Mapping(c)!, at);
                    return 1;
                case CharacterClass.Surrogate:
                    return Pair(at);
                case CharacterClass.LookAlike:
                    lookAlikes = true;
                    Put(c, at);
                    return 1;
                default:
                    Put(c, at);
                    return 1;
            }
        }

        int Pair(int at)
        {
            if (!char.IsHighSurrogate(text[at]) || at + 1 >= text.Length || !char.IsLowSurrogate(text[at + 1]))
            {
                Put(text[at], at);
                return 1;
            }
            var code = char.ConvertToUtf32(text[at], text[at + 1]);
            if (code is >= 0xE0000 and <= 0xE007F)
                tags++;
            else if (code is >= 0xE0100 and <= 0xE01EF)
                selectors++;
            else if (CharacterTable.Mapping(code) is { } mapped)
                Put(mapped, at);
            else
            {
                Put(text[at], at);
                Put(text[at + 1], at);
            }
            return 2;
        }

        void Unseen(int at)
        {
            invisible++;
            if (
                text[at] != '\u00AD'
                && at > 0
                && at + 1 < text.Length
                && IsLatin(text[at + 1])
                && length > 0
                && IsLatin(letters[length - 1])
            )
                inWords++;
        }

        /// <summary>Scripts from Hebrew to Khmer write with joiners; emoji are joined by them.</summary>
        readonly bool NeedsJoiner(int at)
        {
            var before = at > 0 ? text[at - 1] : ' ';
            return before is >= '\u0590' and <= '\u18AF' or >= '\uA800' and <= '\uABFF' or >= '\u2190' and <= '\u2BFF' or '\uFE0F'
                || char.IsLowSurrogate(before);
        }

        void Put(string mapped, int at)
        {
            foreach (var c in mapped)
                Put(c, at);
        }

        void Put(char c, int at)
        {
            if (length == letters.Length)
                Grow();
            letters[length] = c;
            places[length++] = at;
        }

        void Grow()
        {
            var size = Math.Min(letters.Length * 2L, (long)text.Length * MaxGrowth + 64);
            var more = ArrayPool<char>.Shared.Rent((int)size);
            letters.AsSpan(0, length).CopyTo(more);
            ArrayPool<char>.Shared.Return(letters);
            letters = more;
            var further = ArrayPool<int>.Shared.Rent((int)size);
            places.AsSpan(0, length).CopyTo(further);
            ArrayPool<int>.Shared.Return(places);
            places = further;
        }

        /// <summary>Folds the words that mix scripts, and with them those made of nothing but letters that look Latin.</summary>
        readonly int Fold()
        {
            var mixed = 0;
            for (var round = 0; round == 0 || (round == 1 && mixed > 1); round++)
            {
                for (var at = 0; at < length; )
                {
                    if (!char.IsLetter(letters[at]))
                    {
                        at++;
                        continue;
                    }
                    var from = at;
                    var (latin, alike, other) = (false, false, false);
                    for (; at < length && (char.IsLetter(letters[at]) || CharacterTable.Of(letters[at]) == CharacterClass.Mark); at++)
                    {
                        var like = CharacterTable.Of(letters[at]) == CharacterClass.LookAlike;
                        alike |= like;
                        latin |= IsLatin(letters[at]);
                        other |= !like && !IsLatin(letters[at]);
                    }
                    if (!alike || (round == 0 ? !latin : other))
                        continue;
                    mixed += round == 0 ? 1 : 0;
                    for (var place = from; place < at; place++)
                        letters[place] = CharacterTable.Latin(letters[place]);
                }
            }
            return mixed;
        }

        static bool IsLatin(char c) => char.IsAsciiLetter(c) || c is >= '\u00C0' and <= '\u024F';
    }
}
