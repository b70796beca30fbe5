using System.Security.Cryptography;
using Dapper;
using Portico.Governance.Access;
using Portico.Governance.Forensics;
using Portico.Governance.Forensics.Subjects;
using Portico.Observability.Contents;
using Portico.Storage;

namespace Portico.Observability.Subjects;

/// <summary>Prompts and answers that are kept. A row without a box stays behind, so that a copy still on its way is not kept either.</summary>
sealed class ContentsData(Database database, ContentStore store, ContentKeeper keeper) : IErasableData
{
    const string Theirs = "person_id = @Person and sealed is not null";
    const int PageSize = 100;

    public string Class => "contents";

    public string Says => "What the person's calls said and were answered, where that is kept. Of one that does not open, why.";

    public async Task CopyAsync(Subject subject, SubjectPackage package, CancellationToken ct)
    {
        await keeper.FlushAsync(ct);
        await package.BeginListAsync("contents/contents.json", ct);
        var after = "";
        while (true)
        {
            List<string> ids;
            await using (var db = await database.OpenReadAsync(ct))
                ids = (
                    await db.QueryAsync<string>(
                        $"select call_id from observability_contents where {Theirs} and call_id > @after order by call_id limit @PageSize",
                        new
                        {
                            subject.Person,
                            after,
                            PageSize,
                        }
                    )
                ).AsList();
            foreach (var id in ids)
                await CopyAsync(id, package, ct);
            if (ids.Count < PageSize)
                return;
            after = ids[^1];
        }
    }

    async Task CopyAsync(string id, SubjectPackage package, CancellationToken ct)
    {
        StoredContents? said = null;
        string? why = null;
        try
        {
            said = await store.FindAsync(CallId.Parse(id), Reach.Everywhere, ct);
            // Removed between two steps.
            if (said is null)
                return;
        }
        catch (PorticoException e) when (e.Kind == ErrorTable.KeyDestroyed || e.InnerException is CryptographicException)
        {
            why = e.Message;
        }
        await package.AddAsync(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("call", id);
                if (said is not null)
                {
                    SubjectPackage.WriteSaid(json, "prompt", said.Prompt);
                    json.WriteNumber("prompt_bytes", said.PromptBytes);
                    SubjectPackage.WriteSaid(json, "answer", said.Answer);
                    json.WriteNumber("answer_bytes", said.AnswerBytes);
                }
                else
                    json.WriteString("unreadable", why);
                json.WriteEndObject();
            },
            ct
        );
    }

    public async Task<HoldSubject?> HeldAsync(Subject subject, HeldThings held, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var workspaces = await db.QueryAsync<string?>($"select distinct workspace_id from observability_contents where {Theirs}", subject);
        return workspaces.FirstOrDefault(w => w is not null && held.Workspaces.Contains(w)) is { } workspace
            ? new HoldSubject(HoldScope.Workspace, workspace)
            : null;
    }

    public async Task RemoveAsync(Subject subject, SubjectRemoval removal, CancellationToken ct)
    {
        await keeper.FlushAsync(ct);
        await removal.AllAsync(async work => (
                    await work.Connection.QueryAsync<string>(
                        $"""
                        update observability_contents set sealed = null where call_id in
                          (select c.call_id from observability_contents c where c.person_id = @Person and c.sealed is not null order by c.call_id limit @most)
                        returning call_id
                        """,
                        new { subject.Person, most = SubjectRemoval.BatchSize },
                        work.Transaction
                    )
                ).Order(StringComparer.Ordinal).ToList(), ct);
    }

    public async Task<long> CountAsync(Subject subject, CancellationToken ct)
    {
        await keeper.FlushAsync(ct);
        await using var db = await database.OpenReadAsync(ct);
        return await db.ExecuteScalarAsync<long>($"select count(*) from observability_contents where {Theirs}", subject);
    }
}
