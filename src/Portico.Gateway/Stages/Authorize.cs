using Portico.Gateway.Routing;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Stages;

/// <summary>
/// Refuses what a rule or the route's own demands forbid, and what nobody on the route can serve in kind: embeddings from a chat model and the reverse. Those
/// who cannot are left out where others can.
/// </summary>
sealed class Authorize : IStage
{
    public ValueTask<ModelReply> RunAsync(ModelCall call, Next next, CancellationToken ct)
    {
        var plan = call.Plan!;
        if (plan.Refusal is { } refusal)
            throw new PorticoException(ErrorTable.PolicyDenied, refusal, "model");
        if (plan.Serving(call.Kind) is not { } serving)
            throw new PorticoException(
                ErrorTable.UnsupportedByModel,
                $"The provider of this model does not serve {CallKinds.Say(call.Kind)}.",
                "model"
            );
        if (call.Responses is { Bond: { } bond } asked)
            return next(call with { Plan = Passing(call, serving, asked, bond) }, ct);
        return next(ReferenceEquals(serving, plan) ? call : call with { Plan = serving }, ct);
    }

    /// <summary>Those that a call which cannot be translated may be passed to.</summary>
    static RoutePlan Passing(ModelCall call, RoutePlan plan, ResponsesRequest asked, ResponsesBond bond)
    {
        var passing = plan.Only(d => d.TakesResponses) ?? throw bond.Refusal;
        // What an MCP server is told is in the hands of a third party, whose terms nobody here knows.
        if (bond.Tools.Contains("mcp") && (plan.Route.Demands ?? call.Options.Demands) is not null)
            throw new PorticoException(
                ErrorTable.PolicyDenied,
                $"'{plan.Route.Name}' demands terms of whatever sees its data, and a tool of the type mcp sends data to a server of which none are known.",
                "tools"
            );
        if (asked is not { PreviousId: null, Conversation: null, HasReferences: false })
            throw new PorticoException(
                ErrorTable.UnsupportedByModel,
                $"A call with '{bond.Fact}' cannot continue what is kept: send the whole conversation in 'input'.",
                asked.PreviousId is not null ? "previous_response_id"
                    : asked.Conversation is not null ? "conversation"
                    : "input"
            );
        call.Context.Note("authorize", $"passed: {bond.Fact}");
        return passing;
    }
}
