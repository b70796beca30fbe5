using Microsoft.Extensions.Configuration;
using Portico.Core.Chat;
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

    sealed record Source(string Name, string Family, string? Preset, string Url, Secret? Credential, string Origin, string HowTo);

    readonly OnboardingOptions options =
        configuration.GetSection(OnboardingOptions.Section).Get<OnboardingOptions>() ?? new OnboardingOptions();

    /// <param name="ownPort">The port we listen on, so that we do not find ourselves.</param>
    /// <param name="ct">Ends the look.</param>
    public async Task<IReadOnlyList<OnboardingLine>> RunAsync(int ownPort, CancellationToken ct)
    {
        var looks = await Task.WhenAll(Sources(ownPort).Select(s => LookAsync(s, ct)));
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

    IEnumerable<Source> Sources(int ownPort)
    {
        if (options.Simulated)
            yield return new Source("sim", "sim", null, "http://simulated.invalid/", null, "seed", "");
        if (options.FromEnvironment)
            foreach (var source in EnvironmentSources())
                yield return source;
        if (!options.FromLoopback)
            yield break;
        (string Name, string Preset, int Port)[] servers =
        [
            ("ollama", "ollama", 11434),
            ("lm-studio", "lm-studio", 1234),
            ("llama-server", "llama-server", 8080),
            ("llama-server-8081", "llama-server", 8081),
            ("vllm", "vllm", 8000),
        ];
        foreach (var (name, preset, port) in servers.Where(s => s.Port != ownPort))
            yield return new Source(
                name,
                "openai",
                preset,
                $"http://127.0.0.1:{port}/v1",
                null,
                "found",
                $"nothing listens on 127.0.0.1:{port}"
            );
    }

    IEnumerable<Source> EnvironmentSources()
    {
        Secret? Key(string name) => configuration[name] is { Length: > 0 } value ? new Secret(value.Trim()) : null;
        yield return new Source(
            "openai",
            "openai",
            null,
            configuration["OPENAI_BASE_URL"] ?? "https://api.openai.com/v1",
            Key("OPENAI_API_KEY"),
            "environment",
            "set OPENAI_API_KEY"
        );
        var endpoint = configuration["AZURE_OPENAI_ENDPOINT"];
        yield return new Source(
            "azure-openai",
            "azure-openai",
            null,
            endpoint ?? "",
            endpoint is null ? null : Key("AZURE_OPENAI_API_KEY") ?? Key("AZURE_OPENAI_KEY"),
            "environment",
            "set AZURE_OPENAI_ENDPOINT and AZURE_OPENAI_API_KEY"
        );
        yield return new Source(
            "anthropic",
            "anthropic",
            null,
            configuration["ANTHROPIC_BASE_URL"] ?? "https://api.anthropic.com",
            Key("ANTHROPIC_API_KEY"),
            "environment",
            "set ANTHROPIC_API_KEY"
        );
    }

    sealed record Look(Source Source, IReadOnlyList<OfferedModel>? Models, string? Problem);

    async Task<Look> LookAsync(Source source, CancellationToken ct)
    {
        if (source.Origin == "environment" && source.Credential is null)
            return new Look(source, null, source.HowTo);
        if (!Uri.TryCreate(source.Url, UriKind.Absolute, out var url))
            return new Look(source, null, $"'{source.Url}' is not an address");
        var wait = source.Origin == "found" ? options.ProbeMs : Math.Max(options.ProbeMs, 5_000);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromMilliseconds(wait));
        try
        {
            var provider = new ProviderConnection(default, source.Family, source.Preset, url, source.Credential ?? new Secret(""))
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
            return new Look(source, null, e.Status == 0 ? source.HowTo : $"{source.Url} answered {e.Status}");
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
            await ConnectAsync(look.Source, look.Models, ct);
            lines.Add(
                new OnboardingLine(
                    look.Source.Name,
                    true,
                    $"{look.Models.Count} models {(look.Source.Family == "sim" ? "simulated on this machine, with prices" : "at " + look.Source.Url)}"
                )
            );
        }
        return lines;
    }

    async Task ConnectAsync(Source source, IReadOnlyList<OfferedModel> offered, CancellationToken ct)
    {
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
        await hub.AddAsync(connections, models, deployments, prices, ct);
    }

    /// <summary>The hub's entry for an offered model, new or null when an equal one exists, and its first prices.</summary>
    (Model? Model, IReadOnlyList<PriceRow> Prices) Card(Source source, OfferedModel offer, ModelsSnapshot snapshot)
    {
        var shipped = ShippedCatalogue.Find(offer.Name);
        // The same commercial model at two accounts is one model with two deployments; a local server's is its own.
        var shared = source.Origin == "environment" && snapshot.FindModel(offer.Name) is not null;
        if (shared)
            return (null, []);
        var name =
            source.Family == "sim" ? "sim/" + offer.Name
            : snapshot.FindModel(offer.Name) is null ? offer.Name
            : $"{source.Name}/{offer.Name}";
        if (snapshot.FindModel(name) is not null)
            name = $"{source.Name}/{name}";
        var isSim = source.Family == "sim";
        var model = new Model
        {
            Id = ModelId.New(time),
            Name = name,
            ContextTokens = offer.ContextTokens ?? (isSim ? 128_000 : shipped?.ContextTokens),
            MaxOutputTokens = shipped?.MaxOutputTokens,
            TokenFamily = isSim ? "sim" : offer.Name,
            Embeddings = shipped?.Embeddings ?? offer.Name.Contains("embed", StringComparison.OrdinalIgnoreCase),
        };
        return (model, FirstPrices(source, shipped, model));
    }

    IReadOnlyList<PriceRow> FirstPrices(Source source, ShippedModel? shipped, Model model) =>
        (source.Origin, source.Family) switch
        {
            (_, "sim") => [Fixed(model, SimRates, "simulated price")],
            ("found", _) => [Fixed(model, new TokenRates { Input = 0, Output = 0 }, "local server: no charge")],
            _ when shipped is not null => ShippedCatalogue.PricesOf(shipped, model.Id, time),
            _ => [],
        };

    PriceRow Fixed(Model model, TokenRates rates, string source) =>
        new(
            model.Id,
            new Price
            {
                Id = PriceId.New(time),
                Version = 1,
                Rates = rates,
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
}
