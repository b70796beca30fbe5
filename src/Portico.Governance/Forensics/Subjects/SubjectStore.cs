using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Dapper;
using Portico.Governance.Keys;
using Portico.Storage;

namespace Portico.Governance.Forensics.Subjects;

/// <summary>A file of a package. Sha256: in hexadecimal.</summary>
sealed record PackageFile(string Name, long Items, long Bytes, string Sha256, long Number);

/// <summary>Rows of requests, steps and packages. Packages lie sealed under a key of the platform, because one holds things of several workspaces.</summary>
sealed class SubjectStore(Database database, KeyRing ring, TimeProvider time)
{
    /// <summary>A request was approved: whoever runs them looks.</summary>
    public const string Signal = "governance/subjects";

    public const string Purpose = "governance/subjects";

    public async ValueTask<Box> SealerAsync(CancellationToken ct) => await ring.SealerAsync(KeyRing.Platform, Purpose, ct);

    public static string Associated(string request, long file, long seq) => $"{request}/{file}/{seq}";

    public async Task<IReadOnlyList<SubjectRequest>> ReadAsync(string where, object parameters, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = (
            await db.QueryAsync<SubjectRow>($"select {SubjectRow.Columns} from governance_subject_requests {where}", parameters)
        ).AsList();
        var steps = new List<SubjectStepRow>();
        foreach (var row in rows)
            steps.AddRange(await StepsAsync(db, row.Id));
        return rows.Select(r => r.ToNoun(steps.Where(s => s.RequestId == r.Id))).ToList();
    }

    public async Task<IReadOnlyList<SubjectStepRow>> StepsAsync(string request, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await StepsAsync(db, request);
    }

    static async Task<IReadOnlyList<SubjectStepRow>> StepsAsync(DbConnection db, string request) =>
        (
            await db.QueryAsync<SubjectStepRow>(
                "select request_id, number, class, state, amount, hash, left_behind from governance_subject_steps where request_id = @request order by number",
                new { request }
            )
        ).AsList();

    public Task<int> ChangeAsync(string sql, object parameters, CancellationToken ct) =>
        database.WriteAsync(work => work.Connection.ExecuteAsync(sql, parameters, work.Transaction), ct);

    /// <summary>Removes the files of a step that was cut off; the number of its first.</summary>
    public Task<long> ClearStepAsync(string request, long step, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                await work.Connection.ExecuteAsync(
                    """
                    delete from governance_subject_chunks where request_id = @request
                      and file in (select number from governance_subject_files where request_id = @request and step = @step);
                    delete from governance_subject_files where request_id = @request and step = @step
                    """,
                    new { request, step },
                    work.Transaction
                );
                return 1
                    + (
                        await work.Connection.ExecuteScalarAsync<long?>(
                            "select max(number) from governance_subject_files where request_id = @request",
                            new { request },
                            work.Transaction
                        ) ?? 0
                    );
            },
            ct
        );

    public Task BeginFileAsync(string request, long number, long step, string name, CancellationToken ct) =>
        ChangeAsync(
            "insert into governance_subject_files (request_id, number, step, name, items, bytes) values (@request, @number, @step, @name, 0, 0)",
            new
            {
                request,
                number,
                step,
                name,
            },
            ct
        );

    public Task AppendAsync(string request, long file, long seq, byte[] closed, CancellationToken ct) =>
        ChangeAsync(
            "insert into governance_subject_chunks (request_id, file, seq, sealed) values (@request, @file, @seq, @closed)",
            new
            {
                request,
                file,
                seq,
                closed,
            },
            ct
        );

    public Task EndFileAsync(string request, long number, long items, long bytes, string sha256, CancellationToken ct) =>
        ChangeAsync(
            "update governance_subject_files set items = @items, bytes = @bytes, sha256 = @sha256 where request_id = @request and number = @number",
            new
            {
                request,
                number,
                items,
                bytes,
                sha256,
            },
            ct
        );

    public async Task<IReadOnlyList<PackageFile>> FilesAsync(string request, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (
            await db.QueryAsync<PackageFile>(
                """
                select name as Name, items as Items, bytes as Bytes, sha256 as Sha256, number as Number
                from governance_subject_files where request_id = @request order by number
                """,
                new { request }
            )
        ).AsList();
    }

    /// <summary>The bytes of a file in order, a chunk at a time.</summary>
    /// <exception cref="PorticoException">A chunk does not open.</exception>
    public async IAsyncEnumerable<byte[]> OpenAsync(string request, long file, [EnumeratorCancellation] CancellationToken ct)
    {
        for (var seq = 0L; ; seq++)
        {
            byte[]? closed;
            await using (var db = await database.OpenReadAsync(ct))
                closed = await db.ExecuteScalarAsync<byte[]?>(
                    "select sealed from governance_subject_chunks where request_id = @request and file = @file and seq = @seq",
                    new
                    {
                        request,
                        file,
                        seq,
                    }
                );
            if (closed is null)
                yield break;
            byte[] opened;
            try
            {
                opened = await ring.OpenAsync(KeyRing.Platform, Purpose, closed, Associated(request, file, seq), ct);
            }
            catch (CryptographicException e)
            {
                throw new PorticoException(ErrorTable.StorageUnavailable, $"This package cannot be opened. {e.Message}", inner: e);
            }
            yield return opened;
        }
    }

    /// <summary>Removes packages that are past their time, a file at a time.</summary>
    public async Task PruneAsync(CancellationToken ct)
    {
        List<(string RequestId, long Number)> past;
        await using (var db = await database.OpenReadAsync(ct))
            past = (
                await db.QueryAsync<(string RequestId, long Number)>(
                    """
                    select f.request_id, f.number from governance_subject_files f join governance_subject_requests r on r.id = f.request_id
                    where r.until_us <= @now order by f.request_id, f.number
                    """,
                    new { now = Micros.Now(time) }
                )
            ).AsList();
        foreach (var (request, number) in past)
            await ChangeAsync(
                """
                delete from governance_subject_chunks where request_id = @request and file = @number;
                delete from governance_subject_files where request_id = @request and number = @number
                """,
                new { request, number },
                ct
            );
    }
}
