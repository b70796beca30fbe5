using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Dapper;
using Npgsql;
using Portico.Governance.Access;
using Portico.Governance.Forensics;
using Portico.Storage;

namespace Portico.Observability;

/// <summary>Calls in PostgreSQL, inserted as arrays: one statement a batch.</summary>
sealed class PostgresCallStore(Database database) : ICallStore
{
    /// <summary>Months whose partitions this node has seen. Retention takes a month out before it drops it.</summary>
    readonly ConcurrentDictionary<string, bool> known = new(StringComparer.Ordinal);
    readonly CallGroups groups = new();

    public async Task InsertAsync(IReadOnlyList<CallRecord> records, CancellationToken ct)
    {
        await PrepareAsync(records.Select(r => r.StartedAtUs), ct);
        try
        {
            await InsertRowsAsync(records, ct);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.CheckViolation)
        {
            // Another node dropped the month of late records: they are kept until the next sweep.
            known.Clear();
            await PrepareAsync(records.Select(r => r.StartedAtUs), ct);
            await InsertRowsAsync(records, ct);
        }
    }

    public Task PrepareAsync(DateTimeOffset month, CancellationToken ct) => PrepareAsync([Micros.Of(month)], ct);

    async Task PrepareAsync(IEnumerable<long> times, CancellationToken ct)
    {
        foreach (var us in times.DistinctBy(Months.Of))
        {
            var month = Months.Of(us);
            if (known.ContainsKey(month))
                continue;
            await database.WriteAsync(
                work => work.Connection.ExecuteAsync("select observability_add_month(@us)", new { us }, work.Transaction),
                ct
            );
            known[month] = true;
        }
    }

    async Task InsertRowsAsync(IReadOnlyList<CallRecord> records, CancellationToken ct)
    {
        var numbers = records.Select(groups.NumberOf).ToList();
        await database.WriteAsync(
            async work =>
            {
                await groups.InsertAsync((NpgsqlConnection)work.Connection, records, ct);
                await InsertCallsAsync((NpgsqlConnection)work.Connection, records, numbers, ct);
                await InsertAttemptsAsync((NpgsqlConnection)work.Connection, records, ct);
            },
            ct
        );
        groups.Keep(records);
    }

    static async Task InsertCallsAsync(
        NpgsqlConnection db,
        IReadOnlyList<CallRecord> records,
        IReadOnlyList<long> numbers,
        CancellationToken ct
    )
    {
        await using var command = new NpgsqlCommand(
            """
            insert into observability_calls (id, started_us, organisation_id, workspace_id, use_case_id, key_id, person_id, route, model, provider,
              outcome, status, error_code, cost_nano_usd, record, group_id, operation, connection_id, deployment_id)
            select * from unnest(@p0::text[], @p1::bigint[], @p2::text[], @p3::text[], @p4::text[], @p5::text[], @p6::text[], @p7::text[], @p8::text[], @p9::text[],
              @p10::bigint[], @p11::bigint[], @p12::text[], @p13::bigint[], @p14::bytea[], @p15::bigint[],
              @p16::text[], @p17::text[], @p18::text[])
            on conflict do nothing
            """,
            db
        );
        void Column<T>(int n, Func<CallRecord, T> of) => command.Parameters.AddWithValue("p" + n, records.Select(of).ToArray());
        Column(0, r => r.Id.ToString());
        Column(1, r => r.StartedAtUs);
        Column(2, r => r.OrganisationId);
        Column(3, r => r.WorkspaceId);
        Column(4, r => r.UseCaseId);
        Column(5, r => r.KeyId);
        Column(6, r => r.PersonId);
        Column(7, r => r.Route);
        Column(8, r => r.Model);
        Column(9, r => r.Provider);
        Column(10, r => (long)r.Outcome);
        Column(11, r => (long)r.Status);
        Column(12, r => r.ErrorCode);
        Column(13, r => r.CostNanoUsd);
        Column(14, CallSql.Row);
        command.Parameters.AddWithValue("p15", numbers.ToArray());
        Column(16, r => r.Operation);
        Column(17, r => r.ConnectionId);
        Column(18, r => r.DeploymentId);
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task InsertAttemptsAsync(NpgsqlConnection db, IReadOnlyList<CallRecord> records, CancellationToken ct)
    {
        var rows = records.SelectMany(r => r.Attempts.Select(a => (Call: r.Id.ToString(), r.StartedAtUs, Attempt: a))).ToList();
        if (rows.Count == 0)
            return;
        await using var command = new NpgsqlCommand(
            """
            insert into observability_attempts (id, call_id, number, call_started_us, started_us, deployment_id, outcome, status, cost_nano_usd, price_id, price_version, input_tokens, output_tokens)
            select * from unnest(@p0::text[], @p1::text[], @p2::bigint[], @p3::bigint[], @p4::bigint[], @p5::text[], @p6::text[], @p7::bigint[], @p8::bigint[], @p9::text[], @p10::bigint[], @p11::bigint[], @p12::bigint[])
            on conflict do nothing
            """,
            db
        );
        void Column<T>(int n, Func<AttemptRecord, T> of) =>
            command.Parameters.AddWithValue("p" + n, rows.Select(r => of(r.Attempt)).ToArray());
        Column(0, a => a.Id.ToString());
        command.Parameters.AddWithValue("p1", rows.Select(r => r.Call).ToArray());
        Column(2, a => (long)a.Number);
        command.Parameters.AddWithValue("p3", rows.Select(r => r.StartedAtUs).ToArray());
        Column(4, a => a.StartedAtUs);
        Column(5, a => a.DeploymentId);
        Column(6, a => a.Outcome);
        Column(7, a => (long)a.Status);
        Column(8, a => a.CostNanoUsd);
        Column(9, a => a.PriceId);
        Column(10, a => a.PriceVersion);
        Column(11, a => a.Usage.TotalInput);
        Column(12, a => a.Usage.TotalOutput);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<CallRecord?> FindAsync(CallId id, Reach within, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var values = new DynamicParameters(new { id = id.ToString() });
        var record = await db.QuerySingleOrDefaultAsync<byte[]>(
            $"select record from observability_calls where id = @id and {within.Sql(values, "organisation_id", "workspace_id", "use_case_id")}",
            values
        );
        return record is null ? null : JsonSerializer.Deserialize(record, RecordJson.Default.CallRecord);
    }

    public async Task<IReadOnlyList<CallRecord>> ListAsync(CallFilter filter, PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await PostgresCallSearch.NewestAsync(db, filter, page);
        return rows.Select(r => JsonSerializer.Deserialize(r, RecordJson.Default.CallRecord)!).ToList();
    }

    public async Task<long> SumCostAsync(CallFilter filter, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var values = CallSql.Parameters(filter, null, 0);
        return await db.ExecuteScalarAsync<long?>(
                $"select sum(cost_nano_usd)::bigint from observability_calls where {CallSql.Where(filter, values)}",
                values
            ) ?? 0;
    }

    /// <summary>Names of the partitions whose months ended before the month of this time.</summary>
    async Task<List<string>> PartsBeforeAsync(DateTimeOffset time, CancellationToken ct)
    {
        var first = Months.Of(Micros.Of(time));
        await using var db = await database.OpenReadAsync(ct);
        var parts = await db.QueryAsync<string>(
            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent in ('observability_calls'::regclass, 'observability_attempts'::regclass)"
        );
        return parts.Where(p => string.CompareOrdinal(MonthOf(p), first) < 0).ToList();
    }

    public async Task<IReadOnlyList<DateTimeOffset>> MonthsBeforeAsync(DateTimeOffset time, CancellationToken ct) =>
        (await PartsBeforeAsync(time, ct))
            .Select(MonthOf)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(Months.Parse)
            .ToList();

    public async IAsyncEnumerable<string> IdsOfAsync(DateTimeOffset month, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        var ids = db.QueryUnbufferedAsync<string>(
            "select id from observability_calls where started_us >= @from and started_us < @to order by id",
            new { from = Micros.Of(month), to = Micros.Of(month.AddMonths(1)) }
        );
        await foreach (var id in ids.WithCancellation(ct))
            yield return id;
    }

    public async Task<int> DropBeforeAsync(DateTimeOffset time, CancellationToken ct)
    {
        var old = await PartsBeforeAsync(time, ct);
        foreach (var part in old.OrderBy(p => p, StringComparer.Ordinal))
        {
            known.TryRemove(MonthOf(part), out _);
            // Dropping waits for readers of the whole table and makes later ones wait: rather give up and try at the next sweep.
            await database.WriteAsync(
                work =>
                    work.Connection.ExecuteAsync(
                        $"set local lock_timeout = '2s'; drop table if exists {part}",
                        transaction: work.Transaction
                    ),
                ct
            );
        }
        return old.Select(MonthOf).Distinct(StringComparer.Ordinal).Count();
    }

    const string Named = "person_id = @person and convert_from(record, 'UTF8')::jsonb ? 'end_user'";

    public async Task<IReadOnlyList<string>> ForgetEndUsersAsync(string person, int most, CancellationToken ct) =>
        await database.WriteAsync(
            async work =>
                (
                    await work.Connection.QueryAsync<string>(
                        $"""
                        update observability_calls set record = convert_to((convert_from(record, 'UTF8')::jsonb - 'end_user')::text, 'UTF8')
                        where id in (select c.id from observability_calls c where {Named} order by c.id limit @most)
                        returning id
                        """,
                        new { person, most },
                        work.Transaction
                    )
                ).AsList(),
            ct
        );

    public async Task<long> CountEndUsersAsync(string person, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return await db.ExecuteScalarAsync<long>($"select count(*) from observability_calls where {Named}", new { person });
    }

    public Task RemoveAsync(
        DateTimeOffset before,
        Func<CallOwner, DateTimeOffset> keptFrom,
        HeldThings held,
        Func<CallOwner, RemovedCalls> to,
        CancellationToken ct
    ) => PostgresCallRemoval.RunAsync(database, before, keptFrom, held, to, ct);

    /// <summary>observability_calls_2026_03 is the month 2026-03.</summary>
    static string MonthOf(string partition) =>
        string.Create(CultureInfo.InvariantCulture, $"{partition.AsSpan()[^7..^3]}-{partition.AsSpan()[^2..]}");
}
