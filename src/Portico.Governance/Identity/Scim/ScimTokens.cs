using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Governance.Identity.Scim;

/// <summary>What an identity provider opens /scim/v2 of one organisation with, without its secret.</summary>
sealed record ScimToken(ScimTokenId Id, OrganisationId OrganisationId, string Name, string Prefix, DateTimeOffset CreatedAt);

/// <summary>SCIM tokens: made, shown once, removed. Looked up in the store on every request.</summary>
sealed class ScimTokens(Database database, GovernanceCatalog catalog, TimeProvider time)
{
    const int MaxTokens = 20;

    sealed class Row
    {
        public string Id { get; set; } = "";
        public string OrganisationId { get; set; } = "";
        public string Name { get; set; } = "";
        public string Prefix { get; set; } = "";
        public long CreatedUs { get; set; }

        public ScimToken ToNoun() =>
            new(ScimTokenId.Parse(Id), Id<IdKinds.Organisation>.Parse(OrganisationId), Name, Prefix, Micros.ToTime(CreatedUs));
    }

    const string Columns = "id, organisation_id, name, prefix, created_us";

    public async Task<Page<ScimToken>> ListAsync(string? organisation, PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Row>(
            $"""
            select {Columns} from governance_scim_tokens
            where (@organisation is null or organisation_id = @organisation) and (@After is null or id > @After) order by id limit @take
            """,
            new
            {
                organisation,
                page.After,
                take = page.Limit + 1,
            }
        );
        return page.Cut(rows.Select(r => r.ToNoun()).ToList(), t => t.Id.ToString());
    }

    /// <exception cref="PorticoException">There is no such organisation, or it has as many as it may.</exception>
    public async Task<(ScimToken Token, Secret Secret)> CreateAsync(OrganisationId organisation, string? name, CancellationToken ct)
    {
        if (!catalog.Current.Organisations.ContainsKey(organisation))
            throw GovernanceService.Missing("organisation", organisation.ToString(), "organisation_id");
        var secret = SecretText.New(SecretText.ScimPrefix);
        var made = new ScimToken(
            ScimTokenId.New(time),
            organisation,
            GovernanceService.Name(name),
            secret[..SecretText.ShownLength],
            Micros.ToTime(Micros.Now(time))
        );
        await database.WriteAsync(
            async work =>
            {
                var has = await work.Connection.ExecuteScalarAsync<long>(
                    "select count(*) from governance_scim_tokens where organisation_id = @organisation",
                    new { organisation = organisation.ToString() },
                    work.Transaction
                );
                if (has >= MaxTokens)
                    throw new PorticoException(
                        ErrorTable.Conflict,
                        $"The organisation has {MaxTokens} SCIM tokens already. Remove one first."
                    );
                await work.Connection.ExecuteAsync(
                    "insert into governance_scim_tokens (id, organisation_id, name, prefix, secret_hash, created_us) values (@id, @organisation, @Name, @Prefix, @hash, @now)",
                    new
                    {
                        id = made.Id.ToString(),
                        organisation = organisation.ToString(),
                        made.Name,
                        made.Prefix,
                        hash = SecretText.Hash(secret),
                        now = Micros.Of(made.CreatedAt),
                    },
                    work.Transaction
                );
            },
            ct
        );
        return (made, new Secret(secret));
    }

    /// <exception cref="PorticoException">There is none.</exception>
    public async Task RemoveAsync(string id, CancellationToken ct)
    {
        var rows = await database.WriteAsync(
            work => work.Connection.ExecuteAsync("delete from governance_scim_tokens where id = @id", new { id }, work.Transaction),
            ct
        );
        if (rows == 0)
            throw GovernanceService.Missing("SCIM token", id);
    }

    /// <summary>Lets a request through whose token is live, and remembers whose it is.</summary>
    /// <exception cref="PorticoException">No token, or one that is not known.</exception>
    public async Task SignInAsync(HttpContext http, Func<Task> next)
    {
        const string Scheme = "Bearer ";
        var header = http.Request.Headers.Authorization.ToString();
        var secret = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "";
        if (!SecretText.IsWellFormed(secret, SecretText.ScimPrefix))
            throw new PorticoException(
                ErrorTable.SignInRequired,
                "Send the SCIM token of your organisation as 'Authorization: Bearer ps_live_…'."
            );
        await using (var db = await database.OpenReadAsync(http.RequestAborted))
        {
            var found =
                await db.QuerySingleOrDefaultAsync<Row>(
                    $"select {Columns} from governance_scim_tokens where secret_hash = @hash",
                    new { hash = SecretText.Hash(secret) }
                ) ?? throw new PorticoException(ErrorTable.SignInRequired, "This SCIM token is not known or was removed.");
            AdminAccess.Remember(http, new ApiActor(found.Id, found.Name, Array.Empty<HeldGrant>()));
            http.Items[typeof(ScimTokens)] = found.OrganisationId;
        }
        await next();
    }

    /// <summary>The organisation of the token: nothing else of a request says whose users are meant.</summary>
    public static string OrganisationOf(HttpContext http) => (string)http.Items[typeof(ScimTokens)]!;
}

/// <summary>SCIM tokens on the management API.</summary>
static class ScimTokenEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/scim-tokens", List).WithSummary("SCIM tokens, by organisation");
        api.MapPost("/scim-tokens", Create).WithSummary("Make a SCIM token for an organisation; the secret is shown once");
        api.MapPost("/scim-tokens/{id}/revoke", Revoke).WithSummary("Stop a SCIM token for good");
    }

    public sealed record TokenBody(OrganisationId OrganisationId, string Name);

    public sealed record MadeToken(ScimToken Token, string Secret)
    {
        public override string ToString() => $"{nameof(MadeToken)} {{ Token = {Token} }}";
    }

    static async Task<Ok<Page<ScimToken>>> List(
        ScimTokens tokens,
        string? organisation_id,
        int? limit,
        string? cursor,
        CancellationToken ct
    ) => TypedResults.Ok(await tokens.ListAsync(organisation_id, PageRequest.From(limit, cursor), ct));

    static async Task<Created<MadeToken>> Create(TokenBody body, ScimTokens tokens, CancellationToken ct)
    {
        var (token, secret) = await tokens.CreateAsync(body.OrganisationId, body.Name, ct);
        return TypedResults.Created($"/api/scim-tokens/{token.Id}", new MadeToken(token, secret.Reveal()));
    }

    static async Task<NoContent> Revoke(string id, ScimTokens tokens, CancellationToken ct)
    {
        await tokens.RemoveAsync(id, ct);
        return TypedResults.NoContent();
    }
}
