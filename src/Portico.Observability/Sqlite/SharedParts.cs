using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapper;
using Portico.Storage;

namespace Portico.Observability.Sqlite;

/// <summary>The numbers under which a month's file keeps what many rows share. Read and written by the file's one writer alone.</summary>
sealed class SharedParts
{
    public Shared<CallFacts> Calls { get; } = new("facts", "json", f => new { json = Json(f, RowJson.Default.CallFacts) });
    public Shared<AttemptFacts> Attempts { get; } = new("attempt_facts", "json", f => new { json = Json(f, RowJson.Default.AttemptFacts) });

    /// <summary>The facts of a trail, in its order; the times stand in the row.</summary>
    public Shared<string> Trails { get; } = new("trails", "facts", f => new { facts = f });
    public Shared<(string MeterId, long StartUs)> Windows { get; } =
        new("windows", "meter_id, start_us", w => new { meter_id = w.MeterId, start_us = w.StartUs });

    /// <summary>Called first in every work: the numbers that an earlier one gave are not in the file when its transaction was undone.</summary>
    public void Check(DbWork work)
    {
        Calls.Check(work);
        Attempts.Check(work);
        Trails.Check(work);
        Windows.Check(work);
    }

    /// <summary>Looked up by its characters: the text of a trail that is known is not made again.</summary>
    public long NumberOfTrail(ReadOnlySpan<char> facts, DbWork work) =>
        Trails.Known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(facts, out var number)
            ? number
            : Trails.NumberOf(facts.ToString(), work);

    static string Json<T>(T facts, JsonTypeInfo<T> type) => JsonSerializer.Serialize(facts, type);
}

/// <summary>One table of shared parts with the numbers known so far.</summary>
sealed class Shared<T>(string table, string columns, Func<T, object> parameters)
    where T : notnull
{
    /// <summary>Numbers kept in memory; past it they are looked up again.</summary>
    const int MaxKnown = 20_000;

    readonly Dictionary<T, long> known = [];
    public Dictionary<T, long> Known => known;

    readonly string[] names = columns.Split(", ");
    long highest;

    /// <summary>What was asked for last at each place of a row: rows beside each other mostly share it, and comparing costs less than hashing.</summary>
    readonly (T Part, long Number)[] last = new (T, long)[8];

    public long NumberOf(in T part, DbWork work, int place = 0)
    {
        ref var same = ref last[place % last.Length];
        if (same.Number == 0 || !EqualityComparer<T>.Default.Equals(same.Part, part))
            same = (part, Find(part, work));
        return same.Number;
    }

    long Find(in T part, DbWork work)
    {
        if (known.TryGetValue(part, out var number))
            return number;
        var values = parameters(part);
        // An upsert that changes nothing, so that the number is returned whether the row is new or not.
        number = work.Connection.ExecuteScalar<long>(
            $"""
            insert into {table} ({columns}) values ({string.Join(", ", names.Select(n => "@" + n))})
            on conflict ({columns}) do update set {names[0]} = excluded.{names[0]} returning id
            """,
            values,
            work.Transaction
        );
        if (known.Count >= MaxKnown)
            known.Clear();
        known[part] = number;
        highest = Math.Max(highest, number);
        return number;
    }

    /// <summary>Numbers grow: when the highest one known is not in the file, it was taken back, and so may be others.</summary>
    public void Check(DbWork work)
    {
        var inFile = work.Connection.ExecuteScalar<long?>($"select max(id) from {table}", null, work.Transaction) ?? 0;
        if (inFile < highest)
        {
            known.Clear();
            Array.Clear(last);
        }
        highest = inFile;
    }
}
