using Portico.Governance.Risks;
using Portico.Models.Approval;

namespace Portico.Models;

/// <summary>Whether the models that a level may call have a price now. One without is called unpriced, and only where no budget of money applies.</summary>
sealed class PriceCheck(ModelsCatalog catalog) : IControlCheck
{
    public string Control => "price_book";

    public ValueTask<ControlFinding> CheckAsync(ControlPlace at, CancellationToken ct)
    {
        var (models, workspaces) = (catalog.Current, at.Workspaces.Select(w => w.Id).ToList());
        var called = models
            .Models.Where(m =>
                models.DeploymentsOf(m.Id).Count > 0 && workspaces.Exists(w => All.Any(p => models.AccessOf(m.Id).Allows(w, p)))
            )
            .ToList();
        return ValueTask.FromResult(
            called.Count == 0
                ? ControlFinding.Absent("No model may be called here.")
                : ControlFinding.Share(
                    called.Count(m => models.PriceOf(m.Id, at.Now) is not null),
                    called.Count,
                    "models that may be called here have a price"
                )
        );
    }

    static readonly Purpose[] All = Enum.GetValues<Purpose>();
}
