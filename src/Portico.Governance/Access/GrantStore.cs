using System.Data.Common;
using Dapper;
using Portico.Governance.SignIn;
using Portico.Storage;

namespace Portico.Governance.Access;

/// <summary>Reads and writes grants, within the work or on the connection of whoever asks.</summary>
static class GrantStore
{
    sealed class Row
    {
        public string Subject { get; set; } = "";
        public string Role { get; set; } = "";
        public string Place { get; set; } = "";
        public string Origin { get; set; } = "";

        /// <summary>Of a role that was made here, a JSON array of names.</summary>
        public string? Permissions { get; set; }

        public HeldGrant ToNoun() =>
            new(
                new Grant(Role, Access.Place.FromStored(Place), Origin),
                // A role that this build does not have gives nothing.
                Roles.Find(Role)?.Permissions
                    ?? RoleBook.Read(Permissions)
            );
    }

    const string Select = """
        select g.subject, g.role, g.place, g.origin, r.permissions
        from governance_grants g left join governance_roles r on r.name = g.role
        """;

    /// <summary>Everywhere first, then by place; within one by role, those that are built in first and in their order.</summary>
    static readonly Comparer<HeldGrant> InOrder = Comparer<HeldGrant>.Create(
        (a, b) =>
            (
                string.CompareOrdinal(a.Grant.Place.Stored, b.Grant.Place.Stored),
                Roles.RankOf(a.Grant.Role) - Roles.RankOf(b.Grant.Role)
            ) switch
            {
                (not 0 and var place, _) => place,
                (_, not 0 and var rank) => rank,
                _ => string.CompareOrdinal(a.Grant.Role + " " + a.Grant.Origin, b.Grant.Role + " " + b.Grant.Origin),
            }
    );

    /// <summary>In order.</summary>
    public static async Task<IReadOnlyList<HeldGrant>> OfAsync(DbConnection db, string subject, DbTransaction? transaction = null) =>
        (await db.QueryAsync<Row>($"{Select} where g.subject = @subject", new { subject }, transaction))
            .Select(r => r.ToNoun())
            .Order(InOrder)
            .ToList();

    /// <summary>Those of several, by subject.</summary>
    public static async Task<ILookup<string, HeldGrant>> OfAllAsync(DbConnection db, Engine engine, IReadOnlyCollection<string> subjects) =>
        (
            await db.QueryAsync<Row>(
                $"{Select} where g.subject {(engine == Engine.Postgres ? "= any(@subjects)" : "in @subjects")}",
                new { subjects = subjects.ToArray() }
            )
        )
            .Select(r => (r.Subject, Held: r.ToNoun()))
            .OrderBy(r => r.Held, InOrder)
            .ToLookup(r => r.Subject, r => r.Held, StringComparer.Ordinal);

    /// <summary>Who holds a grant at a place that is within reach.</summary>
    public static string Within(Reach within, DynamicParameters values, string subject) =>
        $"""
            exists (
              select 1 from governance_grants g
              left join governance_use_cases u on u.id = g.place
              left join governance_workspaces w on w.id = coalesce(u.workspace_id, g.place)
              where g.subject = {subject} and {within.Sql(
                values,
                "coalesce(w.organisation_id, g.place)",
                "coalesce(u.workspace_id, g.place)",
                "g.place"
            )}
            )
            """;

    /// <summary>Replaces what an origin gives to a subject. What others give stays.</summary>
    /// <param name="work">The work that does more.</param>
    /// <param name="subject">A person or a token.</param>
    /// <param name="name">For the sentence about the last owner.</param>
    /// <param name="origin">Whose grants are replaced.</param>
    /// <param name="grants">All that it gives from now on; their origin is not looked at.</param>
    /// <param name="now">Microseconds.</param>
    /// <exception cref="PorticoException">The subject would lose the last owner's role.</exception>
    public static async Task ReplaceAsync(
        DbWork work,
        string subject,
        string name,
        string origin,
        IReadOnlyCollection<Grant> grants,
        long now
    )
    {
        var old = await OfAsync(work.Connection, subject, work.Transaction);
        var stays = old.Where(g => g.Grant.Origin != origin).Select(g => g.Grant).Concat(grants);
        if (old.Any(g => IsOwner(g.Grant)) && !stays.Any(IsOwner))
            await Owners.RequireAnotherAsync(work, subject, name);
        await work.Connection.ExecuteAsync(
            "delete from governance_grants where subject = @subject and origin = @origin",
            new { subject, origin },
            work.Transaction
        );
        await work.Connection.ExecuteAsync(
            "insert into governance_grants (subject, role, place, origin, created_us) values (@subject, @role, @place, @origin, @now) on conflict do nothing",
            grants.Select(g => new
            {
                subject,
                role = g.Role,
                place = g.Place.Stored,
                origin,
                now,
            }),
            work.Transaction
        );
    }

    public static bool IsOwner(Grant grant) => grant.Role == Roles.Owner && grant.Place.Id is null;

    public static Task RemoveOfAsync(DbWork work, string subject) =>
        work.Connection.ExecuteAsync("delete from governance_grants where subject = @subject", new { subject }, work.Transaction);

    /// <summary>With a place that goes.</summary>
    public static Task RemoveAtAsync(DbWork work, string place) =>
        work.Connection.ExecuteAsync("delete from governance_grants where place = @place", new { place }, work.Transaction);
}

/// <summary>What somebody who signs in holds, for whoever gives it by a rule: a group of an identity provider, SCIM.</summary>
public sealed class AccountGrants(Database database, TimeProvider time)
{
    public async Task<IReadOnlyList<HeldGrant>> OfAsync(PersonId person, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await GrantStore.OfAsync(db, person.ToString());
    }

    /// <summary>Replaces all that an origin gives to the account of a person, from the next request on.</summary>
    /// <exception cref="PorticoException">The last owner would lose that.</exception>
    public Task ReplaceAsync(Person person, string origin, IReadOnlyCollection<Grant> grants, CancellationToken ct) =>
        database.WriteAsync(work => ReplaceAsync(work, person, origin, grants), ct);

    /// <summary>The same within a work that does more, as making the account.</summary>
    public Task ReplaceAsync(DbWork work, Person person, string origin, IReadOnlyCollection<Grant> grants) =>
        origin.Length == 0
            ? throw new ArgumentException("What a person gave is changed by a person.", nameof(origin))
            : GrantStore.ReplaceAsync(work, person.Id.ToString(), person.Name, origin, grants, Micros.Now(time));
}
