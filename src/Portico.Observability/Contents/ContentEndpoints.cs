using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Portico.Governance.Api;

namespace Portico.Observability.Contents;

/// <summary>What calls said, on the management API. Every look is written to the log with who looked.</summary>
static partial class ContentEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/calls/{id}/contents", Get).WithSummary("Prompt and answer of a call, where its route or its key keeps them");
        api.MapDelete("/calls/{id}/contents", Delete).WithSummary("Remove prompt and answer of a call; its record stays");
    }

    /// <summary>A text that was cut, or is not JSON, stands here as a string; any other as the JSON it is.</summary>
    public sealed record ContentText(JsonElement? Text, long Bytes, bool Truncated);

    public sealed record ContentView(string CallId, ContentText Prompt, ContentText Answer);

    static async Task<Ok<ContentView>> Get(
        HttpContext http,
        string id,
        ContentStore store,
        ContentKeeper keeper,
        ILogger<ContentKeeper> logger,
        CancellationToken ct
    )
    {
        if (!CallId.TryParse(id, out var parsed))
            throw Missing(id);
        var found = await store.FindAsync(parsed, ct);
        if (found is null)
        {
            // It may have ended just now.
            await keeper.FlushAsync(ct);
            found = await store.FindAsync(parsed, ct);
        }
        if (found is null)
            throw Missing(id);
        Log.Read(logger, id, AdminAccess.Actor(http).Id);
        return TypedResults.Ok(new ContentView(id, View(found.Prompt, found.PromptBytes), View(found.Answer, found.AnswerBytes)));
    }

    static async Task<NoContent> Delete(
        HttpContext http,
        string id,
        ContentStore store,
        ILogger<ContentKeeper> logger,
        CancellationToken ct
    )
    {
        if (!CallId.TryParse(id, out var parsed))
            throw Missing(id);
        await store.DeleteAsync(parsed, ct);
        Log.Deleted(logger, id, AdminAccess.Actor(http).Id);
        return TypedResults.NoContent();
    }

    static ContentText View(string text, long bytes)
    {
        if (text.Length == 0)
            return new ContentText(null, 0, false);
        var truncated = System.Text.Encoding.UTF8.GetByteCount(text) < bytes;
        return new ContentText(truncated ? AsText(text) : AsJson(text), bytes, truncated);
    }

    static JsonElement AsJson(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return AsText(text);
        }
    }

    static JsonElement AsText(string text) => JsonSerializer.SerializeToElement(text);

    static PorticoException Missing(string id) =>
        new(
            ErrorTable.NotFound,
            $"There are no contents of a call '{id}': neither its route nor its key keeps them, or they are past their time."
        );

    static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The contents of {CallId} were read by {Actor}")]
        public static partial void Read(ILogger logger, string callId, string actor);

        [LoggerMessage(LogLevel.Information, "The contents of {CallId} were deleted by {Actor}")]
        public static partial void Deleted(ILogger logger, string callId, string actor);
    }
}
