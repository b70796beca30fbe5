using System.Security.Cryptography;
using System.Text;
using Dapper;
using Portico.Governance.Audit;
using Portico.Storage;

namespace Portico.Governance.Forensics;

/// <summary>
/// What a round of retention removed, and the proof: how many, the first and the last, a hash over their ids in the order in which they went (SHA-256, each id ended by a line feed), how many were left because they are held,
/// and how many a second reading still found. <paramref name="LeftBehind"/> is 0 when the purge came to its end. <paramref name="WorkspaceId"/>: whose it was, where a policy wanted it; null =
/// of all, as the installation says.
/// </summary>
public sealed record Purge(
    string Id,
    string Class,
    DateTimeOffset At,
    DateTimeOffset Before,
    long Removed,
    string? First,
    string? Last,
    string Hash,
    long Held,
    long LeftBehind,
    string? WorkspaceId = null
);

/// <summary>Gathers what a round removes.</summary>
public sealed class PurgeTally : IDisposable
{
    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Removed { get; private set; }
    internal string? First { get; private set; }
    internal string? Last { get; private set; }

    public void Add(string id)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(id + "\n"));
        First ??= id;
        (Last, Removed) = (id, Removed + 1);
    }

    internal string Hash() => Convert.ToHexStringLower(hash.GetHashAndReset());

    public void Dispose() => hash.Dispose();
}

/// <summary>Keeps reports of purges, and writes each into the audit log. A round that removed nothing and left nothing has none.</summary>
public sealed class Purges(Database database, AuditLog audit, TimeProvider time)
{
    /// <param name="of">What is removed: contents, responses …</param>
    /// <param name="before">What is older goes.</param>
    /// <param name="tally">What went.</param>
    /// <param name="held">What is older and stays, because of a legal hold.</param>
    /// <param name="left">What a reading after it found all the same.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="workspace">Whose policy wanted it; null = the installation.</param>
    public async Task ReportAsync(
        string of,
        DateTimeOffset before,
        PurgeTally tally,
        long held,
        long left,
        CancellationToken ct,
        string? workspace = null
    )
    {
        if (tally.Removed == 0 && left == 0)
            return;
        var purge = new Purge(
            "purge_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
            of,
            time.GetUtcNow(),
            before,
            tally.Removed,
            tally.First,
            tally.Last,
            tally.Hash(),
            held,
            left,
            workspace
        );
        await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    """
                    insert into governance_purges (id, class, at_us, before_us, removed, first_id, last_id, hash, held, left_behind, workspace_id)
                    values (@Id, @Class, @at, @before, @Removed, @First, @Last, @Hash, @Held, @LeftBehind, @WorkspaceId)
                    """,
                    new
                    {
                        purge.Id,
                        purge.Class,
                        at = Micros.Of(purge.At),
                        before = Micros.Of(purge.Before),
                        purge.Removed,
                        purge.First,
                        purge.Last,
                        purge.Hash,
                        purge.Held,
                        purge.LeftBehind,
                        purge.WorkspaceId,
                    },
                    work.Transaction
                ),
            ct
        );
        audit.Write(
            "purge.done",
            purge,
            static (json, p) =>
            {
                json.WriteString("purge", p.Id);
                json.WriteString("class", p.Class);
                if (p.WorkspaceId is { } workspace)
                    json.WriteString("workspace", workspace);
                json.WriteNumber("removed", p.Removed);
                json.WriteString("hash", p.Hash);
                json.WriteNumber("held", p.Held);
                json.WriteNumber("left_behind", p.LeftBehind);
            }
        );
    }

    /// <summary>Newest first.</summary>
    internal async Task<Page<Purge>> ListAsync(string? of, PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Row>(
            """
            select id, class, at_us, before_us, removed, first_id, last_id, hash, held, left_behind, workspace_id from governance_purges
            where id < @before and (@of = '' or class = @of) order by id desc limit @take
            """,
            new
            {
                before = page.After ?? "~",
                of = of ?? "",
                take = page.Limit + 1,
            }
        );
        return page.Cut(rows.Select(r => r.ToNoun()).ToList(), p => p.Id);
    }

    sealed class Row
    {
        public string Id { get; set; } = "";
        public string Class { get; set; } = "";
        public long AtUs { get; set; }
        public long BeforeUs { get; set; }
        public long Removed { get; set; }
        public string? FirstId { get; set; }
        public string? LastId { get; set; }
        public string Hash { get; set; } = "";
        public long Held { get; set; }
        public long LeftBehind { get; set; }
        public string? WorkspaceId { get; set; }

        public Purge ToNoun() =>
            new(Id, Class, Micros.ToTime(AtUs), Micros.ToTime(BeforeUs), Removed, FirstId, LastId, Hash, Held, LeftBehind, WorkspaceId);
    }
}
