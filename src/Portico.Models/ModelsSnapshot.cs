using System.Collections.Frozen;
using System.Security.Cryptography;
using Portico.Governance.Keys;
using Portico.Governance.Policy;
using Portico.Models.Approval;
using Portico.Models.Cards;
using Portico.Models.Catalogue;
using Portico.Models.Retirement;
using Portico.Models.Rules;
using Portico.Providers;

namespace Portico.Models;

/// <summary>The hub as calls need it, immutable.</summary>
public sealed class ModelsSnapshot
{
    readonly FrozenDictionary<string, Model> byName;
    readonly FrozenDictionary<ModelId, IReadOnlyList<ResolvedDeployment>> byModel;
    readonly FrozenDictionary<DeploymentId, ResolvedDeployment> byId;
    readonly FrozenDictionary<PriceId, Price> pricesById;
    readonly ILookup<ModelId, PriceRow> pricesByModel;
    readonly Dictionary<ConnectionId, ProviderConnection> providers;
    readonly FrozenDictionary<ModelId, StoredCard> cards;
    readonly FrozenDictionary<DeploymentId, ModelCard> facts;
    readonly FrozenDictionary<ConnectionId, int> keptInBatches;
    readonly FrozenDictionary<ModelId, ModelAccess> accesses;
    readonly FrozenDictionary<ModelId, ModelRetirement> retirements;

    internal ModelsSnapshot(long version, ModelRows rows, ProviderRegistry families, Box box)
    {
        Version = version;
        Rules = rows.Rules;
        Connections = rows.Connections.Select(c => c.Connection).ToFrozenDictionary(c => c.Id);
        accesses = rows.Models.ToFrozenDictionary(m => m.Id, m => new ModelAccess(rows.Decisions[m.Id]));
        Models = rows.Models.Select(m => m with { State = accesses[m.Id].State }).ToList();
        Prices = rows.Prices;
        pricesById = rows.Prices.ToFrozenDictionary(p => p.Price.Id, p => p.Price);
        byName = Models.ToFrozenDictionary(m => m.Name, StringComparer.Ordinal);
        var models = Models.ToDictionary(m => m.Id);
        pricesByModel = rows.Prices.ToLookup(p => p.ModelId);
        providers = rows.Connections.ToDictionary(c => c.Connection.Id, c => Resolve(c, box));
        var resolved = rows
            .Deployments.Select(d => new ResolvedDeployment(
                d,
                models[d.ModelId],
                Connections[d.ConnectionId],
                providers[d.ConnectionId],
                families.Get(Connections[d.ConnectionId].Family),
                pricesByModel[d.ModelId]
            ))
            .ToList();
        var deploymentsOf = resolved.ToLookup(d => d.Model.Id);
        cards = rows.Models.ToFrozenDictionary(m => m.Id, m => rows.Cards.GetValueOrDefault(m.Id) ?? FromCatalogue(m, deploymentsOf[m.Id]));
        retirements = cards
            .Where(c => c.Value.Card.Retirement is not null)
            .ToFrozenDictionary(c => c.Key, c => new ModelRetirement(c.Value.Card.Retirement!));
        keptInBatches = Connections
            .Values.Where(c => c.ProviderBatches)
            .ToFrozenDictionary(c => c.Id, c => families.Get(c.Family).Batches?.KeptDays(providers[c.Id]) ?? DataFacts.NoEnd);
        facts = resolved.ToFrozenDictionary(d => d.Deployment.Id, d => FactsAt(d.Connection, cards[d.Model.Id].Card));
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

    /// <summary>The price of a model in force at a time: the highest version whose span holds it; null = unpriced.</summary>
    internal Price? PriceOf(ModelId model, DateTimeOffset time) =>
        pricesByModel[model]
            .Where(p => p.ValidFrom <= time && (p.ValidUntil is null || time < p.ValidUntil))
            .MaxBy(p => p.Price.Version)
            ?.Price;

    /// <summary>Who may call a model.</summary>
    public ModelAccess AccessOf(ModelId model) => accesses[model];

    /// <summary>The rules of all organisations.</summary>
    internal RuleBook Rules { get; }

    /// <summary>Some organisation has rules: whether a model may be called depends on whose caller asks.</summary>
    public bool HasRules => Rules.All.Count > 0;

    /// <summary>Some rule is for this key alone.</summary>
    public bool HasRulesOf(KeyId key) => Rules.Names(key);

    /// <summary>
    /// The rule that a deployment breaks for somebody and a purpose: whose rule it is (organisation, workspace, key), and the rule with the fact that breaks
    /// it, in words. Null when it keeps all.
    /// </summary>
    public (string Whose, string Rule)? BreachOf(ResolvedDeployment deployment, RuleAudience whom, Purpose purpose) =>
        Rules.Find(whom, purpose, FactsOf(deployment)) is { } breach ? (breach.Rule.Whose, breach + At(deployment)) : null;

    /// <summary>The demand that a deployment does not meet, with the fact, in words; null when it meets all.</summary>
    public string? Unmet(ResolvedDeployment deployment, DataDemands demands) =>
        demands.UnmetBy(FactsOf(deployment)) is { } unmet ? unmet + At(deployment) : null;

    /// <summary>The first line of a policy that a deployment breaks: the line, the value that it does not allow, and why, in words. Null when it keeps all.</summary>
    public (string Line, string? Value, string Why)? PolicyBreachOf(ResolvedDeployment deployment, CompiledPolicy policy) =>
        policy.Narrows ? PolicyFacts.BreachOf(deployment, FactsOf(deployment), policy) : null;

    /// <summary>What holds of a deployment: the terms of its connection before those of its model's card.</summary>
    internal ModelCard FactsOf(ResolvedDeployment deployment) => facts[deployment.Deployment.Id];

    /// <summary>What would hold of a model behind a connection.</summary>
    internal ModelCard FactsAt(Connection connection, ModelCard card) =>
        DataFacts.Of(connection, card, keptInBatches.GetValueOrDefault(connection.Id));

    /// <summary>The fact may be the connection's: it is named.</summary>
    static string At(ResolvedDeployment d) =>
        d.Connection is { Region: null, TrainsOnData: null, RetentionDays: null, ProviderBatches: false }
            ? ""
            : $" at connection {d.Connection.Name}";

    /// <summary>What holds of a model wherever it is deployed; its card alone where it is not.</summary>
    internal IReadOnlyList<ModelCard> FactsOf(ModelId model) =>
        DeploymentsOf(model) is { Count: > 0 } some ? some.Select(FactsOf).ToList() : [cards[model].Card];

    /// <summary>The announced end of a model, null when none is known.</summary>
    public ModelRetirement? RetirementOf(ModelId model) => retirements.GetValueOrDefault(model);

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
    static Secret Open(Connection connection, string credential, Box box)
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

    static ProviderConnection Resolve(ConnectionRow row, Box box) =>
        ProviderOf(row.Connection, row.Credential is null ? new Secret("") : Open(row.Connection, row.Credential, box));

    /// <summary>A connection with its credential, as an attempt uses it.</summary>
    internal static ProviderConnection ProviderOf(Connection c, Secret credential) =>
        new(c.Id, c.Family, c.Preset, c.BaseUrl, credential)
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
