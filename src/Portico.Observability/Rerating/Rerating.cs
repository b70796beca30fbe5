using Portico.Governance.Access;

namespace Portico.Observability.Rerating;

/// <summary>What is to be rated again: calls that began in [From, To), of one model that served or of all.</summary>
sealed record ReratingScope(DateTimeOffset From, DateTimeOffset To, string? Model)
{
    public CallFilter Filter =>
        new(Reach.Everywhere)
        {
            FromUs = Micros.Of(From),
            ToUs = Micros.Of(To),
            Model = Model,
        };
}

/// <summary>Sums of a run. Kept: calls of which the book has no price for a part, which stays as it was.</summary>
sealed record ReratingSums(long Calls, long Adjusted, long Kept, long OldNanoUsd, long NewNanoUsd)
{
    public static readonly ReratingSums None = new(0, 0, 0, 0, 0);

    public string DifferenceUsd => NanoUsd.Format(NewNanoUsd - OldNanoUsd);

    public ReratingSums Plus(CallRater.Rated rated) =>
        new(
            Calls + 1,
            Adjusted + (rated.Adjustment is null ? 0 : 1),
            Kept + (rated.Kept ? 1 : 0),
            checked(OldNanoUsd + rated.OldNanoUsd),
            checked(NewNanoUsd + rated.NewNanoUsd)
        );
}

/// <summary>The sums of one use case.</summary>
sealed record UseCaseSums(string UseCaseId, long Adjusted, long OldNanoUsd, long NewNanoUsd);

/// <summary>A run: what was asked by whom, how far it has come, and what it changed so far.</summary>
sealed record Rerating
{
    public required ReratingId Id { get; init; }

    /// <summary>running, done.</summary>
    public required string State { get; init; }
    public required ReratingScope Scope { get; init; }
    public string? Reason { get; init; }
    public required string AskedBy { get; init; }

    /// <summary>The call that was examined last; empty before the first. Runs go from the newest call to the oldest.</summary>
    public required string Position { get; init; }
    public required ReratingSums Sums { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; init; }
}
