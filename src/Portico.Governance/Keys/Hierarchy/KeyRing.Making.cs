using System.Security.Cryptography;
using Dapper;
using Portico.Storage;

namespace Portico.Governance.Keys;

// Keys are made from above, where something is first sealed in a place.
public sealed partial class KeyRing
{
    /// <summary>Makes what is missing of the keys of a place, from above.</summary>
    async Task MakeAsync(string place, string purpose, CancellationToken ct)
    {
        var top = await MakeOneAsync(DataKeyRow.OfOrganisation, OrganisationOf(place), "", null, ct);
        if (top is null)
            return;
        var above = place == Platform ? top : await MakeOneAsync(DataKeyRow.OfWorkspace, place, "", top, ct);
        if (above is not null)
            await MakeOneAsync(DataKeyRow.OfPurpose, place, purpose, above, ct);
    }

    /// <summary>What the catalog does not know hangs under the platform's branch.</summary>
    string OrganisationOf(string place) =>
        place != Platform && WorkspaceId.TryParse(place, out var id) && catalog.Current.Workspaces.TryGetValue(id, out var workspace)
            ? workspace.OrganisationId.ToString()
            : Platform;

    /// <summary>Finds the key in force, or makes it. Of two nodes that make it at once one does. Null when the key above was replaced meanwhile.</summary>
    async Task<DataKeyRow?> MakeOneAsync(string level, string place, string purpose, DataKeyRow? above, CancellationToken ct)
    {
        await using (var db = await database.OpenReadAsync(ct))
            if (await DataKeyRow.FindActiveAsync(db, level, place, purpose) is { } there)
                return there;
        var row = await NewRowAsync(level, place, purpose, above, ct);
        return await database.WriteAsync(
            async work =>
            {
                if (above is not null && !await IsLiveAsync(work, above.Id))
                    return null;
                if (await row.InsertAsync(work))
                {
                    if (above is null)
                    {
                        await RequireRootOfStoreAsync(work);
                        await NoteRootAsync(work, Root, row.CreatedUs);
                    }
                    work.Signal(ChangedSignal, place, 0);
                }
                return await DataKeyRow.FindActiveAsync(work.Connection, level, place, purpose, work.Transaction);
            },
            ct
        );
    }

    /// <summary>A store from before the hierarchy has an audit key, sealed under the master key: another one does not become its root.</summary>
    async Task RequireRootOfStoreAsync(DbWork work)
    {
        var box = await work.Connection.QueryFirstOrDefaultAsync<string?>(
            "select private_box from governance_audit_keys where retired_us is null order by created_us, id",
            transaction: work.Transaction
        );
        if (box is null || Convert.FromBase64String(box) is not [SealedBox.FormVersion, .. var rest])
            return;
        var sealedUnder = Convert.ToHexStringLower(rest.AsSpan(0, SealedBox.KeyIdBytes));
        if (sealedUnder != Root.Id && !await IsEarlierRootAsync(work, sealedUnder))
            throw OtherRoot(sealedUnder, Root);
    }

    static async Task<bool> IsEarlierRootAsync(DbWork work, string root) =>
        await work.Connection.ExecuteScalarAsync<long>(
            "select count(*) from governance_roots where id = @root",
            new { root },
            work.Transaction
        ) > 0;

    internal async Task<DataKeyRow> NewRowAsync(string level, string place, string purpose, DataKeyRow? above, CancellationToken ct)
    {
        var row = new DataKeyRow
        {
            Id = DataKeyRow.NewId(time),
            Level = level,
            Place = place,
            Purpose = purpose,
            ParentId = above?.Id ?? DataKeyRow.ParentOf(Root),
            State = DataKeyRow.Active,
            CreatedUs = Micros.Now(time),
        };
        var key = RandomNumberGenerator.GetBytes(MasterKey.Bytes);
        row.Wrapped = KeyWrap.Wrap(above is null ? Root : await OpenAsync(above, ct), key, row);
        CryptographicOperations.ZeroMemory(key);
        return row;
    }

    internal async Task<DataKey> OpenAsync(DataKeyRow row, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await OpenKeyAsync(db, row);
    }

    /// <summary>Locks the key above until the end of the work, so that it is not destroyed meanwhile.</summary>
    static async Task<bool> IsLiveAsync(DbWork work, string id) =>
        await work.Connection.ExecuteAsync(
            "update governance_data_keys set state = state where id = @id and wrapped is not null",
            new { id },
            work.Transaction
        ) > 0;

    internal static Task NoteRootAsync(DbWork work, MasterKey root, long nowUs) =>
        work.Connection.ExecuteAsync(
            "insert into governance_roots (id, since_us) values (@id, @nowUs) on conflict (id) do update set retired_us = null",
            new { id = root.Id, nowUs },
            work.Transaction
        );
}
