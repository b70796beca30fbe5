using Portico.Providers.Http;

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

    /// <summary>The lines of an order as the file of a form, with fields beside it. It is named by the step.</summary>
    /// <param name="order">Whose lines.</param>
    /// <param name="fields">What stands before the file.</param>
    /// <param name="before">What stands before the custom_id of a line and between it and the body.</param>
    public static ItemsContent Form(BatchOrder order, IReadOnlyList<(string Name, string Value)> fields, (string Name, string Body) before)
    {
        var boundary = $"portico-{order.Step}";
        var head = string.Concat(
            fields.Select(f => $"--{boundary}\r\nContent-Disposition: form-data; name=\"{f.Name}\"\r\n\r\n{f.Value}\r\n")
        );
        return new ItemsContent(
            $"multipart/form-data; boundary={boundary}",
            $"{head}--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{order.Step}.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n",
            order.Items,
            before,
            "}\n",
            "",
            $"\r\n--{boundary}--\r\n"
        );
    }
}
