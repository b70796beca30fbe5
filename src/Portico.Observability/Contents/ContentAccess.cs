using Portico.Governance.Access;
using Portico.Governance.Api;
using Portico.Governance.Audit;
using Portico.Governance.Forensics;

namespace Portico.Observability.Contents;

/// <summary>Who may read what was said: of one's own calls oneself, and others by a live reveal.</summary>
sealed class ContentAccess(Reveals reveals, ICallStore calls)
{
    public async Task<ContentLook> OfAsync(ApiActor actor, CancellationToken ct) =>
        new(actor.Session?.PersonId.ToString(), await reveals.LiveOfAsync(actor, ct), reveals, calls);
}

/// <summary>One look of one actor: what it may read, and by which reveals it did.</summary>
/// <param name="person">Whose own calls are read without a reveal; null for a token.</param>
/// <param name="live">Reveals that are good now.</param>
/// <param name="reveals">Count the reading.</param>
/// <param name="calls">Tell whose a call is that was kept before that was noted.</param>
sealed class ContentLook(string? person, IReadOnlyList<Reveal> live, Reveals reveals, ICallStore calls)
{
    readonly HashSet<string> used = new(StringComparer.Ordinal);

    /// <summary>False when there is nothing that this actor could read.</summary>
    public bool CouldRead => person is not null || live.Count > 0;

    public string? Used => used.Count == 0 ? null : string.Join(' ', used.Order(StringComparer.Ordinal));

    /// <param name="id">Of the call.</param>
    /// <param name="workspace">As its contents say; null where they do not.</param>
    /// <param name="ofPerson">For whom the call was, where that is known.</param>
    /// <param name="ct">The caller.</param>
    public async ValueTask<bool> MayReadAsync(CallId id, string? workspace, string? ofPerson, CancellationToken ct)
    {
        if (person is not null && ofPerson == person)
            return true;
        if (live.Count == 0)
            return false;
        workspace ??= (await calls.FindAsync(id, Reach.Everywhere, ct))?.WorkspaceId;
        if (live.FirstOrDefault(r => r.Covers(id.ToString(), workspace, id.CreatedAt)) is not { } by)
            return false;
        used.Add(by.Id);
        return true;
    }

    /// <summary>Writes down by which reveals was read, before anything is shown.</summary>
    /// <exception cref="PorticoException">One of them ended meanwhile.</exception>
    public async Task CountAsync(Microsoft.AspNetCore.Http.HttpContext http, CancellationToken ct)
    {
        foreach (var id in used)
            if (!await reveals.ReadAsync(id, ct))
                throw Needed("The reveal ended just now.");
        if (Used is { } by)
            ApiAudit.NameReveal(http, by);
    }

    public static PorticoException Needed(string why) =>
        new(
            ErrorTable.RevealRequired,
            $"{why} Ask to see it with a reason, which somebody else decides: POST /api/reveals, or the button on the call's page."
        );
}
