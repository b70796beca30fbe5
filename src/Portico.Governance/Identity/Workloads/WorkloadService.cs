using System.Text.Json;
using Dapper;
using Portico.Governance.Identity.Tokens;
using Portico.Storage;

namespace Portico.Governance.Identity.Workloads;

/// <summary>What a new workload or a change of one says. Null in a change = leave as it is.</summary>
sealed record WorkloadDraft
{
    public string? Name { get; init; }
    public KeyId? KeyId { get; init; }
    public string? Issuer { get; init; }
    public string? Audience { get; init; }
    public string? Subject { get; init; }
    public IReadOnlyList<ClaimRule>? Claims { get; init; }
    public bool? Enabled { get; init; }
    public bool? AllowSpecialAddresses { get; init; }
}

/// <summary>Services whose tokens open a key. Each change signals every node.</summary>
sealed class WorkloadService(Database database, GovernanceCatalog catalog, TimeProvider time)
{
    const int MaxText = 512;
    const int MaxClaims = 20;

    public Workload Find(string id) =>
        WorkloadId.TryParse(id, out var parsed) && catalog.Current.Workloads.TryGetValue(parsed, out var found)
            ? found
            : throw GovernanceService.Missing("workload", id);

    /// <exception cref="PorticoException">A part is not as it must be.</exception>
    public async Task<Workload> CreateAsync(WorkloadDraft draft, CancellationToken ct)
    {
        if (draft.KeyId is not { } key || !catalog.Current.Callers.ContainsKey(key))
            throw Bad("key_id must name a service key, whose use case, routes and budgets the tokens get.", "key_id");
        var made = Checked(
            draft,
            new Workload
            {
                Id = WorkloadId.New(time),
                Name = "",
                KeyId = key,
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
            values (@id, @Name, @key, @Issuer, @Audience, @Subject, @claims, @enabled, @special, 1, @now, @now)
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
        await WriteAsync(
            """
            update governance_workloads set name = @Name, issuer = @Issuer, audience = @Audience, subject = @Subject, claims = @claims, enabled = @enabled,
              allow_special_addresses = @special, version = version + 1, updated_us = @now
            where id = @id and version = @Version
            """,
            Checked(draft, old),
            ct
        );
        return Find(old.Id.ToString());
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
                        key = w.KeyId.ToString(),
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
