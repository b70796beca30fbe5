using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Portico.Governance.SignIn;

/// <summary>The cookie of a session, and what keeps other pages from using it.</summary>
static class SessionCookie
{
    public const string Name = "portico_session";
    public const string CsrfHeader = "X-Portico-Csrf";

    public static string? Of(HttpContext http) => http.Request.Cookies[Name] is { Length: > 0 and <= 128 } value ? value : null;

    public static string Csrf(HttpContext http) => Sessions.Csrf(Of(http)!).Reveal();

    public static void Set(HttpContext http, OpenedSession session) =>
        http.Response.Cookies.Append(Name, session.Cookie.Reveal(), Options(http, session.ExpiresAt));

    public static void Remove(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http, null));

    static CookieOptions Options(HttpContext http, DateTimeOffset? end) =>
        new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            // Without TLS, as on the loopback address of a first start, a browser would not send a secure one.
            Secure = http.Request.IsHttps,
            Path = "/api",
            Expires = end,
        };

    /// <exception cref="PorticoException">It changes something and another page may have sent it.</exception>
    public static void RequireCsrf(HttpContext http, string cookie)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            return;
        RequireOwnPage(http);
        var sent = Encoding.UTF8.GetBytes(http.Request.Headers[CsrfHeader].ToString());
        if (!CryptographicOperations.FixedTimeEquals(sent, Encoding.UTF8.GetBytes(Sessions.Csrf(cookie).Reveal())))
            throw new PorticoException(
                ErrorTable.PermissionDenied,
                $"A change by a session carries {CsrfHeader} with the csrf that GET /api/me tells."
            );
    }

    /// <summary>What a browser tells of where a request comes from, where it tells it.</summary>
    /// <exception cref="PorticoException">A page of another origin.</exception>
    public static void RequireOwnPage(HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            return;
        var site = http.Request.Headers["Sec-Fetch-Site"].ToString();
        var origin = http.Request.Headers.Origin.ToString();
        // The scheme is left out: behind a proxy that ends TLS it is another here than in the browser.
        var isOwn =
            site is "" or "same-origin" or "none"
            && (
                origin.Length == 0
                || (
                    Uri.TryCreate(origin, UriKind.Absolute, out var from)
                    && string.Equals(from.Authority, http.Request.Host.Value, StringComparison.OrdinalIgnoreCase)
                )
            );
        if (!isOwn)
            throw new PorticoException(ErrorTable.PermissionDenied, "This came from a page of another origin.");
    }
}
