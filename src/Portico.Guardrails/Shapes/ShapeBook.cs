namespace Portico.Guardrails.Shapes;

/// <summary>
/// How long the calls of each caller are by channel, for as many callers as <see cref="ShapeLimits.MaxEntries"/> says. For any number of
/// threads: a lock is held for a look-up, or for one
/// caller's sketch, some microseconds each. Time is passed in.
/// </summary>
/// <remarks>
/// <see cref="Judge"/> counts nothing: who refuses a call does not add it, so that somebody who tries ever longer ones does not move the
/// bound.
/// </remarks>
public sealed class ShapeBook
{
    /// <summary>Parts of the book, each with a lock of its own.</summary>
    const int MaxParts = 16;

    /// <summary>Entries of a part at least, so that in a small book the order of use is that of all.</summary>
    const int LeastInPart = 256;

    /// <summary>A sketch ages in steps of this share of the half-life, so that not every call touches all of its numbers.</summary>
    const int StepsInHalfLife = 128;

    /// <summary>From normal ones to robust deviations: the median distance is two thirds of a standard deviation.</summary>
    const double DeviationsInMedian = 1.4826;

    readonly ShapeLimits limits;
    readonly Part[] parts;

    public ShapeBook(ShapeLimits? limits = null)
    {
        this.limits = limits ?? new();
        ArgumentOutOfRangeException.ThrowIfLessThan(this.limits.MaxEntries, 1, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfLessThan(this.limits.MinCalls, 1, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfLessThan(this.limits.HalfLife, TimeSpan.FromMinutes(1), nameof(limits));
        var count = Math.Clamp(this.limits.MaxEntries / LeastInPart, 1, MaxParts);
        parts = [.. Enumerable.Range(0, count).Select(at => new Part((this.limits.MaxEntries + count - 1 - at) / count))];
    }

    /// <summary>Callers and channels that are remembered.</summary>
    public int Count => parts.Sum(p => p.Count);

    /// <summary>Counts a call. Allocates nothing once its caller is known.</summary>
    /// <param name="caller">Who: a key, an application, a tenant and a person.</param>
    /// <param name="channel">Where its texts stand.</param>
    /// <param name="shape">What it looks like.</param>
    /// <param name="now">When.</param>
    public void Add(string caller, TextChannel channel, in CallShape shape, DateTimeOffset now)
    {
        var entry = PartOf(caller, channel).Get(new(caller, channel), now);
        lock (entry.Sketch)
        {
            entry.Age(now, limits.HalfLife);
            entry.Seen++;
            entry.Sketch.Add(shape.Characters);
        }
    }

    /// <summary>What is odd about a call, or null. The caps hold for everybody; the rest once the caller is known well.</summary>
    public ShapeVerdict? Judge(string caller, TextChannel channel, in CallShape shape, DateTimeOffset now)
    {
        if (Over(shape) is { } over)
            return over;
        if (PartOf(caller, channel).Find(new(caller, channel)) is not { } entry)
            return null;
        double weight,
            median,
            spread,
            rank;
        lock (entry.Sketch)
        {
            entry.Age(now, limits.HalfLife);
            weight = entry.Sketch.Weight;
            // Of old calls too little is left to say what is usual now.
            if (entry.Seen < limits.MinCalls || weight < limits.MinCalls / 4.0)
                return null;
            (median, spread) = entry.Sketch.Spread();
            rank = entry.Sketch.Rank(shape.Characters) * weight / (weight + 1);
        }
        var deviation = (Math.Log(Math.Max(shape.Characters, 1)) - median) / Math.Max(spread * DeviationsInMedian, limits.MinSpread);
        if (deviation > limits.MaxDeviation)
            return new(
                ShapeCause.Deviation,
                deviation,
                limits.MaxDeviation,
                $"{shape.Characters} characters are {deviation:0.0} robust deviations above the usual {Math.Exp(median):0} of this caller; "
                    + $"{limits.MaxDeviation:0.0} may be."
            );
        return rank > limits.MaxRank
            ? new(
                ShapeCause.Rank,
                rank,
                limits.MaxRank,
                $"{shape.Characters} characters are more than {rank:0.00 %} of this caller's calls have; {limits.MaxRank:0.00 %} may be."
            )
            : null;
    }

    /// <summary>A copy of what is known of a caller, or null: to merge with that of another node.</summary>
    public LengthSketch? Copy(string caller, TextChannel channel)
    {
        if (PartOf(caller, channel).Find(new(caller, channel)) is not { } entry)
            return null;
        var copy = new LengthSketch();
        lock (entry.Sketch)
            copy.Merge(entry.Sketch);
        return copy;
    }

    ShapeVerdict? Over(in CallShape shape) =>
        shape.Characters > limits.MaxCharacters ? Cap(ShapeCause.Characters, shape.Characters, limits.MaxCharacters, "characters")
        : shape.Messages > limits.MaxMessages ? Cap(ShapeCause.Messages, shape.Messages, limits.MaxMessages, "messages")
        : shape.Depth > limits.MaxDepth ? Cap(ShapeCause.Depth, shape.Depth, limits.MaxDepth, "levels of JSON")
        : shape.Tools > limits.MaxTools ? Cap(ShapeCause.Tools, shape.Tools, limits.MaxTools, "tools")
        : null;

    static ShapeVerdict Cap(ShapeCause cause, long value, long limit, string unit) =>
        new(cause, value, limit, $"The call has {value} {unit}; {limit} may be.");

    Part PartOf(string caller, TextChannel channel) => parts[(int)((uint)new Key(caller, channel).GetHashCode() % (uint)parts.Length)];

    readonly record struct Key(string Caller, TextChannel Channel);

    /// <summary>One caller's calls of one channel. Its sketch is its lock; the links belong to the part.</summary>
    sealed class Entry(Key key, DateTimeOffset now)
    {
        public readonly Key Key = key;
        public readonly LengthSketch Sketch = new();
        public long Seen;
        public Entry? Newer;
        public Entry? Older;
        DateTimeOffset agedAt = now;

        public void Age(DateTimeOffset now, TimeSpan halfLife)
        {
            // A clock that went back makes nothing younger.
            var passed = (now - agedAt) / halfLife;
            if (passed < 1.0 / StepsInHalfLife)
                return;
            Sketch.Age(Math.Pow(0.5, passed));
            agedAt = now;
        }
    }

    /// <summary>Some of the entries, in the order of their use.</summary>
    sealed class Part(int most)
    {
        readonly Lock gate = new();
        readonly Dictionary<Key, Entry> entries = [];
        Entry? newest;
        Entry? oldest;

        public int Count
        {
            get
            {
                lock (gate)
                    return entries.Count;
            }
        }

        public Entry Get(Key key, DateTimeOffset now)
        {
            lock (gate)
            {
                if (entries.TryGetValue(key, out var entry))
                {
                    Touch(entry);
                    return entry;
                }
                // Who still holds the one that is let go adds to what nobody asks any more: no harm.
                if (entries.Count >= most)
                {
                    entries.Remove(oldest!.Key);
                    Unlink(oldest);
                }
                entries[key] = entry = new(key, now);
                Link(entry);
                return entry;
            }
        }

        /// <summary>A known one, which is used by that; asking for unknown ones lets nothing go.</summary>
        public Entry? Find(Key key)
        {
            lock (gate)
            {
                if (!entries.TryGetValue(key, out var entry))
                    return null;
                Touch(entry);
                return entry;
            }
        }

        void Touch(Entry entry)
        {
            if (entry == newest)
                return;
            Unlink(entry);
            Link(entry);
        }

        void Link(Entry entry)
        {
            (entry.Older, entry.Newer) = (newest, null);
            if (newest is not null)
                newest.Newer = entry;
            newest = entry;
            oldest ??= entry;
        }

        void Unlink(Entry entry)
        {
            if (entry.Older is { } older)
                older.Newer = entry.Newer;
            else
                oldest = entry.Newer;
            if (entry.Newer is { } newer)
                newer.Older = entry.Older;
            else
                newest = entry.Older;
        }
    }
}
