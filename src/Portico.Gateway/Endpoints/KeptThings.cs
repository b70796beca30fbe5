using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Portico.Gateway.Files;
using Portico.Gateway.Wire;
using Portico.Governance;

namespace Portico.Gateway.Endpoints;

/// <summary>What the endpoints of things that are kept for a workspace share: who asks, pages by ids, answers, and errors in the form of the address.</summary>
sealed class KeptThings(KeyAuthentication authentication, GatewayOptions options)
{
    /// <summary>Answers with JSON, or with the error.</summary>
    public RequestDelegate Answers(Func<HttpContext, Caller, Task<Action<Utf8JsonWriter>>> answer) =>
        Guards(
            async (http, caller) =>
            {
                var write = await answer(http, caller);
                using var buffer = new MemoryStream();
                using (var json = new Utf8JsonWriter(buffer, Json.Readable))
                    write(json);
                http.Response.ContentType = "application/json";
                http.Response.ContentLength = buffer.Length;
                await http.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), http.RequestAborted);
            }
        );

    /// <summary>Answers as it likes, or with the error.</summary>
    public RequestDelegate Guards(Func<HttpContext, Caller, Task> answer) => http => GuardAsync(http, answer);

    async Task GuardAsync(HttpContext http, Func<HttpContext, Caller, Task> answer)
    {
        try
        {
            await answer(http, await authentication.AuthenticateAsync(http));
        }
        catch (PorticoException e) when (!http.Response.HasStarted)
        {
            await DoorErrors.WriteAsync(http, e, options);
        }
    }

    /// <summary>Reads <c>limit</c>, <c>order</c> and <c>after</c>.</summary>
    public static ListPart PartOf(HttpContext http, int normal, int most, int longestId = 64)
    {
        var query = http.Request.Query;
        var limit = normal;
        if (query["limit"].ToString() is { Length: > 0 } wanted && (!int.TryParse(wanted, out limit) || limit < 1 || limit > most))
            throw Json.Bad($"'limit' must be a whole number from 1 to {most}.", "limit");
        var order = query["order"].ToString();
        if (order is not ("" or "asc" or "desc"))
            throw Json.Bad("'order' must be asc or desc.", "order");
        var after = query["after"].ToString();
        if (after.Length > longestId)
            throw Json.Bad("'after' must be the id of the last one before.", "after");
        return new ListPart(after.Length == 0 ? null : after, limit, order == "asc");
    }

    /// <summary>Writes a page of a list of which one more than asked for was read.</summary>
    public static void WritePage<T>(Utf8JsonWriter json, IReadOnlyList<T> found, int limit, Func<T, string> idOf, Action<T> write)
    {
        var shown = Math.Min(found.Count, limit);
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        for (var i = 0; i < shown; i++)
            write(found[i]);
        json.WriteEndArray();
        json.WriteString("first_id"u8, shown > 0 ? idOf(found[0]) : null);
        json.WriteString("last_id"u8, shown > 0 ? idOf(found[shown - 1]) : null);
        json.WriteBoolean("has_more"u8, found.Count > limit);
        json.WriteEndObject();
    }
}
