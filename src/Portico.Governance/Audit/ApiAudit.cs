using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Access;
using Portico.Governance.Api;

namespace Portico.Governance.Audit;

/// <summary>
/// Brings acts on the management API into the audit log: every change, every reading of what was said, and every refusal of somebody who showed a credential. The intent is
/// kept before the endpoint runs and the outcome before its answer leaves; what cannot be kept is refused.
/// </summary>
public sealed class ApiAudit(AuditLog audit, GovernanceCatalog governance, TimeProvider time)
{
    const int MaxResourceLength = 200;

    static readonly object ActKey = new();
    static readonly object WhoKey = new();
    static readonly object RevealKey = new();
    static readonly object NotedKey = new();

    readonly RefusalShare acts = new(time);

    /// <summary>Of its own: who tries keys at the door hides nobody who tries them on the management API.</summary>
    readonly RefusalShare door = new(time);

    /// <summary>Who does something. Workload: the service whose token opened the admin token that is the actor.</summary>
    readonly record struct Doer(string? Actor, string? Workload)
    {
        public static Doer Of(HttpContext http) =>
            AdminAccess.ActorOrNull(http) is { } actor ? new Doer(actor.Id, actor.WorkloadId?.ToString()) : default;
    }

    /// <summary>An act under way.</summary>
    sealed class Act(string id, Doer doer)
    {
        public string Id => id;
        public string? Actor => doer.Actor;
        public string? Code { get; set; }
        public int Written;
    }

    sealed record Outcome(string Id, int Status, string? Code, string? Made, string? Actor, string? Reveal);

    sealed record Refusal(string Id, Doer Doer, string Action, string Resource, int Status, string Code, long Left);

    /// <summary>Names who a request turned out to be of, where it came without: by signing in, by an invitation.</summary>
    internal static void Name(HttpContext http, string actor) => http.Items[WhoKey] = actor;

    /// <summary>Names the reveals by which something was read.</summary>
    public static void NameReveal(HttpContext http, string reveals) => http.Items[RevealKey] = reveals;

    /// <summary>Stands outside the sign-in: what it and the endpoints refuse is seen here.</summary>
    public async Task SeeRefusalsAsync(HttpContext http, Func<Task> next)
    {
        try
        {
            await next();
        }
        catch (Exception e)
        {
            var error = Problems.From(e);
            if (http.Items[ActKey] is Act act)
                act.Code = error.Kind.Code;
            else if (error.Kind.Status is 401 or 403 or 404 && http.Items[NotedKey] is null)
                WriteRefusal(http, error.Kind);
            throw;
        }
    }

    void WriteRefusal(HttpContext http, ErrorKind error)
    {
        // Who shows nothing learns nothing, and would only fill the log.
        if (http.Request.Headers.Authorization.Count == 0 && SignIn.SessionCookie.Of(http) is null)
            return;
        Write(http, acts, Doer.Of(http), ActionOf(http) ?? http.Request.Method, error);
    }

    /// <summary>Somebody showed the door a key that does not open it.</summary>
    /// <param name="http">The request.</param>
    /// <param name="key">Whose secret it was; null where nobody knows it.</param>
    /// <param name="error">What they were told.</param>
    public void WriteRefusal(HttpContext http, string? key, ErrorKind error) =>
        // A door is found by its address, before anything is mapped.
        Write(http, door, new Doer(key, null), ActionOf(http) ?? $"{http.Request.Method} {ResourceOf(http)}", error);

    void Write(HttpContext http, RefusalShare share, Doer doer, string action, ErrorKind error)
    {
        if (share.Take() is not { } more)
            return;
        audit.Write(
            "act.refused",
            new Refusal(NewId(), doer, action, ResourceOf(http), error.Status, error.Code, more),
            static (json, r) =>
            {
                WriteBegin(json, r.Id, r.Doer, r.Action, r.Resource);
                json.WriteNumber("status", r.Status);
                json.WriteString("code", r.Code);
                if (r.Left > 0)
                    json.WriteNumber("left_out", r.Left);
            }
        );
    }

    /// <summary>Stands inside the sign-in, before anything that reads the body or changes something.</summary>
    /// <exception cref="PorticoException">The intent cannot be kept.</exception>
    public async Task WriteActAsync(HttpContext http, Func<Task> next)
    {
        if (AsksBeyond(http))
        {
            // A list that is narrowed to something out of reach is empty, as for an id that is none: that somebody tried stands here.
            WriteRefusal(http, ErrorTable.NotFound);
            http.Items[NotedKey] = NotedKey;
        }
        if (ActionOf(http) is { } action && IsAct(http))
        {
            var doer = Doer.Of(http);
            var act = new Act(NewId(), doer);
            audit.Write(
                "act.intent",
                (act.Id, Doer: doer, Action: action, Resource: ResourceOf(http)),
                static (json, a) => WriteBegin(json, a.Id, a.Doer, a.Action, a.Resource)
            );
            http.Items[ActKey] = act;
            http.Response.OnStarting(() =>
            {
                WriteOutcome(http, act, http.Response.StatusCode);
                return Task.CompletedTask;
            });
            // A caller who left before the answer: what was done was done all the same.
            http.Response.OnCompleted(() =>
            {
                WriteOutcome(http, act, ErrorTable.ClientClosed.Status);
                return Task.CompletedTask;
            });
        }
        await next();
    }

    /// <summary>Whether a query names an organisation, workspace, use case or key that is there and lies out of the caller's reach.</summary>
    bool AsksBeyond(HttpContext http)
    {
        var within = AdminAccess.ReachOf(http);
        if (within.IsEverywhere || within.IsNowhere || http.Request.Query.Count == 0)
            return false;
        var all = governance.Current;
        return http
            .Request.Query.SelectMany(q => q.Value)
            .Any(id =>
                (OrganisationId.TryParse(id, out var o) && all.Organisations.TryGetValue(o, out var org) && !within.Touches(org, all))
                || (
                    WorkspaceId.TryParse(id, out var w)
                    && all.Workspaces.TryGetValue(w, out var workspace)
                    && !within.Touches(workspace, all)
                )
                || (UseCaseId.TryParse(id, out var u) && all.UseCases.TryGetValue(u, out var useCase) && !within.Has(useCase, all))
                || (KeyId.TryParse(id, out var k) && all.Callers.TryGetValue(k, out var caller) && !within.Has(caller))
            );
    }

    void WriteOutcome(HttpContext http, Act act, int status)
    {
        if (Interlocked.Exchange(ref act.Written, 1) != 0)
            return;
        var made = status == StatusCodes.Status201Created ? http.Response.Headers.Location.ToString() : null;
        audit.Write(
            "act.outcome",
            new Outcome(
                act.Id,
                status,
                act.Code,
                made,
                act.Actor is null ? http.Items[WhoKey] as string : null,
                http.Items[RevealKey] as string
            ),
            static (json, o) =>
            {
                json.WriteString("act", o.Id);
                json.WriteNumber("status", o.Status);
                if (o.Code is not null)
                    json.WriteString("code", o.Code);
                if (o.Made is { Length: > 0 })
                    json.WriteString("made", o.Made);
                if (o.Actor is not null)
                    json.WriteString("actor", o.Actor);
                if (o.Reveal is not null)
                    json.WriteString("reveal", o.Reveal);
            }
        );
    }

    static void WriteBegin(Utf8JsonWriter json, string id, Doer doer, string action, string resource)
    {
        json.WriteString("act", id);
        if (doer.Actor is { } actor)
            json.WriteString("actor", actor);
        if (doer.Workload is { } workload)
            json.WriteString("workload", workload);
        json.WriteString("action", action);
        json.WriteString("resource", resource);
    }

    string NewId() => "act_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    static bool IsAct(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        // A call to a model has entries of its own.
        if (endpoint?.Metadata.GetMetadata<AnswersAsItGoes>() is not null && !HttpMethods.IsGet(http.Request.Method))
            return false;
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            return true;
        return PatternOf(endpoint) is { } pattern
            && PermissionTable.TryFind(HttpMethods.Get, pattern, out var permission)
            && permission == Permissions.ContentsRead;
    }

    /// <summary>Null where nothing is mapped.</summary>
    static string? ActionOf(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        return PatternOf(endpoint) is { } pattern && !pattern.Contains("{**", StringComparison.Ordinal)
            ? $"{endpoint!.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.FirstOrDefault() ?? http.Request.Method} {pattern}"
            : null;
    }

    static string? PatternOf(Endpoint? endpoint) =>
        endpoint is RouteEndpoint { RoutePattern.RawText: { } raw } ? "/" + raw.TrimStart('/') : null;

    /// <summary>The address without its query: ids, and no search words.</summary>
    static string ResourceOf(HttpContext http)
    {
        var path = http.Request.Path.ToString();
        return path.Length <= MaxResourceLength ? path : path[..MaxResourceLength];
    }
}
