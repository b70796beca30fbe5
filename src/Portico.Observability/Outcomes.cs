namespace Portico.Observability;

/// <summary>Outcomes as texts of tables and answers.</summary>
static class Outcomes
{
    public static string Name(CallOutcome outcome) =>
        outcome switch
        {
            CallOutcome.Completed => "completed",
            CallOutcome.Refused => "refused",
            CallOutcome.Failed => "failed",
            _ => "abandoned",
        };

    /// <exception cref="PorticoException">The text names no outcome.</exception>
    public static CallOutcome? Parse(string? text) =>
        text switch
        {
            null => null,
            "completed" => CallOutcome.Completed,
            "refused" => CallOutcome.Refused,
            "failed" => CallOutcome.Failed,
            "abandoned" => CallOutcome.Abandoned,
            _ => throw new PorticoException(
                ErrorTable.InvalidRequest,
                "outcome must be completed, refused, failed or abandoned.",
                "outcome"
            ),
        };
}
