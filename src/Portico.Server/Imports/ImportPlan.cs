namespace Portico.Server.Imports;

/// <summary>What an import would make. Connections are named by their place in the list; everything else by the name that it gets.</summary>
sealed class ImportPlan
{
    public List<PlannedConnection> Connections { get; } = [];
    public List<PlannedModel> Models { get; } = [];
    public List<PlannedRoute> Routes { get; } = [];
    public List<PlannedWorkspace> Workspaces { get; } = [];
    public List<PlannedPerson> People { get; } = [];
    public List<PlannedKey> Keys { get; } = [];

    /// <summary>What is taken otherwise than it was, and how.</summary>
    public List<string> Changed { get; } = [];

    /// <summary>What is not taken, and why.</summary>
    public List<string> NotTaken { get; } = [];
}

sealed record PlannedConnection(
    string Name,
    string Family,
    string? Preset,
    string BaseUrl,
    Secret? Credential,
    IReadOnlyDictionary<string, string> Headers
);

/// <summary>Rates are USD per million tokens; null = the list price that ships, where one does.</summary>
sealed record PlannedPrice(decimal Input, decimal Output);

sealed record PlannedDeployment(PlannedConnection Connection, string Upstream, int Weight);

sealed record PlannedModel(
    string Name,
    bool Embeddings,
    int? ContextTokens,
    int? MaxOutputTokens,
    string? TokenFamily,
    PlannedPrice? Price,
    List<PlannedDeployment> Deployments
);

sealed record PlannedRoute(string Name, string Strategy, IReadOnlyList<string> Models, int Retries, int TimeoutMs);

/// <summary>A limit of money or of use; of money the amount is USD.</summary>
sealed record PlannedMeter(string Unit, string Window, decimal Amount);

sealed record PlannedWorkspace(string Name, IReadOnlyList<PlannedMeter> Meters);

sealed record PlannedPerson(string Email, string Name, IReadOnlyList<PlannedMeter> Meters);

/// <summary>A key by its digest; without one a new secret is made.</summary>
sealed record PlannedKey(
    string Name,
    string Workspace,
    string? Email,
    string? Digest,
    string? Hint,
    DateTimeOffset? ExpiresAt,
    IReadOnlyList<string> Models,
    bool Blocked,
    IReadOnlyList<PlannedMeter> Meters
);
