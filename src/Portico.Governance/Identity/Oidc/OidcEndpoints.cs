using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;
using Portico.Governance.SignIn;

namespace Portico.Governance.Identity.Oidc;

/// <summary>Signing in by an identity provider. All of it is open: whoever comes is nobody yet.</summary>
static class OidcEndpoints
{
    /// <summary>Binds a sign-in to the browser that began it.</summary>
    const string Cookie = "portico_sign_in";

    /// <summary>The page of the console that a provider leads back to; to be entered there.</summary>
    public const string ReturnPath = "/console/sign-in";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/sign-in", Ways).WithSummary("The ways in: identity providers by name").AllowAnonymous();
        api.MapPost("/sign-in/{id}", Begin)
            .WithSummary("Begin to sign in by an identity provider; the answer says where to go")
            .AllowAnonymous();
        api.MapPost("/sign-in/complete", Complete)
            .WithSummary("Sign in with what the identity provider led back with; the answer sets a cookie")
            .AllowAnonymous();
        // A protocol of its own between two servers, with a form and no JSON.
        api.MapPost("/sign-in/{id}/back-channel-logout", LogOut)
            .WithSummary("End sessions because the identity provider says so, by its signed token")
            .ExcludeFromDescription()
            .AllowAnonymous();
    }

    public sealed record Way(IdentityProviderId Id, string Name);

    public sealed record WaysAnswer(IReadOnlyList<Way> Providers);

    /// <summary>ReturnTo: a path of the console. Invitation: the code of one, whose person is then linked.</summary>
    public sealed record BeginBody(string? ReturnTo = null, string? Invitation = null)
    {
        public override string ToString() => nameof(BeginBody);
    }

    public sealed record BeginAnswer(string Address);

    /// <summary>The parameters of the address that the provider led back to.</summary>
    public sealed record CompleteBody(string? Code = null, string? State = null, string? Iss = null, string? Error = null)
    {
        public override string ToString() => nameof(CompleteBody);
    }

    public sealed record CompleteAnswer(string Csrf, DateTimeOffset ExpiresAt, string? ReturnTo)
    {
        public override string ToString() => $"{nameof(CompleteAnswer)} {{ ExpiresAt = {ExpiresAt} }}";
    }

    static async Task<Ok<WaysAnswer>> Ways(IdentityProviders providers, CancellationToken ct)
    {
        var all = await providers.ListAsync(null, new PageRequest(PageRequest.MaxLimit, null), ct);
        return TypedResults.Ok(
            new WaysAnswer(
                all.Items.Where(p => p.Enabled)
                    .OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase)
                    .Select(p => new Way(p.Id, p.Name))
                    .ToList()
            )
        );
    }

    static async Task<Ok<BeginAnswer>> Begin(HttpContext http, string id, BeginBody body, OidcSignIn signIn, CancellationToken ct)
    {
        var begun = await signIn.BeginAsync(id, Origin(http) + ReturnPath, body.ReturnTo, body.Invitation, ct);
        http.Response.Cookies.Append(Cookie, begun.Browser.Reveal(), Options(http));
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new BeginAnswer(begun.Address));
    }

    static async Task<Ok<CompleteAnswer>> Complete(
        HttpContext http,
        CompleteBody body,
        OidcSignIn signIn,
        Sessions sessions,
        CancellationToken ct
    )
    {
        var browser = http.Request.Cookies[Cookie] is { Length: > 0 and <= 128 } kept ? kept : null;
        http.Response.OnStarting(() =>
        {
            // Good or not, it is used.
            http.Response.Cookies.Delete(Cookie, Options(http));
            return Task.CompletedTask;
        });
        var opened = await signIn.CompleteAsync(
            new ProviderAnswer(body.Code, body.State, body.Iss, body.Error),
            browser,
            SessionEndpoints.AddressOf(http),
            http.Request.Headers.UserAgent.ToString(),
            ct
        );
        Audit.ApiAudit.Name(http, opened.Session.PersonId);
        await SessionEndpoints.TakeAsync(http, sessions, opened.Session, ct);
        return TypedResults.Ok(new CompleteAnswer(opened.Session.Csrf.Reveal(), opened.Session.ExpiresAt, opened.ReturnTo));
    }

    static async Task<Ok> LogOut(HttpContext http, string id, BackChannelLogout logout, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (!http.Request.HasFormContentType)
            throw new PorticoException(ErrorTable.UnsupportedMediaType, "The body must be sent as application/x-www-form-urlencoded.");
        var form = await http.Request.ReadFormAsync(ct);
        await logout.RunAsync(id, form["logout_token"].ToString(), ct);
        return TypedResults.Ok();
    }

    static CookieOptions Options(HttpContext http) =>
        new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = http.Request.IsHttps,
            Path = "/api/sign-in",
            MaxAge = SignInStore.GoodFor,
        };

    /// <summary>The origin as the browser has it, which behind a proxy that ends TLS is not the one that the request came to. That it is of this host was looked at before.</summary>
    internal static string Origin(HttpContext http) =>
        http.Request.Headers.Origin.ToString() is { Length: > 0 } origin ? origin : $"{http.Request.Scheme}://{http.Request.Host}";
}
