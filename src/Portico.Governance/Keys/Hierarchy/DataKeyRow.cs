using System.Data.Common;
using System.Globalization;
using Dapper;
using Portico.Storage;

namespace Portico.Governance.Keys;

/// <summary>A key as it lies in the store, wrapped.</summary>
sealed class DataKeyRow
{
    public const string OfOrganisation = "organisation";
    public const string OfWorkspace = "workspace";
    public const string OfPurpose = "purpose";
    public const string Active = "active";
    public const string Retired = "retired";

    /// <summary>Nothing hangs under it any more.</summary>
    public const string Replaced = "replaced";
    public const string Destroyed = "destroyed";
    const string Prefix = "dk_";
    const string RootPrefix = "root:";

    /// <summary>Names of purposes whose rows hold the key that an earlier root had for one: what opens boxes from before the hierarchy.</summary>
    public const string EarlierPrefix = "earlier/";

    public const string Columns = "id, level, place, purpose, parent_id, state, wrapped, created_us, retired_us, destroyed_us";

    public string Id { get; set; } = "";
    public string Level { get; set; } = "";
    public string Place { get; set; } = "";
    public string Purpose { get; set; } = "";
    public string ParentId { get; set; } = "";
    public string State { get; set; } = "";
    public string? Wrapped { get; set; }
    public long CreatedUs { get; set; }
    public long? RetiredUs { get; set; }
    public long? DestroyedUs { get; set; }

    public static string NewId(TimeProvider time) => TextOf(Guid.CreateVersion7(time.GetUtcNow()));

    public static string TextOf(Guid id) => Prefix + id.ToString("N", CultureInfo.InvariantCulture);

    public static Guid GuidOf(string id) => Guid.ParseExact(id.AsSpan(Prefix.Length), "N");

    public static string ParentOf(MasterKey root) => RootPrefix + root.Id;

    /// <summary>The id of the root above; null when a key is.</summary>
    public static string? RootOf(string parent) =>
        parent.StartsWith(RootPrefix, StringComparison.Ordinal) ? parent[RootPrefix.Length..] : null;

    /// <summary>The purpose under which the key is kept that a root had for a purpose.</summary>
    public static string EarlierPurpose(string root, string purpose) => $"{EarlierPrefix}{root}/{purpose}";

    public static Task<DataKeyRow?> FindAsync(DbConnection db, string id, DbTransaction? transaction = null) =>
        db.QuerySingleOrDefaultAsync<DataKeyRow?>($"select {Columns} from governance_data_keys where id = @id", new { id }, transaction);

    /// <summary>The key that is in force for a place.</summary>
    public static Task<DataKeyRow?> FindActiveAsync(
        DbConnection db,
        string level,
        string place,
        string purpose,
        DbTransaction? transaction = null
    ) =>
        db.QuerySingleOrDefaultAsync<DataKeyRow?>(
            $"select {Columns} from governance_data_keys where level = @level and place = @place and purpose = @purpose and state = 'active'",
            new
            {
                level,
                place,
                purpose,
            },
            transaction
        );

    /// <summary>True when it was written: not when the place has one already.</summary>
    public async Task<bool> InsertAsync(DbWork work) =>
        await work.Connection.ExecuteAsync(
            """
            insert into governance_data_keys (id, level, place, purpose, parent_id, state, wrapped, created_us, retired_us)
            values (@Id, @Level, @Place, @Purpose, @ParentId, @State, @Wrapped, @CreatedUs, @RetiredUs) on conflict do nothing
            """,
            this,
            work.Transaction
        ) > 0;
}
