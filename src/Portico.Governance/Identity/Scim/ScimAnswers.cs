using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Portico.Governance.Identity.Scim;

/// <summary>Reads bodies and writes resources, lists and what is left out of them.</summary>
static class ScimAnswers
{
    public const int MaxBodyBytes = 1024 * 1024;

    /// <summary>Resources of a page at most; said in ServiceProviderConfig.</summary>
    public const int MaxPage = 200;
    const int UsualPage = 100;
    const string ListSchema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

    static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <exception cref="PorticoException">It is no object of JSON, or too large.</exception>
    public static async Task<JsonObject> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxBodyBytes)
            throw TooLarge();
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0)
        {
            if (whole.Length + count > MaxBodyBytes)
                throw TooLarge();
            whole.Write(buffer, 0, count);
        }
        try
        {
            return JsonNode.Parse(whole.GetBuffer().AsSpan(0, (int)whole.Length), null, Strict) as JsonObject
                ?? throw ScimErrors.Bad(ScimErrors.InvalidSyntax, "The body is not an object.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw ScimErrors.Bad(ScimErrors.InvalidSyntax, "The body is not JSON, or has a member twice.");
        }
    }

    static PorticoException TooLarge() => new(ErrorTable.TooLarge, $"A body has at most {MaxBodyBytes} bytes.");

    public static Task WriteAsync(HttpContext http, int status, JsonObject body)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/scim+json";
        http.Response.ContentLength = bytes.Length;
        return http.Response.Body.WriteAsync(bytes, 0, bytes.Length, http.RequestAborted);
    }

    /// <summary>A resource with its tag; nothing where the caller has this version.</summary>
    public static Task WriteResourceAsync(HttpContext http, int status, JsonObject resource)
    {
        var meta = resource["meta"]!;
        var tag = meta["version"]!.GetValue<string>();
        http.Response.Headers.ETag = tag;
        if (status == StatusCodes.Status201Created)
            http.Response.Headers.Location = meta["location"]!.GetValue<string>();
        if (HttpMethods.IsGet(http.Request.Method) && http.Request.Headers.IfNoneMatch.ToString() == tag)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        return WriteAsync(http, status, Chosen(http, resource));
    }

    /// <summary>It is done; the version that it has now is told, the resource is not.</summary>
    public static void WriteNothing(HttpContext http, JsonObject resource)
    {
        http.Response.Headers.ETag = resource["meta"]!["version"]!.GetValue<string>();
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Without what attributes and excludedAttributes leave out (RFC 7644, 3.9). What every resource has, stays.</summary>
    static JsonObject Chosen(HttpContext http, JsonObject resource)
    {
        var only = Names("attributes");
        var without = Names("excludedAttributes");
        if (only.Count + without.Count == 0)
            return resource;
        foreach (var key in resource.Select(p => p.Key).ToList())
        {
            if (key is "schemas" or "id" or "meta")
                continue;
            if (without.Contains(key) || (only.Count > 0 && !only.Contains(key)))
                resource.Remove(key);
        }
        return resource;

        HashSet<string> Names(string parameter) =>
            http
                .Request.Query[parameter]
                .ToString()
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(n => ScimPath.Read(n) is { } path ? path.Extension ?? path.Name : n)
                .ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    public static bool LeavesOut(HttpContext http, string attribute) =>
        http
            .Request.Query["excludedAttributes"]
            .ToString()
            .Split(',', StringSplitOptions.TrimEntries)
            .Contains(attribute, StringComparer.OrdinalIgnoreCase);

    public static Task WriteListAsync(HttpContext http, ScimPage page, long total, IReadOnlyList<JsonObject> resources) =>
        WriteAsync(
            http,
            StatusCodes.Status200OK,
            new JsonObject
            {
                ["schemas"] = new JsonArray(ListSchema),
                ["totalResults"] = total,
                ["startIndex"] = page.Start,
                ["itemsPerPage"] = resources.Count,
                ["Resources"] = new JsonArray(resources.Select(r => (JsonNode)Chosen(http, r)).ToArray()),
            }
        );

    /// <summary>Which part of a list is wanted (RFC 7644, 3.4.2.4): from 1, a smaller start counts as 1, a negative count as none.</summary>
    /// <exception cref="PorticoException">One of them is no number.</exception>
    public static ScimPage PageOf(HttpContext http)
    {
        return new ScimPage(Math.Max(Number("startIndex", 1), 1), Math.Clamp(Number("count", UsualPage), 0, MaxPage));

        int Number(string parameter, int usual)
        {
            var text = http.Request.Query[parameter].ToString();
            if (text.Length == 0)
                return usual;
            return int.TryParse(text, out var number)
                ? number
                : throw ScimErrors.Bad(ScimErrors.InvalidValue, $"{parameter} must be a whole number.");
        }
    }

    /// <summary>A change may name the version that it was made on.</summary>
    /// <exception cref="PorticoException">It is at another by now.</exception>
    public static void RequireVersion(HttpContext http, long version)
    {
        var sent = http.Request.Headers.IfMatch.ToString();
        if (
            sent.Length > 0
            && sent != "*"
            && !sent.Split(',', StringSplitOptions.TrimEntries).Contains(Tag(version), StringComparer.Ordinal)
        )
            throw new PorticoException(ErrorTable.PreconditionFailed, $"You sent If-Match {sent}; it is at {Tag(version)} now.");
    }

    public static string Tag(long version) => $"W/\"v{version}\"";

    public static JsonObject Meta(HttpContext http, string type, string path, long createdUs, long updatedUs, long version) =>
        new()
        {
            ["resourceType"] = type,
            ["created"] = Time(createdUs),
            ["lastModified"] = Time(updatedUs),
            ["location"] = Address(http, path),
            ["version"] = Tag(version),
        };

    public static string Address(HttpContext http, string path) => $"{http.Request.Scheme}://{http.Request.Host}/scim/v2/{path}";

    static string Time(long us) => Micros.ToTime(us).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}

/// <summary>A part of a list. Start: from 1.</summary>
readonly record struct ScimPage(int Start, int Count);
