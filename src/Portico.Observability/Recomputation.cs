namespace Portico.Observability;

/// <summary>What a second calculation of a call's cost says.</summary>
public enum CostVerdict
{
    /// <summary>Row, attempts and prices agree to the nano-USD.</summary>
    Agrees,

    /// <summary>The row says something else than its price makes of its tokens.</summary>
    Differs,

    /// <summary>A price that the row names is not in the book.</summary>
    PriceMissing,
}

/// <summary>A call's cost as recorded and as calculated again from its attempts. Money is nano-USD.</summary>
public sealed record CostCheck(CallId Id, long RecordedNanoUsd, long RecomputedNanoUsd, CostVerdict Verdict);

/// <summary>
/// Calculates the cost of a call again, from the tokens of its attempts and the price versions that they name. Nothing else enters: not today's price, not
/// the sum in the row. That is what makes the rows the ledger.
/// </summary>
public static class Recomputation
{
    /// <param name="call">A row with its attempts.</param>
    /// <param name="prices">The price of an id in a version, null when the book does not have it.</param>
    public static CostCheck Check(CallRecord call, Func<PriceId, long, Price?> prices)
    {
        var sum = 0L;
        var agrees = true;
        foreach (var attempt in call.Attempts)
        {
            if (attempt.PriceId is null)
            {
                // Without a price an attempt costs nothing and says that it is unpriced wherever tokens were used.
                agrees &= attempt.CostNanoUsd == 0 && (attempt.Unpriced || attempt.Usage.IsEmpty);
                continue;
            }
            if (!PriceId.TryParse(attempt.PriceId, out var id) || prices(id, attempt.PriceVersion) is not { } price)
                return new CostCheck(call.Id, call.CostNanoUsd, sum, CostVerdict.PriceMissing);
            var cost = price.CostNanoUsd(attempt.Usage);
            agrees &= attempt.CostNanoUsd == (cost ?? 0) && attempt.Unpriced == (cost is null && !attempt.Usage.IsEmpty);
            sum = checked(sum + (cost ?? 0));
        }
        return new CostCheck(call.Id, call.CostNanoUsd, sum, agrees && sum == call.CostNanoUsd ? CostVerdict.Agrees : CostVerdict.Differs);
    }
}
