namespace Portico.Core;

/// <summary>
/// A part of a usage at its rate: <paramref name="RateNanoUsd"/> for <paramref name="Per"/> of them, null where the price has none. The cost is rounded by
/// itself, up, so that parts may come to a little more than the sum.
/// </summary>
public readonly record struct PricedPart(string Name, long Quantity, long? RateNanoUsd, long Per)
{
    public long? CostNanoUsd => RateNanoUsd is { } rate ? checked((long)(((Int128)Quantity * rate + Per - 1) / Per)) : null;
}
