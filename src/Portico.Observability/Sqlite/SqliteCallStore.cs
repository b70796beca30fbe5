using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Dapper;
using Microsoft.Data.Sqlite;
using Portico.Governance.Access;
using Portico.Governance.Forensics;
using Portico.Storage;
using Portico.Storage.Sqlite;

namespace Portico.Observability.Sqlite;

/// <summary>Calls in one SQLite file a month: retention deletes files. The month is that of the call's start, in UTC. The layout is in <see cref="CallRows"/>.</summary>
sealed class SqliteCallStore(StorageOptions options) : ICallStore, IAsyncDisposable
{
    const int PageBytes = 16 * 1024;
    const long SkewUs = 10_000_000;

    readonly string directory = Path.Combine(options.DataDirectory, "records");
    readonly ConcurrentDictionary<string, Lazy<Month>> months = new(StringComparer.Ordinal);

    public async Task InsertAsync(IReadOnlyList<CallRecord> records, CancellationToken ct)
    {
        if (records.Count == 0)
            return;
        var (first, last) = (Months.Of(records.Min(r => r.StartedAtUs)), Months.Of(records.Max(r => r.StartedAtUs)));
        if (first == last)
            await InsertAsync(first, records, ct);
        else
            foreach (var month in records.GroupBy(r => Months.Of(r.StartedAtUs)))
                await InsertAsync(month.Key, month.ToList(), ct);
    }

    Task<bool> InsertAsync(string month, IReadOnlyList<CallRecord> records, CancellationToken ct)
    {
        var (store, shared) = Open(month);
        return store.WriteAsync(
            work =>
            {
                CallRows.Insert(work, shared, records);
                return Task.FromResult(true);
            },
            ct
        );
    }

    public async Task<CallRecord?> FindAsync(CallId id, Reach within, CancellationToken ct)
    {
        // The id holds the time of arrival and a call is kept under its start, a moment later: that may be in the next month.
        var made = Micros.Of(id.CreatedAt);
        foreach (var month in new[] { Months.Of(made), Months.Of(made + SkewUs) }.Distinct(StringComparer.Ordinal))
        {
            if (!Kept().Contains(month))
                continue;
            await using var db = await Open(month).Store.OpenReadAsync(ct);
            if (await CallRowReader.ReadAsync(db, "where c.id = @id", new { id = id.ToString() }) is [var record])
                return within.Has(record.OrganisationId, record.WorkspaceId, record.UseCaseId) ? record : null;
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
            await using var db = await Open(month).Store.OpenReadAsync(ct);
            var take = page.Limit + 1 - found.Count;
            var values = CallSql.Parameters(filter, page.After, take);
            found.AddRange(
                await CallSearch.NewestAsync(
                    db,
                    CallSql.Ids(filter, page.After, "c.") + " and " + Time(filter),
                    Facts(filter, values),
                    values,
                    take
                )
            );
        }
        return found;
    }

    public async Task<long> SumCostAsync(CallFilter filter, CancellationToken ct)
    {
        var sum = 0L;
        foreach (var month in Kept().Where(m => !OutOfRange(m, filter)))
        {
            await using var db = await Open(month).Store.OpenReadAsync(ct);
            var values = CallSql.Parameters(filter, null, 0);
            sum +=
                await db.ExecuteScalarAsync<long?>($"select sum(c.cost_nano_usd) from calls c where {Where(filter, values)}", values) ?? 0;
        }
        return sum;
    }

    /// <summary>A file is made with its first call.</summary>
    public Task PrepareAsync(DateTimeOffset month, CancellationToken ct) => Task.CompletedTask;

    public Task<IReadOnlyList<DateTimeOffset>> MonthsBeforeAsync(DateTimeOffset time, CancellationToken ct)
    {
        var first = Months.Of(Micros.Of(time));
        return Task.FromResult<IReadOnlyList<DateTimeOffset>>(
            Kept().Where(m => string.CompareOrdinal(m, first) < 0).Order(StringComparer.Ordinal).Select(Months.Parse).ToList()
        );
    }

    public async IAsyncEnumerable<string> IdsOfAsync(DateTimeOffset month, [EnumeratorCancellation] CancellationToken ct)
    {
        var name = Months.Of(Micros.Of(month));
        if (!Kept().Contains(name))
            yield break;
        await using var db = await Open(name).Store.OpenReadAsync(ct);
        await foreach (var id in db.QueryUnbufferedAsync<string>("select id from calls order by id").WithCancellation(ct))
            yield return id;
    }

    public async Task<int> DropBeforeAsync(DateTimeOffset time, CancellationToken ct)
    {
        var first = Months.Of(Micros.Of(time));
        var old = Kept().Where(m => string.CompareOrdinal(m, first) < 0).ToList();
        foreach (var month in old)
        {
            if (months.TryRemove(month, out var store) && store.IsValueCreated)
                await store.Value.Store.DisposeAsync();
            foreach (var file in Directory.EnumerateFiles(directory, $"calls-{month}.db*"))
                File.Delete(file);
        }
        return old.Count;
    }

    /// <summary>Rows of a person with a name for an end user, which few calls have.</summary>
    const string Named = "facts in (select id from facts where json ->> '$.person_id' = @person) and detail ->> '$.end_user' is not null";

    public async Task<IReadOnlyList<string>> ForgetEndUsersAsync(string person, int most, CancellationToken ct)
    {
        foreach (var month in Kept().Order(StringComparer.Ordinal))
        {
            var ids = await Open(month)
                .Store.WriteAsync(
                    async work =>
                    {
                        var rows = (
                            await work.Connection.QueryAsync<string>(
                                $"select id from calls where {Named} order by id limit @most",
                                new { person, most },
                                work.Transaction
                            )
                        ).AsList();
                        await work.Connection.ExecuteAsync(
                            "update calls set detail = nullif(json_remove(detail, '$.end_user'), '{}') where id in @rows",
                            new { rows },
                            work.Transaction
                        );
                        return rows;
                    },
                    ct
                );
            if (ids.Count > 0)
                return ids;
        }
        return [];
    }

    public async Task<long> CountEndUsersAsync(string person, CancellationToken ct)
    {
        var count = 0L;
        foreach (var month in Kept())
        {
            await using var db = await Open(month).Store.OpenReadAsync(ct);
            count += await db.ExecuteScalarAsync<long>($"select count(*) from calls where {Named}", new { person });
        }
        return count;
    }

    public async Task RemoveAsync(
        DateTimeOffset before,
        Func<CallOwner, DateTimeOffset> keptFrom,
        HeldThings held,
        Func<CallOwner, RemovedCalls> to,
        CancellationToken ct
    )
    {
        var first = Months.Of(Micros.Of(before));
        foreach (var month in Kept().Where(m => string.CompareOrdinal(m, first) < 0).Order(StringComparer.Ordinal))
            await CallRemoval.RunAsync(
                Open(month).Store,
                owner => string.CompareOrdinal(month, Months.Of(Micros.Of(keptFrom(owner)))) < 0,
                held,
                to,
                ct
            );
    }

    /// <summary>A month's file and the numbers of its shared parts.</summary>
    sealed record Month(SqliteStore Store, SharedParts Shared);

    Month Open(string month)
    {
        var opened = months.GetOrAdd(month, m => new Lazy<Month>(() => Make(Path.Combine(directory, $"calls-{m}.db"))));
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

    Month Make(string path)
    {
        PrivateDirectory.Create(directory);
        using (var db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString()))
        {
            db.Open();
            db.Execute($"pragma page_size={PageBytes}; {CallRows.Schema}");
            var columns = db.Query<(string, string)>(
                    "select t.name, c.name from sqlite_schema t, pragma_table_info(t.name) c where t.name in ('calls', 'attempts')"
                )
                .ToHashSet();
            foreach (var (table, column, type) in CallRows.Later.Where(l => !columns.Contains((l.Table, l.Column))))
                db.Execute($"alter table {table} add column {column} {type}");
            // A file of an earlier build gets it when it is first opened: some seconds for millions of calls.
            db.Execute("create index if not exists calls_by_facts on calls (facts)");
        }
        return new Month(new SqliteStore(path, options, pageBytes: PageBytes), new SharedParts());
    }

    /// <summary>Time is in the row; everything else that a list can be narrowed by is in the few rows of facts.</summary>
    static string Where(CallFilter f, DynamicParameters values) =>
        Time(f) + (Facts(f, values) is { Length: > 0 } facts ? $" and c.facts in (select id from facts where {facts})" : "");

    static string Time(CallFilter f) =>
        (f.FromUs is null ? "1 = 1" : "c.started_us >= @FromUs") + (f.ToUs is null ? "" : " and c.started_us < @ToUs");

    static string Facts(CallFilter f, DynamicParameters values)
    {
        var terms = new List<string>();
        if (!f.Within.IsEverywhere)
            terms.Add(f.Within.Sql(values, "json ->> '$.organisation_id'", "json ->> '$.workspace_id'", "json ->> '$.use_case_id'"));
        void Term(object? value, string member, string parameter)
        {
            if (value is not null)
                terms.Add($"json ->> '$.{member}' = @{parameter}");
        }
        Term(f.OrganisationId, "organisation_id", nameof(f.OrganisationId));
        Term(f.WorkspaceId, "workspace_id", nameof(f.WorkspaceId));
        Term(f.UseCaseId, "use_case_id", nameof(f.UseCaseId));
        Term(f.KeyId, "key_id", nameof(f.KeyId));
        Term(f.PersonId, "person_id", nameof(f.PersonId));
        Term(f.Operation, "operation", nameof(f.Operation));
        Term(f.Route, "route", nameof(f.Route));
        Term(f.Model, "model", nameof(f.Model));
        Term(f.Provider, "provider", nameof(f.Provider));
        Term(f.ConnectionId, "connection_id", nameof(f.ConnectionId));
        Term(f.DeploymentId, "deployment_id", nameof(f.DeploymentId));
        Term(f.ErrorCode, "error_code", nameof(f.ErrorCode));
        if (f.Outcome is { } outcome)
            terms.Add($"json ->> '$.outcome' = '{outcome}'");
        return string.Join(" and ", terms);
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
            await store.Value.Store.DisposeAsync();
    }
}
