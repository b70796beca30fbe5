using Dapper;
using Portico.Governance.Forensics;
using Portico.Governance.Forensics.Subjects;
using Portico.Storage;

namespace Portico.Gateway.Subjects;

/// <summary>Budgets and limits on somebody, which stay with their sums; and what they asked of budgets, where the pseudonym takes the name's place.</summary>
sealed class BudgetsData(Database database) : IErasableData
{
    static readonly (string Id, string Name)[] Who = [("asked_by", "asked_by_name"), ("decided_by", "decided_by_name")];

    public string Class => "budgets";

    public string Says =>
        "Budgets and limits on the person, what was spent of each in each window, and requests for more that the person made or decided.";

    public async Task CopyAsync(Subject subject, SubjectPackage package, CancellationToken ct)
    {
        await package.RowsAsync(
            database,
            "budgets/budgets.json",
            "select id, unit, window_kind, limit_amount, shadow_only, disabled, created_us from gateway_meters where scope = 'Person' and scope_id = @Person order by id",
            subject,
            ct
        );
        await package.RowsAsync(
            database,
            "budgets/windows.json",
            """
            select w.slot, w.window_start_us, w.spent from gateway_meter_windows w
            where w.slot like '%|' || @Person or w.slot in (select m.id from gateway_meters m where m.scope = 'Person' and m.scope_id = @Person)
            order by w.slot, w.window_start_us
            """,
            subject,
            ct
        );
        await package.RowsAsync(
            database,
            "budgets/requests.json",
            """
            select id, budget_id, state, limit_before, limit_asked, limit_given, reason, asked_by, asked_us, decided_by, decided_us, note
            from gateway_budget_requests where asked_by = @Person or decided_by = @Person order by id
            """,
            subject,
            ct
        );
    }

    public Task<HoldSubject?> HeldAsync(Subject subject, HeldThings held, CancellationToken ct) => Task.FromResult<HoldSubject?>(null);

    public Task RemoveAsync(Subject subject, SubjectRemoval removal, CancellationToken ct) =>
        removal.BatchAsync(
            async work =>
            {
                var ids = new List<string>();
                foreach (var (id, name) in Who)
                    ids.AddRange(
                        await work.Connection.QueryAsync<string>(
                            $"update gateway_budget_requests set {name} = @Pseudonym where {id} = @Person and {name} <> @Pseudonym returning id",
                            subject,
                            work.Transaction
                        )
                    );
                return ids.Order(StringComparer.Ordinal).ToList();
            },
            ct
        );

    public async Task<long> CountAsync(Subject subject, CancellationToken ct)
    {
        var all = 0L;
        await using var db = await database.OpenReadAsync(ct);
        foreach (var (id, name) in Who)
            all += await db.ExecuteScalarAsync<long>(
                $"select count(*) from gateway_budget_requests where {id} = @Person and {name} <> @Pseudonym",
                subject
            );
        return all;
    }
}
