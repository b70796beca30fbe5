namespace Portico.Providers.Http;

/// <summary>The body of a failed response, bounded in length and time.</summary>
static class ErrorBody
{
    const int MaxBytes = 64 * 1024;

    /// <summary>What arrives within the patience. A body that breaks off or stalls still leaves the status, which decides.</summary>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken patience, CancellationToken ct)
    {
        var body = new byte[MaxBytes];
        var length = 0;
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(patience);
            int n;
            while (length < body.Length && (n = await stream.ReadAsync(body.AsMemory(length), patience)) > 0)
                length += n;
        }
        catch (Exception e)
            when (e is IOException or HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // What has come is read.
        }
        return body.AsMemory(0, length);
    }
}
