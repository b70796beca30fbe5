using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Portico.Server;

/// <summary>
/// The console: files that <c>./run</c> built, read once at the start and served from memory, compressed ahead of time. Pages of the console have addresses of their own; all
/// of them are the one document, which asks the public API for what it shows.
/// </summary>
sealed class ConsoleFiles
{
    /// <summary>Nothing but what this origin serves: no inline script or style, no frame around it, no foreign host.</summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        + "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    const string Root = "/console";
    const string Document = "index.html";

    static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".woff2"] = "font/woff2",
        [".json"] = "application/json",
        [".txt"] = "text/plain; charset=utf-8",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    readonly FrozenDictionary<string, ConsoleFile> files;

    ConsoleFiles(FrozenDictionary<string, ConsoleFile> files) => this.files = files;

    sealed record ConsoleFile(byte[] Plain, byte[]? Brotli, byte[]? Gzip, string Type, EntityTagHeaderValue Tag);

    /// <summary>Where the build puts them, beside the program.</summary>
    public static readonly string BuiltAt = Path.Combine(AppContext.BaseDirectory, "wwwroot", "console");

    public bool IsBuilt => files.ContainsKey(Document);

    /// <summary>What lies in the directory; nothing where there is none, as after a build without Node.</summary>
    public static ConsoleFiles Read(string directory)
    {
        var found = new Dictionary<string, ConsoleFile>(StringComparer.Ordinal);
        if (Directory.Exists(directory))
            foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
                if (Types.TryGetValue(Path.GetExtension(path), out var type))
                {
                    var plain = File.ReadAllBytes(path);
                    var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(plain))[..20]}\"");
                    var name = Path.GetRelativePath(directory, path).Replace(Path.DirectorySeparatorChar, '/');
                    found[name] = new ConsoleFile(plain, Packed(path + ".br"), Packed(path + ".gz"), type, tag);
                }
        return new ConsoleFiles(found.ToFrozenDictionary(StringComparer.Ordinal));

        static byte[]? Packed(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    public void Map(WebApplication app)
    {
        app.MapGet(Root, (HttpContext http) => Serve(http, Document)).ExcludeFromDescription();
        app.MapGet(Root + "/{**file}", (HttpContext http, string? file) => Serve(http, file ?? Document)).ExcludeFromDescription();
    }

    Task Serve(HttpContext http, string name)
    {
        var isAsset = name.StartsWith("assets/", StringComparison.Ordinal);
        if (!files.TryGetValue(name, out var file) && !isAsset)
            files.TryGetValue(Document, out file);
        if (file is null)
            return Missing(http);
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // The name of an asset holds its content; anything else is asked for again, and mostly not changed.
        headers.CacheControl = isAsset ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.ETag = file.Tag.ToString();
        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(t => t.Compare(file.Tag, useStrongComparison: false)))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        var (bytes, encoding) = Choose(file, http.Request.Headers.AcceptEncoding.ToString());
        if (encoding is not null)
            headers.ContentEncoding = encoding;
        http.Response.ContentType = file.Type;
        http.Response.ContentLength = bytes.Length;
        return http.Response.Body.WriteAsync(bytes, http.RequestAborted).AsTask();
    }

    static (byte[] Bytes, string? Encoding) Choose(ConsoleFile file, string accepted) =>
        file.Brotli is { } brotli && accepted.Contains("br", StringComparison.OrdinalIgnoreCase) ? (brotli, "br")
        : file.Gzip is { } gzip && accepted.Contains("gzip", StringComparison.OrdinalIgnoreCase) ? (gzip, "gzip")
        : (file.Plain, null);

    Task Missing(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(
            IsBuilt
                ? "The console has no such file.\n"
                : "This Portico was built without its console, since Node was not there. Install Node 20 or later and start it again with ./run. "
                    + "The API works without: /api/openapi.json describes it.\n",
            http.RequestAborted
        );
    }
}
