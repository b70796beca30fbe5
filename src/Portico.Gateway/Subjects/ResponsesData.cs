using Portico.Gateway.Responses;
using Portico.Governance.Forensics;
using Portico.Governance.Forensics.Subjects;
using Portico.Storage;

namespace Portico.Gateway.Subjects;

/// <summary>Responses that are kept. One that runs is stopped with its row, and is never made anew.</summary>
sealed class ResponsesData(Database database, ResponseStore store, ResponseKeeper keeper, TimeProvider time) : IErasableData
{
    const string Table = "gateway_responses";

    public string Class => "responses";

    public string Says => "Responses of the Responses API that are kept, with what was said to them. Of one that does not open, why.";

    public async Task CopyAsync(Subject subject, SubjectPackage package, CancellationToken ct)
    {
        await keeper.FlushAsync(ct);
        await package.BeginListAsync("responses/responses.json", ct);
        await KeptRows.EachAsync(database, Table, subject, (id, workspace) => CopyAsync(id, workspace, package, ct), ct);
    }

    async Task CopyAsync(string id, string workspace, SubjectPackage package, CancellationToken ct)
    {
        FoundResponse? found = null;
        string? why = null;
        try
        {
            found = await store.FindAsync(id, workspace, ct);
            // Past its time, or removed between two steps.
            if (found is null)
                return;
        }
        catch (PorticoException e) when (KeptRows.IsUnreadable(e))
        {
            why = e.Message;
        }
        await package.AddAsync(
            json =>
            {
                json.WriteStartObject();
                json.WriteString("id", id);
                json.WriteString("workspace_id", workspace);
                if (found is null)
                    json.WriteString("unreadable", why);
                else
                {
                    json.WriteString("status", found.Status);
                    json.WriteString("previous_id", found.PreviousId);
                    json.WritePropertyName("said");
                    found.Body.WriteTo(json);
                }
                json.WriteEndObject();
            },
            ct
        );
    }

    public Task<HoldSubject?> HeldAsync(Subject subject, HeldThings held, CancellationToken ct) =>
        KeptRows.HeldAsync(database, Table, subject, held, ct);

    public async Task RemoveAsync(Subject subject, SubjectRemoval removal, CancellationToken ct)
    {
        await keeper.FlushAsync(ct);
        await KeptRows.RemoveAsync(
            removal,
            Table,
            subject,
            (work, id) =>
            {
                work.Signal(ResponseStore.StoppedSignal, id, Micros.Now(time));
                return Task.CompletedTask;
            },
            ct
        );
    }

    public async Task<long> CountAsync(Subject subject, CancellationToken ct)
    {
        await keeper.FlushAsync(ct);
        return await KeptRows.CountAsync(database, Table, subject, ct);
    }
}
