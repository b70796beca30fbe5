using System.Data.Common;
using Dapper;
using Portico.Governance.Access;
using Portico.Storage;

namespace Portico.Observability.Rerating;

/// <summary>Reads and writes runs and adjustments.</summary>
sealed class ReratingStore(Database database, TimeProvider time)
{
    public const string Signal = "reratings";

    sealed class Row
    {
        public string Id { get; set; } = "";
        public string State { get; set; } = "";
        public long FromUs { get; set; }
        public long ToUs { get; set; }
        public string? Model { get; set; }
        public string? Reason { get; set; }
        public string AskedBy { get; set; } = "";
        public string Position { get; set; } = "";
        public long Calls { get; set; }
        public long Adjusted { get; set; }
        public long Kept { get; set; }
        public long OldNanoUsd { get; set; }
        public long NewNanoUsd { get; set; }
        public long CreatedUs { get; set; }
        public long UpdatedUs { get; set; }

        public Rerating ToNoun() =>
            new()
            {
                Id = ReratingId.Parse(Id),
                State = State,
                Scope = new ReratingScope(Micros.ToTime(FromUs), Micros.ToTime(ToUs), Model),
                Reason = Reason,
                AskedBy = AskedBy,
                Position = Position,
                Sums = new ReratingSums(Calls, Adjusted, Kept, OldNanoUsd, NewNanoUsd),
                CreatedAt = Micros.ToTime(CreatedUs),
                UpdatedAt = Micros.ToTime(UpdatedUs),
            };
    }

    /// <summary>Writes a run down; false while another one is not done: two over the same calls would each count what the other changes.</summary>
    public async Task<bool> InsertAsync(Rerating run, CancellationToken ct) =>
        await database.WriteAsync(
            async work =>
            {
                if (work.Engine == Engine.Postgres)
                    await work.Connection.ExecuteAsync(
                        "lock table observability_reratings in share row exclusive mode",
                        transaction: work.Transaction
                    );
                work.Signal(Signal, run.Id.ToString(), 0);
                return await work.Connection.ExecuteAsync(
                    """
                    insert into observability_reratings (id, state, from_us, to_us, model, reason, asked_by, position, calls, adjusted, kept, old_nano_usd,
                      new_nano_usd, created_us, updated_us)
                    select @id, 'running', @since, @until, cast(@Model as text), cast(@Reason as text), @AskedBy, '', 0, 0, 0, 0, 0, @now, @now
                    where not exists (select 1 from observability_reratings where state <> 'done')
                    """,
                    new
                    {
                        id = run.Id.ToString(),
                        since = Micros.Of(run.Scope.From),
                        until = Micros.Of(run.Scope.To),
                        run.Scope.Model,
                        run.Reason,
                        run.AskedBy,
                        now = Micros.Of(run.CreatedAt),
                    },
                    work.Transaction
                );
            },
            ct
        ) > 0;

    public async Task<Rerating?> FindAsync(ReratingId id, CancellationToken ct) =>
        (await ReadAsync("where id = @id", new { id = id.ToString() }, ct)).SingleOrDefault();

    public async Task<Rerating?> UnfinishedAsync(CancellationToken ct) =>
        (await ReadAsync("where state <> 'done' order by id limit 1", new { }, ct)).SingleOrDefault();

    public Task<IReadOnlyList<Rerating>> ListAsync(PageRequest page, CancellationToken ct) =>
        ReadAsync(
            "where id < @before order by id desc limit @take",
            // Ids begin with a letter: a tilde stands behind all of them.
            new { before = page.After ?? "~", take = page.Limit + 1 },
            ct
        );

    async Task<IReadOnlyList<Rerating>> ReadAsync(string rest, object parameters, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (await db.QueryAsync<Row>($"select * from observability_reratings {rest}", parameters)).Select(r => r.ToNoun()).ToList();
    }

    sealed class Before
    {
        public string CallId { get; set; } = "";
        public long NanoUsd { get; set; }
        public long Unpriced { get; set; }
    }

    /// <summary>What adjustments have changed of these calls until now.</summary>
    public async Task<IReadOnlyDictionary<string, (long NanoUsd, long Unpriced)>> BeforeAsync(
        IReadOnlyList<CallRecord> calls,
        CancellationToken ct
    )
    {
        await using var db = await database.OpenReadAsync(ct);
        var rows = await db.QueryAsync<Before>(
            $"""
            select call_id, cast(sum(new_nano_usd - old_nano_usd) as bigint) as nano_usd, cast(sum(new_unpriced - old_unpriced) as bigint) as unpriced
            from observability_adjustments where call_id {(database.Engine == Engine.Postgres ? "= any(@ids)" : "in @ids")} group by call_id
            """,
            new { ids = calls.Select(c => c.Id.ToString()).ToArray() }
        );
        return rows.ToDictionary(r => r.CallId, r => (r.NanoUsd, r.Unpriced), StringComparer.Ordinal);
    }

    /// <summary>
    /// Moves a run on: its position, its sums, its adjustments, the rollups and everything that the sinks keep, in one transaction. False, and nothing is
    /// written, when the run stands elsewhere than expected: another node has moved it, or this step was made and its answer was lost.
    /// </summary>
    public Task<bool> MoveAsync(
        Rerating run,
        string position,
        bool isLast,
        ReratingSums sums,
        IReadOnlyList<Adjustment> adjustments,
        IReadOnlyList<IAdjustmentSink> sinks,
        CancellationToken ct
    ) =>
        database.WriteAsync(
            async work =>
            {
                var moved = await work.Connection.ExecuteAsync(
                    """
                    update observability_reratings set position = @position, state = @state, calls = @Calls, adjusted = @Adjusted, kept = @Kept,
                      old_nano_usd = @OldNanoUsd, new_nano_usd = @NewNanoUsd, updated_us = @now
                    where id = @id and state = 'running' and position = @from
                    """,
                    new
                    {
                        id = run.Id.ToString(),
                        position,
                        state = isLast ? "done" : "running",
                        from = run.Position,
                        sums.Calls,
                        sums.Adjusted,
                        sums.Kept,
                        sums.OldNanoUsd,
                        sums.NewNanoUsd,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
                if (moved == 0)
                    return false;
                foreach (var adjustment in adjustments)
                    await InsertAsync(work, run, adjustment);
                await Rollups.AdjustAsync(work, adjustments);
                foreach (var sink in sinks)
                    await sink.ApplyAsync(work, adjustments, ct);
                return true;
            },
            ct
        );

    static Task<int> InsertAsync(DbWork work, Rerating run, Adjustment a) =>
        work.Connection.ExecuteAsync(
            """
            insert into observability_adjustments (call_id, rerating_id, started_us, use_case_id, model, old_nano_usd, new_nano_usd, old_unpriced, new_unpriced,
              price_id, price_version)
            values (@call, @run, @StartedAtUs, @useCase, @model, @OldNanoUsd, @NewNanoUsd, @before, @after, @PriceId, @PriceVersion)
            """,
            new
            {
                call = a.Call.Id.ToString(),
                run = run.Id.ToString(),
                a.Call.StartedAtUs,
                useCase = a.Call.UseCaseId ?? "",
                model = a.Call.Model ?? "",
                a.OldNanoUsd,
                a.NewNanoUsd,
                before = a.OldUnpriced ? 1 : 0,
                after = a.NewUnpriced ? 1 : 0,
                a.PriceId,
                a.PriceVersion,
            },
            work.Transaction
        );

    /// <summary>An adjustment as it was written down.</summary>
    public sealed class Line
    {
        public string CallId { get; set; } = "";
        public string ReratingId { get; set; } = "";
        public string UseCaseId { get; set; } = "";
        public string Model { get; set; } = "";
        public long OldNanoUsd { get; set; }
        public long NewNanoUsd { get; set; }
        public long OldUnpriced { get; set; }
        public long NewUnpriced { get; set; }
        public string? PriceId { get; set; }
        public long PriceVersion { get; set; }
    }

    public async Task<IReadOnlyList<Line>> LinesAsync(ReratingId run, PageRequest page, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (
            await db.QueryAsync<Line>(
                "select * from observability_adjustments where rerating_id = @run and call_id > @after order by call_id limit @take",
                new
                {
                    run = run.ToString(),
                    after = page.After ?? "",
                    take = page.Limit + 1,
                }
            )
        ).ToList();
    }

    /// <summary>Null for a call that is not within reach: whose it was stands in its record alone.</summary>
    public async Task<IReadOnlyList<Line>?> OfCallAsync(CallId call, Reach within, ICallStore calls, CancellationToken ct)
    {
        if (!within.IsEverywhere && await calls.FindAsync(call, within, ct) is null)
            return null;
        await using var db = await database.OpenReadAsync(ct);
        return (
            await db.QueryAsync<Line>(
                "select * from observability_adjustments where call_id = @call order by rerating_id",
                new { call = call.ToString() }
            )
        ).ToList();
    }

    public async Task<IReadOnlyList<UseCaseSums>> UseCasesAsync(ReratingId run, CancellationToken ct)
    {
        await using var db = await database.OpenReadAsync(ct);
        return (
            await db.QueryAsync<(string, long, long, long)>(
                """
                select use_case_id, count(*), cast(sum(old_nano_usd) as bigint), cast(sum(new_nano_usd) as bigint)
                from observability_adjustments where rerating_id = @run group by use_case_id order by use_case_id
                """,
                new { run = run.ToString() }
            )
        ).Select(r => new UseCaseSums(r.Item1, r.Item2, r.Item3, r.Item4)).ToList();
    }

    /// <summary>What all adjustments of calls from a time on changed: what rollups have beside the rows.</summary>
    public static async Task<long> SumAsync(DbConnection db, long fromUs) =>
        await db.ExecuteScalarAsync<long?>(
            "select cast(sum(new_nano_usd - old_nano_usd) as bigint) from observability_adjustments where started_us >= @fromUs",
            new { fromUs }
        ) ?? 0;
}
