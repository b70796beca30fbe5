using System.Buffers;
using System.Text;
using Portico.Core.Chat;
using Portico.Gateway.Stages;
using Portico.Gateway.Wire;
using Portico.Observability.Contents;
using Portico.Providers.Anthropic;
using Portico.Providers.OpenAi;

namespace Portico.Gateway;

/// <summary>
/// Gathers what a call says and what it is answered, on routes that keep contents. A streamed answer is folded into one whole answer as it comes, so that
/// no more is held than what will be kept. Of embeddings the inputs are kept, not the vectors; of audio and images the texts.
/// </summary>
sealed class KeptContents(ModelCall call, ContentKeeper keeper)
{
    /// <summary>Frames gathered before they are decoded.</summary>
    const int MaxPending = 64 * 1024;
    const int LongestCharacter = 4;
    const long MicrosOfDay = 86_400_000_000;

    readonly IAnswerFold fold = call.ReplyDialect == Dialect.AnthropicMessages ? new MessagesAnswerFold(call) : new OpenAiAnswerFold(call);
    readonly AnthropicFrameDecoder? frames = call.ReplyDialect == Dialect.AnthropicMessages ? new() : null;
    readonly ArrayBufferWriter<byte> pending = new(4_096);
    KeptWords? words;
    ModelCall? rewritten;
    bool isLeftOut;
    KeptText? whole;
    long foreign;
    int folded;
    long left;
    bool broken;

    /// <summary>For how many days it is kept, where the policy says so.</summary>
    public long? KeepDays { get; init; }

    /// <summary>The request is kept as it goes on, and not as it came; so is the answer.</summary>
    public void Rewrite(ModelCall passed, KeptWords? left) => (rewritten, words) = (passed, left);

    /// <summary>The request is not kept.</summary>
    public void LeaveOut() => isLeftOut = true;

    /// <summary>Takes one event of the answer.</summary>
    public void Add(in ModelEvent e, Dialect dialect, bool isWhole)
    {
        if (broken || dialect == Dialect.OpenAiEmbeddings || call.Single is SpeechRequest or ImageRequest)
            return;
        if (e.Kind != ModelEventKind.Frame)
        {
            // The end comes behind frames that are not decoded yet: what follows an end is not folded.
            Decode();
            Fold([words?.Answer(e) ?? e]);
        }
        else if (isWhole)
            whole = KeptText.Of(e.Bytes.Span, keeper.MaxBytes);
        // The last event of a response repeats all of it.
        else if (dialect == Dialect.OpenAiResponses && PassedEvent.ResponseIn(e.Bytes.Span) is { IsEmpty: false } response)
            whole = KeptText.Of(response, keeper.MaxBytes);
        else if (dialect is Dialect.OpenAiChat or Dialect.AnthropicMessages)
            AddFrames(e.Bytes.Span);
        else
            AddForeign(e.Bytes.Span);
    }

    /// <summary>Duty of the end: hands over. A failure here costs the contents and is counted; the call does not notice.</summary>
    public void Offer(CallEnd end)
    {
        try
        {
            if (!broken)
                Decode();
            if (!broken)
                keeper.Offer(Contents());
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Break();
        }
    }

    CallContents Contents()
    {
        var record = call.Context.Record;
        return new CallContents
        {
            Id = record.Id,
            StartedAtUs = record.StartedAtUs,
            WorkspaceId = call.Caller.WorkspaceId,
            PersonId = call.Caller.PersonId,
            UseCaseId = call.Caller.UseCaseId,
            UntilUs = KeepDays is { } days ? record.StartedAtUs + days * MicrosOfDay : null,
            Prompt = isLeftOut ? default : KeptText.Of(PromptOf(rewritten ?? call).Span, keeper.MaxBytes),
            Answer =
                whole
                ?? (foreign > 0 ? KeptText.Of(pending.WrittenSpan, keeper.MaxBytes) with { FullBytes = foreign } : Folded(record.Usage)),
        };
    }

    KeptText Folded(Usage usage)
    {
        if (folded == 0)
            return default;
        var json = KeptText.Of(fold.ToJson(usage), keeper.MaxBytes);
        return json with { FullBytes = json.FullBytes + left };
    }

    static ReadOnlyMemory<byte> PromptOf(ModelCall call)
    {
        if (call is { Body: { FormType: null } body, BodyIsStale: false })
            return body.Bytes;
        // Of a form with files its text.
        if (call.Chat is not { } chat)
            return Encoding.UTF8.GetBytes((call.Single as TranscriptionRequest)?.Prompt ?? (call.Single as ImageRequest)?.Prompt ?? "");
        // An in-process call has no body: its canonical form as OpenAI would be sent it.
        using var buffer = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, chat.Model);
            json.WritePropertyName("messages"u8);
            OpenAiChatWriter.WriteMessages(json, chat.Messages);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    void AddFrames(ReadOnlySpan<byte> bytes)
    {
        pending.Write(bytes);
        if (pending.WrittenCount >= MaxPending)
            Decode();
    }

    /// <summary>Frames of a dialect that is not folded are kept as they came.</summary>
    void AddForeign(ReadOnlySpan<byte> bytes)
    {
        foreign += bytes.Length;
        // A character more than is kept: what is cut is cut between two.
        var room = keeper.MaxBytes + LongestCharacter - pending.WrittenCount;
        if (room > 0)
            pending.Write(bytes[..Math.Min(room, bytes.Length)]);
    }

    void Decode()
    {
        if (pending.WrittenCount == 0 || foreign > 0)
            return;
        var events = new List<ModelEvent>();
        try
        {
            if (frames is not null)
                frames.Take(pending.WrittenSpan, events);
            else
                OpenAiChunkDecoder.DecodeFrames(pending.WrittenSpan, events);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Break();
            return;
        }
        pending.ResetWrittenCount();
        Fold([.. events]);
    }

    void Fold(ReadOnlySpan<ModelEvent> events)
    {
        foreach (ref readonly var e in events)
        {
            var text = e.Text ?? e.ToolCall?.Arguments;
            var size = text is null ? 0 : Encoding.UTF8.GetByteCount(text);
            if (folded > keeper.MaxBytes && size > 0)
            {
                left += size;
                continue;
            }
            folded += Math.Max(1, size);
            fold.Add(new ReadOnlySpan<ModelEvent>(in e));
        }
    }

    void Break()
    {
        broken = true;
        keeper.Lose();
    }
}
