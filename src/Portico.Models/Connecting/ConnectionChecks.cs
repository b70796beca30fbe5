using Portico.Core.Chat;
using Portico.Models.Catalogue;
using Portico.Providers;

namespace Portico.Models.Connecting;

/// <summary>
/// A model that the provider offers, with what the catalogue of this build knows of it, and the id of the hub's model that is served there under this
/// name. Rates are list prices, decimal USD per million tokens.
/// </summary>
sealed record OfferedView(
    string Name,
    string? OwnedBy,
    int? ContextTokens,
    int? MaxOutputTokens,
    string? InputUsdPerMtok,
    string? OutputUsdPerMtok,
    string? Licence,
    DateOnly? RetiresOn,
    ModelId? ModelId
);

/// <summary>What came of asking a provider for its models. Code and problem are null where it works.</summary>
sealed record ConnectionCheck(bool Works, string? Code, string? Problem, long DurationMs, IReadOnlyList<OfferedView> Offered);

/// <summary>Asks providers what they offer, which also proves address and credential.</summary>
sealed class ConnectionChecks(ModelsCatalog catalog, ProviderRegistry families, HubService hub, TimeProvider time)
{
    /// <summary>A person waits: a connection may allow a model more time than this to answer.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Asks over a connection as it would be; keeps nothing.</summary>
    /// <exception cref="PorticoException">Its form is wrong: saving it would be refused with the same words.</exception>
    public async Task<ConnectionCheck> CheckAsync(Connection draft, Secret credential, CancellationToken ct)
    {
        var provider = hub.Prepare(draft, credential);
        provider = provider with
        {
            Timeouts = provider.Timeouts with
            {
                FirstByte = Shorter(provider.Timeouts.FirstByte),
                Idle = Shorter(provider.Timeouts.Idle),
                Overall = Patience,
            },
        };
        var begun = time.GetTimestamp();
        long Elapsed() => (long)time.GetElapsedTime(begun).TotalMilliseconds;
        if (families.Get(draft.Family).Models is not { } lister)
            return new ConnectionCheck(false, ErrorTable.UnsupportedByModel.Code, $"This provider has no list of models. {ByName}", 0, []);
        try
        {
            var offered = await lister.ListModelsAsync(provider, ct);
            return new ConnectionCheck(true, null, null, Elapsed(), offered.Select(m => View(m, draft, catalog.Current)).ToList());
        }
        catch (UpstreamException e)
        {
            return new ConnectionCheck(false, e.Kind.Code, e.Message, Elapsed(), []);
        }
    }

    static TimeSpan Shorter(TimeSpan given) => given < Patience ? given : Patience;

    /// <summary>What a saved connection offers.</summary>
    /// <exception cref="PorticoException">The provider does not say.</exception>
    public async Task<IReadOnlyList<OfferedView>> OfferedAsync(Connection connection, CancellationToken ct)
    {
        var lister =
            families.Get(connection.Family).Models
            ?? throw new PorticoException(ErrorTable.InvalidRequest, $"This provider has no list of models. {ByNameAt(connection)}");
        try
        {
            var offered = await lister.ListModelsAsync(catalog.Current.ProviderOf(connection.Id), ct);
            return offered.Select(m => View(m, connection, catalog.Current)).ToList();
        }
        catch (UpstreamException e)
        {
            throw new PorticoException(e.Kind, $"{e.Message} {ByNameAt(connection)}", inner: e);
        }
    }

    const string ByName = "The list is not needed to add a model: give its name.";

    /// <summary>What the list is for works without it.</summary>
    static string ByNameAt(Connection connection) =>
        $"The list is not needed to add a model: give its name, as 'portico models add NAME --connection {connection.Name}'.";

    static OfferedView View(OfferedModel offered, Connection connection, ModelsSnapshot snapshot)
    {
        var shipped = ShippedCatalogue.Find(offered.Name);
        var card = CardCatalogue.Of(offered.Name, [connection.BaseUrl.Host]);
        var (window, output) = CardCatalogue.BoundsOf(offered.Name);
        return new OfferedView(
            offered.Name,
            offered.OwnedBy,
            offered.ContextTokens ?? window,
            output,
            shipped?.Usd.Input,
            shipped?.Usd.Output,
            card.Licence?.Id ?? card.Licence?.Name,
            card.Retirement?.Date,
            snapshot
                .Deployments.FirstOrDefault(d => d.Connection.Id == connection.Id && d.Deployment.UpstreamModel == offered.Name)
                ?.Model.Id
        );
    }
}
