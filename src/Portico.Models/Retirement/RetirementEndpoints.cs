using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance;
using Portico.Governance.Api;
using Portico.Models.Approval;
using Portico.Models.Overview;

namespace Portico.Models.Retirement;

/// <summary>The calendar of retirements on the management API.</summary>
static class RetirementEndpoints
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/models/retirements", List)
            .WithSummary("Announced retirements, the next first, with who used the model in the last 30 days");

    /// <summary>Affected: who used the model lately.</summary>
    public sealed record RetirementLine(
        string Model,
        ModelId ModelId,
        ModelState State,
        DateOnly Date,
        int DaysLeft,
        string? Source,
        string? Replacement,
        IReadOnlyList<ModelUse> Affected
    );

    static async Task<Ok<Page<RetirementLine>>> List(
        HttpContext http,
        ModelsCatalog catalog,
        GovernanceCatalog governance,
        ModelUses uses,
        TimeProvider time,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var snapshot = catalog.Current;
        var now = time.GetUtcNow();
        var within = AdminAccess.ReachOf(http);
        var retiring = ModelsInReach.List(snapshot, governance.Current, within).Where(m => snapshot.RetirementOf(m.Id) is not null);
        static string Key(Model m, ModelsSnapshot s) => $"{s.RetirementOf(m.Id)!.Date:yyyy-MM-dd} {m.Name}";
        var page = ModelEndpoints.PageOf(retiring, m => Key(m, snapshot), limit, cursor);
        var lines = new List<RetirementLine>();
        foreach (var model in page.Items)
        {
            var end = snapshot.RetirementOf(model.Id)!;
            var card = snapshot.CardOf(model.Id).Card.Retirement!;
            lines.Add(
                new RetirementLine(
                    model.Name,
                    model.Id,
                    model.State,
                    end.Date,
                    end.DaysLeft(now),
                    card.Source,
                    card.Replacement,
                    await uses.OfAsync(model.Name, within, ct)
                )
            );
        }
        return TypedResults.Ok(new Page<RetirementLine>(lines, page.Next));
    }
}
