using Portico.Gateway.Routing;
using Portico.Governance;
using Portico.Models;

namespace Portico.Gateway.Ledger;

/// <summary>Knows what a meter may be on. A budget on a mistyped id would guard nothing and say nothing.</summary>
sealed class MeterScopes(GovernanceCatalog governance, ModelsCatalog models, RouteTable routes)
{
    /// <exception cref="PorticoException">The scope names nothing that is there.</exception>
    public void Check(Meter meter)
    {
        if (meter.ScopeId != "*" && !Exists(meter.Scope, meter.ScopeId))
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"There is no {Noun(meter.Scope)} '{Wire.Json.Short(meter.ScopeId)}' to count.",
                "scope_id"
            );
    }

    bool Exists(MeterScope scope, string id)
    {
        var g = governance.Current;
        return scope switch
        {
            MeterScope.Organisation => OrganisationId.TryParse(id, out var o) && g.Organisations.ContainsKey(o),
            MeterScope.Workspace => WorkspaceId.TryParse(id, out var w) && g.Workspaces.ContainsKey(w),
            MeterScope.UseCase => UseCaseId.TryParse(id, out var u) && g.UseCases.ContainsKey(u),
            MeterScope.Key => KeyId.TryParse(id, out var k) && g.Callers.ContainsKey(k),
            MeterScope.Person => PersonId.TryParse(id, out var p) && g.People.ContainsKey(p),
            MeterScope.Model => models.Current.FindModel(id) is not null,
            // A model is called by its own name through a route of that name.
            MeterScope.Route => routes.Has(id),
            _ => false,
        };
    }

    static string Noun(MeterScope scope) =>
        scope switch
        {
            MeterScope.UseCase => "use case",
            _ => scope.ToString().ToLowerInvariant(),
        };
}
