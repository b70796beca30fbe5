using System.Globalization;
using System.Text.Json;

namespace Portico.Providers.Oci;

/// <summary>
/// The models that Oracle serves on demand (https://docs.oracle.com/iaas/api/#/en/generative-ai/latest/ModelCollection/ListModels), and the endpoints of dedicated AI
/// clusters (…/EndpointCollection/ListEndpoints), by which hosted models and one's own are called.
/// </summary>
sealed class OciListing(DateTimeOffset now)
{
    /// <summary>Steps from a model to what it was tuned from.</summary>
    const int MaxSteps = 8;

    readonly List<OfferedModel> offered = [];
    readonly Dictionary<string, (string Name, string? Vendor, string? Base)> known = new(StringComparer.Ordinal);

    public IReadOnlyList<OfferedModel> Models => offered.DistinctBy(m => m.Name).ToList();

    public void TakeModels(JsonElement root)
    {
        foreach (var model in root.GetProperty("items"u8).EnumerateArray())
        {
            if (OciJson.Text(model, "displayName"u8) is not { Length: > 0 } name)
                continue;
            var vendor = OciJson.Text(model, "vendor"u8);
            if (OciJson.Text(model, "id"u8) is { Length: > 0 } id)
                known[id] = (name, vendor, OciJson.Text(model, "baseModelId"u8));
            if (
                OciJson.Text(model, "type"u8) is null or "BASE"
                && OciJson.Text(model, "lifecycleState"u8) is null or "ACTIVE"
                && Serves(model)
                && !IsRetired(model, now)
            )
                offered.Add(new OfferedModel(name, vendor));
        }
    }

    /// <summary>Behind the models, which tell in whose form an endpoint is called.</summary>
    public void TakeEndpoints(JsonElement root)
    {
        foreach (var endpoint in root.GetProperty("items"u8).EnumerateArray())
        {
            if (
                OciJson.Text(endpoint, "id"u8) is not { Length: > 0 } id
                || OciJson.Text(endpoint, "lifecycleState"u8) is not (null or "ACTIVE")
            )
                continue;
            var (name, vendor) = Behind(OciJson.Text(endpoint, "modelId"u8));
            offered.Add(new OfferedModel(OciModel.Endpoint(id, name is null ? OciFormat.Generic : OciModel.FormatOf(name)), vendor));
        }
    }

    /// <summary>The model of Oracle's list that one's own was tuned from.</summary>
    (string? Name, string? Vendor) Behind(string? id)
    {
        for (var step = 0; step < MaxSteps && id is not null && known.TryGetValue(id, out var model); step++)
        {
            if (model.Base is null)
                return (model.Name, model.Vendor);
            id = model.Base;
        }
        return (null, null);
    }

    static bool Serves(JsonElement model) =>
        OciJson.Member(model, "capabilities"u8) is { ValueKind: JsonValueKind.Array } list
        && list.EnumerateArray()
            .Any(c =>
                c.ValueKind == JsonValueKind.String
                && (c.ValueEquals("CHAT"u8) || c.ValueEquals("TEXT_EMBEDDINGS"u8) || c.ValueEquals("TEXT_RERANK"u8))
            );

    static bool IsRetired(JsonElement model, DateTimeOffset now) =>
        DateTimeOffset.TryParse(
            OciJson.Text(model, "timeOnDemandRetired"u8),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var end
        )
        && end <= now;
}
