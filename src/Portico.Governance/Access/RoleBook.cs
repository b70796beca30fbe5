using System.Text.Json;
using Dapper;
using Portico.Governance.Api;
using Portico.Storage;

namespace Portico.Governance.Access;

/// <summary>Roles that were made here, beside those that are built in. They are for all places: who makes one has its permissions everywhere.</summary>
public sealed class RoleBook(Database database, TimeProvider time)
{
    public const int MaxRoles = 100;
    const int MaxNameLength = 40;
    const int MaxSaysLength = 200;

    /// <summary>A role with its version; null for one that is built in.</summary>
    public sealed record Entry(Role Role, long? Version)
    {
        public bool BuiltIn => Version is null;
    }

    sealed class Row
    {
        public string Name { get; set; } = "";
        public string Says { get; set; } = "";
        public string Permissions { get; set; } = "[]";
        public long Version { get; set; }

        public Entry ToNoun() => new(new Role(Name, Says, Read(Permissions)), Version);
    }

    /// <summary>A permission that this build does not have permits nothing.</summary>
    internal static IReadOnlyList<Permission> Read(string? json) =>
        json is null
            ? []
            : JsonSerializer
                .Deserialize(json, GovernanceJson.Default.IReadOnlyListString)!
                .Select(Permissions.Find)
                .OfType<Permission>()
                .ToList();

    /// <summary>Those that are built in, then those made here by name.</summary>
    public async Task<IReadOnlyList<Entry>> ListAsync(CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Row>("select name, says, permissions, version from governance_roles order by name");
        return [.. Roles.All.Select(r => new Entry(r, null)), .. rows.Select(r => r.ToNoun())];
    }

    /// <exception cref="PorticoException">There is none of this name.</exception>
    public async Task<Entry> FindAsync(string name, CancellationToken ct) =>
        (await ListAsync(ct)).FirstOrDefault(r => r.Role.Name == name) ?? throw GovernanceService.Missing("role", name);

    /// <exception cref="PorticoException">A part is not as it must be, the name is taken, or the maker has less.</exception>
    public async Task<Entry> CreateAsync(ApiActor by, string? name, string? says, IReadOnlyList<string>? permissions, CancellationToken ct)
    {
        if (
            name is not { Length: > 1 and <= MaxNameLength }
            || name[0] is < 'a' or > 'z'
            || !name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')
        )
            throw Bad($"name must have 2 to {MaxNameLength} small letters, digits and hyphens, a letter first.", "name");
        var role = new Role(name, Sentence(says), Checked(by, permissions));
        if (Roles.Find(name) is not null)
            throw Taken(name);
        var made = await database.WriteAsync(
            async work =>
            {
                if (
                    await work.Connection.ExecuteScalarAsync<long>("select count(*) from governance_roles", transaction: work.Transaction)
                    >= MaxRoles
                )
                    throw new PorticoException(ErrorTable.Conflict, $"There are {MaxRoles} roles already. Remove one first.");
                return await work.Connection.ExecuteAsync(
                    "insert into governance_roles (name, says, permissions, version, created_us, updated_us) values (@Name, @Says, @json, 1, @now, @now) on conflict do nothing",
                    new
                    {
                        role.Name,
                        role.Says,
                        json = Write(role),
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
            },
            ct
        );
        return made == 1 ? new Entry(role, 1) : throw Taken(name);
    }

    /// <summary>What is null stays. Whoever has the role has what it permits now from their next request on.</summary>
    /// <exception cref="PorticoException">It is built in, it changed meanwhile, or it permits or would permit what the changer may not do.</exception>
    public async Task<Entry> ChangeAsync(ApiActor by, Entry old, string? says, IReadOnlyList<string>? permissions, CancellationToken ct)
    {
        RequireOwn(old);
        _ = Checked(by, old.Role.Permissions.Select(p => p.Name).ToList());
        var next = old.Role with
        {
            Says = says is null ? old.Role.Says : Sentence(says),
            Permissions = permissions is null ? old.Role.Permissions : Checked(by, permissions),
        };
        var rows = await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "update governance_roles set says = @Says, permissions = @json, version = version + 1, updated_us = @now where name = @Name and version = @Version",
                    new
                    {
                        next.Name,
                        next.Says,
                        json = Write(next),
                        now = Micros.Now(time),
                        old.Version,
                    },
                    work.Transaction
                ),
            ct
        );
        return rows == 1 ? new Entry(next, old.Version + 1) : throw Changed();
    }

    /// <exception cref="PorticoException">It is built in, somebody has it, it changed meanwhile, or it permits what the remover may not do.</exception>
    public Task RemoveAsync(ApiActor by, Entry old, CancellationToken ct)
    {
        RequireOwn(old);
        _ = Checked(by, old.Role.Permissions.Select(p => p.Name).ToList());
        return database.WriteAsync(
            async work =>
            {
                var rows = await work.Connection.ExecuteAsync(
                    """
                    delete from governance_roles where name = @Name and version = @Version
                      and not exists (select 1 from governance_grants where role = @Name)
                    """,
                    new { old.Role.Name, old.Version },
                    work.Transaction
                );
                if (rows == 1)
                    return;
                var held = await work.Connection.ExecuteScalarAsync<long>(
                    "select count(distinct subject) from governance_grants where role = @Name",
                    new { old.Role.Name },
                    work.Transaction
                );
                throw held > 0
                    ? new PorticoException(
                        ErrorTable.Conflict,
                        $"{held} accounts and tokens have the role '{old.Role.Name}'. Take it from them first."
                    )
                    : Changed();
            },
            ct
        );
    }

    static void RequireOwn(Entry role)
    {
        if (role.BuiltIn)
            throw new PorticoException(
                ErrorTable.Conflict,
                $"The role '{role.Role.Name}' is built in and stays as it is. Make one of your own."
            );
    }

    static List<Permission> Checked(ApiActor by, IReadOnlyList<string>? names)
    {
        if (names is null or [])
            throw Bad("permissions names what the role permits, at least one.", "permissions");
        var found = new List<Permission>();
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            var permission = Permissions.Find(name) ?? throw Bad($"There is no permission '{name}'.", "permissions");
            if (!by.MayEverywhere(permission))
                throw new PorticoException(
                    ErrorTable.PermissionDenied,
                    $"'{by.Name}' does not have {permission.Name} everywhere: nobody makes or changes a role that can more than they can."
                );
            found.Add(permission);
        }
        return found;
    }

    static string Sentence(string? says)
    {
        var trimmed = says?.Trim() ?? "";
        return trimmed.Length is > 0 and <= MaxSaysLength && !trimmed.Any(char.IsControl)
            ? trimmed
            : throw Bad($"says must tell what the role is for, in one line of at most {MaxSaysLength} characters.", "says");
    }

    static string Write(Role role) =>
        JsonSerializer.Serialize(role.Permissions.Select(p => p.Name).ToList(), GovernanceJson.Default.IReadOnlyListString);

    static PorticoException Bad(string message, string param) => new(ErrorTable.InvalidRequest, message, param);

    static PorticoException Taken(string name) => new(ErrorTable.Conflict, $"There is a role '{name}' already.", "name");

    static PorticoException Changed() => new(ErrorTable.PreconditionFailed, "It changed while your change was made.");
}
