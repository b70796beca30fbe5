using System.Buffers;
using System.Globalization;
using System.Text;
using Portico.Core.Chat;
using Portico.Gateway.Responses;

namespace Portico.Gateway.Wire;

/// <summary>
/// Writes the frames of a provider's own response: its events as they came, with our id in place of its own and numbered without a gap. What breaks off ends
/// with an error event and a response that says failed, as every response does.
/// </summary>
/// <param name="call">Whose answer it is.</param>
/// <param name="target">Receives whole SSE events; null = nobody reads them.</param>
/// <param name="seals">Seal what the provider sealed.</param>
/// <param name="first">The number of the first event. Past 0 the caller knows already that it has begun, and is not told again.</param>
sealed class PassedWriter(ModelCall call, IBufferWriter<byte>? target, BoundSeals seals, long first)
{
    readonly PassedResponse response = new(call, seals);
    readonly bool isBegun = first > 0;
    readonly List<BodyEdit> edits = new(8);
    readonly byte[] number = new byte[20];
    long next = first;

    /// <summary>The response has its last status.</summary>
    public bool HasEnded => response.Status is not ("queued" or "in_progress");

    public PassedResponse Response => response;

    /// <summary>Takes a whole plain answer.</summary>
    public void TakeWhole(ReadOnlySpan<byte> body) => response.End(body);

    /// <summary>Takes whole events: a line with the type, a line with the data, an empty line.</summary>
    public void Take(ReadOnlySpan<byte> frames)
    {
        // Events that stay as they are go on together, in one piece.
        var from = 0;
        var at = 0;
        while (at < frames.Length && !HasEnded)
        {
            var length = frames[at..].IndexOf("\n\n"u8) + 2;
            var frame = frames.Slice(at, length);
            if (Passes(frame, out var isGiven))
            {
                at += length;
                continue;
            }
            target?.Write(frames[from..at]);
            if (isGiven)
                WriteEdited(frame);
            at += length;
            from = at;
        }
        target?.Write(frames[from..at]);
    }

    /// <summary>Looks at an event: true when it goes on as it is.</summary>
    /// <param name="frame">The event.</param>
    /// <param name="isGiven">False when the caller is not told of it.</param>
    bool Passes(ReadOnlySpan<byte> frame, out bool isGiven)
    {
        edits.Clear();
        isGiven = true;
        var line = frame.IndexOf((byte)'\n');
        var type = frame["event: ".Length..line];
        var start = line + 1 + "data: ".Length;
        var data = frame[start..^2];
        var e = PassedEvent.Read(type, data);
        if (e.Kind == PassedKind.Begun && isBegun)
        {
            Begin(e, data);
            isGiven = false;
            return false;
        }
        var sequence = next++;
        Number(e, data, start, sequence);
        switch (e.Kind)
        {
            case PassedKind.Begun:
                Begin(e, data);
                break;
            case PassedKind.ItemDone:
                response.Add(Value(e.Item, data));
                break;
            case PassedKind.End:
                response.End(Value(e.Response, data));
                break;
            default:
                break;
        }
        if (e.Response.IsPresent)
            response.Edits.Response(Value(e.Response, data), start + e.Response.ValueStart, edits, response.TellsSeals);
        if (e.Item.IsPresent)
            response.Edits.Item(Value(e.Item, data), start + e.Item.ValueStart, edits, response.TellsSeals);
        return edits.Count == 0;
    }

    void Begin(in PassedEvent e, ReadOnlySpan<byte> data)
    {
        if (e.Response.IsPresent)
            response.Begin(Value(e.Response, data));
    }

    static ReadOnlySpan<byte> Value(WireField field, ReadOnlySpan<byte> data) => data[field.ValueStart..field.ValueEnd];

    /// <summary>Sees to it that the event has the number that is its own here.</summary>
    void Number(in PassedEvent e, ReadOnlySpan<byte> data, int offset, long sequence)
    {
        if (e.Told == sequence)
            return;
        sequence.TryFormat(number, out var length, default, CultureInfo.InvariantCulture);
        var digits = number.AsMemory(0, length);
        if (e.Number.IsPresent)
        {
            edits.Add(new BodyEdit(offset + e.Number.ValueStart, offset + e.Number.ValueEnd, digits));
            return;
        }
        // An event has at least its type: something follows.
        var brace = offset + data.IndexOf((byte)'{') + 1;
        edits.Add(
            new BodyEdit(
                brace,
                brace,
                Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\"sequence_number\":{sequence},"))
            )
        );
    }

    void WriteEdited(ReadOnlySpan<byte> frame)
    {
        if (target is null)
            return;
        edits.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        target.Write(BodyEdits.Apply(frame, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(edits)));
    }

    /// <summary>The answer broke off: an error event, then the end that says failed.</summary>
    public void Fail(PorticoException e)
    {
        if (HasEnded)
            return;
        response.Fail(e);
        using var events = new ResponsesEvents(target, next);
        events.Error(e);
        Snapshot(events, "response.failed"u8);
    }

    /// <summary>Nobody wants the rest.</summary>
    public void Cancel()
    {
        if (HasEnded)
            return;
        response.Cancel();
        using var events = new ResponsesEvents(target, next);
        Snapshot(events, "response.incomplete"u8);
    }

    void Snapshot(ResponsesEvents events, ReadOnlySpan<byte> type)
    {
        if (events.Begin(type) is not { } json)
            return;
        json.WritePropertyName("response"u8);
        json.WriteRawValue(response.ToJson(), skipInputValidation: true);
        events.End();
    }
}
