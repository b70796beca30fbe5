using System.Collections.Frozen;
using System.Security.Cryptography;
using Portico.Governance.Keys;
using Portico.Models.Approval;
using Portico.Models.Cards;
using Portico.Models.Catalogue;
using Portico.Providers;

namespace Portico.Models;

/// <summary>The hub as calls need it, immutable.</summary>
public sealed class ModelsSnapshot
{
    readonly FrozenDictionary<string, Model> byName;
    readonly FrozenDictionary<ModelId, IReadOnlyList<ResolvedDeployment>> byModel;
    readonly FrozenDictionary<DeploymentId, ResolvedDeployment> byId;
    readonly FrozenDictionary<PriceId, Price> pricesById;
    readonly Dictionary<ConnectionId, ProviderConnection> providers;
    readonly FrozenDictionary<ModelId, StoredCard> cards;
    readonly FrozenDictionary<ModelId, ModelAccess> accesses;

    internal ModelsSnapshot(long version, ModelRows rows, ProviderRegistry families, SealedBox box)
    {
        Version = version;
        Connections = rows.Connections.Select(c => c.Connection).ToFrozenDictionary(c => c.Id);
        accesses = rows.Models.ToFrozenDictionary(m => m.Id, m => new ModelAccess(rows.Decisions[m.Id]));
        Models = rows.Models.Select(m => m with { State = accesses[m.Id].State }).ToList();
        Prices = rows.Prices;
        pricesById = rows.Prices.ToFrozenDictionary(p => p.Price.Id, p => p.Price);
        byName = Models.ToFrozenDictionary(m => m.Name, StringComparer.Ordinal);
        var models = Models.ToDictionary(m => m.Id);
        var prices = rows.Prices.ToLookup(p => p.ModelId);
        providers = rows.Connections.ToDictionary(c => c.Connection.Id, c => Resolve(c, box));
        var resolved = rows
            .Deployments.Select(d => new ResolvedDeployment(
                d,
                models[d.ModelId],
                Connections[d.ConnectionId],
                providers[d.ConnectionId],
                families.Get(Connections[d.ConnectionId].Family),
                prices[d.ModelId]
            ))
            .ToList();
        var deploymentsOf = resolved.ToLookup(d => d.Model.Id);
        cards = rows.Models.ToFrozenDictionary(m => m.Id, m => rows.Cards.GetValueOrDefault(m.Id) ?? FromCatalogue(m, deploymentsOf[m.Id]));
        byId = resolved.ToFrozenDictionary(d => d.Deployment.Id);
        byModel = resolved.GroupBy(d => d.Model.Id).ToFrozenDictionary(g => g.Key, g => (IReadOnlyList<ResolvedDeployment>)g.ToList());
    }

    public long Version { get; }
    public IReadOnlyList<Model> Models { get; }
    public IReadOnlyList<PriceRow> Prices { get; }

    /// <summary>A version of a price; null when the book does not have it.</summary>
    public Price? FindPrice(PriceId id, long version) =>
        pricesById.GetValueOrDefault(id) is { } price && price.Version == version ? price : null;

    public FrozenDictionary<ConnectionId, Connection> Connections { get; }
    public IEnumerable<ResolvedDeployment> Deployments => byId.Values;

    public Model? FindModel(string name) => byName.GetValueOrDefault(name);

    public IReadOnlyList<ResolvedDeployment> DeploymentsOf(ModelId model) => byModel.GetValueOrDefault(model) ?? [];

    public ResolvedDeployment? FindDeployment(DeploymentId id) => byId.GetValueOrDefault(id);

    /// <summary>Who may call a model.</summary>
    public ModelAccess AccessOf(ModelId model) => accesses[model];

    /// <summary>The card that was entered, else what the catalogue knows, as version 0.</summary>
    internal StoredCard CardOf(ModelId model) => cards[model];

    static StoredCard FromCatalogue(Model model, IEnumerable<ResolvedDeployment> deployments) =>
        new(
            CardCatalogue.Of(model.Name, deployments.Select(d => d.Connection.BaseUrl.Host).ToHashSet(StringComparer.OrdinalIgnoreCase)),
            0,
            "",
            default
        );

    internal ProviderConnection ProviderOf(ConnectionId connection) => providers[connection];

    /// <exception cref="CryptographicException">Another master key is loaded than the one it was sealed under.</exception>
    static Secret Open(Connection connection, string credential, SealedBox box)
    {
        try
        {
            return box.OpenText(credential, connection.Id.ToString());
        }
        catch (CryptographicException e)
        {
            throw new CryptographicException($"The credential of connection '{connection.Name}' cannot be opened. {e.Message}", e);
        }
    }

    static ProviderConnection Resolve(ConnectionRow row, SealedBox box)
    {
        var c = row.Connection;
        var credential = row.Credential is null ? new Secret("") : Open(c, row.Credential, box);
        return new ProviderConnection(c.Id, c.Family, c.Preset, c.BaseUrl, credential)
        {
            Headers = c.Headers.ToList(),
            AllowSpecialAddresses = c.AllowSpecialAddresses,
            Timeouts = new ProviderTimeouts(
                TimeSpan.FromMilliseconds(c.ConnectMs),
                TimeSpan.FromMilliseconds(c.FirstByteMs),
                TimeSpan.FromMilliseconds(c.IdleMs),
                null
            ),
        };
    }
}
