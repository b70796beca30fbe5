using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Portico.Gateway.Files;
using Portico.Gateway.Wire;
using Portico.Governance;

namespace Portico.Gateway.Endpoints;

/// <summary>OpenAI's files. A key sees the files of its workspace.</summary>
sealed class FileEndpoints(KeptThings kept, FileStore store, FileUploads uploads, HeldKept held)
{
    const int DefaultPage = 1_000;
    const int MaxPage = 10_000;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/files", kept.Answers(AddAsync)).ExcludeFromDescription();
        app.MapGet("/v1/files", kept.Answers(ListAsync)).ExcludeFromDescription();
        app.MapGet("/v1/files/{id}", kept.Answers(GetAsync)).ExcludeFromDescription();
        app.MapDelete("/v1/files/{id}", kept.Answers(DeleteAsync)).ExcludeFromDescription();
        app.MapGet("/v1/files/{id}/content", kept.Guards(ContentAsync)).ExcludeFromDescription();
    }

    async Task<Action<Utf8JsonWriter>> AddAsync(HttpContext http, Caller caller) =>
        (await uploads.TakeAsync(http, caller, http.RequestAborted)).Write;

    async Task<Action<Utf8JsonWriter>> ListAsync(HttpContext http, Caller caller)
    {
        var part = KeptThings.PartOf(http, DefaultPage, MaxPage);
        var purpose = http.Request.Query["purpose"].ToString();
        var found = await store.ListAsync(caller.WorkspaceId, purpose.Length == 0 ? null : purpose, part, http.RequestAborted);
        return json => KeptThings.WritePage(json, found, part.Limit, f => f.Id, f => f.Write(json));
    }

    async Task<Action<Utf8JsonWriter>> GetAsync(HttpContext http, Caller caller) => (await FindAsync(http, caller)).Write;

    async Task<Action<Utf8JsonWriter>> DeleteAsync(HttpContext http, Caller caller)
    {
        var file = await FindAsync(http, caller);
        await held.RequireNoneAsync("file", "file_id", file.WorkspaceId, file.KeyId, file.PersonId, http.RequestAborted);
        if (
            !await store.DeleteAsync(file.Id, http.RequestAborted)
            && await store.FindAsync(file.Id, caller.WorkspaceId, http.RequestAborted) is not null
        )
            throw new PorticoException(
                ErrorTable.Conflict,
                $"A batch that is under way reads the file '{file.Id}'. Cancel the batch or wait for its end.",
                "file_id"
            );
        return json =>
        {
            json.WriteStartObject();
            json.WriteString("id"u8, file.Id);
            json.WriteString("object"u8, "file"u8);
            json.WriteBoolean("deleted"u8, true);
            json.WriteEndObject();
        };
    }

    async Task ContentAsync(HttpContext http, Caller caller)
    {
        var file = await FindAsync(http, caller);
        var response = http.Response;
        response.ContentType = "application/octet-stream";
        response.ContentLength = file.Bytes;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(file.Name);
        response.Headers.ContentDisposition = disposition.ToString();
        // Bytes that a browser is given must stay bytes.
        response.Headers.XContentTypeOptions = "nosniff";
        await foreach (var chunk in store.ReadAsync(file.Id, http.RequestAborted))
            await response.Body.WriteAsync(chunk, http.RequestAborted);
    }

    async Task<StoredFile> FindAsync(HttpContext http, Caller caller)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        return await store.FindAsync(id, caller.WorkspaceId, http.RequestAborted) ?? throw Missing(id, "file_id");
    }

    public static PorticoException Missing(string id, string param) =>
        new(ErrorTable.NotFound, $"There is no file '{Json.Short(id)}': it was never made, was deleted or is past its time.", param);
}
