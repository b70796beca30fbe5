using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Batches;
using Portico.Gateway.Files;
using Portico.Gateway.Wire;
using Portico.Governance;

namespace Portico.Gateway.Endpoints;

/// <summary>
/// Anthropic's message batches (https://platform.claude.com/docs/en/build-with-claude/batch-processing), run by the engine of all batches. A key sees
/// those of its workspace.
/// </summary>
sealed class MessageBatchEndpoints(
    KeptThings kept,
    BatchStore store,
    FileStore files,
    MessageBatchIntake intake,
    HeldKept held,
    TimeProvider time
)
{
    const int DefaultPage = 20;
    const int MaxPage = 1_000;
    const int MaxId = 64;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/messages/batches", Answers(AddAsync)).ExcludeFromDescription();
        app.MapGet("/v1/messages/batches", Answers(ListAsync)).ExcludeFromDescription();
        app.MapGet("/v1/messages/batches/{id}", Answers(GetAsync)).ExcludeFromDescription();
        app.MapDelete("/v1/messages/batches/{id}", Answers(DeleteAsync)).ExcludeFromDescription();
        app.MapPost("/v1/messages/batches/{id}/cancel", Answers(CancelAsync)).ExcludeFromDescription();
        app.MapGet("/v1/messages/batches/{id}/results", kept.Guards(ResultsAsync)).ExcludeFromDescription();
    }

    RequestDelegate Answers(Func<HttpContext, Caller, Task<Action<Utf8JsonWriter>>> answer) =>
        kept.Answers(
            (http, caller) =>
            {
                Name(http);
                return answer(http, caller);
            }
        );

    /// <summary>Anthropic's SDKs give the id of a request with its answer.</summary>
    static void Name(HttpContext http) => http.Response.Headers["request-id"] = http.TraceIdentifier;

    async Task<Action<Utf8JsonWriter>> AddAsync(HttpContext http, Caller caller) =>
        Told(http, await intake.TakeAsync(http, caller, http.RequestAborted));

    async Task<Action<Utf8JsonWriter>> ListAsync(HttpContext http, Caller caller)
    {
        var part = PartOf(http);
        var found = await store.ListAsync(caller.WorkspaceId, ofMessages: true, part, http.RequestAborted);
        var shown = found.Take(part.Limit).ToList();
        // What stands before another is read backwards from it, and shown with the newest first as ever.
        if (part.OldestFirst)
            shown.Reverse();
        return json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data"u8);
            foreach (var batch in shown)
                Told(http, batch)(json);
            json.WriteEndArray();
            json.WriteBoolean("has_more"u8, found.Count > part.Limit);
            json.WriteString("first_id"u8, shown.Count > 0 ? shown[0].Id : null);
            json.WriteString("last_id"u8, shown.Count > 0 ? shown[^1].Id : null);
            json.WriteEndObject();
        };
    }

    static ListPart PartOf(HttpContext http)
    {
        var query = http.Request.Query;
        var limit = DefaultPage;
        if (query["limit"].ToString() is { Length: > 0 } wanted && (!int.TryParse(wanted, out limit) || limit is < 1 or > MaxPage))
            throw Json.Bad($"limit: it must be a whole number from 1 to {MaxPage}.", "limit");
        var (after, before) = (query["after_id"].ToString(), query["before_id"].ToString());
        if (after.Length > 0 && before.Length > 0)
            throw Json.Bad("after_id, before_id: only one of them can be followed.", "before_id");
        if (after.Length > MaxId || before.Length > MaxId)
            throw Json.Bad("after_id, before_id: it must be the id of a batch.", after.Length > MaxId ? "after_id" : "before_id");
        return new ListPart(
            after.Length > 0 ? after
                : before.Length > 0 ? before
                : null,
            limit,
            OldestFirst: before.Length > 0
        );
    }

    async Task<Action<Utf8JsonWriter>> GetAsync(HttpContext http, Caller caller) => Told(http, await FindAsync(http, caller));

    async Task<Action<Utf8JsonWriter>> CancelAsync(HttpContext http, Caller caller)
    {
        var batch = await FindAsync(http, caller);
        if (batch.EndedUs is not null)
            throw new PorticoException(
                ErrorTable.Conflict,
                $"The batch '{batch.Id}' has ended and cannot be canceled.",
                "message_batch_id"
            );
        // One that is about to end does so.
        await store.CancelAsync(batch.Id, caller.WorkspaceId, http.RequestAborted);
        return Told(http, await FindAsync(http, caller));
    }

    async Task<Action<Utf8JsonWriter>> DeleteAsync(HttpContext http, Caller caller)
    {
        var batch = await FindAsync(http, caller);
        await held.RequireNoneAsync("batch", "message_batch_id", batch.WorkspaceId, batch.KeyId, batch.PersonId, http.RequestAborted);
        if (!await store.DeleteAsync(batch, http.RequestAborted) && await IsThereAsync(http, batch))
            throw new PorticoException(
                ErrorTable.Conflict,
                $"The batch '{batch.Id}' is in progress: cancel it and wait for its end before it is deleted.",
                "message_batch_id"
            );
        return json =>
        {
            json.WriteStartObject();
            json.WriteString("id"u8, batch.Id);
            json.WriteString("type"u8, "message_batch_deleted"u8);
            json.WriteEndObject();
        };
    }

    async Task<bool> IsThereAsync(HttpContext http, Batch batch) =>
        await store.FindAsync(batch.Id, batch.WorkspaceId, ofMessages: true, http.RequestAborted) is not null;

    /// <summary>Those that were answered well, then the others; the order is none that is promised.</summary>
    async Task ResultsAsync(HttpContext http, Caller caller)
    {
        Name(http);
        var batch = await FindAsync(http, caller);
        if (batch.EndedUs is null)
            throw new PorticoException(
                ErrorTable.Conflict,
                $"The batch '{batch.Id}' has no results before it has ended.",
                "message_batch_id"
            );
        var parts = new List<StoredFile>();
        foreach (var id in new[] { batch.OutputFileId, batch.ErrorFileId })
            if (id is not null)
                parts.Add(
                    await files.FindAsync(id, caller.WorkspaceId, http.RequestAborted)
                        ?? throw new PorticoException(
                            ErrorTable.NotFound,
                            $"The results of '{batch.Id}' were deleted or are past their time.",
                            "message_batch_id"
                        )
                );
        var response = http.Response;
        response.ContentType = "application/x-jsonl";
        response.ContentLength = parts.Sum(p => p.Bytes);
        response.Headers.XContentTypeOptions = "nosniff";
        foreach (var part in parts)
        await foreach (var chunk in files.ReadAsync(part.Id, http.RequestAborted))
            await response.Body.WriteAsync(chunk, http.RequestAborted);
    }

    async Task<Batch> FindAsync(HttpContext http, Caller caller)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        return await store.FindAsync(id, caller.WorkspaceId, ofMessages: true, http.RequestAborted)
            ?? throw new PorticoException(ErrorTable.NotFound, $"There is no message batch '{Json.Short(id)}'.", "message_batch_id");
    }

    Action<Utf8JsonWriter> Told(HttpContext http, Batch batch) =>
        json => MessageBatchForm.Write(json, batch, DoorOf(http.Request), time.GetUtcNow());

    /// <summary>As the caller wrote it: SDKs fetch the results from the address that they are told, with their key.</summary>
    static string DoorOf(HttpRequest request)
    {
        // Before a proxy that ends TLS the caller's address is the safer one.
        var isSecure =
            request.IsHttps || request.Headers["x-forwarded-proto"].ToString().Equals("https", StringComparison.OrdinalIgnoreCase);
        return $"{(isSecure ? "https" : "http")}://{request.Host}{request.PathBase}";
    }
}
