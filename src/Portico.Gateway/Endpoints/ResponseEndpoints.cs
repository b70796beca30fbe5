using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Responses;
using Portico.Gateway.Wire;
using Portico.Governance;

namespace Portico.Gateway.Endpoints;

/// <summary>What is kept of the calls of OpenAI's Responses API. A key sees the responses of its workspace.</summary>
sealed class ResponseEndpoints(KeyAuthentication authentication, ResponseBook book, ResponseStreams streams, GatewayOptions options)
{
    const int DefaultPage = 20;
    const int MaxPage = 100;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v1/responses/{id}", (RequestDelegate)ReadAsync).ExcludeFromDescription();
        app.MapDelete("/v1/responses/{id}", (RequestDelegate)(http => AnswerAsync(http, DeleteAsync))).ExcludeFromDescription();
        app.MapPost("/v1/responses/{id}/cancel", (RequestDelegate)(http => AnswerAsync(http, CancelAsync))).ExcludeFromDescription();
        app.MapGet("/v1/responses/{id}/input_items", (RequestDelegate)(http => AnswerAsync(http, ListAsync))).ExcludeFromDescription();
    }

    Task ReadAsync(HttpContext http) => ResponseStreams.AreAsked(http) ? streams.AnswerAsync(http) : AnswerAsync(http, GetAsync);

    async Task AnswerAsync(HttpContext http, Func<HttpContext, Caller, string, Task<byte[]>> answer)
    {
        try
        {
            var body = await answer(http, await authentication.AuthenticateAsync(http), (string)http.Request.RouteValues["id"]!);
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = body.Length;
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }
        catch (PorticoException e)
        {
            await OpenAiErrors.WriteAsync(http, e, options);
        }
    }

    async Task<byte[]> GetAsync(HttpContext http, Caller caller, string id)
    {
        ResponseStreams.RefuseAfter(http);
        return Printed(http, await book.FindAsync(id, caller.WorkspaceId, http.RequestAborted));
    }

    async Task<byte[]> CancelAsync(HttpContext http, Caller caller, string id) =>
        Printed(http, await book.CancelAsync(id, caller.WorkspaceId, http.RequestAborted));

    async Task<byte[]> DeleteAsync(HttpContext http, Caller caller, string id)
    {
        await book.DeleteAsync(id, caller.WorkspaceId, http.RequestAborted);
        return JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["id"] = id,
                ["object"] = "response",
                ["deleted"] = true,
            }
        );
    }

    /// <summary>A response as its reader gets it.</summary>
    internal static byte[] Printed(HttpContext http, FoundResponse found)
    {
        var response = JsonObject.Create(found.Response)!;
        // The row is newer than what was written when a run began.
        if ((string?)response["status"] != found.Status)
        {
            response["status"] = found.Status;
            if (found.Status == "failed")
                response["error"] = new JsonObject
                {
                    ["code"] = ErrorTable.Internal.Code,
                    ["message"] = "The node that ran this response stopped before it was complete.",
                };
        }
        // Seals are kept for the next turn. They are told to who asks for them, as when a response is made.
        if (!Includes(http, "reasoning.encrypted_content"))
            foreach (var item in response["output"]!.AsArray())
                (item as JsonObject)?.Remove("encrypted_content");
        return JsonSerializer.SerializeToUtf8Bytes(response, Readable);
    }

    static readonly JsonSerializerOptions Readable = new() { Encoder = Json.Readable.Encoder };

    public static bool Includes(HttpContext http, string what) =>
        http.Request.Query["include"].Contains(what, StringComparer.Ordinal)
        || http.Request.Query["include[]"].Contains(what, StringComparer.Ordinal);

    async Task<byte[]> ListAsync(HttpContext http, Caller caller, string id)
    {
        var query = http.Request.Query;
        var limit = DefaultPage;
        if (query["limit"].ToString() is { Length: > 0 } wanted && (!int.TryParse(wanted, out limit) || limit is < 1 or > MaxPage))
            throw Json.Bad($"'limit' must be a whole number from 1 to {MaxPage}.", "limit");
        var order = query["order"].ToString();
        if (order is not ("" or "asc" or "desc"))
            throw Json.Bad("'order' must be asc or desc.", "order");
        var found = await book.FindAsync(id, caller.WorkspaceId, http.RequestAborted);
        var items = found.Input.ToList();
        if (order != "asc")
            items.Reverse();
        if (query["after"].ToString() is { Length: > 0 } after)
        {
            var at = items.FindIndex(i => IdOf(i) == after);
            items = at >= 0 ? items[(at + 1)..] : throw Json.Bad($"'after' names no item of this response.", "after");
        }
        return Page(items, limit);
    }

    static byte[] Page(List<JsonElement> items, int limit)
    {
        var page = items.Take(limit).ToList();
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Json.Readable))
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "list"u8);
            json.WriteStartArray("data"u8);
            foreach (var item in page)
                item.WriteTo(json);
            json.WriteEndArray();
            json.WriteString("first_id"u8, page.Count > 0 ? IdOf(page[0]) : null);
            json.WriteString("last_id"u8, page.Count > 0 ? IdOf(page[^1]) : null);
            json.WriteBoolean("has_more"u8, items.Count > limit);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    static string? IdOf(JsonElement item) => JsonMember.Text(item, "id", "");
}
