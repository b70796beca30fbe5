using Dapper;
using Portico.Storage;

namespace Portico.Governance.Audit;

/// <summary>
/// What somebody does to the store by a verb on the machine (migrate, seed, a new root). Such a verb has no log of its own: it leaves a row, and the next node that starts enters it, so that the log says who and when.
/// </summary>
public sealed class MachineActs(Database database, TimeProvider time)
{
    sealed class Row
    {
        public string Id { get; set; } = "";
        public string Act { get; set; } = "";
        public string Who { get; set; } = "";
        public string Detail { get; set; } = "";
        public long AtUs { get; set; }
    }

    /// <param name="act">The verb: migrate, seed, rotate-root.</param>
    /// <param name="detail">What came of it, without a secret.</param>
    /// <param name="ct">The caller.</param>
    public Task NoteAsync(string act, string detail, CancellationToken ct) =>
        database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "insert into governance_machine_acts (id, act, who, detail, at_us) values (@id, @act, @who, @detail, @now)",
                    new
                    {
                        id = "machine_" + Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
                        act,
                        who = $"{Environment.UserName}@{Environment.MachineName}",
                        detail,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                ),
            ct
        );

    /// <summary>Enters what was left, before the node serves. One that is entered twice, because a node ended in between, has one id.</summary>
    /// <param name="audit">Open: a verb has none.</param>
    /// <param name="sequencer">Of that log.</param>
    /// <param name="ct">Ends the wait for the store.</param>
    public async Task EnterAsync(AuditLog audit, AuditSequencer sequencer, CancellationToken ct)
    {
        List<Row> rows;
        await using (var db = await database.OpenReadAsync(ct))
            rows = (
                await db.QueryAsync<Row>("select id, act, who, detail, at_us from governance_machine_acts where entered = 0 order by id")
            ).AsList();
        if (rows.Count == 0)
            return;
        foreach (var row in rows)
            audit.Write(
                "machine.act",
                row,
                static (json, of) =>
                {
                    json.WriteString("id", of.Id);
                    json.WriteString("act", of.Act);
                    json.WriteString("who", of.Who);
                    json.WriteString("detail", of.Detail);
                    json.WriteString("done_at", Micros.ToTime(of.AtUs));
                }
            );
        await sequencer.FlushAsync(ct);
        await database.WriteAsync(
            work =>
                work.Connection.ExecuteAsync(
                    "update governance_machine_acts set entered = 1 where id = @Id",
                    rows.Select(r => new { r.Id }),
                    work.Transaction
                ),
            ct
        );
    }
}
