using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance;
using Portico.Models.Approval;
using Portico.Observability;

namespace Portico.Models.Retirement;

/// <summary>The calendar of retirements on the management API.</summary>
static class RetirementEndpoints
{
    /// <summary>Who used a model in these days would be affected.</summary>
    static readonly TimeSpan Recent = TimeSpan.FromDays(30);

    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/models/retirements", List)
            .WithSummary("Announced retirements, the next first, with who used the model in the last 30 days");

    /// <summary>A workspace, key and route that used the model, with its calls. Names are null for what is no longer there.</summary>
    public sealed record AffectedUse(string WorkspaceId, string? Workspace, string KeyId, string? Key, string Route, long Calls);

    public sealed record RetirementLine(
        string Model,
        ModelId ModelId,
        ModelState State,
        DateOnly Date,
        int DaysLeft,
        string? Source,
        string? Replacement,
        IReadOnlyList<AffectedUse> Affected
    );

    static async Task<Ok<Page<RetirementLine>>> List(
        ModelsCatalog catalog,
        GovernanceCatalog governance,
        UsageReports usage,
        TimeProvider time,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var snapshot = catalog.Current;
        var now = time.GetUtcNow();
        var retiring = snapshot.Models.Where(m => snapshot.RetirementOf(m.Id) is not null);
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
                    await AffectedAsync(model.Name, governance.Current, usage, now, ct)
                )
            );
        }
        return TypedResults.Ok(new Page<RetirementLine>(lines, page.Next));
    }

    static async Task<IReadOnlyList<AffectedUse>> AffectedAsync(
        string model,
        GovernanceSnapshot governance,
        UsageReports usage,
        DateTimeOffset now,
        CancellationToken ct
    )
    {
        var lines = await usage.ReadAsync(
            new UsageQuery
            {
                FromUs = Micros.Of(now - Recent),
                ToUs = Micros.Of(now) + 60_000_000,
                GroupBy = ["workspace", "key", "route"],
                Where = new Dictionary<string, string>(StringComparer.Ordinal) { ["model"] = model },
            },
            ct
        );
        return lines
            .Select(l => new AffectedUse(
                l.Group["workspace"],
                WorkspaceId.TryParse(l.Group["workspace"], out var workspace)
                    ? governance.Workspaces.GetValueOrDefault(workspace)?.Name
                    : null,
                l.Group["key"],
                KeyId.TryParse(l.Group["key"], out var key) ? governance.Callers.GetValueOrDefault(key)?.Key.Name : null,
                l.Group["route"],
                l.Calls
            ))
            .ToList();
    }
}
