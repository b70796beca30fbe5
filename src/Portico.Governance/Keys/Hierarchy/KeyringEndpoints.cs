using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;
using Portico.Storage;

namespace Portico.Governance.Keys;

/// <summary>The key hierarchy on the management API: what keys there are, never what they are.</summary>
static class KeyringEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/keyring", Get).WithSummary("The root that is in force, where it came from, and which were before it");
        api.MapGet("/keyring/keys", List).WithSummary("Keys of the hierarchy, by place, level and state");
        api.MapPost("/keyring/keys/{id}/rotate", Rotate)
            .WithSummary("Replace a key: what hangs under it is wrapped anew, data is not touched");
        api.MapGet("/key-destructions", ListDestructions)
            .WithSummary("Destructions of keys of workspaces, asked and decided, newest first");
        api.MapPost("/key-destructions", Ask)
            .WithSummary("Ask that the key of a workspace be destroyed, and with it all that was kept for it");
        api.MapGet("/key-destructions/{id}", GetDestruction).WithSummary("One destruction of a key, and whether back-ups still open");
        api.MapPost("/key-destructions/{id}/approve", Approve).WithSummary("Destroy the key, as a second person: nothing brings it back");
        api.MapPost("/key-destructions/{id}/decline", Decline).WithSummary("Leave the key as it is");
        api.MapPost("/key-destructions/{id}/withdraw", Withdraw).WithSummary("Take back what one asked oneself");
    }

    /// <summary>Source: in words. Id: the beginning of the root's SHA-256.</summary>
    public sealed record KeyringView(string RootId, string Source, DateTimeOffset? Since, IReadOnlyList<RootView> Roots);

    /// <summary>A root; RetiredAt is null for the one in force.</summary>
    public sealed record RootView(string Id, DateTimeOffset Since, DateTimeOffset? RetiredAt);

    /// <summary>Level: organisation, workspace or purpose. Place: id of the organisation or workspace, or platform. Parent: a key, or root: and the id of a root.</summary>
    public sealed record DataKeyView(
        string Id,
        string Level,
        string Place,
        string? Purpose,
        string Parent,
        string State,
        DateTimeOffset CreatedAt,
        DateTimeOffset? RetiredAt,
        DateTimeOffset? DestroyedAt
    );

    /// <summary>Rewrapped: how many keys hung under the old one.</summary>
    public sealed record RotatedView(DataKeyView Key, int Rewrapped);

    /// <summary>Name: of the workspace, letter by letter. Reason: why.</summary>
    public sealed record KeyDestructionBody(WorkspaceId WorkspaceId, string Name, string Reason);

    public sealed record KeyDecision(string? Note = null);

    static async Task<Ok<KeyringView>> Get(Database database, KeyRing ring, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = (
            await db.QueryAsync<(string Id, long SinceUs, long? RetiredUs)>(
                "select id, since_us, retired_us from governance_roots order by since_us desc"
            )
        )
            .Select(r => new RootView(r.Id, Micros.ToTime(r.SinceUs), Micros.ToTime(r.RetiredUs)))
            .ToList();
        return TypedResults.Ok(new KeyringView(ring.Root.Id, ring.Root.Source, rows.Find(r => r.Id == ring.Root.Id)?.Since, rows));
    }

    static async Task<Ok<Page<DataKeyView>>> List(
        Database database,
        string? place,
        string? level,
        string? state,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var page = PageRequest.From(limit, cursor);
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<DataKeyRow>(
            $"""
            select {DataKeyRow.Columns} from governance_data_keys
            where id > @after and (@place = '' or place = @place) and (@level = '' or level = @level) and (@state = '' or state = @state)
            order by id limit @take
            """,
            new
            {
                after = page.After ?? "",
                place = place ?? "",
                level = level ?? "",
                state = state ?? "",
                take = page.Limit + 1,
            }
        );
        return TypedResults.Ok(page.Cut(rows.Select(View).ToList(), k => k.Id));
    }

    static DataKeyView View(DataKeyRow r) =>
        new(
            r.Id,
            r.Level,
            r.Place,
            r.Purpose.Length == 0 ? null : r.Purpose,
            r.ParentId,
            r.State,
            Micros.ToTime(r.CreatedUs),
            Micros.ToTime(r.RetiredUs),
            Micros.ToTime(r.DestroyedUs)
        );

    static async Task<Ok<RotatedView>> Rotate(string id, KeyRotation rotation, CancellationToken ct)
    {
        var (key, wrapped) = await rotation.RotateAsync(id, ct);
        return TypedResults.Ok(new RotatedView(View(key), wrapped));
    }

    static async Task<Ok<Page<KeyDestruction>>> ListDestructions(
        KeyDestructions destructions,
        string? workspace_id,
        string? state,
        int? limit,
        string? cursor,
        CancellationToken ct
    ) => TypedResults.Ok(await destructions.ListAsync(workspace_id, StateOf(state), PageRequest.From(limit, cursor), ct));

    static async Task<Created<KeyDestruction>> Ask(
        HttpContext http,
        KeyDestructionBody body,
        KeyDestructions destructions,
        CancellationToken ct
    )
    {
        var made = await destructions.AskAsync(AdminAccess.Actor(http), body.WorkspaceId, body.Name, body.Reason, ct);
        return TypedResults.Created($"/api/key-destructions/{made.Id}", made);
    }

    static async Task<Ok<KeyDestruction>> GetDestruction(string id, KeyDestructions destructions, CancellationToken ct) =>
        TypedResults.Ok(await destructions.FindAsync(id, ct));

    static async Task<Ok<KeyDestruction>> Approve(
        HttpContext http,
        string id,
        KeyDecision body,
        KeyDestructions destructions,
        CancellationToken ct
    ) => TypedResults.Ok(await destructions.ApproveAsync(AdminAccess.Actor(http), id, body.Note, ct));

    static async Task<Ok<KeyDestruction>> Decline(
        HttpContext http,
        string id,
        KeyDecision body,
        KeyDestructions destructions,
        CancellationToken ct
    ) => TypedResults.Ok(await destructions.DeclineAsync(AdminAccess.Actor(http), id, body.Note, ct));

    static async Task<Ok<KeyDestruction>> Withdraw(HttpContext http, string id, KeyDestructions destructions, CancellationToken ct) =>
        TypedResults.Ok(await destructions.WithdrawAsync(AdminAccess.Actor(http), id, ct));

    static DestructionState? StateOf(string? name) =>
        name switch
        {
            null => null,
            "open" => DestructionState.Open,
            "done" => DestructionState.Done,
            "declined" => DestructionState.Declined,
            "withdrawn" => DestructionState.Withdrawn,
            _ => throw new PorticoException(ErrorTable.InvalidRequest, "state must be open, done, declined or withdrawn.", "state"),
        };
}
