using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portico.Gateway.Endpoints;

namespace Portico.Gateway.Batches;

/// <summary>
/// What a message batch was asked for beside its requests: <c>anthropic-beta</c> holds for each of them. It stands where a batch of OpenAI's form has
/// its metadata.
/// </summary>
static class MessageBatchHeaders
{
    const string Name = "anthropic_beta";

    /// <summary>The feature that the batch itself is: nothing for its requests.</summary>
    const string OfBatches = "message-batches-";

    /// <summary>Reads the headers of the order; JSON, or null where they ask for nothing.</summary>
    public static string? Read(HttpContext http)
    {
        var betas = (RequestBody.OptionsOf(http).AnthropicBeta ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(b => !b.StartsWith(OfBatches, StringComparison.Ordinal))
            .ToList();
        return betas.Count == 0 ? null : JsonSerializer.Serialize(new Dictionary<string, string> { [Name] = string.Join(',', betas) });
    }

    public static string? BetaOf(Batch batch)
    {
        if (!batch.IsOfMessages || batch.Metadata is null)
            return null;
        using var document = JsonDocument.Parse(batch.Metadata);
        return document.RootElement.GetProperty(Name).GetString();
    }
}
