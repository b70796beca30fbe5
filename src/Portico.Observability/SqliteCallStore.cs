using System.Collections.Concurrent;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Portico.Storage;
using Portico.Storage.Sqlite;

namespace Portico.Observability;

/// <summary>Calls in one SQLite file a month: retention deletes files. The month is that of the call's start, in UTC.</summary>
sealed class SqliteCallStore(StorageOptions options) : ICallStore, IAsyncDisposable
{
    const string Schema = """
        create table if not exists calls (
          id text primary key, started_us integer not null, organisation_id text, workspace_id text, use_case_id text, key_id text, person_id text,
          route text, model text, provider text, outcome integer not null, status integer not null, error_code text,
          cost_nano_usd integer not null, record blob not null
        ) without rowid;
        create table if not exists attempts (
          call_id text not null, number integer not null, id text not null, started_us integer not null, deployment_id text not null,
          outcome text not null, status integer not null, cost_nano_usd integer not null, price_id text, price_version integer not null,
          input_tokens integer not null, output_tokens integer not null, primary key (call_id, number)
        ) without rowid;
        """;

    const long SkewUs = 10_000_000;

    readonly string directory = Path.Combine(options.DataDirectory, "records");
    readonly ConcurrentDictionary<string, Lazy<SqliteStore>> months = new(StringComparer.Ordinal);

    public async Task InsertAsync(IReadOnlyList<CallRecord> records, CancellationToken ct)
    {
        foreach (var month in records.GroupBy(r => Months.Of(r.StartedAtUs)))
            await Open(month.Key)
                .WriteAsync(
                    work =>
                    {
                        using var insert = new CallInsert(work);
                        foreach (var record in month)
                            insert.Add(record);
                        return Task.FromResult(true);
                    },
                    ct
                );
    }

    public async Task<CallRecord?> FindAsync(CallId id, CancellationToken ct)
    {
        // The id holds the time of arrival and a call is kept under its start, a moment later: that may be in the next month.
        var made = Micros.Of(id.CreatedAt);
        foreach (var month in new[] { Months.Of(made), Months.Of(made + SkewUs) }.Distinct(StringComparer.Ordinal))
        {
            if (!Kept().Contains(month))
                continue;
            await using var db = await Open(month).OpenReadAsync(ct);
            var record = await db.QuerySingleOrDefaultAsync<byte[]>("select record from calls where id = @id", new { id = id.ToString() });
            if (record is not null)
                return JsonSerializer.Deserialize(record, RecordJson.Default.CallRecord);
        }
        return null;
    }

    public async Task<IReadOnlyList<CallRecord>> ListAsync(CallFilter filter, PageRequest page, CancellationToken ct)
    {
        var found = new List<CallRecord>();
        foreach (var month in Kept().OrderDescending(StringComparer.Ordinal))
        {
            if (found.Count > page.Limit || OutOfRange(month, filter))
                continue;
            await using var db = await Open(month).OpenReadAsync(ct);
            var rows = await db.QueryAsync<byte[]>(
                $"select record from calls where {CallSql.Where(filter)} and (@After is null or id < @After) order by id desc limit @take",
                CallSql.Parameters(filter, page.After, page.Limit + 1 - found.Count)
            );
            found.AddRange(rows.Select(r => JsonSerializer.Deserialize(r, RecordJson.Default.CallRecord)!));
        }
        return found;
    }

    public async Task<long> SumCostAsync(CallFilter filter, CancellationToken ct)
    {
        var sum = 0L;
        foreach (var month in Kept().Where(m => !OutOfRange(m, filter)))
        {
            await using var db = await Open(month).OpenReadAsync(ct);
            sum +=
                await db.ExecuteScalarAsync<long?>(
                    $"select sum(cost_nano_usd) from calls where {CallSql.Where(filter)}",
                    CallSql.Parameters(filter, null, 0)
                ) ?? 0;
        }
        return sum;
    }

    /// <summary>A file is made with its first call.</summary>
    public Task PrepareAsync(DateTimeOffset month, CancellationToken ct) => Task.CompletedTask;

    public async Task<int> DropBeforeAsync(DateTimeOffset time, CancellationToken ct)
    {
        var first = Months.Of(Micros.Of(time));
        var old = Kept().Where(m => string.CompareOrdinal(m, first) < 0).ToList();
        foreach (var month in old)
        {
            if (months.TryRemove(month, out var store) && store.IsValueCreated)
                await store.Value.DisposeAsync();
            foreach (var file in Directory.EnumerateFiles(directory, $"calls-{month}.db*"))
                File.Delete(file);
        }
        return old.Count;
    }

    SqliteStore Open(string month)
    {
        var opened = months.GetOrAdd(month, m => new Lazy<SqliteStore>(() => Make(Path.Combine(directory, $"calls-{m}.db"))));
        try
        {
            return opened.Value;
        }
        catch
        {
            // A full disk, for example: it is tried anew next time, where the Lazy would repeat its failure for ever.
            months.TryRemove(new(month, opened));
            throw;
        }
    }

    SqliteStore Make(string path)
    {
        using (var db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString()))
        {
            PrivateDirectory.Create(directory);
            db.Open();
            db.Execute(Schema);
        }
        return new SqliteStore(path, options);
    }

    IReadOnlyCollection<string> Kept() =>
        Directory.Exists(directory)
            ? Directory
                .EnumerateFiles(directory, "calls-????-??.db")
                .Select(f => Path.GetFileNameWithoutExtension(f)["calls-".Length..])
                .ToHashSet(StringComparer.Ordinal)
            : [];

    static bool OutOfRange(string month, CallFilter filter) =>
        (filter.FromUs is { } from && string.CompareOrdinal(month, Months.Of(from)) < 0)
        || (filter.ToUs is { } to && string.CompareOrdinal(month, Months.Of(to)) > 0);

    public async ValueTask DisposeAsync()
    {
        foreach (var store in months.Values.Where(s => s.IsValueCreated))
            await store.Value.DisposeAsync();
    }

    /// <summary>Two prepared statements for a batch: binding is what an insert costs.</summary>
    sealed class CallInsert : IDisposable
    {
        static readonly string[] CallColumns =
        [
            "id",
            "started_us",
            "organisation_id",
            "workspace_id",
            "use_case_id",
            "key_id",
            "person_id",
            "route",
            "model",
            "provider",
            "outcome",
            "status",
            "error_code",
            "cost_nano_usd",
            "record",
        ];
        static readonly string[] AttemptColumns =
        [
            "call_id",
            "number",
            "id",
            "started_us",
            "deployment_id",
            "outcome",
            "status",
            "cost_nano_usd",
            "price_id",
            "price_version",
            "input_tokens",
            "output_tokens",
        ];

        readonly SqliteCommand call;
        readonly SqliteCommand attempt;

        public CallInsert(DbWork work)
        {
            call = Prepare(work, "calls", CallColumns);
            attempt = Prepare(work, "attempts", AttemptColumns);
        }

        static SqliteCommand Prepare(DbWork work, string table, string[] columns)
        {
            var command = ((SqliteConnection)work.Connection).CreateCommand();
            command.Transaction = (SqliteTransaction)work.Transaction;
            command.CommandText =
                $"insert into {table} ({string.Join(',', columns)}) values ({string.Join(',', columns.Select(c => "$" + c))}) on conflict do nothing";
            foreach (var column in columns)
                command.Parameters.Add(new SqliteParameter { ParameterName = "$" + column });
            command.Prepare();
            return command;
        }

        public void Add(CallRecord r)
        {
            object?[] values =
            [
                r.Id.ToString(),
                r.StartedAtUs,
                r.OrganisationId,
                r.WorkspaceId,
                r.UseCaseId,
                r.KeyId,
                r.PersonId,
                r.Route,
                r.Model,
                r.Provider,
                (long)r.Outcome,
                (long)r.Status,
                r.ErrorCode,
                r.CostNanoUsd,
                CallSql.Row(r),
            ];
            Run(call, values);
            foreach (var a in r.Attempts)
                Run(
                    attempt,
                    [
                        r.Id.ToString(),
                        (long)a.Number,
                        a.Id.ToString(),
                        a.StartedAtUs,
                        a.DeploymentId,
                        a.Outcome,
                        (long)a.Status,
                        a.CostNanoUsd,
                        a.PriceId,
                        a.PriceVersion,
                        a.Usage.TotalInput,
                        a.Usage.TotalOutput,
                    ]
                );
        }

        static void Run(SqliteCommand command, ReadOnlySpan<object?> values)
        {
            for (var i = 0; i < values.Length; i++)
                command.Parameters[i].Value = values[i] ?? DBNull.Value;
            command.ExecuteNonQuery();
        }

        public void Dispose()
        {
            call.Dispose();
            attempt.Dispose();
        }
    }
}
