using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Portico.Gateway.Wire;

namespace Portico.Gateway.Endpoints;

/// <summary>Calls of one question and one answer: rerank in Cohere's form, moderations, audio and images in OpenAI's.</summary>
sealed class SingleEndpoints(Door door, RateLimitHeaders limits, GatewayOptions options)
{
    public void Map(IEndpointRouteBuilder app)
    {
        Post(app, "/v1/rerank", "rerank", (body, _) => SingleReaders.Rerank(body, 1));
        Post(app, "/v2/rerank", "rerank", (body, _) => SingleReaders.Rerank(body, 2));
        Post(app, "/v1/moderations", "openai-moderations", SingleReaders.Moderation);
        Post(app, "/v1/audio/speech", "openai-speech", SingleReaders.Speech);
        Post(app, "/v1/audio/transcriptions", "openai-transcriptions", FormReaders.Transcription, takesForm: true);
        Post(app, "/v1/audio/translations", "openai-translations", FormReaders.Translation, takesForm: true);
        Post(app, "/v1/images/generations", "openai-images", SingleReaders.Image);
        Post(app, "/v1/images/edits", "openai-image-edits", FormReaders.ImageEdit, takesForm: true);
        app.Map("/v2/{**path}", (RequestDelegate)NothingHereAsync).ExcludeFromDescription();
    }

    void Post(IEndpointRouteBuilder app, string path, string name, SingleReader read, bool takesForm = false)
    {
        var wire = new SingleWire(limits, options, name, read, takesForm);
        app.MapPost(path, (RequestDelegate)(http => door.RunAsync(http, wire))).ExcludeFromDescription();
    }

    /// <summary>Of the second version there is rerank alone, because Cohere's SDKs call it there.</summary>
    Task NothingHereAsync(HttpContext http)
    {
        var path = http.Request.RouteValues["path"] as string ?? "";
        var known = path.TrimEnd('/') == "rerank";
        if (known)
            http.Response.Headers.Allow = "POST";
        var error = known
            ? new PorticoException(ErrorTable.MethodNotAllowed, $"/v2/rerank takes POST, not {http.Request.Method}.")
            : new PorticoException(ErrorTable.NotFound, $"There is nothing at {http.Request.Method} /v2/{Json.Short(path)}.");
        return DoorErrors.WriteAsync(http, error, options);
    }
}
