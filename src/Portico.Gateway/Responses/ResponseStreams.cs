using System.Globalization;
using Microsoft.AspNetCore.Http;
using Portico.Gateway.Endpoints;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Responses;

/// <summary>
/// GET /v1/responses/{id}?stream=true: the events of a response that was begun with 'background' and 'stream', from any of them on, while it runs and for a
/// while behind its end. A response that is over and has no events here is told as a stream of what the store has.
/// </summary>
sealed class ResponseStreams(KeyAuthentication authentication, ResponseBook book, ResponseEventLogs logs, GatewayOptions options)
{
    const string After = "starting_after";

    public static bool AreAsked(HttpContext http) => http.Request.Query["stream"].ToString() is not ("" or "false");

    public async Task AnswerAsync(HttpContext http)
    {
        try
        {
            var caller = await authentication.AuthenticateAsync(http);
            var id = (string)http.Request.RouteValues["id"]!;
            if (http.Request.Query["stream"] != "true")
                throw Json.Bad("'stream' must be true or false.", "stream");
            var after = ReadAfter(http);
            // The store says whether the caller may know of it; what runs here is told from memory.
            var found = await book.FindAsync(id, caller.WorkspaceId, http.RequestAborted);
            if (logs.Find(id) is { } log && log.Reaches(after))
                await FollowAsync(http, log, after);
            else if (found.Runs)
                throw NotHere(found.Id);
            else if (after >= 0)
                throw PastTime(found.Id);
            else
                await TellAsync(http, ResponseEndpoints.Printed(http, found));
        }
        catch (PorticoException e) when (!http.Response.HasStarted)
        {
            await OpenAiErrors.WriteAsync(http, e, options);
        }
    }

    /// <summary>A number from which to go on belongs to a stream.</summary>
    public static void RefuseAfter(HttpContext http)
    {
        if (http.Request.Query.ContainsKey(After))
            throw Json.Bad($"'{After}' is of a stream: say stream=true with it.", After);
    }

    static long ReadAfter(HttpContext http)
    {
        var text = http.Request.Query[After].ToString();
        if (text.Length == 0)
            return -1;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? after
            : throw Json.Bad($"'{After}' must be the sequence_number of an event, a whole number from 0.", After);
    }

    /// <summary>Writes events as they come, to the end of the response.</summary>
    public static async Task FollowAsync(HttpContext http, ResponseEventLog log, long after)
    {
        await BeginAsync(http);
        await log.FollowAsync(http.Response.BodyWriter, after, http.RequestAborted);
    }

    static async Task TellAsync(HttpContext http, byte[] response)
    {
        await BeginAsync(http);
        StoredEvents.Write(http.Response.BodyWriter, System.Text.Json.JsonElement.Parse(response));
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    static Task BeginAsync(HttpContext http)
    {
        var response = http.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        response.Headers["x-accel-buffering"] = "no";
        return response.StartAsync(http.RequestAborted);
    }

    static PorticoException NotHere(string id) =>
        new(
            ErrorTable.Conflict,
            $"The response '{id}' is running, and the events asked for are not kept on this node: those of a response made with 'background' and 'stream' are, "
                + "on the node that runs it and up to its bound. Read it without 'stream' until it is complete.",
            "stream"
        );

    static PorticoException PastTime(string id) =>
        new(
            ErrorTable.Conflict,
            $"The response '{id}' is over, and its events are not kept on this node any more. Read it whole, or as a stream without '{After}'.",
            After
        );
}
