using System.Security.Cryptography;
using Dapper;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Governance.Audit;

/// <summary>The public half of an audit key, as the store has it.</summary>
sealed record StoredAuditKey(string Id, byte[] PublicDer, DateTimeOffset CreatedAt, DateTimeOffset? RetiredAt);

/// <summary>The keys that sign checkpoints: one for all nodes, made when the first of them starts.</summary>
public sealed class AuditKeys(Database database, KeyRing ring, TimeProvider time)
{
    sealed class Row
    {
        public string Id { get; set; } = "";
        public byte[] PublicDer { get; set; } = [];
        public string PrivateBox { get; set; } = "";
        public long CreatedUs { get; set; }
        public long? RetiredUs { get; set; }
    }

    /// <summary>The key that signs now.</summary>
    /// <exception cref="CryptographicException">It was sealed under another master key; the message says what to do.</exception>
    public async Task<AuditKey> CurrentAsync(CancellationToken ct)
    {
        Row row;
        await using (var db = await database.OpenReadAsync(ct))
            row = await FindAsync(db, null) ?? await MakeAsync(ct);
        var opened = await OpenAsync(row, ct);
        try
        {
            return AuditKey.FromPrivate(opened);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    static Task<Row?> FindAsync(System.Data.Common.DbConnection db, System.Data.Common.DbTransaction? transaction) =>
        db.QueryFirstOrDefaultAsync<Row?>(
            "select id, public_der, private_box, created_us, retired_us from governance_audit_keys where retired_us is null order by created_us, id",
            transaction: transaction
        );

    /// <summary>Of two nodes that make it at once one does.</summary>
    async Task<Row> MakeAsync(CancellationToken ct)
    {
        var box = await ring.SealerAsync(KeyRing.Platform, PlatformPurposes.AuditKey, ct);
        return await database.WriteAsync(
            async work =>
            {
                if (await FindAsync(work.Connection, work.Transaction) is { } found)
                    return found;
                using var made = AuditKey.Create();
                var id = Convert.ToHexStringLower(made.Id);
                var privateKey = made.ExportPrivate();
                await work.Connection.ExecuteAsync(
                    "insert into governance_audit_keys (id, public_der, private_box, created_us) values (@id, @PublicDer, @box, @now)",
                    new
                    {
                        id,
                        made.PublicDer,
                        box = Convert.ToBase64String(box.Seal(privateKey, id)),
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
                CryptographicOperations.ZeroMemory(privateKey);
                return (await FindAsync(work.Connection, work.Transaction))!;
            },
            ct
        );
    }

    /// <summary>A key that cannot be opened is not replaced unasked: auditors trust it.</summary>
    async Task<byte[]> OpenAsync(Row row, CancellationToken ct)
    {
        try
        {
            return await ring.OpenAsync(KeyRing.Platform, PlatformPurposes.AuditKey, Convert.FromBase64String(row.PrivateBox), row.Id, ct);
        }
        catch (CryptographicException e)
        {
            throw new CryptographicException(
                $"The audit key {row.Id} cannot be opened: {e.Message} Where that master key is lost for good, retire the audit key in the store "
                    + $"(update governance_audit_keys set retired_us = 1 where id = '{row.Id}'); the next start makes another, which auditors must be given.",
                e
            );
        }
    }

    internal async Task<IReadOnlyList<StoredAuditKey>> ListAsync(CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Row>(
            new CommandDefinition(
                "select id, public_der, '' as private_box, created_us, retired_us from governance_audit_keys order by created_us, id",
                cancellationToken: ct
            )
        );
        return rows.Select(r => new StoredAuditKey(r.Id, r.PublicDer, Micros.ToTime(r.CreatedUs), Micros.ToTime(r.RetiredUs))).ToList();
    }
}
