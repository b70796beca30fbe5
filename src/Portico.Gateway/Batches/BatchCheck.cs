using System.Security.Cryptography;
using System.Text;

namespace Portico.Gateway.Batches;

/// <summary>Reads all lines of a batch before the first is asked, and lists what is wrong with them.</summary>
sealed class BatchCheck(BatchInput input, GatewayOptions options)
{
    /// <summary>Errors that are listed; more of them help nobody.</summary>
    const int MaxErrors = 100;

    /// <summary>How many lines there are, and what is wrong; nothing is when the list is empty.</summary>
    public async Task<(int Total, IReadOnlyList<BatchError> Errors)> RunAsync(Batch batch, CancellationToken ct)
    {
        var errors = new List<BatchError>();
        // Only what tells them apart is kept of the names: lines may be many and names long.
        var names = new HashSet<UInt128>();
        var total = 0;
        await foreach (var raw in input.ReadAsync(batch.InputFileId, ct))
        {
            if (++total > options.BatchLines)
            {
                errors.Add(
                    new BatchError("too_many_lines", $"A batch may have {options.BatchLines} lines (Gateway:BatchLines).", null, raw.Number)
                );
                return (total, errors);
            }
            var error = BatchLine.Read(raw, batch.Endpoint, out var line);
            if (error is null && !names.Add(DigestOf(line!.CustomId)))
                error = new BatchError("duplicate_custom_id", "This custom_id stands in an earlier line too.", "custom_id", raw.Number);
            if (error is not null && errors.Count < MaxErrors)
                errors.Add(error);
        }
        if (total == 0)
            errors.Add(new BatchError("empty_file", "The file has no lines.", null, null));
        return (total, errors);
    }

    /// <summary>What tells names apart: lines may be many and names long.</summary>
    public static UInt128 DigestOf(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
