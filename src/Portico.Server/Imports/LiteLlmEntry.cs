namespace Portico.Server.Imports;

/// <summary>One entry of model_list that can be taken, with its values out of the environment.</summary>
sealed record LiteLlmEntry(
    string Group,
    string Canonical,
    PlannedConnection Connection,
    string Upstream,
    int Weight,
    bool Embeddings,
    int? ContextTokens,
    int? MaxOutputTokens,
    string? TokenFamily,
    string? BaseModel,
    PlannedPrice? Price
);
