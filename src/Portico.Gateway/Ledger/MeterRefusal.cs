using System.Globalization;

namespace Portico.Gateway.Ledger;

/// <summary>Why a hold was refused: the first meter without room, with everything the caller needs to know about it.</summary>
sealed record MeterRefusal(Meter Meter, string Value, long Spent, long Held, long Requested, DateTimeOffset? ResetsAt)
{
    /// <summary>Rate limits with waiting callers: a call at once ends soon.</summary>
    static readonly TimeSpan ConcurrentRetry = TimeSpan.FromSeconds(1);

    public PorticoException ToException(DateTimeOffset now)
    {
        var scope = $"{Words(Meter.Scope)} {Value}";
        var reset = ResetsAt is { } at ? at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : null;
        return new PorticoException(Meter.IsBudget ? ErrorTable.BudgetExceeded : ErrorTable.RateLimited, Message(scope, reset))
        {
            RetryAfter =
                Meter.IsBudget || IsTooLarge ? null
                : Meter.Unit == MeterUnit.ConcurrentCalls ? ConcurrentRetry
                : ResetsAt - now,
            // What never resets and what is too large for an empty window is not helped by waiting.
            Retryable = !Meter.IsBudget && !IsTooLarge && (ResetsAt is not null || Meter.Unit == MeterUnit.ConcurrentCalls),
            Details = DetailsOf(reset),
        };
    }

    bool IsTooLarge => Requested > Meter.Limit;

    string Message(string scope, string? reset)
    {
        if (Meter.Unit == MeterUnit.ConcurrentCalls)
            return Meter.Limit == 0
                ? $"The {scope} may have no calls."
                : $"The {scope} has {Held} calls under way and may have {Meter.Limit} at once. Wait for one to end.";
        var span = Meter.Window == MeterWindow.Total ? "in total" : $"a {Words(Meter.Window)}";
        var end =
            IsTooLarge && !Meter.IsBudget ? " It is too large for an unused limit: shorten the input or lower the output cap."
            : reset is not null ? $" It resets at {reset}."
            : " It does not reset by itself: ask for more.";
        return Meter.IsBudget
            ? $"The budget of {scope} does not cover this call: limit ${Usd(Meter.Limit)} {span}, spent ${Usd(Spent)}, held ${Usd(Held)}, this call may cost ${Usd(Requested)}.{end}"
            : $"The limit of {scope} is reached: {Meter.Limit} {Words(Meter.Unit)} {span}, used {Spent}, held {Held}, this call needs {Requested}.{end}";
    }

    Dictionary<string, object> DetailsOf(string? reset)
    {
        var details = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["meter"] = Meter.Id,
            ["scope"] = Words(Meter.Scope).Replace(' ', '_'),
            ["scope_id"] = Value,
            ["unit"] = Meter.IsBudget ? "nano_usd" : Words(Meter.Unit).Replace(' ', '_'),
            ["window"] = Words(Meter.Window),
            ["limit"] = Meter.Limit,
            ["spent"] = Spent,
            ["held"] = Held,
            ["requested"] = Requested,
        };
        if (reset is not null)
            details["resets_at"] = reset;
        return details;
    }

    static string Usd(long nano) => NanoUsd.Format(nano);

    internal static string Words(MeterScope scope) => scope == MeterScope.UseCase ? "use case" : scope.ToString().ToLowerInvariant();

    internal static string Words(MeterWindow window) => window.ToString().ToLowerInvariant();

    internal static string Words(MeterUnit unit) =>
        unit == MeterUnit.ConcurrentCalls ? "concurrent calls"
        : unit == MeterUnit.NanoUsd ? "nano usd"
        : unit.ToString().ToLowerInvariant();
}
