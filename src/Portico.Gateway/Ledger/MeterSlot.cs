namespace Portico.Gateway.Ledger;

/// <summary>
/// The count of one meter in one window on this node. All fields are guarded by the ledger's lock.
/// <see cref="Room"/> is what may still be held here: with one node the limit less spent and held, with several what is left of the slice.
/// </summary>
sealed class WindowCount(MeterSlot slot, long startUs)
{
    public MeterSlot Slot => slot;
    public long StartUs => startUs;
    public long EndUs { get; } = slot.Meter.WindowEnd(startUs) is { } end ? Micros.Of(end) : long.MaxValue;
    public long Room;
    public long Held;

    /// <summary>Settled, as far as this node knows: its own and, with several nodes, what the store said last. Without what is only presumed.</summary>
    public long Spent;

    /// <summary>How many readings of the store are taken as they are: it was adjusted, and the first reading may have begun before.</summary>
    public int LearnExactly;

    /// <summary>Percentages whose alerts this node has raised.</summary>
    public readonly List<int> Alerted = [];
}

/// <summary>A meter applied to one thing: for a meter over * every key, person or model has its own.</summary>
sealed class MeterSlot(Meter meter, string value)
{
    WindowCount? current;

    public Meter Meter { get; set; } = meter;

    /// <summary>The id, name or address of the thing.</summary>
    public string Value => value;

    /// <summary>The name of the count in the store.</summary>
    public string Id { get; } = meter.ScopeId == "*" ? $"{meter.Id}|{value}" : meter.Id;

    public WindowCount? Current => current;

    /// <summary>
    /// The count of the window at this time. Time never goes back to an earlier window: a clock that is set back would open it with nothing spent.
    /// </summary>
    public WindowCount At(DateTimeOffset now, Func<MeterSlot, long, WindowCount> open)
    {
        if (current is not null && Micros.Of(now) < current.EndUs)
            return current;
        var start = Meter.WindowStartUs(now);
        if (current is null || start > current.StartUs)
            current = open(this, start);
        return current;
    }
}

/// <summary>The meters that apply to a call, split by when they are held: requests and calls at once early, money, tokens and all of models behind the cache.</summary>
sealed record MeterSet(MeterSlot[] Rates, MeterSlot[] Spends)
{
    public bool HasMoney { get; } = Spends.Any(s => s.Meter is { Unit: MeterUnit.NanoUsd, ShadowOnly: false });
    public bool HasTokens { get; } = Spends.Any(s => s.Meter.Unit == MeterUnit.Tokens);
}

/// <summary>How much of each unit a hold asks for or a settlement says.</summary>
readonly record struct Amounts(long NanoUsd, long Tokens, long Requests, long Calls)
{
    public long Of(MeterUnit unit) =>
        unit switch
        {
            MeterUnit.NanoUsd => NanoUsd,
            MeterUnit.Tokens => Tokens,
            MeterUnit.Requests => Requests,
            _ => Calls,
        };
}

/// <summary>Promises of one call against several counts, all or none. Settled once.</summary>
sealed class Hold(WindowCount[] counts, Amounts amounts)
{
    int settled;

    public WindowCount[] Counts => counts;
    public Amounts Amounts => amounts;

    /// <summary>True for the first caller only.</summary>
    public bool TrySettle() => Interlocked.Exchange(ref settled, 1) == 0;
}
