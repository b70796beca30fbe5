using Portico.Gateway.Routing;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.Models;
using Portico.Storage;

namespace Portico.Gateway.Ledger;

/// <summary>Knows what a meter may be on. A budget on a mistyped id would guard nothing and say nothing.</summary>
sealed class MeterScopes(GovernanceCatalog governance, ModelsCatalog models, RouteTable routes)
{
    /// <exception cref="PorticoException">The scope names nothing that is there, or nothing within reach.</exception>
    public void Check(Meter meter, Reach within)
    {
        if (meter.ScopeId != "*" && !(Exists(meter.Scope, meter.ScopeId) && (IsPlatform(meter.Scope) || Has(within, meter))))
            throw new PorticoException(
                ErrorTable.NotFound,
                $"There is no {Noun(meter.Scope)} '{Wire.Json.Short(meter.ScopeId)}' to count.",
                "scope_id"
            );
        // Models and routes are used by everybody, and so is each of many: so are their meters.
        if (!Has(within, meter))
            throw new PorticoException(
                ErrorTable.PermissionDenied,
                "What counts for a model, a route or each of many is about the whole platform: it needs the permission everywhere."
            );
    }

    static bool IsPlatform(MeterScope scope) => scope is MeterScope.Model or MeterScope.Route;

    /// <summary>Whether what a meter counts lies within reach. Of a person all use is counted, wherever it is.</summary>
    public bool Has(Reach within, Meter meter)
    {
        if (within.IsEverywhere)
            return true;
        var (g, id) = (governance.Current, meter.ScopeId);
        return meter.Scope switch
        {
            MeterScope.Organisation => OrganisationId.TryParse(id, out var o) && within.Has(o),
            MeterScope.Workspace => WorkspaceId.TryParse(id, out var w)
                && g.Workspaces.TryGetValue(w, out var workspace)
                && within.Has(workspace),
            MeterScope.UseCase => UseCaseId.TryParse(id, out var u) && g.UseCases.TryGetValue(u, out var useCase) && within.Has(useCase, g),
            MeterScope.Key => KeyId.TryParse(id, out var k) && g.Callers.TryGetValue(k, out var caller) && within.Has(caller),
            MeterScope.Person => PersonId.TryParse(id, out var p)
                && g.People.TryGetValue(p, out var person)
                && within.Has(person.OrganisationId),
            _ => false,
        };
    }

    /// <summary>The term that leaves what belongs to meters within reach, and their ids for its parameter <c>seen</c>.</summary>
    public (string Term, string[] Seen) MetersIn(Reach within, IReadOnlyList<Meter> meters, Engine engine, string column) =>
        within.IsEverywhere
            ? ("1 = 1", [])
            : (
                $"{column} {(engine == Engine.Postgres ? "= any(@seen)" : "in @seen")}",
                meters.Where(m => Has(within, m)).Select(m => m.Id).ToArray()
            );

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
