using System.Globalization;
using System.Text.Json;

namespace Portico.Providers.Oci;

/// <summary>
/// The models that Oracle serves on demand (https://docs.oracle.com/iaas/api/#/en/generative-ai/latest/ModelCollection/ListModels). One's own models are called by their
/// dedicated endpoints.
/// </summary>
static class OciListing
{
    public static void Take(JsonElement root, DateTimeOffset now, List<OfferedModel> models)
    {
        foreach (var model in root.GetProperty("items"u8).EnumerateArray())
            if (
                OciJson.Text(model, "displayName"u8) is { Length: > 0 } name
                && OciJson.Text(model, "type"u8) is null or "BASE"
                && OciJson.Text(model, "lifecycleState"u8) is null or "ACTIVE"
                && Serves(model)
                && !IsRetired(model, now)
            )
                models.Add(new OfferedModel(name, OciJson.Text(model, "vendor"u8)));
    }

    static bool Serves(JsonElement model) =>
        OciJson.Member(model, "capabilities"u8) is { ValueKind: JsonValueKind.Array } list
        && list.EnumerateArray()
            .Any(c => c.ValueKind == JsonValueKind.String && (c.ValueEquals("CHAT"u8) || c.ValueEquals("TEXT_EMBEDDINGS"u8)));

    static bool IsRetired(JsonElement model, DateTimeOffset now) =>
        DateTimeOffset.TryParse(
            OciJson.Text(model, "timeOnDemandRetired"u8),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var end
        )
        && end <= now;
}
