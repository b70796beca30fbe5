using System.Text.Json;
using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Storage;

namespace Portico.Governance.Forensics;

/// <summary>
/// Who may read what was said: nobody by a role alone. One asks, for calls of one workspace and with a reason; another lets them, for minutes. Where the organisation's setting asks for no
/// second person, asking is enough, and stands in the record all the same.
/// </summary>
public sealed class Reveals(Database database, GovernanceCatalog catalog, TimeProvider time)
{
    public const int DefaultMinutes = 30;
    public const int MaxMinutes = 8 * 60;
    public const int MaxCalls = 100;
    public const int MaxWords = 1_000;
    const int ShortestReason = 5;

    const string Columns = RevealRow.Columns;

    /// <exception cref="PorticoException">There is no such workspace, no reason, or the calls or minutes are out of bounds.</exception>
    internal async Task<Reveal> AskAsync(ApiActor actor, Reach within, RevealAsk ask, CancellationToken ct)
    {
        if (!catalog.Current.Workspaces.TryGetValue(ask.WorkspaceId, out var workspace) || !within.Has(workspace))
            throw GovernanceService.Missing("workspace", ask.WorkspaceId.ToString(), "workspace_id");
        if (ask.Reason is null || ask.Reason.Trim().Length is < ShortestReason or > MaxWords)
            throw Bad($"reason says why, in {ShortestReason} to {MaxWords} characters.", "reason");
        var minutes = ask.Minutes ?? DefaultMinutes;
        if (minutes is < 1 or > MaxMinutes)
            throw Bad($"minutes must be from 1 to {MaxMinutes}.", "minutes");
        var calls = (ask.Calls ?? []).Distinct(StringComparer.Ordinal).ToList();
        if (calls.Count > MaxCalls || calls.Exists(c => !CallId.TryParse(c, out _)))
            throw Bad($"calls names at most {MaxCalls} ids of calls; leave it out for a stretch of time.", "calls");
        if (ask.From >= ask.To)
            throw Bad("to must be after from.", "to");
        var id = "reveal_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        var now = Micros.Now(time);
        await database.WriteAsync(
            async work =>
            {
                var alone = await NeedsNoSecondAsync(work, workspace.OrganisationId);
                await work.Connection.ExecuteAsync(
                    """
                    insert into governance_reveals (id, state, workspace_id, calls, from_us, to_us, reason, minutes, asked_by, asked_by_name, asked_us, decided_us, until_us)
                    values (@id, @state, @workspace, @calls, @from, @to, @reason, @minutes, @by, @byName, @now, @decided, @until)
                    """,
                    new
                    {
                        id,
                        state = alone ? "approved" : "open",
                        workspace = workspace.Id.ToString(),
                        calls = JsonSerializer.Serialize(calls, GovernanceJson.Default.IReadOnlyListString),
                        from = ask.From is { } f ? Micros.Of(f) : (long?)null,
                        to = ask.To is { } t ? Micros.Of(t) : (long?)null,
                        reason = ask.Reason.Trim(),
                        minutes,
                        by = actor.Id,
                        byName = actor.Name,
                        now,
                        decided = alone ? now : (long?)null,
                        until = alone ? now + MinutesUs(minutes) : (long?)null,
                    },
                    work.Transaction
                );
            },
            ct
        );
        return await FindAsync(id, within, ct);
    }

    static long MinutesUs(int minutes) => minutes * 60_000_000L;

    internal static async Task<bool> NeedsNoSecondAsync(DbWork work, OrganisationId organisation) =>
        await work.Connection.ExecuteScalarAsync<long?>(
            "select reveal_needs_second from governance_organisations where id = @id",
            new { id = organisation.ToString() },
            work.Transaction
        ) == 0;

    /// <summary>Lets who asked read from now on, for as long as they asked or shorter.</summary>
    /// <exception cref="PorticoException">It is decided, the actor asked it, or the minutes are more than was asked.</exception>
    internal async Task<Reveal> ApproveAsync(ApiActor actor, Reach within, string id, int? minutes, string? note, CancellationToken ct)
    {
        var reveal = await OpenOfOthersAsync(actor, within, id, ct);
        var given = minutes ?? reveal.Minutes;
        if (given < 1 || given > reveal.Minutes)
            throw Bad($"minutes must be from 1 to {reveal.Minutes}, which was asked for.", "minutes");
        return await DecideAsync(actor, reveal, "approved", note, Micros.Now(time) + MinutesUs(given), ct);
    }

    internal async Task<Reveal> DeclineAsync(ApiActor actor, Reach within, string id, string? note, CancellationToken ct) =>
        await DecideAsync(actor, await OpenOfOthersAsync(actor, within, id, ct), "declined", note, null, ct);

    /// <exception cref="PorticoException">It is decided, or somebody else asked it.</exception>
    internal async Task<Reveal> WithdrawAsync(ApiActor actor, Reach within, string id, CancellationToken ct)
    {
        var reveal = await OpenAsync(within, id, ct);
        return reveal.AskedBy == actor.Id
            ? await DecideAsync(actor, reveal, "withdrawn", null, null, ct)
            : throw new PorticoException(ErrorTable.PermissionDenied, $"{reveal.AskedByName} asked this and alone can withdraw it.");
    }

    /// <summary>Ends it before its time: who asked it, or who may decide.</summary>
    /// <exception cref="PorticoException">It is not live, or the actor has nothing to do with it.</exception>
    internal async Task<Reveal> EndAsync(ApiActor actor, Reach within, string id, CancellationToken ct)
    {
        var reveal = await FindAsync(id, within, ct);
        if (reveal.AskedBy != actor.Id && !IsWithin(reveal, actor.Reach(Permissions.ContentsApprove)))
            throw new PorticoException(
                ErrorTable.PermissionDenied,
                $"{reveal.AskedByName} asked this. Stopping it needs the permission {Permissions.ContentsApprove} where it reads."
            );
        var ended = await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "update governance_reveals set state = 'ended', until_us = @now where id = @id and state = 'approved' and until_us > @now",
                    new { id, now = Micros.Now(time) },
                    work.Transaction
                ),
            ct
        );
        return ended > 0
            ? await FindAsync(id, within, ct)
            : throw new PorticoException(ErrorTable.Conflict, "It is not live: nothing is to be ended.");
    }

    async Task<Reveal> OpenAsync(Reach within, string id, CancellationToken ct)
    {
        var reveal = await FindAsync(id, within, ct);
        return reveal.State == RevealState.Open
            ? reveal
            : throw new PorticoException(ErrorTable.Conflict, $"It was decided already: {reveal.State.ToString().ToLowerInvariant()}.");
    }

    async Task<Reveal> OpenOfOthersAsync(ApiActor actor, Reach within, string id, CancellationToken ct)
    {
        var reveal = await OpenAsync(within, id, ct);
        return reveal.AskedBy == actor.Id
            ? throw new PorticoException(ErrorTable.PermissionDenied, "You asked this: another person decides it, whoever you are.")
            : reveal;
    }

    async Task<Reveal> DecideAsync(ApiActor actor, Reveal reveal, string state, string? note, long? untilUs, CancellationToken ct)
    {
        if (note?.Length > MaxWords)
            throw Bad($"note has at most {MaxWords} characters.", "note");
        var decided = await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    """
                    update governance_reveals set state = @state, note = @note, decided_by = @by, decided_by_name = @byName, decided_us = @now, until_us = @untilUs
                    where id = @Id and state = 'open'
                    """,
                    new
                    {
                        reveal.Id,
                        state,
                        note = string.IsNullOrWhiteSpace(note) ? null : note.Trim(),
                        by = actor.Id,
                        byName = actor.Name,
                        now = Micros.Now(time),
                        untilUs,
                    },
                    work.Transaction
                ),
            ct
        );
        return decided > 0
            ? await FindAsync(reveal.Id, Reach.Everywhere, ct)
            : throw new PorticoException(ErrorTable.Conflict, "It was decided meanwhile.");
    }

    /// <summary>Reveals that let an actor read now.</summary>
    public async Task<IReadOnlyList<Reveal>> LiveOfAsync(ApiActor actor, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<RevealRow>(
            $"select {Columns} from governance_reveals where asked_by = @Id and state = 'approved' and until_us > @now order by id desc",
            new { actor.Id, now = Micros.Now(time) }
        );
        return rows.Select(r => r.ToNoun(Micros.Now(time))).ToList();
    }

    /// <summary>Counts a reading. False when the reveal is over by now: then nothing may be shown.</summary>
    public async Task<bool> ReadAsync(string id, CancellationToken ct) =>
        await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "update governance_reveals set readings = readings + 1 where id = @id and state = 'approved' and until_us > @now",
                    new { id, now = Micros.Now(time) },
                    work.Transaction
                ),
            ct
        ) > 0;

    /// <summary>A reveal is of a workspace: who reaches that sees it.</summary>
    bool IsWithin(Reveal reveal, Reach within) =>
        within.IsEverywhere || (catalog.Current.Workspaces.TryGetValue(reveal.WorkspaceId, out var workspace) && within.Has(workspace));

    /// <exception cref="PorticoException">There is none with this id within reach.</exception>
    internal async Task<Reveal> FindAsync(string id, Reach within, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var row = await db.QuerySingleOrDefaultAsync<RevealRow?>($"select {Columns} from governance_reveals where id = @id", new { id });
        return row?.ToNoun(Micros.Now(time)) is { } reveal && IsWithin(reveal, within)
            ? reveal
            : throw GovernanceService.Missing("reveal", id);
    }

    /// <summary>Newest first.</summary>
    internal async Task<Page<Reveal>> ListAsync(Reach within, string? workspace, RevealState? state, PageRequest page, CancellationToken ct)
    {
        var values = new DynamicParameters(
            new
            {
                // Ids begin with a letter: a tilde stands behind all of them.
                before = page.After ?? "~",
                workspace = workspace ?? "",
                state = state?.ToString().ToLowerInvariant() ?? "",
                take = page.Limit + 1,
            }
        );
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<RevealRow>(
            $"""
            select {Columns} from governance_reveals
            where id < @before and (@workspace = '' or workspace_id = @workspace) and (@state = '' or state = @state)
              and {within.Sql(
                values,
                "(select w.organisation_id from governance_workspaces w where w.id = workspace_id)",
                "workspace_id",
                "''"
            )}
            order by id desc limit @take
            """,
            values
        );
        return page.Cut(rows.Select(r => r.ToNoun(Micros.Now(time))).ToList(), r => r.Id);
    }

    /// <summary>Whether reading needs a second person in an organisation.</summary>
    internal async Task<bool> NeedsSecondAsync(OrganisationId organisation, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.ExecuteScalarAsync<long?>(
                "select reveal_needs_second from governance_organisations where id = @id",
                new { id = organisation.ToString() }
            ) != 0;
    }

    internal Task SetNeedsSecondAsync(OrganisationId organisation, bool needed, CancellationToken ct) =>
        database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "update governance_organisations set reveal_needs_second = @needed where id = @id",
                    new { id = organisation.ToString(), needed = needed ? 1L : 0L },
                    work.Transaction
                ),
            ct
        );

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);
}
