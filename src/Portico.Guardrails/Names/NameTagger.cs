using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Portico.Guardrails.Names;

/// <summary>What the tagger found in a unit.</summary>
/// <param name="First">The first token.</param>
/// <param name="Last">The last token.</param>
/// <param name="Family">0 person, 1 organisation, 2 address, 3 place.</param>
/// <param name="Raw">Mean probability of its tokens, before calibration.</param>
readonly record struct TaggedSpan(int First, int Last, int Family, float Raw);

/// <summary>A linear chain of labels over the tokens of a unit: the likeliest chain, and how likely its parts are.</summary>
sealed class NameTagger(NameModel model)
{
    const int Labels = NameModel.Labels;
    const int Stride = NameModel.Stride;
    const int MostTokens = SentenceCutter.LongestUnit;

    /// <summary>Room to work in, one for each thread, so that a text without findings takes no memory.</summary>
    [ThreadStatic]
    static Room? room;

    sealed class Room
    {
        public readonly Token[] Tokens = new Token[MostTokens + 1];
        public readonly float[] Scores = new float[(MostTokens + 1) * Stride];
        public readonly float[] Forward = new float[(MostTokens + 1) * Stride];
        public readonly float[] Backward = new float[(MostTokens + 1) * Stride];
        public readonly byte[] From = new byte[(MostTokens + 1) * Stride];
        public readonly byte[] Best = new byte[MostTokens + 1];
        public readonly List<TaggedSpan> Spans = [];
    }

    readonly float[] followPower = [.. model.Follow.Select(LabelChain.Exp)];

    /// <summary>The tokens of a unit of at most <see cref="SentenceCutter.LongestUnit"/> characters and what is found in them, until this thread's next call.</summary>
    public List<TaggedSpan> Tag(ReadOnlySpan<char> unit, out ReadOnlySpan<Token> tokens)
    {
        var work = room ??= new Room();
        work.Spans.Clear();
        var count = TokenReader.Read(unit, work.Tokens);
        tokens = work.Tokens.AsSpan(0, count);
        if (count == 0 || !MayName(tokens))
            return work.Spans;
        var scores = work.Scores.AsSpan(0, count * Stride);
        Score(tokens, scores);
        if (!LabelChain.Best(scores, model.Follow, work.From, work.Best.AsSpan(0, count)))
            return work.Spans;
        LabelChain.Sweep(scores, followPower, work.Forward, work.Backward);
        LabelChain.Join(work.Forward, work.Backward, count);
        Gather(work, count);
        return work.Spans;
    }

    /// <summary>Without a letter there is no name.</summary>
    static bool MayName(ReadOnlySpan<Token> tokens)
    {
        foreach (ref readonly var token in tokens)
            if (token.Shape is >= Shape.Lower and <= Shape.CamelCapital)
                return true;
        return false;
    }

    void Score(ReadOnlySpan<Token> tokens, Span<float> scores)
    {
        Span<uint> features = stackalloc uint[TokenFeatures.Count];
        var unitCase = TokenFeatures.CaseOf(tokens);
        ref var rows = ref MemoryMarshal.GetReference(model.Rows);
        for (var i = 0; i < tokens.Length; i++)
        {
            TokenFeatures.Write(tokens, i, unitCase, model.RowBits, features);
            Vector128<short> low = default,
                high = default;
            foreach (var row in features)
            {
                var (a, b) = Vector128.Widen(Vector128.LoadUnsafe(ref rows, (nuint)row * Stride));
                low += a;
                high += b;
            }
            for (var label = 0; label < Labels; label++)
                scores[i * Stride + label] = (label < 8 ? low[label] : high[label - 8]) * model.Scale;
        }
    }

    static void Gather(Room work, int count)
    {
        for (var i = 0; i < count; )
        {
            if (work.Best[i] == 0)
            {
                i++;
                continue;
            }
            var family = (work.Best[i] - 1) / 2;
            var last = i;
            while (last + 1 < count && work.Best[last + 1] == 2 * family + 2)
                last++;
            var sum = 0f;
            for (var t = i; t <= last; t++)
                sum += work.Forward[t * Stride + 2 * family + 1] + work.Forward[t * Stride + 2 * family + 2];
            work.Spans.Add(new TaggedSpan(i, last, family, sum / (last - i + 1)));
            i = last + 1;
        }
    }
}

/// <summary>Chains of labels, for the tagger and its training. Scores stand <see cref="NameModel.Stride"/> a token.</summary>
static class LabelChain
{
    const int Labels = NameModel.Labels;
    const int Stride = NameModel.Stride;

    /// <summary>Stands for what cannot be.</summary>
    public const float Never = -1e4f;

    /// <summary>Whether an inside label would follow something that is not of its family.</summary>
    public static bool IsForbidden(int before, int label) =>
        label > 0 && label % 2 == 0 && (before == Labels || before == 0 || (before - 1) / 2 != (label - 1) / 2);

    /// <summary>Fills in the likeliest chain; false where all of it is outside.</summary>
    public static bool Best(ReadOnlySpan<float> scores, ReadOnlySpan<float> follow, Span<byte> from, Span<byte> best)
    {
        Span<float> now = stackalloc float[Labels];
        Span<float> next = stackalloc float[Labels];
        for (var label = 0; label < Labels; label++)
            now[label] = scores[label] + follow[Labels * Labels + label];
        for (var i = 1; i < best.Length; i++)
        {
            for (var label = 0; label < Labels; label++)
            {
                var (top, at) = (float.MinValue, 0);
                for (var before = 0; before < Labels; before++)
                {
                    var score = now[before] + follow[before * Labels + label];
                    if (score > top)
                        (top, at) = (score, before);
                }
                next[label] = top + scores[i * Stride + label];
                from[i * Stride + label] = (byte)at;
            }
            next.CopyTo(now);
        }
        var last = 0;
        for (var label = 1; label < Labels; label++)
            if (now[label] > now[last])
                last = label;
        var any = false;
        for (var i = best.Length - 1; i >= 0; i--)
        {
            best[i] = (byte)last;
            any |= last != 0;
            last = from[i * Stride + last];
        }
        return any;
    }

    /// <summary>
    /// What the tokens before and those behind say of each label; <paramref name="followPower"/> is e to the power of what follows. Behind the call <paramref name="scores"/> hold e to their power, the largest of a token being 1.
    /// </summary>
    public static void Sweep(Span<float> scores, ReadOnlySpan<float> followPower, Span<float> forward, Span<float> backward)
    {
        var count = scores.Length / Stride;
        for (var i = 0; i < count; i++)
        {
            var top = scores[i * Stride];
            for (var label = 1; label < Labels; label++)
                top = Math.Max(top, scores[i * Stride + label]);
            for (var label = 0; label < Labels; label++)
                scores[i * Stride + label] = Exp(scores[i * Stride + label] - top);
        }
        for (var i = 0; i < count; i++)
        {
            for (var label = 0; label < Labels; label++)
            {
                var sum = 0f;
                if (i == 0)
                    sum = followPower[Labels * Labels + label];
                else
                    for (var before = 0; before < Labels; before++)
                        sum += forward[(i - 1) * Stride + before] * followPower[before * Labels + label];
                forward[i * Stride + label] = sum * scores[i * Stride + label];
            }
            Normalise(forward.Slice(i * Stride, Labels));
        }
        for (var label = 0; label < Labels; label++)
            backward[(count - 1) * Stride + label] = 1;
        for (var i = count - 2; i >= 0; i--)
        {
            for (var label = 0; label < Labels; label++)
            {
                var sum = 0f;
                for (var after = 0; after < Labels; after++)
                    sum += followPower[label * Labels + after] * scores[(i + 1) * Stride + after] * backward[(i + 1) * Stride + after];
                backward[i * Stride + label] = sum;
            }
            Normalise(backward.Slice(i * Stride, Labels));
        }
    }

    /// <summary>How likely each label of each token is over all chains, from what <see cref="Sweep"/> left, into <paramref name="forward"/>.</summary>
    public static void Join(Span<float> forward, ReadOnlySpan<float> backward, int count)
    {
        for (var i = 0; i < count; i++)
        {
            for (var label = 0; label < Labels; label++)
                forward[i * Stride + label] *= backward[i * Stride + label];
            Normalise(forward.Slice(i * Stride, Labels));
        }
    }

    static void Normalise(Span<float> values)
    {
        var sum = 0f;
        foreach (var value in values)
            sum += value;
        var factor = 1 / Math.Max(sum, 1e-30f);
        foreach (ref var value in values)
            value *= factor;
    }

    /// <summary>e to the power of <paramref name="x"/>, by the same few operations on every machine, so that a model is trained to the same bytes everywhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Exp(float x)
    {
        if (x < -60)
            return 0;
        const double toBase2 = 1.4426950408889634;
        var y = Math.Min(x, 60) * toBase2;
        var whole = Math.Floor(y);
        var z = (y - whole) * 0.6931471805599453;
        var power = 1 + z * (1 + z * (0.5 + z * (1.0 / 6 + z * (1.0 / 24 + z * (1.0 / 120 + z * (1.0 / 720 + z / 5040))))));
        return (float)(power * BitConverter.Int64BitsToDouble((long)(whole + 1023) << 52));
    }
}
