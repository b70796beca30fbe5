using System.Net;
using System.Text;
using Portico.Governance.Keys;

namespace Portico.Server.Sealing;

/// <summary>What a person sees in place of the console while the node is sealed: a page without scripts, which asks for itself again every few seconds.</summary>
static class SealedPage
{
    const string Style = """
        body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.55 system-ui,sans-serif;color:#1b1f24;background:#f6f7f9}
        main{max-width:34rem;padding:2rem}h1{font-size:1.375rem;margin:0 0 .75rem}p{margin:.5rem 0}code{font-family:ui-monospace,monospace;background:#e8ebef;padding:.1em .35em;border-radius:4px}
        .quiet{color:#57606a}@media(prefers-color-scheme:dark){body{color:#e6e8eb;background:#14171a}code{background:#262b31}.quiet{color:#9aa4af}}
        """;

    static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static Task WriteAsync(HttpContext http, SealReason why, IReadOnlyList<Gathered> shares)
    {
        var here = string.Concat(
            shares.Select(s =>
                $"<p><strong>{s.Held} of {s.Needed}</strong> shares of the split <code>{WebUtility.HtmlEncode(s.Set)}</code> are here.</p>"
            )
        );
        var page = $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="5">
            <title>Portico is sealed</title><style>{Style}</style></head>
            <body><main><h1>Portico is sealed</h1>
            <p>{WebUtility.HtmlEncode(why.Says)}</p>
            {here}
            <p class="quiet">Until then nothing can be read or written, by anybody: no call, no record, no setting. Nothing is lost. This page looks again by itself.</p>
            </main></body></html>
            """;
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.RetryAfter = "5";
        return http.Response.WriteAsync(page);
    }
}
