using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Portico.Governance.Api;

namespace Portico.Governance.Policy;

/// <summary>Policies on the management API. The level of an address is the id of an organisation, a workspace or a use case.</summary>
static class PolicyEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/policies", List).WithSummary("Levels that have a policy or a draft of one");
        api.MapGet("/policies/schema", Schema).WithSummary("The lines that a policy may have");
        api.MapGet("/policies/{id}", Get).WithSummary("The policy of a level, and its draft; version 0 where there is none yet");
        api.MapPut("/policies/{id}", Put).WithSummary("Write the policy of a level, or check what a text would do");
        api.MapGet("/policies/{id}/versions", Versions).WithSummary("What was ever in force at a level, newest first");
        api.MapGet("/policies/{id}/versions/{version}", Version).WithSummary("One version");
        api.MapPut("/policies/{id}/draft", PutDraft).WithSummary("Ask a text at every call of a level without refusing any");
        api.MapDelete("/policies/{id}/draft", RemoveDraft).WithSummary("Ask the draft no longer");
    }

    /// <summary>Text: YAML or JSON. Note: why, for the history. Check: say what it would do and write nothing.</summary>
    public sealed record PolicyBody(string Text, string? Note = null, bool Check = false);

    public sealed record DraftBody(string Text);

    /// <summary>Scope: organisation, workspace or use_case. Draft: its text is asked at every call.</summary>
    public sealed record PolicySummary(
        string Level,
        string Scope,
        string Name,
        string Organisation,
        long Version,
        string? Actor,
        DateTimeOffset? At,
        int Lines,
        bool Draft
    );

    /// <summary>Version: of the draft; a change of it names that one in If-Match, 0 where there is none.</summary>
    public sealed record DraftView(string Text, string Actor, DateTimeOffset At, long Version);

    public sealed record PolicyView(
        string Level,
        string Scope,
        string Name,
        string OrganisationId,
        OperatingModel OperatingModel,
        long Version,
        string Text,
        string? Actor,
        string? Note,
        DateTimeOffset? At,
        DraftView? Draft
    );

    public sealed record LineAt(string Level, string Scope, string Name, long Version, int Number, string Text);

    /// <summary>A line below that says more than the one above it allows.</summary>
    public sealed record ConflictView(string Line, LineAt Below, LineAt Above, string Says);

    /// <summary>Written: it is in force as Version. Tightens: lines below that now say more than they may; they stay as written, and the stricter counts.</summary>
    public sealed record PolicyChangeView(long Version, bool Written, IReadOnlyList<ConflictView> Tightens);

    public sealed record LineKindView(string Name, string Section, string Shape, string Says, IReadOnlyList<string> Words);

    static Ok<Page<PolicySummary>> List(HttpContext http, GovernanceCatalog catalog, int? limit, string? cursor)
    {
        var (snapshot, within) = (catalog.Current, AdminAccess.ReachOf(http));
        var levels = snapshot
            .Policies.All.Select(v => v.Level)
            .Union(snapshot.Policies.Drafts.Select(d => d.Level), StringComparer.Ordinal);
        var rows = levels
            .Select(l => PolicyPlace.TryOf(snapshot, l))
            .OfType<PolicyPlace>()
            .Where(p => p.IsSeen(within, snapshot))
            .Select(p => Summary(snapshot, p));
        return TypedResults.Ok(GovernanceEndpoints.PageOf(rows, r => r.Level, limit, cursor));
    }

    static PolicyPlace Written(HttpContext http, string id, GovernanceCatalog catalog) =>
        PolicyPlace.Of(catalog.Current, id, AdminAccess.ReachOf(http)).RequireWhole(AdminAccess.ReachOf(http));

    static PolicySummary Summary(GovernanceSnapshot snapshot, PolicyPlace place)
    {
        var version = snapshot.Policies.Find(place.Id);
        return new PolicySummary(
            place.Id,
            ScopeOf(place.Scope),
            place.Name,
            place.Organisation.Name,
            version?.Version ?? 0,
            version?.Actor,
            version?.At,
            version is null ? 0 : PolicyReader.Read(version.Text).Document!.Lines.Count,
            snapshot.Policies.FindDraft(place.Id) is not null
        );
    }

    static Ok<Page<LineKindView>> Schema(int? limit, string? cursor) =>
        TypedResults.Ok(
            GovernanceEndpoints.PageOf(
                PolicySchema.Lines.Select(l => new LineKindView(l.Name, l.Section, ShapeOf(l.Shape), l.Says, l.Scale ?? [])),
                l => l.Name,
                limit,
                cursor
            )
        );

    static Ok<PolicyView> Get(HttpContext http, string id, GovernanceCatalog catalog)
    {
        var snapshot = catalog.Current;
        var place = PolicyPlace.Of(snapshot, id, AdminAccess.ReachOf(http));
        var version = snapshot.Policies.Find(place.Id);
        Preconditions.SetTag(http, version?.Version ?? 0);
        return TypedResults.Ok(View(place, version, snapshot.Policies.FindDraft(place.Id)));
    }

    static async Task<Ok<PolicyChangeView>> Put(
        HttpContext http,
        string id,
        PolicyBody body,
        GovernanceCatalog catalog,
        PolicyService policies,
        CancellationToken ct
    )
    {
        var place = Written(http, id, catalog);
        var version = catalog.Current.Policies.Find(place.Id)?.Version ?? 0;
        if (!body.Check)
            Preconditions.Require(http, version);
        var change = await policies.WriteAsync(place, body.Text, body.Note, AdminAccess.Actor(http).Name, version, body.Check, ct);
        Preconditions.SetTag(http, change.Version);
        return TypedResults.Ok(new PolicyChangeView(change.Version, change.Written, change.Tightens.Select(View).ToList()));
    }

    static async Task<Ok<Page<PolicyVersion>>> Versions(
        HttpContext http,
        string id,
        GovernanceCatalog catalog,
        PolicyStore store,
        int? limit,
        string? cursor,
        CancellationToken ct
    )
    {
        var place = PolicyPlace.Of(catalog.Current, id, AdminAccess.ReachOf(http));
        var page = PageRequest.From(limit, cursor);
        long? before =
            page.After is null ? null
            : long.TryParse(page.After, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number
            : throw new PorticoException(ErrorTable.InvalidRequest, "This cursor is none of this list.", "cursor");
        return TypedResults.Ok(
            page.Cut(
                await store.VersionsAsync(place.Id, before, page.Limit + 1, ct),
                v => v.Version.ToString(System.Globalization.CultureInfo.InvariantCulture)
            )
        );
    }

    static async Task<Ok<PolicyVersion>> Version(
        HttpContext http,
        string id,
        long version,
        GovernanceCatalog catalog,
        PolicyStore store,
        CancellationToken ct
    )
    {
        var found =
            await store.FindAsync(PolicyPlace.Of(catalog.Current, id, AdminAccess.ReachOf(http)).Id, version, ct)
            ?? throw GovernanceService.Missing("version", version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Preconditions.SetTag(http, found.Version);
        return TypedResults.Ok(found);
    }

    static async Task<Ok<PolicyView>> PutDraft(
        HttpContext http,
        string id,
        DraftBody body,
        GovernanceCatalog catalog,
        PolicyService policies,
        CancellationToken ct
    )
    {
        var place = Written(http, id, catalog);
        Preconditions.Require(http, catalog.Current.Policies.FindDraft(place.Id)?.Version ?? 0);
        await policies.DraftAsync(place, body.Text, AdminAccess.Actor(http).Name, ct);
        return Get(http, id, catalog);
    }

    static async Task<NoContent> RemoveDraft(
        HttpContext http,
        string id,
        GovernanceCatalog catalog,
        PolicyService policies,
        CancellationToken ct
    )
    {
        var place = Written(http, id, catalog);
        Preconditions.Require(http, catalog.Current.Policies.FindDraft(place.Id)?.Version ?? 0);
        await policies.RemoveDraftAsync(place, ct);
        return TypedResults.NoContent();
    }

    static PolicyView View(PolicyPlace place, PolicyVersion? version, PolicyDraft? draft) =>
        new(
            place.Id,
            ScopeOf(place.Scope),
            place.Name,
            place.Organisation.Id.ToString(),
            place.Organisation.OperatingModel,
            version?.Version ?? 0,
            version?.Text ?? "",
            version?.Actor,
            version?.Note,
            version?.At,
            draft is null ? null : new DraftView(draft.Text, draft.Actor, draft.At, draft.Version)
        );

    static ConflictView View(PolicyConflict c) => new(c.BelowLine.Name, At(c.Below, c.BelowLine), At(c.Above, c.AboveLine), c.Says);

    static LineAt At(PolicyLevel level, PolicyLine line) =>
        new(level.Id, ScopeOf(level.Scope), level.Name, level.Version, line.Number, line.Text);

    internal static string ScopeOf(PolicyScope scope) => PolicyLevel.NounOf(scope).Replace(' ', '_');

    static string ShapeOf(PolicyShape shape) =>
        shape switch
        {
            PolicyShape.AllowedNames => "allowed_names",
            PolicyShape.DeniedNames => "denied_names",
            PolicyShape.AllowedRegions => "allowed_regions",
            PolicyShape.AllowedWords => "allowed_words",
            PolicyShape.Duty => "duty",
            PolicyShape.Count => "count",
            PolicyShape.Floor => "floor",
            PolicyShape.Budget => "budget",
            _ => "rank",
        };
}
