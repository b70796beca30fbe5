namespace Portico.Providers.OpenAi;

/// <summary>What an event of a Responses stream is to Portico (https://platform.openai.com/docs/api-reference/responses-streaming).</summary>
enum ResponsesEventKind : byte
{
    Other,

    /// <summary>created, queued or in_progress: nothing of the answer yet.</summary>
    Begun,

    /// <summary>A fragment of output.</summary>
    Delta,

    /// <summary>An item of the output has begun.</summary>
    ItemAdded,

    /// <summary>An item of the output is complete.</summary>
    ItemDone,

    /// <summary>completed or incomplete: the whole response, and nothing behind it.</summary>
    End,
    Failed,
    Error,
}

static class ResponsesEvents
{
    public static ResponsesEventKind KindOf(ReadOnlySpan<byte> type) =>
        type.EndsWith(".delta"u8) ? ResponsesEventKind.Delta
        : type.SequenceEqual("response.output_item.done"u8) ? ResponsesEventKind.ItemDone
        : type.SequenceEqual("response.output_item.added"u8) ? ResponsesEventKind.ItemAdded
        : type.SequenceEqual("response.created"u8)
        || type.SequenceEqual("response.in_progress"u8)
        || type.SequenceEqual("response.queued"u8)
            ? ResponsesEventKind.Begun
        : type.SequenceEqual("response.completed"u8) || type.SequenceEqual("response.incomplete"u8) ? ResponsesEventKind.End
        : type.SequenceEqual("response.failed"u8) ? ResponsesEventKind.Failed
        : type.SequenceEqual("error"u8) ? ResponsesEventKind.Error
        : ResponsesEventKind.Other;
}
