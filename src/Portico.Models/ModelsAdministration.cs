using Portico.Models.Approval;

namespace Portico.Models;

/// <summary>What the seeds may set up in the hub without HTTP.</summary>
public sealed class ModelsAdministration(HubService hub, TimeProvider time)
{
    /// <summary>A simulated connection with approved models at these prices, valid since ever: what a scenario calls. The names must be free.</summary>
    public Task AddSimulatedAsync(string connection, IReadOnlyList<(Model Draft, Price Price)> models, CancellationToken ct)
    {
        var behind = new Connection
        {
            Id = ConnectionId.New(time),
            Name = connection,
            Family = "sim",
            BaseUrl = new Uri("http://simulated.invalid/"),
            Origin = "seed",
        };
        var made = models.Select(m => (Model: m.Draft with { Id = ModelId.New(time) }, m.Price)).ToList();
        return hub.AddAsync(
            [(behind, null)],
            made.Select(m => m.Model).ToList(),
            made.Select(m => new Deployment(DeploymentId.New(time), m.Model.Id, behind.Id, m.Model.Name, 1, false, 1)).ToList(),
            made.Select(m => new PriceRow(m.Model.Id, m.Price with { Id = PriceId.New(time), Version = 1 }, DateTimeOffset.UnixEpoch, null))
                .ToList(),
            made.Select(m => new ModelDecision
                {
                    ModelId = m.Model.Id,
                    State = ModelState.Approved,
                    DecidedBy = "seed",
                    Reason = "It is simulated.",
                })
                .ToList(),
            ct
        );
    }
}
