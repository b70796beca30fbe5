using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Portico.Governance.Api;
using Portico.Governance.Forensics;

namespace Portico.Observability.Contents;

/// <summary>What calls said, on the management API. Every look is written to the log with who looked.</summary>
static partial class ContentEndpoints
{
    const int ShortestText = 3;
    const int LongestText = 200;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/calls/contents", Search).WithSummary("Calls in which a text was said, newest first, as far back as one request looks");
        api.MapGet("/calls/{id}/contents", Get).WithSummary("Prompt and answer of a call, where its route or its key keeps them");
        api.MapDelete("/calls/{id}/contents", Delete).WithSummary("Remove prompt and answer of a call; its record stays");
    }

    /// <summary>A text that was cut, or is not JSON, stands here as a string; any other as the JSON it is.</summary>
    public sealed record ContentText(JsonElement? Text, long Bytes, bool Truncated);

    /// <summary>Reveal: by which it was read; null for one's own call.</summary>
    public sealed record ContentView(string CallId, ContentText Prompt, ContentText Answer, string? Reveal);

    static async Task<Ok<ContentHits>> Search(
        HttpContext http,
        ContentSearch search,
        ContentKeeper keeper,
        ContentAccess access,
        ILogger<ContentKeeper> logger,
        string? text,
        [AsParameters] CallFilters filters,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        if (text is null || text.Trim().Length is < ShortestText or > LongestText)
            throw new PorticoException(ErrorTable.InvalidRequest, $"text must have {ShortestText} to {LongestText} characters.", "text");
        var page = PageRequest.From(limit, cursor);
        var filter = filters.ToFilter(AdminAccess.ReachOf(http));
        var look = await access.OfAsync(AdminAccess.Actor(http), ct);
        if (!look.CouldRead)
            throw ContentLook.Needed("Nothing of what was said is open to you now.");
        await keeper.FlushAsync(ct);
        var found = await search.FindAsync(text.Trim(), filter, page, look, ct);
        await look.CountAsync(http, ct);
        // Not the text: it may be as secret as what it is looked for in.
        Log.Searched(logger, found.LookedAt, AdminAccess.Actor(http).Id);
        return TypedResults.Ok(found);
    }

    static async Task<Ok<ContentView>> Get(
        HttpContext http,
        string id,
        ContentStore store,
        ContentKeeper keeper,
        ContentAccess access,
        ILogger<ContentKeeper> logger,
        CancellationToken ct
    )
    {
        if (!CallId.TryParse(id, out var parsed))
            throw Missing(id);
        var reach = AdminAccess.ReachOf(http);
        var whose = await store.WhoseAsync(parsed, reach, ct);
        if (whose is null)
        {
            // It may have ended just now.
            await keeper.FlushAsync(ct);
            whose = await store.WhoseAsync(parsed, reach, ct);
        }
        if (whose is not { } of)
            throw Missing(id);
        var look = await access.OfAsync(AdminAccess.Actor(http), ct);
        if (!await look.MayReadAsync(parsed, of.WorkspaceId, of.PersonId, ct))
            throw ContentLook.Needed("What was said in this call is kept, and hidden.");
        var found = await store.FindAsync(parsed, reach, ct) ?? throw Missing(id);
        await look.CountAsync(http, ct);
        Log.Read(logger, id, AdminAccess.Actor(http).Id);
        return TypedResults.Ok(
            new ContentView(id, View(found.Prompt, found.PromptBytes), View(found.Answer, found.AnswerBytes), look.Used)
        );
    }

    static async Task<NoContent> Delete(
        HttpContext http,
        string id,
        ContentStore store,
        Holds holds,
        ILogger<ContentKeeper> logger,
        CancellationToken ct
    )
    {
        if (!CallId.TryParse(id, out var parsed))
            throw Missing(id);
        var reach = AdminAccess.ReachOf(http);
        var whose = await store.WhoseAsync(parsed, reach, ct);
        if (whose is not null && (await holds.HeldAsync(ct)).Holds(whose.Value.WorkspaceId, whose.Value.PersonId, id))
            throw new PorticoException(
                ErrorTable.Conflict,
                "A legal hold keeps what was said in this call: it is removed when the hold is released."
            );
        if (!await store.DeleteAsync(parsed, reach, ct))
            throw Missing(id);
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

        [LoggerMessage(LogLevel.Information, "The contents of {Count} calls were searched by {Actor}")]
        public static partial void Searched(ILogger logger, int count, string actor);

        [LoggerMessage(LogLevel.Information, "The contents of {CallId} were deleted by {Actor}")]
        public static partial void Deleted(ILogger logger, string callId, string actor);
    }
}
