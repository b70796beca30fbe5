using Dapper;
using Portico.Governance.Api;
using Portico.Storage;

namespace Portico.Governance.Keys;

/// <summary>
/// Destroying the key of a workspace, which is deletion of all that was kept for it. One person asks, another does it; who asked does not decide, whoever it
/// is.
/// </summary>
sealed class KeyDestructions(Database database, KeyRing ring, GovernanceCatalog catalog, TimeProvider time)
{
    public const int MaxWords = 1_000;

    const string Columns =
        "d.id, workspace_id, state, reason, asked_by, asked_by_name, asked_us, decided_by, decided_by_name, decided_us, note, keys, root_id, (select r.retired_us from governance_roots r where r.id = d.root_id) as root_retired_us";

    /// <exception cref="PorticoException">There is no such workspace, the name is another, no reason is given, it has no key, or it was asked already.</exception>
    public async Task<KeyDestruction> AskAsync(ApiActor actor, WorkspaceId workspace, string? name, string? reason, CancellationToken ct)
    {
        if (!catalog.Current.Workspaces.TryGetValue(workspace, out var found))
            throw GovernanceService.Missing("workspace", workspace.ToString(), "workspace_id");
        if (name != found.Name)
            throw Bad("name must be the name of the workspace, letter by letter: what is destroyed cannot be brought back.", "name");
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxWords)
            throw Bad($"reason says why, in at most {MaxWords} characters.", "reason");
        var id = "kdest_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        var added = await database.WriteAsync(
            async work =>
            {
                if (
                    await DataKeyRow.FindActiveAsync(work.Connection, DataKeyRow.OfWorkspace, workspace.ToString(), "", work.Transaction)
                    is null
                )
                    throw new PorticoException(
                        ErrorTable.Conflict,
                        $"'{found.Name}' has no key: nothing was kept for it, or it was destroyed."
                    );
                await RequireNoHoldAsync(work, found);
                return await work.Connection.ExecuteAsync(
                    """
                    insert into governance_key_destructions (id, workspace_id, state, reason, asked_by, asked_by_name, asked_us)
                    values (@id, @workspace, 'open', @reason, @by, @byName, @now) on conflict do nothing
                    """,
                    new
                    {
                        id,
                        workspace = workspace.ToString(),
                        reason = reason.Trim(),
                        by = actor.Id,
                        byName = actor.Name,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
            },
            ct
        );
        return added > 0
            ? await FindAsync(id, ct)
            : throw new PorticoException(ErrorTable.Conflict, "It was asked already and waits to be decided.");
    }

    /// <summary>Removes the key of the workspace and all under it.</summary>
    /// <exception cref="PorticoException">It is decided, the actor asked it, or the workspace is under a legal hold.</exception>
    public async Task<KeyDestruction> ApproveAsync(ApiActor actor, string id, string? note, CancellationToken ct)
    {
        var request = await OpenOfOthersAsync(actor, id, ct);
        var place = request.WorkspaceId.ToString();
        var root = ring.Root.Id;
        await database.WriteAsync(
            async work =>
            {
                await DecideAsync(work, actor, request, DestructionState.Done, note);
                if (catalog.Current.Workspaces.TryGetValue(request.WorkspaceId, out var workspace))
                    await RequireNoHoldAsync(work, workspace);
                var keys = await work.Connection.ExecuteAsync(
                    "update governance_data_keys set state = 'destroyed', wrapped = null, destroyed_us = @now where place = @place and wrapped is not null",
                    new { place, now = Micros.Now(time) },
                    work.Transaction
                );
                await work.Connection.ExecuteAsync(
                    "update governance_key_destructions set keys = @keys, root_id = @root where id = @id",
                    new
                    {
                        keys,
                        root,
                        id,
                    },
                    work.Transaction
                );
                work.Signal(KeyRing.DestroyedSignal, place, 0);
            },
            ct
        );
        // Other nodes hear of it; this one need not wait for its own signal.
        ring.Close(place);
        return await FindAsync(id, ct);
    }

    public async Task<KeyDestruction> DeclineAsync(ApiActor actor, string id, string? note, CancellationToken ct) =>
        await EndAsync(actor, await OpenOfOthersAsync(actor, id, ct), DestructionState.Declined, note, ct);

    /// <exception cref="PorticoException">It is decided, or somebody else asked it.</exception>
    public async Task<KeyDestruction> WithdrawAsync(ApiActor actor, string id, CancellationToken ct)
    {
        var request = await OpenAsync(id, ct);
        return request.AskedBy == actor.Id
            ? await EndAsync(actor, request, DestructionState.Withdrawn, null, ct)
            : throw new PorticoException(ErrorTable.PermissionDenied, $"{request.AskedByName} asked this and alone can withdraw it.");
    }

    async Task<KeyDestruction> EndAsync(ApiActor actor, KeyDestruction request, DestructionState state, string? note, CancellationToken ct)
    {
        await database.WriteAsync(work => DecideAsync(work, actor, request, state, note), ct);
        return await FindAsync(request.Id, ct);
    }

    async Task<KeyDestruction> OpenAsync(string id, CancellationToken ct)
    {
        var request = await FindAsync(id, ct);
        return request.State == DestructionState.Open
            ? request
            : throw new PorticoException(
                ErrorTable.Conflict,
                $"It was decided already: {request.State.ToString().ToLowerInvariant()} by {request.DecidedByName}."
            );
    }

    async Task<KeyDestruction> OpenOfOthersAsync(ApiActor actor, string id, CancellationToken ct)
    {
        var request = await OpenAsync(id, ct);
        return request.AskedBy == actor.Id
            ? throw new PorticoException(ErrorTable.PermissionDenied, "You asked this: another person decides it, whoever you are.")
            : request;
    }

    async Task DecideAsync(DbWork work, ApiActor actor, KeyDestruction request, DestructionState state, string? note)
    {
        if (note?.Length > MaxWords)
            throw Bad($"note has at most {MaxWords} characters.", "note");
        var decided = await work.Connection.ExecuteAsync(
            """
            update governance_key_destructions set state = @state, note = @note, decided_by = @by, decided_by_name = @byName, decided_us = @now
            where id = @Id and state = 'open'
            """,
            new
            {
                request.Id,
                state = state.ToString().ToLowerInvariant(),
                note = string.IsNullOrWhiteSpace(note) ? null : note.Trim(),
                by = actor.Id,
                byName = actor.Name,
                now = Micros.Now(time),
            },
            work.Transaction
        );
        if (decided == 0)
            throw new PorticoException(ErrorTable.Conflict, "It was decided meanwhile.");
    }

    /// <summary>What must be kept for a court is not destroyed.</summary>
    static Task RequireNoHoldAsync(DbWork work, Workspace workspace) => Forensics.Holds.RequireNoneAsync(work, workspace);

    /// <exception cref="PorticoException">There is none with this id.</exception>
    public async Task<KeyDestruction> FindAsync(string id, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var row = await db.QuerySingleOrDefaultAsync<Row>(
            $"select {Columns} from governance_key_destructions d where d.id = @id",
            new { id }
        );
        return row?.ToNoun() ?? throw GovernanceService.Missing("destruction of a key", id);
    }

    /// <summary>Newest first.</summary>
    public async Task<Page<KeyDestruction>> ListAsync(string? workspace, DestructionState? state, PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Row>(
            $"""
            select {Columns} from governance_key_destructions d
            where d.id < @before and (@workspace = '' or workspace_id = @workspace) and (@state = '' or state = @state)
            order by d.id desc limit @take
            """,
            new
            {
                // Ids begin with a letter: a tilde stands behind all of them.
                before = page.After ?? "~",
                workspace = workspace ?? "",
                state = state?.ToString().ToLowerInvariant() ?? "",
                take = page.Limit + 1,
            }
        );
        return page.Cut(rows.Select(r => r.ToNoun()).ToList(), r => r.Id);
    }

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);

    sealed class Row
    {
        public string Id { get; set; } = "";
        public string WorkspaceId { get; set; } = "";
        public string State { get; set; } = "";
        public string Reason { get; set; } = "";
        public string AskedBy { get; set; } = "";
        public string AskedByName { get; set; } = "";
        public long AskedUs { get; set; }
        public string? DecidedBy { get; set; }
        public string? DecidedByName { get; set; }
        public long? DecidedUs { get; set; }
        public string? Note { get; set; }
        public long? Keys { get; set; }
        public string? RootId { get; set; }
        public long? RootRetiredUs { get; set; }

        public KeyDestruction ToNoun() =>
            new(
                Id,
                Portico.Core.Id<IdKinds.Workspace>.Parse(WorkspaceId),
                Enum.Parse<DestructionState>(State, ignoreCase: true),
                Reason,
                AskedBy,
                AskedByName,
                Micros.ToTime(AskedUs),
                DecidedBy,
                DecidedByName,
                Micros.ToTime(DecidedUs),
                Note,
                Keys,
                RootId is null ? null
                    : RootRetiredUs is null ? BackupState.UntilRootIsRotated
                    : BackupState.Gone
            );
    }
}
