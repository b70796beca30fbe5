using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Access;
using Portico.Governance.Api;

namespace Portico.Governance.SignIn;

/// <summary>Setting up, signing in and out, one's own password.</summary>
static class SessionEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/setup", Setup).WithSummary("Whether the first account is still to be made").AllowAnonymous();
        api.MapPost("/setup", SetUp).WithSummary("Make the first account, an owner, with the admin token of the machine").AllowAnonymous();
        api.MapPost("/session", SignIn).WithSummary("Sign in with e-mail and password; the answer sets a cookie").AllowAnonymous();
        api.MapDelete("/session", SignOut).WithSummary("Sign out, on this device or everywhere");
        api.MapGet("/sessions", List).WithSummary("One's own sessions, with the browsers they are of");
        api.MapDelete("/sessions", EndOthers).WithSummary("End one's other sessions");
        api.MapPatch("/me", Rename).WithSummary("Another name for oneself");
        api.MapPost("/session/password", ChangePassword).WithSummary("Another password for oneself; other sessions end");
        api.MapPost("/invitations/accept", Accept).WithSummary("Set the password of one's account with an invitation").AllowAnonymous();
    }

    public sealed record SetupAnswer(bool Needed);

    /// <summary>Organisation: the id of one that there is; left out, the first. OrganisationName: one to make, where there is none yet.</summary>
    public sealed record SetupBody(
        string? AdminToken = null,
        string? Email = null,
        string? Name = null,
        string? Password = null,
        OrganisationId? OrganisationId = null,
        string? OrganisationName = null
    )
    {
        public override string ToString() => $"{nameof(SetupBody)} {{ Email = {Email} }}";
    }

    public sealed record SignInBody(string? Email = null, string? Password = null)
    {
        public override string ToString() => $"{nameof(SignInBody)} {{ Email = {Email} }}";
    }

    public sealed record PasswordBody(string? Old = null, string? Password = null)
    {
        public override string ToString() => nameof(PasswordBody);
    }

    public sealed record OwnName(string? Name = null);

    public sealed record AcceptBody(string? Code = null, string? Password = null)
    {
        public override string ToString() => nameof(AcceptBody);
    }

    public sealed record SignedIn(string Csrf, DateTimeOffset ExpiresAt)
    {
        public override string ToString() => $"{nameof(SignedIn)} {{ ExpiresAt = {ExpiresAt} }}";
    }

    static async Task<Ok<SetupAnswer>> Setup(Accounts accounts, CancellationToken ct) =>
        TypedResults.Ok(new SetupAnswer(!await accounts.AnyAsync(ct)));

    static async Task<Ok<SignedIn>> SetUp(
        HttpContext http,
        SetupBody body,
        Accounts accounts,
        AdminAccess access,
        GovernanceCatalog catalog,
        GovernanceService governance,
        Sessions sessions,
        CancellationToken ct
    )
    {
        if (await accounts.AnyAsync(ct))
            throw Accounts.AlreadySetUp();
        var actor = await access.VerifyTokenAsync(body.AdminToken, ct);
        RoleGrants.Check(actor, [Roles.Owner], null, [new RoleBook.Entry(Roles.Find(Roles.Owner)!, null)], catalog.Current);
        var email = Sessions.Normal(body.Email);
        // Before a person or an organisation is made for it.
        Passwords.Check(body.Password, email);
        var organisation = await OrganisationOfAsync(body, catalog, governance, ct);
        var person =
            catalog.Current.People.Values.FirstOrDefault(p => p.OrganisationId == organisation && p.Email == email)
            ?? await governance.CreatePersonAsync(organisation, email, GovernanceService.Name(body.Name), ct);
        await accounts.SetUpAsync(person, body.Password, ct);
        return await OpenAsync(http, sessions, email, body.Password, ct);
    }

    static async Task<OrganisationId> OrganisationOfAsync(
        SetupBody body,
        GovernanceCatalog catalog,
        GovernanceService governance,
        CancellationToken ct
    )
    {
        var all = catalog.Current.Organisations;
        if (body.OrganisationId is { } given)
            return all.ContainsKey(given) ? given : throw GovernanceService.Missing("organisation", given.ToString(), "organisation_id");
        if (body.OrganisationName is { } name)
            return all.Values.FirstOrDefault(o => o.Name == name)?.Id ?? (await governance.CreateOrganisationAsync(name, ct)).Id;
        return all.Values.OrderBy(o => o.Id.ToString(), StringComparer.Ordinal).FirstOrDefault()?.Id
            ?? throw new PorticoException(
                ErrorTable.InvalidRequest,
                "There is no organisation yet. Name yours in organisation_name.",
                "organisation_name"
            );
    }

    static Task<Ok<SignedIn>> SignIn(HttpContext http, SignInBody body, Sessions sessions, CancellationToken ct) =>
        OpenAsync(http, sessions, body.Email, body.Password, ct);

    static async Task<Ok<SignedIn>> OpenAsync(HttpContext http, Sessions sessions, string? email, string? password, CancellationToken ct)
    {
        var opened = await sessions.SignInAsync(email, password, AddressOf(http), http.Request.Headers.UserAgent.ToString(), ct);
        Audit.ApiAudit.Name(http, opened.PersonId);
        // A session that this browser had is of nobody any more.
        if (SessionCookie.Of(http) is { } earlier)
            await sessions.EndAsync(earlier, ct);
        SessionCookie.Set(http, opened);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new SignedIn(opened.Csrf.Reveal(), opened.ExpiresAt));
    }

    static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    static async Task<NoContent> SignOut(HttpContext http, Sessions sessions, CancellationToken ct, bool everywhere = false)
    {
        if (RequireSession(http) is { } session && everywhere)
            await sessions.EndAllAsync(session.PersonId, ct);
        else
            await sessions.EndAsync(SessionCookie.Of(http)!, ct);
        SessionCookie.Remove(http);
        return TypedResults.NoContent();
    }

    static async Task<Ok<Page<OwnSession>>> List(HttpContext http, Sessions sessions, CancellationToken ct) =>
        TypedResults.Ok(new Page<OwnSession>(await sessions.ListAsync(RequireSession(http).PersonId, SessionCookie.Of(http)!, ct), null));

    static async Task<NoContent> EndOthers(HttpContext http, Sessions sessions, CancellationToken ct)
    {
        await sessions.EndOthersAsync(RequireSession(http).PersonId, SessionCookie.Of(http)!, ct);
        return TypedResults.NoContent();
    }

    static async Task<NoContent> Rename(
        HttpContext http,
        OwnName body,
        GovernanceCatalog catalog,
        GovernanceService governance,
        CancellationToken ct
    )
    {
        // One's own name has one writer: there is nobody to overwrite.
        var id = RequireSession(http).PersonId;
        var person = catalog.Current.People.GetValueOrDefault(id) ?? throw GovernanceService.Missing("person", id.ToString());
        await governance.ChangePersonAsync(person, GovernanceService.Name(body.Name), null, ct);
        return TypedResults.NoContent();
    }

    static async Task<NoContent> ChangePassword(HttpContext http, PasswordBody body, Sessions sessions, CancellationToken ct)
    {
        var session = RequireSession(http);
        await sessions.ChangePasswordAsync(session.PersonId, SessionCookie.Of(http)!, body.Old, body.Password, AddressOf(http), ct);
        return TypedResults.NoContent();
    }

    static Session RequireSession(HttpContext http) =>
        AdminAccess.Actor(http).Session
        ?? throw new PorticoException(ErrorTable.InvalidRequest, "An admin token has no session: it is revoked, not signed out.");

    static async Task<NoContent> Accept(AcceptBody body, Accounts accounts, CancellationToken ct)
    {
        await accounts.AcceptAsync(body.Code, body.Password, ct);
        return TypedResults.NoContent();
    }
}
