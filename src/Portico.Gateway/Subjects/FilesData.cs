using Portico.Gateway.Files;
using Portico.Governance.Forensics;
using Portico.Governance.Forensics.Subjects;
using Portico.Storage;

namespace Portico.Gateway.Subjects;

/// <summary>Files that somebody uploaded, and what their batches wrote.</summary>
sealed class FilesData(Database database, FileStore store) : IErasableData
{
    const string Table = "gateway_files";

    public string Class => "files";

    public string Says =>
        "Files of the person: what each is in files.json, and its bytes under its id. One that does not open has no bytes.";

    public async Task CopyAsync(Subject subject, SubjectPackage package, CancellationToken ct)
    {
        await package.RowsAsync(
            database,
            "files/files.json",
            $"""
            select id, workspace_id, name, purpose, bytes, created_us, expires_us from {Table}
            where {Subject.Owned(database.Engine)} and ready = 1 order by id
            """,
            subject,
            ct
        );
        await KeptRows.EachAsync(database, Table, subject, (id, _) => CopyAsync(id, package, ct), ct);
    }

    async Task CopyAsync(string id, SubjectPackage package, CancellationToken ct)
    {
        await package.BeginBytesAsync($"files/{id}", ct);
        try
        {
            await foreach (var chunk in store.ReadAsync(id, ct))
                await package.WriteAsync(chunk, ct);
        }
        catch (PorticoException e) when (KeptRows.IsUnreadable(e))
        {
            await package.BeginBytesAsync($"files/{id}.unreadable.txt", ct);
            await package.WriteAsync(System.Text.Encoding.UTF8.GetBytes(e.Message), ct);
        }
    }

    public Task<HoldSubject?> HeldAsync(Subject subject, HeldThings held, CancellationToken ct) =>
        KeptRows.HeldAsync(database, Table, subject, held, ct);

    /// <exception cref="SubjectWaitException">A batch of somebody else reads one.</exception>
    public async Task RemoveAsync(Subject subject, SubjectRemoval removal, CancellationToken ct)
    {
        // One at a time: the chunks of a file are many.
        await KeptRows.EachAsync(
            database,
            Table,
            subject,
            (id, _) => removal.BatchAsync(async work => await FileStore.DeleteAsync(work, id) ? [id] : [], ct),
            ct
        );
        if (await CountAsync(subject, ct) is > 0 and var left)
            throw new SubjectWaitException($"A batch that is under way reads {left} of their files: they go when it has ended.");
    }

    public Task<long> CountAsync(Subject subject, CancellationToken ct) => KeptRows.CountAsync(database, Table, subject, ct);
}
