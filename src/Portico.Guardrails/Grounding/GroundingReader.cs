using System.Numerics;
using System.Runtime.InteropServices;
using Portico.Guardrails.Topics;

namespace Portico.Guardrails.Grounding;

/// <summary>
/// Tells which sentences of an answer its sources do not support. It compares words, numbers, names, negations and quotes, and knows no
/// synonyms: an answer in other words than its
/// source's lacks support. Immutable, without I/O, clock or chance.
/// </summary>
/// <remarks>
/// A sentence is compared with the one to three sentences in a row of a source that have most of its words; fewer are preferred, so that a
/// number of the sentence beside does not count. What one sentence puts
/// together from two places lacks support. A name may stand some sentences before where the source goes on with a pronoun. The work for a
/// sentence is bounded, whatever the length of the sources:
/// <see cref="SourceIndex.MaxPlaces"/> sentences for each word, and of these the <see cref="MaxCandidates"/> best are read. Memory: about
/// 15 bytes for a character of prose in the sources, 40 at worst, and half as much again while they are read.
/// </remarks>
public sealed class GroundingReader
{
    /// <summary>UTF-16 units of all sources together.</summary>
    public const int MaxSourceCharacters = 4 * 1024 * 1024;

    /// <summary>UTF-16 units of an answer that are looked at.</summary>
    public const int MaxAnswerCharacters = 1 << 20;

    /// <summary>Support from which on a sentence is not told.</summary>
    public const float LeastSupport = 0.62f;

    /// <summary>Support of a sentence whose words stand in the sources while a fact of it differs.</summary>
    public const float ContradictedScore = 0.3f;

    /// <summary>What each sentence more must bring.</summary>
    const float SentenceCost = 0.08f;

    /// <summary>Of places with the same words the one with the same facts is meant.</summary>
    const float FaultCost = 0.02f;

    const int MaxCandidates = 6;

    /// <summary>With fewer of its words in the sources a sentence speaks of something else, whatever its numbers.</summary>
    const float OtherMatter = 0.4f;

    /// <summary>Sentences before that a pronoun may refer to.</summary>
    const int PronounReach = 6;

    readonly SourceIndex index;

    GroundingReader(SourceIndex index) => this.index = index;

    /// <exception cref="ArgumentException">The sources have more than <see cref="MaxSourceCharacters"/>.</exception>
    public static GroundingReader Of(IReadOnlyList<string> sources) =>
        sources.Sum(s => (long)s.Length) > MaxSourceCharacters
            ? throw new ArgumentException($"Sources have at most {MaxSourceCharacters} characters together.", nameof(sources))
            : new GroundingReader(new SourceIndex(sources));

    /// <summary>The sentences that claim something and have no support, in their order.</summary>
    public IReadOnlyList<UnsupportedSpan> Check(string answer) => Check(answer, out _);

    /// <param name="work">Receives how many words and places were looked at.</param>
    internal IReadOnlyList<UnsupportedSpan> Check(string answer, out long work)
    {
        if (answer.Length > MaxAnswerCharacters)
            answer = answer[..MaxAnswerCharacters];
        var sentences = new List<(int Start, int End)>();
        ClaimCutter.Cut(answer, sentences);
        ClaimCutter.KeepClaims(answer, sentences);
        work = 0;
        var spans = new List<UnsupportedSpan>();
        var (claim, votes) = (new Claim(), new Dictionary<int, float>());
        foreach (var (start, end) in sentences)
        {
            if (!claim.Read(answer, start, end))
                continue;
            var (score, reason) = Judge(claim, answer, start, end, votes, ref work);
            if (reason is { } why)
                spans.Add(new UnsupportedSpan(start, end - start, score, why));
        }
        return spans;
    }

    (float Score, UnsupportedReason? Reason) Judge(
        Claim claim,
        string answer,
        int start,
        int end,
        Dictionary<int, float> votes,
        ref long work
    )
    {
        Vote(claim, votes, ref work);
        var row = new ClaimMatch[3];
        var (best, score, reason) = (float.MinValue, 0f, (UnsupportedReason?)UnsupportedReason.WordsMissing);
        for (var round = 0; round < MaxCandidates && votes.Count > 0; round++)
        {
            var centre = Best(votes, ref work);
            votes.Remove(centre);
            foreach (var (back, ahead) in (ReadOnlySpan<(int, int)>)[(0, 0), (1, 0), (0, 1), (1, 1)])
            {
                var (first, last) = (centre - back, centre + ahead);
                if (!index.AreTogether(first, last))
                    continue;
                var parts = row.AsSpan(0, last - first + 1);
                var match = default(ClaimMatch);
                for (var at = first; at <= last; at++)
                {
                    match |= parts[at - first] = claim.Match(index.TokensOf(at));
                    work += index.TokensOf(at).Length;
                }
                var support = Support(claim, match);
                var fault = Fault(claim, match, parts, first, last);
                var rank = support - SentenceCost * (last - first) - (fault is null ? 0 : FaultCost);
                if (rank > best)
                    (best, score, reason) = (rank, support, fault);
            }
        }
        if (score < OtherMatter)
            return (score, UnsupportedReason.WordsMissing);
        if (reason is null && !HasQuotes(claim, answer, start, end, ref work))
            reason = UnsupportedReason.QuoteMissing;
        if (reason is null)
            return (score, score < LeastSupport ? UnsupportedReason.WordsMissing : null);
        return (Math.Min(score, ContradictedScore), reason);
    }

    /// <summary>
    /// The sentences of the sources by what they have of a claim: rare words find them, and the rarest where all are frequent.
    /// </summary>
    void Vote(Claim claim, Dictionary<int, float> votes, ref long work)
    {
        votes.Clear();
        ReadOnlySpan<int> rarest = default;
        foreach (ref readonly var word in claim.Words)
        {
            var places = index.PlacesOf(word.Stem);
            if (places.Length <= SourceIndex.MaxPlaces)
                Add(places, word.Weight, votes, ref work);
            else if (rarest.IsEmpty || places.Length < rarest.Length)
                rarest = places;
        }
        foreach (ref readonly var number in claim.Numbers)
            if (index.PlacesOf(number.Word) is { Length: <= SourceIndex.MaxPlaces } places)
                Add(places, CommonWords.Frequent, votes, ref work);
        if (votes.Count == 0)
            Add(rarest[..Math.Min(rarest.Length, SourceIndex.MaxPlaces)], CommonWords.Frequent, votes, ref work);
    }

    static void Add(ReadOnlySpan<int> places, float weight, Dictionary<int, float> votes, ref long work)
    {
        work += places.Length;
        foreach (var place in places)
            CollectionsMarshal.GetValueRefOrAddDefault(votes, place, out _) += weight;
    }

    /// <summary>The sentence with most votes; of equals the first.</summary>
    static int Best(Dictionary<int, float> votes, ref long work)
    {
        work += votes.Count;
        var (best, most) = (-1, float.MinValue);
        foreach (var (sentence, vote) in votes)
            if (vote > most || vote == most && sentence < best)
                (best, most) = (sentence, vote);
        return best;
    }

    static float Support(Claim claim, in ClaimMatch match)
    {
        var weight = 0f;
        for (var left = match.Words; left != 0; left &= left - 1)
            weight += claim.Words[BitOperations.TrailingZeroCount(left)].Weight;
        return weight / claim.Weight;
    }

    UnsupportedReason? Fault(Claim claim, in ClaimMatch match, ReadOnlySpan<ClaimMatch> parts, int first, int last) =>
        !HasNumbers(claim, match) ? UnsupportedReason.NumberDiffers
        : DiffersInNegation(claim, match, parts) ? UnsupportedReason.NegationDiffers
        : !HasNames(claim, match, first, last) ? UnsupportedReason.NameMissing
        : null;

    /// <summary>A number in words may count what the source lists: it differs where the source has numbers of its own.</summary>
    static bool HasNumbers(Claim claim, in ClaimMatch match)
    {
        for (var at = 0; at < claim.Numbers.Length; at++)
            if ((match.Numbers >> at & 1) == 0 && (match.HasNumber || !claim.Numbers[at].Is(GroundFlags.Spelled)))
                return false;
        return true;
    }

    /// <summary>Where several sentences are compared, what is denied is told by the one with most of the claim.</summary>
    static bool DiffersInNegation(Claim claim, in ClaimMatch match, ReadOnlySpan<ClaimMatch> parts)
    {
        var (most, denies) = (-1f, false);
        foreach (ref readonly var part in parts)
        {
            var support = Support(claim, part);
            if (support >= most)
                (most, denies) = (support, part.Denies || support == most && denies);
        }
        if (claim.Denies && !denies)
            return true;
        var denied = 0ul;
        for (var left = match.Denied; left != 0; left &= left - 1)
            if (IsDenied(claim, left & ~(left - 1), parts))
                denied |= left & ~(left - 1);
        // Its own negation may be about another word of the same thought, unless the source denies that word and one more.
        return !claim.Denies ? denied != 0 : (claim.Denied & ~match.Denied) == 0 && (denied & ~claim.Denied) != 0;
    }

    /// <summary>Whether the sentence with most of the claim that has a word denies it.</summary>
    static bool IsDenied(Claim claim, ulong word, ReadOnlySpan<ClaimMatch> parts)
    {
        var (denied, plain) = (-1f, -1f);
        foreach (ref readonly var part in parts)
        {
            // A sentence that does both denies nothing of it.
            if ((part.Plain & word) != 0)
                plain = Math.Max(plain, Support(claim, part));
            else if ((part.Denied & word) != 0)
                denied = Math.Max(denied, Support(claim, part));
        }
        return denied >= plain;
    }

    bool HasNames(Claim claim, in ClaimMatch match, int first, int last)
    {
        for (var left = claim.Names & ~match.Exact; left != 0; left &= left - 1)
        {
            ref readonly var name = ref claim.Words[BitOperations.TrailingZeroCount(left)];
            if (name.Is(GroundFlags.Code) && index.HasInitials(name.Word, first, last))
                continue;
            var reach = first;
            while (match.HasPronoun && reach > first - PronounReach && index.AreTogether(reach - 1, first))
                reach--;
            if (reach == first || !index.Has(name.Stem, reach, first))
                return false;
        }
        return true;
    }

    bool HasQuotes(Claim claim, string answer, int start, int end, ref long work)
    {
        for (var at = start; claim.NextQuote(answer, ref at, end) is { IsEmpty: false } quote; )
            if (!index.HasRow(quote, ref work))
                return false;
        return true;
    }
}
