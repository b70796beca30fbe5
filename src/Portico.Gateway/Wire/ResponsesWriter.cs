using System.Buffers;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>
/// Makes a response of decoded events, and prints its stream where it is given a target. A state machine that cannot give an illegal sequence, whatever it is
/// given (https://platform.openai.com/docs/api-reference/responses-streaming): created and in_progress first and once; every item and every part added
/// before its deltas and done once; calls of tools may interleave, texts and reasoning do not; one end, and nothing behind it. The plain answer, the last
/// event and what is kept are the same object, printed by <see cref="ResponsesObject"/>.
/// </summary>
sealed class ResponsesWriter(ModelCall call, IBufferWriter<byte>? target) : IDisposable
{
    readonly ResponsesEvents events = new(target);
    readonly ResponsesObject response = new(call);
    readonly Dictionary<int, ResponsesItem> tools = [];

    /// <summary>The message or the reasoning that is being written.</summary>
    ResponsesItem? current;
    bool begun;
    bool finished;

    /// <summary>The response has its last status.</summary>
    public bool HasEnded => response.Status is not ("queued" or "in_progress");

    public ResponsesObject Response => response;

    /// <summary>Events that the caller has.</summary>
    public long Told => events.Next;

    public void Take(in ModelEvent e, Usage usage)
    {
        if (HasEnded || e.Kind == ModelEventKind.Frame)
            return;
        Begin();
        if (e.Kind == ModelEventKind.Completed)
            Complete(e.Completion!, usage);
        else if (e.Choice == 0 && !finished)
            TakeOutput(e);
    }

    void TakeOutput(in ModelEvent e)
    {
        switch (e.Kind)
        {
            case ModelEventKind.Text or ModelEventKind.Refusal when e.Text is { Length: > 0 } text:
                AddText(text, e.Kind == ModelEventKind.Refusal);
                break;
            case ModelEventKind.Reasoning:
                AddReasoning(e);
                break;
            case ModelEventKind.ToolCall:
                AddToolCall(e.ToolCall!);
                break;
            case ModelEventKind.Finish:
                finished = true;
                break;
            default:
                break;
        }
    }

    /// <summary>The answer broke off. An error event, then the end that says failed.</summary>
    public void Fail(PorticoException e)
    {
        if (HasEnded)
            return;
        Begin();
        events.Error(e);
        response.Fail(e);
        Snapshot("response.failed"u8);
    }

    /// <summary>Nobody wants the rest. The published events have no word of their own for it, and SDKs throw at others: incomplete, of the status cancelled.</summary>
    public void Cancel()
    {
        if (HasEnded)
            return;
        Begin();
        response.Cancel();
        Snapshot("response.incomplete"u8);
    }

    /// <summary>Tells that the response has begun, before anything of it is there.</summary>
    public void Begin()
    {
        if (begun)
            return;
        begun = true;
        response.Status = "in_progress";
        Snapshot("response.created"u8);
        Snapshot("response.in_progress"u8);
    }

    void Snapshot(ReadOnlySpan<byte> type)
    {
        if (events.Begin(type) is not { } json)
            return;
        json.WritePropertyName("response"u8);
        response.Write(json);
        events.End();
    }

    // ── Texts and refusals ──

    void AddText(string text, bool isRefusal)
    {
        if (current is not { Kind: ResponsesItemKind.Message })
        {
            CloseCurrent("completed");
            current = Add(new ResponsesItem(ResponsesItemKind.Message, NextId("msg"), response.Output.Count));
        }
        if (current.Open is not { } part || part.IsRefusal != isRefusal)
        {
            ClosePart(current);
            part = OpenPart(current, isRefusal);
            if (events.BeginPart("response.content_part.added"u8, current) is { } added)
            {
                added.WritePropertyName("part"u8);
                ResponsesItem.WritePart(added, part, "");
                events.End();
            }
        }
        part.Text.Append(text);
        var json = isRefusal
            ? events.BeginPart("response.refusal.delta"u8, current)
            : events.BeginPart("response.output_text.delta"u8, current);
        if (json is null)
            return;
        json.WriteString("delta"u8, text);
        if (!isRefusal)
            ResponsesEvents.NoLogprobs(json);
        events.End();
    }

    static ResponsesPart OpenPart(ResponsesItem item, bool isRefusal)
    {
        var part = new ResponsesPart(isRefusal);
        item.Parts.Add(part);
        item.Open = part;
        return part;
    }

    void ClosePart(ResponsesItem item)
    {
        if (item.Open is not { } part)
            return;
        item.Open = null;
        var text = part.Text.ToString();
        var isSummary = item.Kind == ResponsesItemKind.Reasoning;
        var done =
            isSummary ? events.BeginPart("response.reasoning_summary_text.done"u8, item)
            : part.IsRefusal ? events.BeginPart("response.refusal.done"u8, item)
            : events.BeginPart("response.output_text.done"u8, item);
        if (done is null)
            return;
        done.WriteString(part.IsRefusal ? "refusal"u8 : "text"u8, text);
        if (!isSummary && !part.IsRefusal)
            ResponsesEvents.NoLogprobs(done);
        events.End();
        var json = events.BeginPart(isSummary ? "response.reasoning_summary_part.done"u8 : "response.content_part.done"u8, item)!;
        json.WritePropertyName("part"u8);
        if (isSummary)
            ResponsesItem.WriteSummary(json, text);
        else
            ResponsesItem.WritePart(json, part, text);
        events.End();
    }

    // ── Reasoning ──

    void AddReasoning(in ModelEvent e)
    {
        if (e.Sealed is not null)
        {
            CloseCurrent("completed");
            OpenReasoning().Seal = ReasoningSeal.Write(null, e.Sealed);
            CloseCurrent("completed");
            return;
        }
        if (e.Text is { Length: > 0 } text)
            AddSummary(text);
        if (e.Signature is null)
            return;
        OpenReasoning().Seal = ReasoningSeal.Write(e.Signature, null);
        // A seal stands at the end of what it covers.
        CloseCurrent("completed");
    }

    ResponsesItem OpenReasoning()
    {
        if (current is { Kind: ResponsesItemKind.Reasoning } open)
            return open;
        CloseCurrent("completed");
        return current = Add(new ResponsesItem(ResponsesItemKind.Reasoning, NextId("rs"), response.Output.Count));
    }

    void AddSummary(string text)
    {
        var item = OpenReasoning();
        if (item.Open is not { } part)
        {
            part = OpenPart(item, isRefusal: false);
            if (events.BeginPart("response.reasoning_summary_part.added"u8, item) is { } added)
            {
                added.WritePropertyName("part"u8);
                ResponsesItem.WriteSummary(added, "");
                events.End();
            }
        }
        part.Text.Append(text);
        if (events.BeginPart("response.reasoning_summary_text.delta"u8, item) is not { } json)
            return;
        json.WriteString("delta"u8, text);
        events.End();
    }

    // ── Calls of tools ──

    void AddToolCall(ToolCallDelta delta)
    {
        CloseCurrent("completed");
        if (!tools.TryGetValue(delta.Index, out var item))
        {
            item = new ResponsesItem(ResponsesItemKind.FunctionCall, NextId("fc"), response.Output.Count)
            {
                // A conversation may hold many calls: a name of our own must be unlike that of every earlier turn.
                CallId = delta.Id is { Length: > 0 } id ? id : call.Responses!.Id.Output("call", response.Output.Count),
                Name = delta.Name ?? "",
            };
            tools[delta.Index] = Add(item);
        }
        if (delta.Arguments is not { Length: > 0 } arguments)
            return;
        item.Arguments.Append(arguments);
        if (events.BeginOf("response.function_call_arguments.delta"u8, item) is not { } json)
            return;
        json.WriteString("delta"u8, arguments);
        events.End();
    }

    // ── Items and the end ──

    ResponsesItem Add(ResponsesItem item)
    {
        response.Output.Add(item);
        events.Item("response.output_item.added"u8, item, response.TellsSeals);
        return item;
    }

    string NextId(string prefix) => call.Responses!.Id.Output(prefix, response.Output.Count);

    void CloseCurrent(string status)
    {
        if (current is not { } item)
            return;
        current = null;
        ClosePart(item);
        Done(item, status);
    }

    void Done(ResponsesItem item, string status)
    {
        item.Status = status;
        if (item.Kind == ResponsesItemKind.FunctionCall && events.BeginOf("response.function_call_arguments.done"u8, item) is { } json)
        {
            json.WriteString("name"u8, item.Name);
            json.WriteString("arguments"u8, item.Arguments.ToString());
            events.End();
        }
        events.Item("response.output_item.done"u8, item, response.TellsSeals);
    }

    void Complete(Completion completion, Usage usage)
    {
        var reason = completion.Finish switch
        {
            FinishReason.Length => "max_output_tokens",
            FinishReason.ContentFilter => "content_filter",
            _ => null,
        };
        // Which call will still be written to is known only now. The last item is the one that was cut.
        var last = response.Output.Count - 1;
        foreach (var item in response.Output)
        {
            if (item.Status != "in_progress")
                continue;
            var status = reason is not null && item.Index == last ? "incomplete" : "completed";
            if (item == current)
                CloseCurrent(status);
            else
                Done(item, status);
        }
        response.Complete(reason, usage);
        Snapshot(reason is null ? "response.completed"u8 : "response.incomplete"u8);
    }

    public void Dispose() => events.Dispose();
}
