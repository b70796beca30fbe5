using System.Security.Cryptography;

namespace Portico.Governance.Keys;

/// <summary>What is here of one split, and how many of it give the root.</summary>
public sealed record Gathered(string Set, int Held, int Needed);

/// <summary>
/// Gathers shares until they give the root. None leaves the process, and they are forgotten when they have done their work. Who sends a share is not signed in: a few splits are gathered
/// beside each other, so that nobody's false first share keeps the right ones out.
/// </summary>
/// <param name="root">The id of the root that the store is under; null where that is not known.</param>
public sealed class ShareGathering(string? root)
{
    const int MaxSets = 4;

    readonly Lock gate = new();
    readonly List<List<RootShare>> sets = [];

    /// <summary>What is here, the fullest first.</summary>
    public IReadOnlyList<Gathered> State
    {
        get
        {
            lock (gate)
                return sets.Select(Of).OrderByDescending(s => s.Held).ToList();
        }
    }

    /// <summary>Takes a share: what is here of its split now, and the root when it was the last that was missing.</summary>
    /// <exception cref="PorticoException">It is mistyped, of another root, given already, or one of its split is forged.</exception>
    public (Gathered Now, MasterKey? Root) Take(string? text)
    {
        var share = RootShare.Parse(text);
        if (root is not null && share.RootId != root)
            throw Bad(
                $"This share is of root {share.RootId}, but the store is under {root}: it is of another Portico, or of before the root was rotated."
            );
        lock (gate)
        {
            var held = SetOf(share);
            if (held.Any(h => h.Number == share.Number))
                throw Bad($"Share {share.Number} is here already: another person's is needed.");
            held.Add(share);
            var now = Of(held);
            return held.Count < share.Threshold ? (now, null) : (now, Combined(held, share));
        }
    }

    static Gathered Of(List<RootShare> held) => new(held[0].Set, held.Count, held[0].Threshold);

    List<RootShare> SetOf(RootShare share)
    {
        var found = sets.Find(s => s[0].Set == share.Set && s[0].RootId == share.RootId && s[0].Threshold == share.Threshold);
        if (found is not null)
            return found;
        if (sets.Count == MaxSets)
        {
            Zero(sets[0]);
            sets.RemoveAt(0);
        }
        List<RootShare> made = [];
        sets.Add(made);
        return made;
    }

    MasterKey Combined(List<RootShare> held, RootShare last)
    {
        var bytes = Shamir.Combine(held.Select(h => (h.Number, h.Bytes)).ToList());
        try
        {
            Zero(held);
            sets.Remove(held);
            var made = MasterKey.FromBytes(bytes, $"{last.Threshold} of {last.Shares} shares");
            if (made.Id != last.RootId)
                throw Bad("These shares do not give the root: one of them is forged. They were forgotten; begin anew.");
            sets.ForEach(Zero);
            sets.Clear();
            return made;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    static void Zero(List<RootShare> held)
    {
        foreach (var share in held)
            CryptographicOperations.ZeroMemory(share.Bytes);
    }

    static PorticoException Bad(string message) => new(ErrorTable.InvalidRequest, message, "share");
}
