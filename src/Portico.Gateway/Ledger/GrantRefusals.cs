namespace Portico.Gateway.Ledger;

/// <summary>
/// What this node remembers of counts for which the store had nothing left: calls that stood in line meanwhile need not ask again, and the other nodes
/// are not asked for theirs by every call.
/// </summary>
sealed class GrantRefusals(TimeProvider time)
{
    /// <summary>After a recall that brought nothing, the other nodes are left alone for this long.</summary>
    static readonly TimeSpan RecallPause = TimeSpan.FromSeconds(1);

    readonly Lock gate = new();
    readonly Dictionary<(string Slot, long Start), Refused> known = [];

    /// <param name="LookedAt">When the store was asked.</param>
    /// <param name="Left">What it had, less than what was needed.</param>
    /// <param name="RecalledAt">When a recall had brought nothing; null when none was made.</param>
    readonly record struct Refused(long LookedAt, long Left, long Spent, long Held, long? RecalledAt);

    public void Note(WindowCount count, long lookedAt, in GrantResult result)
    {
        lock (gate)
            known[Key(count)] = new Refused(lookedAt, result.Left, result.Spent, result.Held, RecalledAt(count));
    }

    public void NoteRecall(WindowCount count, bool broughtSomething)
    {
        lock (gate)
            if (broughtSomething)
                known.Remove(Key(count));
            else if (known.TryGetValue(Key(count), out var refused))
                known[Key(count)] = refused with { RecalledAt = time.GetTimestamp() };
    }

    public bool MayRecall(WindowCount count)
    {
        lock (gate)
            return RecalledAt(count) is not { } at || time.GetElapsedTime(at) >= RecallPause;
    }

    /// <summary>The refusal that a call would get which asked at that time: the store was looked at after it, and had less than is missing.</summary>
    public GrantResult? Find(IReadOnlyList<Shortage> shortages, long[] missing, long askedAt)
    {
        lock (gate)
            for (var i = 0; i < shortages.Count; i++)
                if (known.TryGetValue(Key(shortages[i].Count), out var r) && r.LookedAt > askedAt && r.Left < missing[i])
                    return new GrantResult(null, i, r.Spent, r.Held, r.Left);
        return null;
    }

    /// <summary>Forgets what no call can ask for any more.</summary>
    public void Prune()
    {
        lock (gate)
            foreach (var old in known.Where(r => time.GetElapsedTime(r.Value.LookedAt) > 60 * RecallPause).Select(r => r.Key).ToList())
                known.Remove(old);
    }

    long? RecalledAt(WindowCount count) => known.TryGetValue(Key(count), out var refused) ? refused.RecalledAt : null;

    static (string, long) Key(WindowCount count) => (count.Slot.Id, count.StartUs);
}
