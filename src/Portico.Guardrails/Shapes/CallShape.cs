using System.Numerics;
using System.Text;

namespace Portico.Guardrails.Shapes;

/// <summary>What a call looks like from afar, whatever it says.</summary>
/// <param name="Characters">UTF-16 units of all texts.</param>
/// <param name="Messages">Texts.</param>
/// <param name="Tools">Tools that the call offers.</param>
/// <param name="Depth">Objects and lists within each other, in the deepest JSON of the call; whoever read it tells.</param>
/// <param name="ForeignLetters">Of all letters the share outside of ASCII, from 0 to 1.</param>
/// <param name="LongestLine">UTF-16 units.</param>
/// <param name="WhiteSpace">Its share of the characters, from 0 to 1.</param>
/// <param name="DistinctGrams">
/// Of the runs of four characters in 4,096 the share that are not one of those before, from 0 to 1: near 0 what is repeated,
/// near 1 what is random or encoded, 0.2 to 0.7 prose, code and JSON. 1 where there are none. Off by 0.02 at most.
/// </param>
public readonly record struct CallShape(
    long Characters,
    int Messages,
    int Tools,
    int Depth,
    double ForeignLetters,
    int LongestLine,
    double WhiteSpace,
    double DistinctGrams
)
{
    /// <summary>
    /// Runs that are compared with each other: as many of a long text as of a short one, so that the share does not fall with the length
    /// alone.
    /// </summary>
    const int Window = 4_096;

    /// <summary>Bits for them. How many are set tells how many there were (linear counting).</summary>
    const int Bits = 1 << 15;

    /// <summary>Reads all texts once. Allocates nothing.</summary>
    /// <param name="texts">Those of the call, in its order.</param>
    /// <param name="tools">Tools that it offers.</param>
    /// <param name="depth">Its deepest JSON.</param>
    public static CallShape Of(IReadOnlyList<string> texts, int tools = 0, int depth = 0)
    {
        var pass = new Pass(stackalloc ulong[Bits / 64]);
        for (var at = 0; at < texts.Count; at++)
            pass.Read(texts[at]);
        return pass.Result(texts.Count, tools, depth);
    }

    ref struct Pass(Span<ulong> bits)
    {
        readonly Span<ulong> bits = bits;
        long characters;
        long letters;
        long foreign;
        long spaces;
        long grams;
        double distinct;
        int inWindow;
        int longest;

        public void Read(string text)
        {
            characters += text.Length;
            var line = 0;
            var gram = 0ul;
            for (var at = 0; at < text.Length; at++)
            {
                var c = text[at];
                gram = gram << 16 | c;
                if (at >= 3)
                    Mark(gram);
                if (c is '\n' or '\r')
                {
                    longest = Math.Max(longest, line);
                    line = -1;
                }
                line++;
                if (c < 0x80)
                {
                    letters += char.IsAsciiLetter(c) ? 1 : 0;
                    spaces += c == ' ' || c is >= '\t' and <= '\r' ? 1 : 0;
                }
                else if (char.IsLetter(c) || char.IsHighSurrogate(c) && IsLetter(text, at))
                    (letters, foreign) = (letters + 1, foreign + 1);
                else
                    spaces += char.IsWhiteSpace(c) ? 1 : 0;
            }
            longest = Math.Max(longest, line);
        }

        static bool IsLetter(string text, int at) =>
            at + 1 < text.Length && Rune.TryCreate(text[at], text[at + 1], out var rune) && Rune.IsLetter(rune);

        void Mark(ulong gram)
        {
            var bit = (int)(gram * 0x9E3779B97F4A7C15ul >> 64 - 15);
            bits[bit >> 6] |= 1ul << (bit & 63);
            if (++inWindow == Window)
                Count();
        }

        void Count()
        {
            var set = 0;
            foreach (var word in bits)
                set += BitOperations.PopCount(word);
            // Some share a bit: so many bits are set by so many runs.
            distinct += Math.Min(-Bits * Math.Log(1 - (double)set / Bits), inWindow);
            grams += inWindow;
            inWindow = 0;
            bits.Clear();
        }

        public CallShape Result(int messages, int tools, int depth)
        {
            if (inWindow > 0)
                Count();
            return new(
                characters,
                messages,
                tools,
                depth,
                letters == 0 ? 0 : (double)foreign / letters,
                longest,
                characters == 0 ? 0 : (double)spaces / characters,
                grams == 0 ? 1 : Math.Min(distinct / grams, 1)
            );
        }
    }
}
