using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Portico.Guardrails.Names.Corpus;
using Portico.Guardrails.Names.Lists;

namespace Portico.Guardrails.Names;

/// <summary>
/// Trains the tagger: a linear-chain conditional random field (Lafferty, McCallum, Pereira 2001), sentence by sentence, with steps after AdaGrad (Duchi, Hazan, Singer 2011).
/// The same sentences and seed make the same bytes.
/// </summary>
sealed class NameTrainer(int rowBits, ulong seed)
{
    const int Labels = NameModel.Labels;
    const int Stride = NameModel.Stride;

    /// <summary>The labels of a row in whole vectors.</summary>
    const int Padded = (Labels + 3) / 4 * 4;

    const float Rate = 0.12f;
    const float Decay = 2e-6f;

    /// <summary>How often, in percent, the lists and the word itself are withheld: names that stand in no list must be told by what is around them.</summary>
    const int WithoutLists = 30;
    const int WithoutWord = 30;

    readonly float[] weights = new float[((1 << rowBits) + 1) * Stride];
    readonly float[] squares = new float[((1 << rowBits) + 1) * Stride];
    readonly float[] follow = new float[(Labels + 1) * Labels];
    readonly float[] followSquares = new float[(Labels + 1) * Labels];
    readonly float[] followPower = new float[(Labels + 1) * Labels];
    readonly SeededChance chance = new(seed);

    /// <summary>Goes over the sentences so many times, each time in another order.</summary>
    public void Train(IReadOnlyList<LabelledSentence> sentences, int rounds, Action<string> report)
    {
        for (var i = 0; i < Labels + 1; i++)
        for (var label = 0; label < Labels; label++)
            if (LabelChain.IsForbidden(i, label))
                follow[i * Labels + label] = LabelChain.Never;
        var units = sentences.SelectMany(LabelledUnit.Of).ToList();
        var order = Enumerable.Range(0, units.Count).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            chance.Shuffle(order);
            var loss = 0.0;
            var tokens = 0;
            foreach (var i in order)
            {
                loss += Step(units[i], 1f / (1 + 0.25f * round));
                tokens += units[i].Labels.Length;
            }
            report($"round {round + 1}: {units.Count} units, {tokens} tokens, loss a token {loss / tokens:0.00000}");
        }
    }

    /// <summary>The model's file, calibrated on sentences that are not trained on.</summary>
    public byte[] Write(string header, IReadOnlyList<LabelledSentence> calibration)
    {
        var top = 0f;
        foreach (var weight in weights)
            top = Math.Max(top, Math.Abs(weight));
        var scale = Math.Min(top, 4f) / 127;
        var small = new sbyte[(1 << rowBits) * Labels];
        for (var row = 0; row < 1 << rowBits; row++)
        for (var label = 0; label < Labels; label++)
            small[row * Labels + label] = (sbyte)Math.Clamp((int)MathF.Round(weights[row * Stride + label] / scale), -127, 127);
        var plain = new float[NameModel.Families * NameModel.Bins];
        var model = NameModel.Read(NameModel.Write(header, rowBits, scale, follow, plain, small));
        return NameModel.Write(header, rowBits, scale, follow, NameCalibration.Of(model, calibration), small);
    }

    /// <summary>One step down the slope of the loss of one unit; returns the loss.</summary>
    double Step(LabelledUnit unit, float pace)
    {
        var count = unit.Labels.Length;
        var tokens = Withhold(unit);
        var features = new uint[count * TokenFeatures.Count];
        var unitCase = TokenFeatures.CaseOf(tokens);
        for (var i = 0; i < count; i++)
            TokenFeatures.Write(tokens, i, unitCase, rowBits, features.AsSpan(i * TokenFeatures.Count, TokenFeatures.Count));
        var scores = new float[count * Stride];
        for (var i = 0; i < count; i++)
            foreach (var row in features.AsSpan(i * TokenFeatures.Count, TokenFeatures.Count))
                Add(scores.AsSpan(i * Stride, Padded), weights.AsSpan((int)row * Stride, Padded));
        for (var i = 0; i < follow.Length; i++)
            followPower[i] = LabelChain.Exp(follow[i]);
        var forward = new float[count * Stride];
        var backward = new float[count * Stride];
        LabelChain.Sweep(scores, followPower, forward, backward);
        StepFollow(unit, scores, forward, backward, pace);
        LabelChain.Join(forward, backward, count);
        var loss = 0.0;
        Span<float> slope = stackalloc float[Padded];
        slope.Clear();
        for (var i = 0; i < count; i++)
        {
            forward.AsSpan(i * Stride, Labels).CopyTo(slope);
            loss -= Math.Log(Math.Max(slope[unit.Labels[i]], 1e-12f));
            slope[unit.Labels[i]] -= 1;
            foreach (var row in features.AsSpan(i * TokenFeatures.Count, TokenFeatures.Count))
                if (row < 1u << rowBits)
                    Move(weights.AsSpan((int)row * Stride, Padded), squares.AsSpan((int)row * Stride, Padded), slope, pace);
        }
        return loss;
    }

    static void Add(Span<float> scores, ReadOnlySpan<float> row)
    {
        var to = MemoryMarshal.Cast<float, Vector128<float>>(scores);
        var from = MemoryMarshal.Cast<float, Vector128<float>>(row);
        for (var at = 0; at < to.Length; at++)
            to[at] += from[at];
    }

    /// <summary>The steps of a row, four at a time, each with the operations of a single one in their order, so that the bits are the same; what pads a row has no slope and stays zero.</summary>
    static void Move(Span<float> row, Span<float> square, ReadOnlySpan<float> slopes, float pace)
    {
        var steps = MemoryMarshal.Cast<float, Vector128<float>>(row);
        var sums = MemoryMarshal.Cast<float, Vector128<float>>(square);
        var all = MemoryMarshal.Cast<float, Vector128<float>>(slopes);
        for (var at = 0; at < all.Length; at++)
        {
            var slope = all[at] + steps[at] * Decay;
            sums[at] += slope * slope;
            steps[at] -= slope * (pace * Rate) / (Vector128.Sqrt(sums[at]) + Vector128.Create(0.1f));
        }
    }

    static void Move(ref float weight, ref float square, float slope, float pace)
    {
        slope += Decay * weight;
        square += slope * slope;
        weight -= pace * Rate * slope / (MathF.Sqrt(square) + 0.1f);
    }

    void StepFollow(LabelledUnit unit, ReadOnlySpan<float> scores, ReadOnlySpan<float> forward, ReadOnlySpan<float> backward, float pace)
    {
        var slopes = new float[(Labels + 1) * Labels];
        Span<float> pair = stackalloc float[Labels * Labels];
        for (var i = 1; i < unit.Labels.Length; i++)
        {
            var sum = 0f;
            for (var before = 0; before < Labels; before++)
            for (var label = 0; label < Labels; label++)
                sum += pair[before * Labels + label] =
                    forward[(i - 1) * Stride + before]
                    * followPower[before * Labels + label]
                    * scores[i * Stride + label]
                    * backward[i * Stride + label];
            var factor = 1 / Math.Max(sum, 1e-30f);
            for (var p = 0; p < pair.Length; p++)
                slopes[p] += pair[p] * factor;
            slopes[unit.Labels[i - 1] * Labels + unit.Labels[i]] -= 1;
        }
        for (var i = 0; i < Labels * Labels; i++)
            if (follow[i] > LabelChain.Never / 2)
                Move(ref follow[i], ref followSquares[i], slopes[i], pace);
    }

    /// <summary>The tokens with some of what is known of them taken away, by chance.</summary>
    Token[] Withhold(LabelledUnit unit)
    {
        var tokens = (Token[])unit.Tokens.Clone();
        var all = chance.Below(100) < 15;
        for (var i = 0; i < tokens.Length; i++)
        {
            ref var token = ref tokens[i];
            if (token.Shape is 0 or > Shape.LetterThenDigit)
                continue;
            var inName = unit.Labels[i] != 0;
            // Words that are no name are withheld too, else a word that nobody knows would be one.
            if (inName && (all || chance.Below(100) < WithoutLists))
                token.Listed &= ~(ListedAs.Given | ListedAs.Family | ListedAs.City | ListedAs.CompanyWord);
            else if (!inName && chance.Below(100) < WithoutLists)
                token.Listed &= ~(ListedAs.Common | ListedAs.Foreign | ListedAs.Technical | ListedAs.Role);
            if (chance.Below(100) < WithoutWord)
            {
                (token.Lower, token.Prefix3, token.Suffix4) = (0, 0, 0);
                if (chance.Below(3) == 0)
                    (token.Suffix2, token.Suffix3) = (0, 0);
            }
        }
        return tokens;
    }
}

/// <summary>How often findings of each raw probability are right.</summary>
static class NameCalibration
{
    /// <summary>Findings that count beside those seen, spread as the raw probability says.</summary>
    const float Prior = 6;

    public static float[] Of(NameModel model, IReadOnlyList<LabelledSentence> sentences)
    {
        var tagger = new NameTagger(model);
        var right = new float[NameModel.Families * NameModel.Bins];
        var all = new float[NameModel.Families * NameModel.Bins];
        foreach (var unit in sentences.SelectMany(LabelledUnit.Of))
        foreach (var span in tagger.Tag(unit.Text, out _))
        {
            var at = span.Family * NameModel.Bins + NameModel.Bin(span.Raw);
            all[at]++;
            for (var i = span.First; i <= span.Last; i++)
                if (unit.Labels[i] != 0 && (unit.Labels[i] - 1) / 2 == span.Family)
                {
                    right[at]++;
                    break;
                }
        }
        var shares = new float[all.Length];
        for (var at = 0; at < all.Length; at++)
        {
            var raw = (at % NameModel.Bins + 0.5f) / NameModel.Bins;
            shares[at] = (right[at] + Prior * raw) / (all[at] + Prior);
            // More raw probability is never less sure.
            if (at % NameModel.Bins > 0)
                shares[at] = Math.Max(shares[at], shares[at - 1]);
        }
        return shares;
    }
}
