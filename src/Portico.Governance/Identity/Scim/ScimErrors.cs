using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Portico.Governance.Api;

namespace Portico.Governance.Identity.Scim;

[JsonSerializable(typeof(string))]
sealed partial class ScimJson : JsonSerializerContext;

/// <summary>Errors in the shape of RFC 7644, 3.12. The scimType travels as the param of the error.</summary>
static partial class ScimErrors
{
    public const string InvalidFilter = "invalidFilter";
    public const string InvalidPath = "invalidPath";
    public const string InvalidSyntax = "invalidSyntax";
    public const string InvalidValue = "invalidValue";
    public const string Mutability = "mutability";
    public const string NoTarget = "noTarget";
    public const string Uniqueness = "uniqueness";
    const string Schema = "urn:ietf:params:scim:api:messages:2.0:Error";
    static readonly string[] Types = [InvalidFilter, InvalidPath, InvalidSyntax, InvalidValue, Mutability, NoTarget, Uniqueness];

    public static PorticoException Bad(string type, string detail) => new(ErrorTable.InvalidRequest, detail, type);

    public static PorticoException Taken(string detail) => new(ErrorTable.Conflict, detail, Uniqueness);

    public static PorticoException Missing(string kind, string id) =>
        new(ErrorTable.NotFound, $"There is no {kind} '{(id.Length <= 80 ? id : id[..80])}'.");

    /// <summary>Answers every exception under /scim in the shape that SCIM has.</summary>
    public static async Task GuardAsync(HttpContext http, Func<Task> next, ILogger logger)
    {
        try
        {
            await next();
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller left: nobody reads an answer.
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            var error = Problems.From(e);
            if (error.Kind.Status >= 500)
                Log.Failed(logger, http.Request.Method, http.Request.Path, http.TraceIdentifier, e);
            await WriteAsync(http, error);
        }
    }

    static Task WriteAsync(HttpContext http, PorticoException e)
    {
        http.Response.Clear();
        if (e.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString();
        if (e.Kind.Status == StatusCodes.Status401Unauthorized)
            http.Response.Headers.WWWAuthenticate = "Bearer realm=\"scim\"";
        var body = new JsonObject
        {
            ["schemas"] = new JsonArray(Schema),
            ["status"] = e.Kind.Status.ToString(),
            ["detail"] = e.Message,
        };
        var type = e.Kind == ErrorTable.InvalidJson ? InvalidSyntax : e.Param;
        if (type is not null && Array.IndexOf(Types, type) >= 0)
            body["scimType"] = type;
        return ScimAnswers.WriteAsync(http, e.Kind.Status, body);
    }

    static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Method} {Path} failed, request {RequestId}")]
        public static partial void Failed(ILogger logger, string method, string path, string requestId, Exception e);
    }
}
