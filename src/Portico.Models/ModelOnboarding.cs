using Microsoft.Extensions.Configuration;
using Portico.Core.Chat;
using Portico.Models.Approval;
using Portico.Models.Catalogue;
using Portico.Providers;
using Portico.Storage;

namespace Portico.Models;

/// <summary>
/// Connects what the environment and this machine offer, so that models are callable at the first start. Repeating it adds only what is
/// new: what an administrator changed or switched off stays so.
/// </summary>
public sealed class ModelOnboarding(
    HubService hub,
    ModelsCatalog catalog,
    ProviderRegistry families,
    IConfiguration configuration,
    LeaseStore leases,
    TimeProvider time
)
{
    static readonly TimeSpan Turn = TimeSpan.FromSeconds(20);

    readonly OnboardingOptions options =
        configuration.GetSection(OnboardingOptions.Section).Get<OnboardingOptions>() ?? new OnboardingOptions();

    /// <param name="ownPort">The port we listen on, so that we do not find ourselves.</param>
    /// <param name="ct">Ends the look.</param>
    public async Task<IReadOnlyList<OnboardingLine>> RunAsync(int ownPort, CancellationToken ct)
    {
        var looks = await Task.WhenAll(new OnboardingSources(configuration, options).All(ownPort).Select(s => LookAsync(s, ct)));
        // Nodes that start together take turns: each then sees what the one before it connected.
        var lease = await TakeTurnAsync(ct);
        try
        {
            await catalog.RefreshAsync(ct);
            return await ConnectAllAsync(looks, ct);
        }
        finally
        {
            await leases.ReleaseAsync(lease, CancellationToken.None);
        }
    }

    async Task<Lease> TakeTurnAsync(CancellationToken ct)
    {
        for (var begun = time.GetTimestamp(); ; await Task.Delay(TimeSpan.FromMilliseconds(50), time, ct))
        {
            if (await leases.TryAcquireAsync("models-onboarding", Turn, ct) is { } lease)
                return lease;
            if (time.GetElapsedTime(begun) > 2 * Turn)
                throw new PorticoException(ErrorTable.StorageUnavailable, "Another node has been connecting models for 40 s. Start again.");
        }
    }

    sealed record Look(OnboardingSource Source, IReadOnlyList<OfferedModel>? Models, string? Problem);

    async Task<Look> LookAsync(OnboardingSource source, CancellationToken ct)
    {
        if (source.Origin == "environment" && source.Credential is null)
            return new Look(source, null, source.HowTo);
        if (source.Problem is { } problem)
            return new Look(source, null, problem);
        var wait = source.Origin == "found" ? options.ProbeMs : Math.Max(options.ProbeMs, 5_000);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromMilliseconds(wait));
        try
        {
            var provider = new ProviderConnection(
                default,
                source.Family,
                source.Preset,
                new Uri(source.Url),
                source.Credential ?? new Secret("")
            )
            {
                Timeouts = new ProviderTimeouts(
                    TimeSpan.FromMilliseconds(wait),
                    TimeSpan.FromMilliseconds(wait),
                    TimeSpan.FromMilliseconds(wait),
                    null
                ),
            };
            return new Look(source, await families.Get(source.Family).Models!.ListModelsAsync(provider, limit.Token), null);
        }
        catch (UpstreamException e) when (source.Origin == "found")
        {
            return new Look(source, null, e.Status == 0 ? source.HowTo : $"{source.Url} answered {e.Status}: not connected");
        }
        catch (UpstreamException e)
        {
            return new Look(source, null, e.Message);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new Look(source, null, source.Origin == "found" ? source.HowTo : $"{source.Url} did not answer within {wait} ms");
        }
    }

    async Task<IReadOnlyList<OnboardingLine>> ConnectAllAsync(IReadOnlyList<Look> looks, CancellationToken ct)
    {
        var lines = new List<OnboardingLine>();
        foreach (var look in looks)
        {
            if (look.Models is null)
            {
                lines.Add(new OnboardingLine(look.Source.Name, false, look.Problem!));
                continue;
            }
            var renewed = await ConnectAsync(look.Source, look.Models, ct);
            lines.Add(
                new OnboardingLine(look.Source.Name, true, Say(look) + (renewed ? ", with the environment's new address or key" : ""))
            );
        }
        return lines;
    }

    string Say(Look look)
    {
        if (look.Source.Family == InProcessFamilies.Portico)
            return $"{look.Models!.Count} model of this node, without charge";
        if (look.Source.Family == InProcessFamilies.Simulated)
            return $"{look.Models!.Count} models simulated on this machine, with prices";
        var now = time.GetUtcNow();
        var served = catalog.Current.Deployments.Where(d => d.Connection.Name == look.Source.Name).ToList();
        var unpriced = served.Count(d => d.PriceAt(now) is null);
        var waiting = served.Count(d => d.Model.State == ModelState.Quarantined);
        return $"{look.Models!.Count} models at {look.Source.Url}"
            + (unpriced > 0 ? $"; {unpriced} without a price, refused where a money budget applies" : "")
            + (waiting > 0 ? $"; {waiting} in quarantine until approved" : "");
    }

    /// <returns>Whether a connection that came from the environment was brought to what the environment says now.</returns>
    async Task<bool> ConnectAsync(OnboardingSource source, IReadOnlyList<OfferedModel> offered, CancellationToken ct)
    {
        var renewed = await RenewAsync(source, ct);
        var snapshot = catalog.Current;
        var connections = new List<(Connection, Secret?)>();
        var connection = snapshot.Connections.Values.FirstOrDefault(c => c.Name == source.Name);
        if (connection is null)
        {
            connection = new Connection
            {
                Id = ConnectionId.New(time),
                Name = source.Name,
                Family = source.Family,
                Preset = source.Preset,
                BaseUrl = new Uri(source.Url),
                Origin = source.Origin,
            };
            connections.Add((connection, source.Credential));
        }
        var known = snapshot
            .Deployments.Where(d => d.Connection.Id == connection.Id)
            .Select(d => d.Deployment.UpstreamModel)
            .ToHashSet(StringComparer.Ordinal);
        var models = new List<Model>();
        var deployments = new List<Deployment>();
        var prices = new List<PriceRow>();
        foreach (var offer in offered.Where(o => known.Add(o.Name) && o.Name.Length <= 256 && !o.Name.Any(char.IsWhiteSpace)))
        {
            var (model, first) = Card(source, offer, snapshot);
            if (model is not null)
                models.Add(model);
            var id = model?.Id ?? snapshot.FindModel(offer.Name)!.Id;
            deployments.Add(new Deployment(DeploymentId.New(time), id, connection.Id, offer.Name, 1, false, 1));
            prices.AddRange(first);
        }
        await hub.AddAsync(connections, models, deployments, prices, models.SelectMany(m => FirstDecision(source, m)).ToList(), ct);
        return renewed;
    }

    /// <summary>What came from the environment follows it, until an administrator gives it an address or a credential.</summary>
    async Task<bool> RenewAsync(OnboardingSource source, CancellationToken ct)
    {
        var snapshot = catalog.Current;
        var known = snapshot.Connections.Values.FirstOrDefault(c => c.Name == source.Name && c.Origin == "environment");
        if (known is null || source.Origin != "environment")
            return false;
        var url = new Uri(source.Url);
        if (known.BaseUrl == url && snapshot.ProviderOf(known.Id).Credential.Equals(source.Credential))
            return false;
        await hub.ChangeConnectionAsync(known with { BaseUrl = url }, source.Credential, ct);
        return true;
    }

    /// <summary>The hub's entry for an offered model, new or null when an equal one exists, and its first prices.</summary>
    (Model? Model, IReadOnlyList<PriceRow> Prices) Card(OnboardingSource source, OfferedModel offer, ModelsSnapshot snapshot)
    {
        var shipped = ShippedCatalogue.Find(offer.Name);
        // The same commercial model at two accounts is one model with two deployments; a local server's is its own.
        var shared = source.Origin == "environment" && snapshot.FindModel(offer.Name) is not null;
        if (shared)
            return (null, []);
        var name =
            InProcessFamilies.Has(source.Family) ? $"{source.Family}/{offer.Name}"
            : snapshot.FindModel(offer.Name) is null ? offer.Name
            : $"{source.Name}/{offer.Name}";
        if (snapshot.FindModel(name) is not null)
            name = $"{source.Name}/{name}";
        var isSim = source.Family == InProcessFamilies.Simulated;
        var model = new Model
        {
            Id = ModelId.New(time),
            Name = name,
            ContextTokens = offer.ContextTokens ?? (isSim ? 128_000 : CardCatalogue.BoundsOf(offer.Name).ContextTokens),
            MaxOutputTokens = shipped?.MaxOutputTokens,
            TokenFamily = isSim ? "sim" : offer.Name,
            Embeddings = shipped?.Embeddings ?? offer.Name.Contains("embed", StringComparison.OrdinalIgnoreCase),
        };
        return (model, FirstPrices(source, shipped, model));
    }

    /// <summary>What the start finds can be called at once, unless an administrator wants to look first.</summary>
    IEnumerable<ModelDecision> FirstDecision(OnboardingSource source, Model model) =>
        source.Origin == "seed" || options.ApproveFound
            ?
            [
                new ModelDecision
                {
                    ModelId = model.Id,
                    State = ModelState.Approved,
                    DecidedBy = "start",
                    Reason = source.Origin switch
                    {
                        "seed" when source.Family == InProcessFamilies.Portico => "It comes with the product.",
                        "seed" => "It is simulated.",
                        "environment" => $"Found at the start: the environment has a key of {source.Name}.",
                        _ => $"Found at the start on this machine: {source.Name}.",
                    },
                },
            ]
            : [];

    IReadOnlyList<PriceRow> FirstPrices(OnboardingSource source, ShippedModel? shipped, Model model) =>
        (source.Origin, source.Family) switch
        {
            (_, InProcessFamilies.Portico) => [Fixed(model, FreeRates, FreeUnits, "this node's own: no charge")],
            (_, InProcessFamilies.Simulated) => [Fixed(model, SimRates, SimUnits, "simulated price")],
            ("found", _) => [Fixed(model, FreeRates, FreeUnits, "local server: no charge")],
            _ when shipped is not null => ShippedCatalogue.PricesOf(shipped, model.Id, time),
            _ => [],
        };

    PriceRow Fixed(Model model, TokenRates rates, UnitRates units, string source) =>
        new(
            model.Id,
            new Price
            {
                Id = PriceId.New(time),
                Version = 1,
                Rates = rates,
                Units = units,
                Source = source,
            },
            DateTimeOffset.UnixEpoch,
            null
        );

    /// <summary>1 USD per million input tokens, 2 USD per million output tokens: easy to check by hand.</summary>
    static readonly TokenRates SimRates = new()
    {
        Input = NanoUsd.PerUsd,
        CacheRead = NanoUsd.PerUsd / 10,
        Output = 2 * NanoUsd.PerUsd,
    };

    /// <summary>0.002 USD a search, 15 USD a million characters, 0.006 USD a minute, 0.04 USD an image.</summary>
    static readonly UnitRates SimUnits = new()
    {
        Search = NanoUsd.PerUsd / 500,
        MillionCharacters = 15 * NanoUsd.PerUsd,
        AudioMinute = NanoUsd.PerUsd * 6 / 1_000,
        Image = new Dictionary<string, long>(StringComparer.Ordinal) { ["*"] = NanoUsd.PerUsd / 25 },
    };

    static readonly TokenRates FreeRates = new()
    {
        Input = 0,
        Output = 0,
        AudioInput = 0,
        AudioOutput = 0,
        ImageInput = 0,
        ImageOutput = 0,
    };

    static readonly UnitRates FreeUnits = new()
    {
        Search = 0,
        MillionCharacters = 0,
        AudioMinute = 0,
        Image = new Dictionary<string, long>(StringComparer.Ordinal) { ["*"] = 0 },
    };
}
