namespace Portico.Providers;

/// <summary>Bodies as lines of a file.</summary>
static class BatchLines
{
    /// <summary>A body on one line. Inside the texts of JSON there is no end of line, so that none is changed.</summary>
    public static ReadOnlyMemory<byte> OnOneLine(ReadOnlyMemory<byte> body)
    {
        if (body.Span.IndexOfAny((byte)'\n', (byte)'\r') < 0)
            return body;
        var line = body.ToArray();
        line.AsSpan().Replace((byte)'\n', (byte)' ');
        line.AsSpan().Replace((byte)'\r', (byte)' ');
        return line;
    }
}
