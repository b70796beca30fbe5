using System.Globalization;
using Dapper;
using Portico.Gateway.Files;
using Portico.Storage;

namespace Portico.Gateway.Batches;

/// <summary>The batch is another node's now: what this one still has of it counts for nothing.</summary>
sealed class BatchLostException(string batch) : InvalidOperationException($"The batch {batch} has another owner.");

/// <summary>Batches as their owner sees them. Every write is refused once the batch has another owner.</summary>
sealed class BatchOwnership(Database database, Journal journal, FileStore files, TimeProvider time)
{
    internal const string IsMine = "id = @id and owner = @owner and fence = @fence";

    string Owner => journal.JournalId;

    /// <summary>The lines are good: begins the two files that answers go to.</summary>
    public Task<Batch> StartAsync(Batch batch, int total, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var output = FileOf(batch, "output", time);
        var error = FileOf(batch, "error", time);
        return ChangeAsync(
            batch,
            async work =>
            {
                await FileStore.BeginAsync(work, output);
                await FileStore.BeginAsync(work, error);
                // A batch that is to be cancelled keeps saying so.
                return await work.Connection.ExecuteAsync(
                    $"""
                    update gateway_batches set total = @total, output_file_id = @output, error_file_id = @error, in_progress_us = @now,
                      status = case when status = 'cancelling' then status else 'in_progress' end
                    where {IsMine} and output_file_id is null
                    """,
                    new
                    {
                        id = batch.Id,
                        owner = Owner,
                        fence = batch.Fence,
                        total,
                        output = output.Id,
                        error = error.Id,
                        now = Micros.Of(now),
                    },
                    work.Transaction
                );
            },
            ct
        );
    }

    public static StoredFile FileOf(Batch batch, string what, TimeProvider time) =>
        new()
        {
            Id = FileId.New(time).ToString(),
            WorkspaceId = batch.WorkspaceId,
            KeyId = batch.KeyId,
            PersonId = batch.PersonId,
            Name = $"{batch.Id}_{what}.jsonl",
            Purpose = FilePurpose.BatchOutput,
            CreatedUs = Micros.Now(time),
            // From the end of the batch, which is not known yet, at the latest.
            ExpiresUs = batch.ExpiresUs + batch.OutputSeconds * 1_000_000,
        };

    /// <summary>Ends a batch of whose lines none was asked.</summary>
    public Task FailAsync(Batch batch, IReadOnlyList<BatchError> errors, int total, CancellationToken ct) =>
        ChangeAsync(
            batch,
            work =>
                work.Connection.ExecuteAsync(
                    $"update gateway_batches set status = 'failed', errors = @errors, total = @total, ended_us = @now, owner = null where {IsMine}",
                    new
                    {
                        id = batch.Id,
                        owner = Owner,
                        fence = batch.Fence,
                        errors = Batch.ErrorsJson(errors),
                        total,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                ),
            ct
        );

    /// <summary>Which lines are answered, and the number of the next group.</summary>
    public async Task<(HashSet<int> Lines, long NextSeq)> AnsweredAsync(Batch batch, CancellationToken ct)
    {
        var answered = new HashSet<int>();
        var next = 0L;
        await using var db = await database.OpenReadAsync(ct);
        await using var command = db.CreateCommand();
        command.CommandText = "select seq, lines from gateway_batch_groups where batch_id = @id order by seq";
        var id = command.CreateParameter();
        (id.ParameterName, id.Value) = ("@id", batch.Id);
        command.Parameters.Add(id);
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            next = rows.GetInt64(0) + 1;
            var lines = rows.GetString(1);
            foreach (var line in lines.AsSpan().Split(','))
                answered.Add(int.Parse(lines.AsSpan(line), NumberStyles.None, CultureInfo.InvariantCulture));
        }
        return (answered, next);
    }

    /// <summary>Writes answers: their bytes, their numbers and the counts, all of it or nothing.</summary>
    public async Task WriteAsync(Batch batch, long seq, IReadOnlyList<LineAnswer> answers, CancellationToken ct)
    {
        try
        {
            await WriteOnceAsync(batch, seq, answers, ct);
        }
        catch (Exception e) when (DbErrors.IsTaken(e))
        {
            // Written already: the store went away while it committed, and this is the second try. Nobody else writes under this fence.
        }
    }

    async Task WriteOnceAsync(Batch batch, long seq, IReadOnlyList<LineAnswer> answers, CancellationToken ct)
    {
        var good = Joined(answers, good: true);
        var bad = Joined(answers, good: false);
        var goodBox = good.Length > 0 ? await files.SealAsync(batch.WorkspaceId, good, batch.OutputFileId!, seq, ct) : null;
        var badBox = bad.Length > 0 ? await files.SealAsync(batch.WorkspaceId, bad, batch.ErrorFileId!, seq, ct) : null;
        var spent = answers.Aggregate(default(Spent), (sum, a) => sum + a.Spent);
        var numbers = string.Join(',', answers.Select(a => a.Line.ToString(CultureInfo.InvariantCulture)));
        var completed = answers.Count(a => a.IsGood);
        var failed = answers.Count(a => !a.IsGood && !a.IsNotAsked);
        await ChangeAsync(
            batch,
            async work =>
            {
                var changed = await work.Connection.ExecuteAsync(
                    $"""
                    update gateway_batches set completed = completed + @completed, failed = failed + @failed,
                      input_tokens = input_tokens + @Input, cached_tokens = cached_tokens + @Cached, output_tokens = output_tokens + @Output,
                      reasoning_tokens = reasoning_tokens + @Reasoning, cost_nano_usd = cost_nano_usd + @CostNanoUsd
                    where {IsMine}
                    """,
                    new
                    {
                        id = batch.Id,
                        owner = Owner,
                        fence = batch.Fence,
                        completed,
                        failed,
                        spent.Input,
                        spent.Cached,
                        spent.Output,
                        spent.Reasoning,
                        spent.CostNanoUsd,
                    },
                    work.Transaction
                );
                if (changed == 0)
                    return 0;
                await work.Connection.ExecuteAsync(
                    "insert into gateway_batch_groups (batch_id, seq, lines) values (@id, @seq, @numbers)",
                    new
                    {
                        id = batch.Id,
                        seq,
                        numbers,
                    },
                    work.Transaction
                );
                if (goodBox is not null)
                    await FileStore.AppendAsync(work, batch.OutputFileId!, seq, good.Length, goodBox);
                if (badBox is not null)
                    await FileStore.AppendAsync(work, batch.ErrorFileId!, seq, bad.Length, badBox);
                return changed;
            },
            ct
        );
    }

    static byte[] Joined(IReadOnlyList<LineAnswer> answers, bool good)
    {
        using var all = new MemoryStream();
        foreach (var answer in answers)
            if (answer.IsGood == good)
                all.Write(answer.Json);
        return all.ToArray();
    }

    public Task<Batch> FinalizeAsync(Batch batch, CancellationToken ct) =>
        ChangeAsync(
            batch,
            work =>
                work.Connection.ExecuteAsync(
                    $"""
                    update gateway_batches set finalizing_us = @now, status = case when status = 'cancelling' then status else 'finalizing' end
                    where {IsMine}
                    """,
                    new
                    {
                        id = batch.Id,
                        owner = Owner,
                        fence = batch.Fence,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                ),
            ct
        );

    /// <summary>The batch is over: what it wrote becomes files.</summary>
    public Task EndAsync(Batch batch, string status, CancellationToken ct) =>
        ChangeAsync(
            batch,
            async work =>
            {
                var output = await FinishAsync(work, batch.OutputFileId);
                var error = await FinishAsync(work, batch.ErrorFileId);
                await work.Connection.ExecuteAsync(
                    "delete from gateway_batch_groups where batch_id = @id",
                    new { id = batch.Id },
                    work.Transaction
                );
                return await work.Connection.ExecuteAsync(
                    $"""
                    update gateway_batches set status = @status, ended_us = @now, owner = null, output_file_id = @output, error_file_id = @error
                    where {IsMine}
                    """,
                    new
                    {
                        id = batch.Id,
                        owner = Owner,
                        fence = batch.Fence,
                        status,
                        output,
                        error,
                        now = Micros.Now(time),
                    },
                    work.Transaction
                );
            },
            ct
        );

    static async Task<string?> FinishAsync(DbWork work, string? file) =>
        file is not null && await FileStore.FinishAsync(work, file) ? file : null;

    /// <summary>Runs a change that must touch the batch's row, and returns the row behind it.</summary>
    /// <exception cref="BatchLostException">It touched none: nothing of the change stays.</exception>
    Task<Batch> ChangeAsync(Batch batch, Func<DbWork, Task<int>> change, CancellationToken ct) =>
        database.WriteAsync(
            async work =>
            {
                if (await change(work) == 0)
                    throw new BatchLostException(batch.Id);
                return await work.Connection.QuerySingleAsync<Batch>(
                    $"select {BatchStore.Columns} from gateway_batches where id = @id",
                    new { id = batch.Id },
                    work.Transaction
                );
            },
            ct
        );
}
