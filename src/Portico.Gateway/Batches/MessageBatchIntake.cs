using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Http;
using Portico.Gateway.Endpoints;
using Portico.Gateway.Files;
using Portico.Gateway.Wire;
using Portico.Governance;
using Portico.Storage;

namespace Portico.Gateway.Batches;

/// <summary>
/// Takes the requests of a message batch: they go to the store as lines while they arrive, so that memory holds one request and a chunk, and the batch is
/// made in the transaction that makes the lines a file. One that is refused leaves nothing.
/// </summary>
sealed class MessageBatchIntake(FileStore files, FileUploads uploads, BatchStore store, GatewayOptions options, TimeProvider time)
{
    static readonly TimeSpan Window = TimeSpan.FromHours(24);
    const int FirstBuffer = 64 * 1024;

    /// <summary>What a request has beside its params.</summary>
    const int Around = 4 * 1024;

    int MaxRequest => options.MaxRequestBytes + Around;

    /// <exception cref="PorticoException">The body is not a list of requests, is cut or too large, requests are wrong, or the workspace has no room.</exception>
    public async Task<Batch> TakeAsync(HttpContext http, Caller caller, CancellationToken ct)
    {
        RequestBody.Expect(http, "application/json");
        await uploads.RefuseUnlessRoomAsync(http, caller, TooLarge(), ct);
        var now = time.GetUtcNow();
        var batch = new Batch
        {
            Id = MessageBatchId.New(time).ToString(),
            WorkspaceId = caller.WorkspaceId,
            KeyId = caller.OwnerKeyId,
            PersonId = caller.PersonId,
            Endpoint = MessageBatchLines.Endpoint,
            InputFileId = FileId.New(time).ToString(),
            Metadata = MessageBatchHeaders.Read(http),
            OutputSeconds = FileExpiry.Default(options),
            CreatedUs = Micros.Of(now),
            ExpiresUs = Micros.Of(now + Window),
        };
        var file = new StoredFile
        {
            Id = batch.InputFileId,
            WorkspaceId = batch.WorkspaceId,
            KeyId = batch.KeyId,
            PersonId = batch.PersonId,
            Name = $"{batch.Id}_input.jsonl",
            Purpose = FilePurpose.Batch,
            CreatedUs = batch.CreatedUs,
            ExpiresUs = Micros.Of(now + FileUploads.LongestUpload),
        };
        await files.BeginAsync(file, ct);
        try
        {
            var (count, bytes) = await ReadAsync(http, file, ct);
            file = file with { Bytes = bytes, ExpiresUs = batch.ExpiresUs + batch.OutputSeconds * 1_000_000 };
            return await MakeAsync(batch with { Total = count }, file, ct);
        }
        catch
        {
            // Whatever went wrong: what was written of it goes now, or where the store is away, with the hourly round.
            await uploads.DiscardAsync(file.Id);
            throw;
        }
    }

    async Task<(int Requests, long Bytes)> ReadAsync(HttpContext http, StoredFile file, CancellationToken ct)
    {
        try
        {
            return await StoreAsync(http.Request.Body, file, ct);
        }
        catch (BadHttpRequestException e)
        {
            throw RequestBody.Failed(e, TooLarge());
        }
        catch (JsonException e)
        {
            throw new PorticoException(ErrorTable.InvalidJson, "The body is not JSON.", inner: e);
        }
    }

    async Task<(int Requests, long Bytes)> StoreAsync(Stream body, StoredFile file, CancellationToken ct)
    {
        var lines = new MessageBatchLines(MaxRequest);
        var reader = new MessageBatchReader(request =>
        {
            lines.Add(request);
            if (lines.Count > options.BatchLines)
                throw Json.Bad($"requests: A batch may have {options.BatchLines} of them (Gateway:BatchLines).", "requests");
        });
        var buffer = new byte[FirstBuffer];
        var (filled, arrived, bytes, seq) = (0, 0L, 0L, 0L);
        for (var isLast = false; !isLast; )
        {
            if (filled == buffer.Length)
                Array.Resize(ref buffer, Grown(buffer.Length, lines.Count));
            var read = await body.ReadAsync(buffer.AsMemory(filled), ct);
            isLast = read == 0;
            arrived += read;
            if (arrived > uploads.MaxBytes)
                throw TooLarge();
            var there = filled + read;
            var done = reader.Read(buffer.AsMemory(0, there), isLast);
            buffer.AsSpan(done, there - done).CopyTo(buffer);
            filled = there - done;
            (seq, bytes) = await WriteAsync(lines.Waiting, file, seq, bytes, isLast, ct);
        }
        lines.RefuseWrong();
        if (lines.Count == 0)
            throw Json.Bad("requests: A batch has at least one request.", "requests");
        return (lines.Count, bytes);
    }

    int Grown(int length, int request) =>
        length < MaxRequest
            ? Math.Min(2 * length, MaxRequest)
            : throw new PorticoException(
                ErrorTable.TooLarge,
                $"requests.{request}: it is longer than a request may be.",
                $"requests.{request}"
            );

    /// <summary>Brings lines to the store in whole chunks; the rest with the last.</summary>
    async Task<(long Seq, long Bytes)> WriteAsync(
        MemoryStream lines,
        StoredFile file,
        long seq,
        long bytes,
        bool isLast,
        CancellationToken ct
    )
    {
        var (at, end) = (0, (int)lines.Length);
        while (end - at >= FileStore.ChunkBytes || (isLast && at < end))
        {
            var size = Math.Min(FileStore.ChunkBytes, end - at);
            await files.AppendAsync(file, seq++, lines.GetBuffer().AsMemory(at, size), ct);
            at += size;
            bytes += size;
        }
        lines.GetBuffer().AsSpan(at, end - at).CopyTo(lines.GetBuffer());
        lines.SetLength(end - at);
        lines.Position = end - at;
        return (seq, bytes);
    }

    /// <summary>Its requests are known to be good, so that it begins at once, with the two files that their results go to.</summary>
    async Task<Batch> MakeAsync(Batch batch, StoredFile input, CancellationToken ct)
    {
        var output = BatchOwnership.FileOf(batch, "output", time);
        var error = BatchOwnership.FileOf(batch, "error", time);
        batch = batch with
        {
            Status = BatchStatus.InProgress,
            OutputFileId = output.Id,
            ErrorFileId = error.Id,
            InProgressUs = batch.CreatedUs,
        };
        await store.AddAsync(
            batch,
            options.WorkspaceBatches,
            async work =>
            {
                await FileStore.FinishAsync(work, input);
                await FileStore.BeginAsync(work, output);
                await FileStore.BeginAsync(work, error);
                await work.Connection.ExecuteAsync(
                    """
                    update gateway_batches set total = @Total, output_file_id = @OutputFileId, error_file_id = @ErrorFileId, in_progress_us = @InProgressUs
                    where id = @Id
                    """,
                    batch,
                    work.Transaction
                );
            },
            ct
        );
        return batch;
    }

    PorticoException TooLarge() =>
        new(
            ErrorTable.TooLarge,
            $"The requests of a batch may have {options.FileMegabytes} MiB together (Gateway:FileMegabytes).",
            "requests"
        );
}
