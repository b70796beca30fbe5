using System.Buffers;
using System.Globalization;
using Portico.Storage;
using Portico.Storage.Sqlite;

namespace Portico.Observability.Sqlite;

/// <summary>The tables of a month's file, and records to rows; <see cref="CallRowReader"/> is the way back.</summary>
static class CallRows
{
    const string UsageColumns =
        "input_tokens, cache_read_tokens, cache_write_tokens, cache_write_long_tokens, audio_input_tokens, image_input_tokens, output_tokens, reasoning_tokens, audio_output_tokens";

    // ASCII's own characters for this: no fact holds them.
    internal const char UnitSeparator = '\x1f';
    internal const char RecordSeparator = '\x1e';

    /// <summary>
    /// Rows of a few hundred bytes: without a rowid a row lies in the tree of its key, and what is over about 1 KB would spill into a page of its own.
    /// </summary>
    public const string Schema = """
        create table if not exists facts (id integer primary key, json text not null unique);
        create table if not exists attempt_facts (id integer primary key, json text not null unique);
        create table if not exists trails (id integer primary key, facts text not null unique);
        create table if not exists windows (id integer primary key, meter_id text not null, start_us integer not null, unique (meter_id, start_us));
        create table if not exists calls (
          id text primary key, facts integer not null, started_us integer not null,
          duration_us integer not null, first_output_us integer not null, overhead_us integer not null, counted_input_tokens integer not null,
          input_tokens integer not null, cache_read_tokens integer not null, cache_write_tokens integer not null, cache_write_long_tokens integer not null,
          audio_input_tokens integer not null, image_input_tokens integer not null,
          output_tokens integer not null, reasoning_tokens integer not null, audio_output_tokens integer not null,
          cost_nano_usd integer not null, held_nano_usd integer not null, saved_nano_usd integer not null,
          settled text, trail integer, trail_us text, detail text,
          upstream_request_id text, attempt_facts integer, attempt_id text, attempt_started_us integer, attempt_duration_us integer,
          attempt_first_output_us integer, units text
        ) without rowid;
        create table if not exists attempts (
          call_id text not null, number integer not null, id text not null, facts integer not null, started_us integer not null,
          duration_us integer not null, first_output_us integer not null,
          input_tokens integer not null, cache_read_tokens integer not null, cache_write_tokens integer not null, cache_write_long_tokens integer not null,
          audio_input_tokens integer not null, image_input_tokens integer not null,
          output_tokens integer not null, reasoning_tokens integer not null, audio_output_tokens integer not null,
          cost_nano_usd integer not null, upstream_request_id text, error_message text, units text,
          primary key (call_id, number)
        ) without rowid;
        """;

    /// <summary>What files of earlier builds lack, each with its type.</summary>
    public static readonly IReadOnlyList<(string Table, string Column, string Type)> Later =
    [
        ("calls", "upstream_request_id", "text"),
        ("calls", "attempt_facts", "integer"),
        ("calls", "attempt_id", "text"),
        ("calls", "attempt_started_us", "integer"),
        ("calls", "attempt_duration_us", "integer"),
        ("calls", "attempt_first_output_us", "integer"),
        ("calls", "units", "text"),
        ("attempts", "units", "text"),
    ];

    const string CallColumns =
        $"id, facts, started_us, duration_us, first_output_us, overhead_us, counted_input_tokens, {UsageColumns}, cost_nano_usd, held_nano_usd, saved_nano_usd, settled, trail, trail_us, detail, upstream_request_id, attempt_facts, attempt_id, attempt_started_us, attempt_duration_us, attempt_first_output_us, units";
    const string AttemptColumns =
        $"call_id, number, id, facts, started_us, duration_us, first_output_us, {UsageColumns}, cost_nano_usd, upstream_request_id, error_message, units";

    static readonly string InsertCall = InsertInto("calls", CallColumns);
    static readonly string InsertAttempt = InsertInto("attempts", AttemptColumns);

    /// <summary>Writes records; those that are there already stay as they are.</summary>
    public static void Insert(DbWork work, SharedParts shared, IReadOnlyList<CallRecord> records)
    {
        shared.Check(work);
        using var calls = SqliteStatement.Of(work, InsertCall);
        using var attempts = SqliteStatement.Of(work, InsertAttempt);
        var text = new ArrayBufferWriter<char>(1_024);
        Span<char> id = stackalloc char[CallId.TextLength];
        Span<char> attemptId = stackalloc char[AttemptId.TextLength];
        foreach (var r in records)
        {
            r.Id.Write(id);
            calls
                .Add(id)
                .Add(shared.Calls.NumberOf(CallFacts.Of(r), work))
                .Add(r.StartedAtUs)
                .Add(r.DurationUs)
                .Add(r.FirstOutputUs)
                .Add(r.OverheadUs)
                .Add(r.CountedInputTokens);
            AddUsage(calls, r.Usage);
            calls.Add(r.CostNanoUsd).Add(r.HeldNanoUsd).Add(r.SavedNanoUsd);
            AddSettled(calls, r, text, shared, work);
            AddTrail(calls, r, text, shared, work);
            calls.Add(CallDetail.Of(r)).Add(r.UpstreamRequestId);
            var only = OnlyAttempt(r);
            AddOnlyAttempt(calls, only, attemptId, shared, work);
            calls.Add(UnitsUsed.Of(r.Usage)).Run();
            if (only is not null)
                continue;
            for (var i = 0; i < r.Attempts.Count; i++)
            {
                var a = r.Attempts[i];
                a.Id.Write(attemptId);
                attempts
                    .Add(id)
                    .Add(a.Number)
                    .Add(attemptId)
                    .Add(shared.Attempts.NumberOf(AttemptFacts.Of(a), work))
                    .Add(a.StartedAtUs)
                    .Add(a.DurationUs)
                    .Add(a.FirstOutputUs);
                AddUsage(attempts, a.Usage);
                attempts.Add(a.CostNanoUsd).Add(a.UpstreamRequestId).Add(a.ErrorMessage).Add(UnitsUsed.Of(a.Usage)).Run();
            }
        }
    }

    /// <summary>The one attempt of a call that says the same as the call, as nearly all do: it needs no row of its own.</summary>
    static AttemptRecord? OnlyAttempt(CallRecord r) =>
        r.Attempts is [{ Number: 1, ErrorMessage: null } only]
        && only.CostNanoUsd == r.CostNanoUsd
        && only.UpstreamRequestId == r.UpstreamRequestId
        && only.Usage == r.Usage
            ? only
            : null;

    static void AddOnlyAttempt(SqliteStatement calls, AttemptRecord? only, Span<char> id, SharedParts shared, DbWork work)
    {
        if (only is null)
        {
            calls.Add((long?)null).Add((string?)null).Add((long?)null).Add((long?)null).Add((long?)null);
            return;
        }
        only.Id.Write(id);
        calls
            .Add(shared.Attempts.NumberOf(AttemptFacts.Of(only), work))
            .Add(id)
            .Add(only.StartedAtUs)
            .Add(only.DurationUs)
            .Add(only.FirstOutputUs);
    }

    static string InsertInto(string table, string columns) =>
        $"insert into {table} ({columns}) values ({string.Join(',', Enumerable.Repeat('?', columns.Count(c => c == ',') + 1))}) on conflict do nothing";

    static void AddUsage(SqliteStatement statement, in Usage u) =>
        statement
            .Add(u.Input)
            .Add(u.CacheRead)
            .Add(u.CacheWrite)
            .Add(u.CacheWriteLong)
            .Add(u.AudioInput)
            .Add(u.ImageInput)
            .Add(u.Output)
            .Add(u.Reasoning)
            .Add(u.AudioOutput);

    /// <summary><c>12:800 13:50</c>: number of the window, amount.</summary>
    static void AddSettled(SqliteStatement statement, CallRecord r, ArrayBufferWriter<char> text, SharedParts shared, DbWork work)
    {
        if (r.Settlements.Count == 0)
        {
            statement.Add((string?)null);
            return;
        }
        text.ResetWrittenCount();
        for (var i = 0; i < r.Settlements.Count; i++)
        {
            var settled = r.Settlements[i];
            if (i > 0)
                text.Write(" ");
            Append(text, shared.Windows.NumberOf((settled.MeterId, settled.WindowStartUs), work, i));
            text.Write(":");
            Append(text, settled.Amount);
        }
        statement.Add(text.WrittenSpan);
    }

    /// <summary>The facts by number, and the time of each.</summary>
    static void AddTrail(SqliteStatement statement, CallRecord r, ArrayBufferWriter<char> text, SharedParts shared, DbWork work)
    {
        if (r.Trail.Count == 0)
        {
            statement.Add((string?)null).Add((string?)null);
            return;
        }
        text.ResetWrittenCount();
        for (var i = 0; i < r.Trail.Count; i++)
        {
            text.Write(r.Trail[i].Stage);
            text.Write([UnitSeparator]);
            text.Write(r.Trail[i].Fact);
            text.Write([RecordSeparator]);
        }
        statement.Add(shared.NumberOfTrail(text.WrittenSpan, work));
        text.ResetWrittenCount();
        for (var i = 0; i < r.Trail.Count; i++)
        {
            if (i > 0)
                text.Write(" ");
            Append(text, r.Trail[i].AtUs);
        }
        statement.Add(text.WrittenSpan);
    }

    static void Append(ArrayBufferWriter<char> text, long number)
    {
        number.TryFormat(text.GetSpan(20), out var chars, default, CultureInfo.InvariantCulture);
        text.Advance(chars);
    }
}
