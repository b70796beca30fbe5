using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Providers.Bedrock;

/// <summary>
/// Reads what an account may call: foundation models on demand, and inference profiles, through which most new models are called
/// (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html, …/API_ListInferenceProfiles.html). Models that answer with neither text
/// nor embeddings are left out.
/// </summary>
sealed class BedrockListing
{
    readonly List<OfferedModel> models = [];
    readonly Dictionary<string, string?> makers = new(StringComparer.Ordinal);
    readonly HashSet<string> unusable = new(StringComparer.Ordinal);

    public IReadOnlyList<OfferedModel> Models => models.DistinctBy(m => m.Name).ToList();
    public int Count => models.Count;

    public void TakeFoundationModels(JsonElement root)
    {
        foreach (var model in root.GetProperty("modelSummaries"u8).EnumerateArray())
        {
            if (BedrockJson.Text(model, "modelId"u8) is not { Length: > 0 } id)
                continue;
            var maker = makers[id] = BedrockJson.Text(model, "providerName"u8);
            if (!Has(model, "outputModalities"u8, "TEXT") && !Has(model, "outputModalities"u8, "EMBEDDING"))
                unusable.Add(id);
            else if (Has(model, "inferenceTypesSupported"u8, "ON_DEMAND"))
                models.Add(new OfferedModel(id, maker));
        }
    }

    /// <summary>Takes a page; gives the token of the next, null after the last.</summary>
    public string? TakeProfiles(JsonElement root)
    {
        foreach (var profile in root.GetProperty("inferenceProfileSummaries"u8).EnumerateArray())
        {
            if (
                BedrockJson.Text(profile, "inferenceProfileId"u8) is not { Length: > 0 } id
                || BedrockJson.Text(profile, "status"u8) is not (null or "ACTIVE")
            )
                continue;
            var behind = ModelBehind(profile);
            if (behind is null || !unusable.Contains(behind))
                models.Add(new OfferedModel(id, behind is null ? null : makers.GetValueOrDefault(behind)));
        }
        return BedrockJson.Text(root, "nextToken"u8);
    }

    static string? ModelBehind(JsonElement profile)
    {
        if (BedrockJson.Member(profile, "models"u8) is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0)
            return null;
        var arn = BedrockJson.Text(list[0], "modelArn"u8);
        return arn?[(arn.LastIndexOf('/') + 1)..];
    }

    static bool Has(JsonElement model, ReadOnlySpan<byte> list, string value)
    {
        if (BedrockJson.Member(model, list) is not { ValueKind: JsonValueKind.Array } values)
            return false;
        foreach (var item in values.EnumerateArray())
            if (item.ValueKind == JsonValueKind.String && item.ValueEquals(value))
                return true;
        return false;
    }
}
