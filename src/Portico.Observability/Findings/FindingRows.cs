using System.Runtime.InteropServices;
using Dapper;
using Portico.Storage;
using Portico.Storage.Sqlite;

namespace Portico.Observability.Findings;

/// <summary>
/// Writes what content rules found, and for how many calls they were asked: in the transaction that counts the records, so that a call asks and writes nothing for it. A batch without content rules costs nothing here.
/// </summary>
static class FindingRows
{
    const string Columns =
        "call_id, number, started_us, organisation_id, workspace_id, use_case_id, person_id, rule, kind, channel, place, start, length, score_percent, action, digest";

    readonly record struct Group(long HourUs, string OrganisationId, string WorkspaceId, string UseCaseId, string Rule);

    /// <summary>Calls that the same rules were asked for: there are few, and many calls of each.</summary>
    readonly record struct Asked(long HourUs, string OrganisationId, string WorkspaceId, string UseCaseId, string Rules);

    readonly record struct Row(CallRecord Call, int Number)
    {
        public CallFinding Finding => Call.Findings[Number];
    }

    public static async Task ApplyAsync(DbWork work, IReadOnlyList<CallRecord> records)
    {
        var rows = new List<Row>();
        var asked = new Dictionary<Asked, long>();
        foreach (var record in records)
        {
            for (var i = 0; i < record.Findings.Count; i++)
                rows.Add(new Row(record, i));
            if (record.ScreenedBy is { } rules)
                CollectionsMarshal.GetValueRefOrAddDefault(asked, Of(record, rules), out _)++;
        }
        if (rows.Count > 0)
            await InsertAsync(work, rows);
        if (asked.Count > 0)
            await AddAsync(work, ByRule(asked));
    }

    static Asked Of(CallRecord r, string rules) =>
        new(Grain.Hours.Floor(r.StartedAtUs), r.OrganisationId ?? "", r.WorkspaceId ?? "", r.UseCaseId ?? "", rules);

    static Dictionary<Group, long> ByRule(Dictionary<Asked, long> asked)
    {
        var groups = new Dictionary<Group, long>();
        foreach (var (of, calls) in asked)
        foreach (var rule in of.Rules.Split(CallRecord.RuleSeparator).Prepend(CallRecord.AnyRule))
            CollectionsMarshal.GetValueRefOrAddDefault(
                groups,
                new Group(of.HourUs, of.OrganisationId, of.WorkspaceId, of.UseCaseId, rule),
                out _
            ) += calls;
        return groups;
    }

    static async Task InsertAsync(DbWork work, List<Row> rows)
    {
        if (work.Engine == Engine.Sqlite)
        {
            InsertOneByOne(work, rows);
            return;
        }
        await using var command = RollupRows.Command(
            work,
            $"""
            insert into observability_findings ({Columns})
            select * from unnest(@p0::text[], @p1::bigint[], @p2::bigint[], @p3::text[], @p4::text[], @p5::text[], @p6::text[], @p7::text[], @p8::text[],
              @p9::text[], @p10::text[], @p11::bigint[], @p12::bigint[], @p13::bigint[], @p14::text[], @p15::text[])
            on conflict do nothing
            """
        );
        RollupRows.Named(command, rows.Select(r => r.Call.Id.ToString()));
        RollupRows.Numbered(command, rows.Select(r => (long)r.Number));
        RollupRows.Numbered(command, rows.Select(r => r.Call.StartedAtUs));
        RollupRows.Named(command, rows.Select(r => r.Call.OrganisationId ?? ""));
        RollupRows.Named(command, rows.Select(r => r.Call.WorkspaceId ?? ""));
        RollupRows.Named(command, rows.Select(r => r.Call.UseCaseId ?? ""));
        RollupRows.Named(command, rows.Select(r => r.Call.PersonId));
        RollupRows.Named(command, rows.Select(r => r.Finding.Rule));
        RollupRows.Named(command, rows.Select(r => r.Finding.Kind));
        RollupRows.Named(command, rows.Select(r => r.Finding.Channel));
        RollupRows.Named(command, rows.Select(r => r.Finding.Where));
        RollupRows.Numbered(command, rows.Select(r => r.Finding.Start));
        RollupRows.Numbered(command, rows.Select(r => (long)r.Finding.Length));
        RollupRows.Numbered(command, rows.Select(r => (long)r.Finding.ScorePercent));
        RollupRows.Named(command, rows.Select(r => r.Finding.Action));
        RollupRows.Named(command, rows.Select(r => r.Finding.Digest));
        await command.ExecuteNonQueryAsync();
    }

    static void InsertOneByOne(DbWork work, List<Row> rows)
    {
        using var insert = SqliteStatement.Of(
            work,
            $"insert into observability_findings ({Columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing"
        );
        foreach (var (r, number) in rows)
        {
            var f = r.Findings[number];
            insert
                .Add(r.Id.ToString())
                .Add(number)
                .Add(r.StartedAtUs)
                .Add(r.OrganisationId ?? "")
                .Add(r.WorkspaceId ?? "")
                .Add(r.UseCaseId ?? "")
                .Add(r.PersonId)
                .Add(f.Rule)
                .Add(f.Kind)
                .Add(f.Channel)
                .Add(f.Where)
                .Add(f.Start)
                .Add(f.Length)
                .Add(f.ScorePercent)
                .Add(f.Action)
                .Add(f.Digest)
                .Run();
        }
    }

    static async Task AddAsync(DbWork work, Dictionary<Group, long> groups)
    {
        // One order on every node: two nodes that upsert the same groups cannot deadlock.
        var ordered = groups.OrderBy(p => p.Key.ToString(), StringComparer.Ordinal);
        if (work.Engine == Engine.Sqlite)
            AddOneByOne(work, ordered);
        else
            foreach (var (g, calls) in ordered)
                await work.Connection.ExecuteAsync(
                    UpsertGroup("@HourUs, @OrganisationId, @WorkspaceId, @UseCaseId, @Rule, @calls"),
                    new
                    {
                        g.HourUs,
                        g.OrganisationId,
                        g.WorkspaceId,
                        g.UseCaseId,
                        g.Rule,
                        calls,
                    },
                    work.Transaction
                );
    }

    static void AddOneByOne(DbWork work, IEnumerable<KeyValuePair<Group, long>> groups)
    {
        using var upsert = SqliteStatement.Of(work, UpsertGroup("?, ?, ?, ?, ?, ?"));
        foreach (var (g, calls) in groups)
            upsert.Add(g.HourUs).Add(g.OrganisationId).Add(g.WorkspaceId).Add(g.UseCaseId).Add(g.Rule).Add(calls).Run();
    }

    static string UpsertGroup(string values) =>
        $"""
            insert into observability_screened_hours (hour_us, organisation_id, workspace_id, use_case_id, rule, calls)
            values ({values})
            on conflict (hour_us, organisation_id, workspace_id, use_case_id, rule)
            do update set calls = observability_screened_hours.calls + excluded.calls
            """;
}
