using Portico.Models.Approval;
using Portico.Providers;

namespace Portico.Models;

/// <summary>A provider account: where it is and how to reach it. The credential is not in it.</summary>
public sealed record Connection
{
    public required ConnectionId Id { get; init; }

    /// <summary>Unique; shown in records and used to tell equal model names apart.</summary>
    public required string Name { get; init; }

    /// <summary>The protocol: openai, azure-openai, anthropic, bedrock, sagemaker, gemini, vertex, cohere, oci, sim.</summary>
    public required string Family { get; init; }

    /// <summary>The data row with defaults and quirks of an OpenAI-compatible server (groq, ollama …), or null.</summary>
    public string? Preset { get; init; }
    public required Uri BaseUrl { get; init; }
    public bool HasCredential { get; init; }
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Let it reach link-local and other special addresses, which are refused by default.</summary>
    public bool AllowSpecialAddresses { get; init; }
    public int ConnectMs { get; init; } = 5_000;
    public int FirstByteMs { get; init; } = 120_000;
    public int IdleMs { get; init; } = 60_000;

    /// <summary>Where it processes what is sent, as eu, us-east-1 …; null = as the model's card says.</summary>
    public string? Region { get; init; }

    /// <summary>Whether the provider trains on what this account sends; null = as the model's card says.</summary>
    public bool? TrainsOnData { get; init; }

    /// <summary>The longest that the provider keeps what this account sends, 0 = not at all; null = as the model's card says.</summary>
    public int? RetentionDays { get; init; }

    /// <summary>Calls that need the Responses API of the provider itself are passed to it: tools that it runs, and reasoning that it sealed.</summary>
    public bool Responses { get; init; }

    /// <summary>Lines of batches go to the provider's own batches, at its lower price.</summary>
    public bool ProviderBatches { get; init; }
    public bool Disabled { get; init; }

    /// <summary>Who made it: api, environment, found (a server on loopback), seed.</summary>
    public string Origin { get; init; } = "api";
    public long Version { get; init; }
}

/// <summary>An entry of the hub: what callers can name. Unknown facts are null.</summary>
public sealed record Model
{
    public required ModelId Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Tokens of input and output together.</summary>
    public int? ContextTokens { get; init; }
    public int? MaxOutputTokens { get; init; }

    /// <summary>The name by which tokens are counted, see TokenCounter; the model's own name by default.</summary>
    public required string TokenFamily { get; init; }
    public bool Embeddings { get; init; }
    public bool Disabled { get; init; }

    /// <summary>Whether anybody may call it; its decisions say who.</summary>
    public ModelState State { get; init; }
    public long Version { get; init; }
}

/// <summary>A model behind a connection, under the name that the provider has for it.</summary>
public sealed record Deployment(
    DeploymentId Id,
    ModelId ModelId,
    ConnectionId ConnectionId,
    string UpstreamModel,
    int Weight,
    bool Disabled,
    long Version
);

/// <summary>A price of a model with its span of validity. Never changed: a new version supersedes it.</summary>
public sealed record PriceRow(ModelId ModelId, Price Price, DateTimeOffset ValidFrom, DateTimeOffset? ValidUntil);

/// <summary>A deployment with everything an attempt needs, built with the snapshot. The credential is open in memory here and nowhere else.</summary>
public sealed class ResolvedDeployment
{
    readonly PriceRow[] prices; // newest version first

    internal ResolvedDeployment(
        Deployment deployment,
        Model model,
        Connection connection,
        ProviderConnection provider,
        ProviderFamily family,
        IEnumerable<PriceRow> prices
    )
    {
        (Deployment, Model, Connection, ProviderConnection, Family) = (deployment, model, connection, provider, family);
        this.prices = prices.OrderByDescending(p => p.Price.Version).ToArray();
        (DeploymentText, ConnectionText) = (deployment.Id.ToString(), connection.Id.ToString());
    }

    public Deployment Deployment { get; }
    public Model Model { get; }
    public Connection Connection { get; }
    public ProviderConnection ProviderConnection { get; }
    public ProviderFamily Family { get; }

    /// <summary>Calls of the Responses API can be passed to it as they are.</summary>
    public bool TakesResponses => Connection.Responses && Family.Responses is not null;

    /// <summary>The ids as texts, as every record needs them.</summary>
    public string DeploymentText { get; }
    public string ConnectionText { get; }

    /// <summary>The price in force at a time: the highest version whose span holds it; null = unpriced.</summary>
    public Price? PriceAt(DateTimeOffset time)
    {
        foreach (var row in prices)
            if (row.ValidFrom <= time && (row.ValidUntil is null || time < row.ValidUntil))
                return row.Price;
        return null;
    }
}
