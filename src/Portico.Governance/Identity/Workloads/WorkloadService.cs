using System.Text.Json;
using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.Identity.Tokens;
using Portico.Storage;

namespace Portico.Governance.Identity.Workloads;

/// <summary>What a new workload or a change of one says. Null in a change = leave as it is.</summary>
sealed record WorkloadDraft
{
    public string? Name { get; init; }
    public KeyId? KeyId { get; init; }
    public string? AdminTokenId { get; init; }
    public string? Issuer { get; init; }
    public string? Audience { get; init; }
    public string? Subject { get; init; }
    public IReadOnlyList<ClaimRule>? Claims { get; init; }
    public bool? Enabled { get; init; }
    public bool? AllowSpecialAddresses { get; init; }
}

/// <summary>Services whose tokens open a key or an admin token. Each change signals every node.</summary>
sealed class WorkloadService(Database database, GovernanceCatalog catalog, TimeProvider time)
{
    const int MaxText = 512;
    const int MaxClaims = 20;

    /// <summary>Those that somebody may know of: what opens an admin token is of who may see those.</summary>
    public IEnumerable<Workload> SeenBy(ApiActor actor) =>
        catalog.Current.Workloads.Values.Where(w => w.AdminTokenId is null || actor.MayEverywhere(Permissions.AccessRead));

    /// <exception cref="PorticoException">There is none that this actor may know of.</exception>
    public Workload Find(string id, ApiActor actor) =>
        SeenBy(actor).FirstOrDefault(w => w.Id.ToString() == id) ?? throw GovernanceService.Missing("workload", id);

    /// <summary>The name of an admin token, and whether it was stopped.</summary>
    /// <exception cref="PorticoException">There is none.</exception>
    public async Task<(string Name, bool Revoked)> TokenAsync(string id, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var row = await db.QuerySingleOrDefaultAsync<(string Name, long Revoked)?>(
            "select name, revoked from governance_admin_tokens where id = @id",
            new { id }
        );
        return row is { } found ? (found.Name, found.Revoked != 0) : throw GovernanceService.Missing("admin token", id, "admin_token_id");
    }

    /// <summary>Whoever says which service an admin token is, gives that service what the token may do.</summary>
    /// <exception cref="PorticoException">The workload opens an admin token that may do more than who asks, or that is none.</exception>
    public async Task RequireToGiveAsync(string? adminTokenId, ApiActor by, CancellationToken ct)
    {
        if (adminTokenId is null)
            return;
        by.RequireEverywhere(Permissions.AccessWrite);
        var (name, _) = await TokenAsync(adminTokenId, ct);
        await using var db = await database.OpenReadAsync(ct);
        RoleGrants.RequireNoMore(by, name, await GrantStore.OfAsync(db, adminTokenId), catalog.Current);
    }

    /// <exception cref="PorticoException">A part is not as it must be, or it opens more than who makes it has.</exception>
    public async Task<Workload> CreateAsync(WorkloadDraft draft, ApiActor by, CancellationToken ct)
    {
        if ((draft.KeyId is null) == (draft.AdminTokenId is null))
            throw Bad(
                "Name what the tokens open: key_id, a service key for /v1, or admin_token_id, an admin token for /api. One of the two.",
                "key_id"
            );
        if (draft.KeyId is { } key && !catalog.Current.Callers.ContainsKey(key))
            throw Bad("key_id must name a service key, whose use case, routes and budgets the tokens get.", "key_id");
        await RequireToGiveAsync(draft.AdminTokenId, by, ct);
        if (draft.AdminTokenId is { } token && (await TokenAsync(token, ct)).Revoked)
            throw Bad("This admin token was revoked: it opens nothing.", "admin_token_id");
        var made = Checked(
            draft,
            new Workload
            {
                Id = WorkloadId.New(time),
                Name = "",
                KeyId = draft.KeyId,
                AdminTokenId = draft.AdminTokenId,
                Issuer = "",
                Audience = "",
                Subject = "",
                Enabled = true,
                Version = 1,
            }
        );
        await WriteAsync(
            $"""
            insert into governance_workloads ({WorkloadRow.Columns}, created_us, updated_us)
            values (@id, @Name, @key, @AdminTokenId, @Issuer, @Audience, @Subject, @claims, @enabled, @special, 1, @now, @now)
            """,
            made,
            ct
        );
        return made;
    }

    /// <exception cref="PorticoException">It changed meanwhile, or a part is not as it must be.</exception>
    public async Task<Workload> ChangeAsync(Workload old, WorkloadDraft draft, CancellationToken ct)
    {
        if (draft.KeyId is { } key && key != old.KeyId)
            throw Bad("A workload stays with its key: what it spent would change meaning. Make another one.", "key_id");
        if (draft.AdminTokenId is { } token && token != old.AdminTokenId)
            throw Bad("A workload stays with its admin token: what it did would change meaning. Make another one.", "admin_token_id");
        var next = Checked(draft, old);
        if (next is { Enabled: true, AdminTokenId: { } opened } && !old.Enabled && (await TokenAsync(opened, ct)).Revoked)
            throw Bad("The admin token that it opens was revoked: make a workload of another.", "enabled");
        await WriteAsync(
            """
            update governance_workloads set name = @Name, issuer = @Issuer, audience = @Audience, subject = @Subject, claims = @claims, enabled = @enabled,
              allow_special_addresses = @special, version = version + 1, updated_us = @now
            where id = @id and version = @Version
            """,
            next,
            ct
        );
        return catalog.Current.Workloads.GetValueOrDefault(old.Id) ?? throw GovernanceService.Missing("workload", old.Id.ToString());
    }

    /// <summary>Switches off those that open an admin token which was stopped.</summary>
    public static async Task StopThoseOfAsync(DbWork work, string adminTokenId, long now)
    {
        var stopped = await work.Connection.ExecuteAsync(
            "update governance_workloads set enabled = 0, version = version + 1, updated_us = @now where admin_token_id = @adminTokenId and enabled = 1",
            new { adminTokenId, now },
            work.Transaction
        );
        if (stopped > 0)
            work.Signal(GovernanceStore.Signal, adminTokenId, 0);
    }

    public Task RemoveAsync(Workload old, CancellationToken ct) =>
        WriteAsync("delete from governance_workloads where id = @id and version = @Version", old, ct);

    async Task WriteAsync(string sql, Workload w, CancellationToken ct)
    {
        var changed = await database.WriteAsync(
            async work =>
            {
                var count = await work.Connection.ExecuteAsync(
                    sql,
                    new
                    {
                        id = w.Id.ToString(),
                        w.Name,
                        key = w.KeyId?.ToString(),
                        w.AdminTokenId,
                        w.Issuer,
                        w.Audience,
                        w.Subject,
                        claims = JsonSerializer.Serialize(w.Claims, GovernanceJson.Default.IReadOnlyListClaimRule),
                        enabled = w.Enabled ? 1 : 0,
                        special = w.AllowSpecialAddresses ? 1 : 0,
                        w.Version,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
                work.Signal(GovernanceStore.Signal, w.Id.ToString(), w.Version + 1);
                return count;
            },
            ct
        );
        if (changed == 0)
            throw new PorticoException(ErrorTable.PreconditionFailed, "It changed while your change was made.");
        await catalog.RefreshAsync(ct);
    }

    static Workload Checked(WorkloadDraft draft, Workload old)
    {
        var next = old with
        {
            Name = GovernanceService.Name(draft.Name ?? old.Name),
            Issuer = (draft.Issuer ?? old.Issuer).Trim(),
            Audience = Text(draft.Audience ?? old.Audience, "audience"),
            Subject = Text(draft.Subject ?? old.Subject, "subject"),
            Claims = draft.Claims is { } claims ? Rules(claims) : old.Claims,
            Enabled = draft.Enabled ?? old.Enabled,
            AllowSpecialAddresses = draft.AllowSpecialAddresses ?? old.AllowSpecialAddresses,
        };
        if (IssuerHttp.ProblemOf(next.Issuer, next.AllowSpecialAddresses, out _) is { } problem)
            throw Bad($"issuer {problem}.", "issuer");
        // Everybody at the issuer would be this service.
        if (next.Subject == "*" && next.Claims.Count == 0)
            throw Bad("subject must say more than * where no claim is asked for: else everybody at the issuer is this service.", "subject");
        if (next.Subject.AsSpan(0, next.Subject.Length - 1).Contains('*'))
            throw Bad("In subject a * may stand only at the end.", "subject");
        return next;
    }

    static string Text(string text, string param)
    {
        var trimmed = text.Trim();
        return trimmed.Length is 0 or > MaxText || trimmed.Any(char.IsControl)
            ? throw Bad($"{param} must have 1 to {MaxText} characters.", param)
            : trimmed;
    }

    static IReadOnlyList<ClaimRule> Rules(IReadOnlyList<ClaimRule> rules)
    {
        if (
            rules.Count > MaxClaims
            || rules.Any(r => r?.Claim is not { Length: > 0 and <= MaxText } || r.Value is not { Length: > 0 and <= MaxText })
        )
            throw Bad($"claims are at most {MaxClaims} pairs of a claim and its value.", "claims");
        return rules;
    }

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
