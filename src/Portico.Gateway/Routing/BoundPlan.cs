using Portico.Gateway.Responses;
using Portico.Gateway.Wire;
using Portico.Models;

namespace Portico.Gateway.Routing;

/// <summary>
/// Where a call may go that cannot be carried over to another protocol: to deployments whose connection passes responses, and where a provider thought before,
/// to that connection alone. Failover moves among them and to no other.
/// </summary>
static class BoundPlan
{
    const string Lost = "What was thought there cannot be read elsewhere: leave out what is sealed and what was continued, or begin anew.";

    /// <summary>What is said behind a refusal of a call that continues what a provider thought; empty for every other.</summary>
    public static string Elsewhere(ModelCall call) => call.Responses?.Bond?.Place is null ? "" : $" {Lost}";

    /// <exception cref="PorticoException">Nothing that the name leads to may answer the call.</exception>
    public static RoutePlan Of(ModelCall call, RoutePlan plan, ResponsesBond bond, ModelsSnapshot models)
    {
        var passing = bond.Place is { } place
            ? plan.Only(d => d.TakesResponses && d.ConnectionText == place.Connection) ?? throw Unreachable(plan, place, models)
            : plan.Only(d => d.TakesResponses) ?? throw bond.Refusal!;
        // What an MCP server is told is in the hands of a third party, whose terms nobody here knows.
        if (bond.Tools.Contains("mcp") && (plan.Route.Demands ?? call.Options.Demands) is not null)
            throw new PorticoException(
                ErrorTable.PolicyDenied,
                $"'{plan.Route.Name}' demands terms of whatever sees its data, and a tool of the type mcp sends data to a server of which none are known.",
                "tools"
            );
        call.Context.Note("authorize", $"passed: {bond.Fact}");
        if (bond.Place is not null)
            call.Context.Note("authorize", $"bound: {passing.Candidates.Count} of {plan.Candidates.Count} deployments");
        return passing;
    }

    static PorticoException Unreachable(RoutePlan plan, Place place, ModelsSnapshot models)
    {
        var connection =
            ConnectionId.TryParse(place.Connection, out var id) && models.Connections.TryGetValue(id, out var found) ? found : null;
        if (connection is { Disabled: true } or { Responses: false })
            return new PorticoException(
                ErrorTable.NoDeployment,
                $"The provider's account at which this conversation was thought {(connection.Disabled ? "is switched off" : "takes no such calls any more")}. {Lost}",
                "model"
            );
        if (plan.LeftOut.FirstOrDefault(l => l.IsByRule && l.Deployment.ConnectionText == place.Connection) is { } denied)
            return new PorticoException(
                ErrorTable.PolicyDenied,
                $"The deployment at which this conversation was thought may not be called: {denied.Why}. {Lost}",
                "model"
            );
        return new PorticoException(
            ErrorTable.ModelNotFound,
            $"'{plan.Route.Name}' does not lead to the provider's account at which this conversation was thought. {Lost}",
            "model"
        );
    }
}
