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

/// <summary>USD by the parts of a price: per million tokens, and of one of what is not counted in tokens (an image is of any class).</summary>
sealed record PlannedPrice(
    IReadOnlyDictionary<string, decimal> PerMtok,
    IReadOnlyDictionary<string, decimal> PerUnit,
    long? TierAboveInputTokens,
    IReadOnlyDictionary<string, decimal> TierPerMtok
);

sealed record PlannedDeployment(PlannedConnection Connection, string Upstream, int Weight);

/// <param name="BaseModel">The name by which catalogues know it; null = that of its first deployment.</param>
/// <param name="Price">null = the list price that ships, where one does.</param>
sealed record PlannedModel(
    string Name,
    bool Embeddings,
    string? BaseModel,
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
