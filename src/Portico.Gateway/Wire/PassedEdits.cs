using System.Text;
using System.Text.Json;
using Portico.Core.Chat;

namespace Portico.Gateway.Wire;

/// <summary>What an event that passes is to Portico.</summary>
enum PassedKind : byte
{
    Other,

    /// <summary>created, queued or in_progress, with the response as it begins.</summary>
    Begun,

    /// <summary>An item of the output is complete.</summary>
    ItemDone,

    /// <summary>completed or incomplete, with the whole response.</summary>
    End,
}

/// <summary>Where the parts of an event lie that may have to be changed.</summary>
readonly record struct PassedEvent(PassedKind Kind, WireField Number, long Told, WireField Response, WireField Item)
{
    public static readonly JsonReaderOptions Options = new() { MaxDepth = 1_024 };

    /// <param name="type">Of the event.</param>
    /// <param name="data">Its document: an object.</param>
    public static PassedEvent Read(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        WireField number = default,
            response = default,
            item = default;
        var told = -1L;
        var reader = new Utf8JsonReader(data, Options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isNumber = reader.ValueTextEquals("sequence_number"u8);
            var isResponse = reader.ValueTextEquals("response"u8);
            var isItem = reader.ValueTextEquals("item"u8);
            var start = (int)reader.TokenStartIndex;
            reader.Read();
            var value = (int)reader.TokenStartIndex;
            if (isNumber && (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out told)))
                told = -1;
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            var at = new WireField(start, value, (int)reader.BytesConsumed);
            if (isNumber)
                number = at;
            else if (isResponse && isObject)
                response = at;
            else if (isItem && isObject)
                item = at;
        }
        return new PassedEvent(KindOf(type, response, item), number, told, response, item);
    }

    /// <summary>The whole response in the last of some events; empty where that is not the end.</summary>
    public static ReadOnlySpan<byte> ResponseIn(ReadOnlySpan<byte> frames)
    {
        var last = frames[(frames[..^2].LastIndexOf("\n\n"u8) is >= 0 and var at ? at + 2 : 0)..^2];
        var line = last.IndexOf((byte)'\n');
        var type = last["event: ".Length..line];
        if (!type.SequenceEqual("response.completed"u8) && !type.SequenceEqual("response.incomplete"u8))
            return default;
        var data = last[(line + 1 + "data: ".Length)..];
        var response = Read(type, data).Response;
        return data[response.ValueStart..response.ValueEnd];
    }

    static PassedKind KindOf(ReadOnlySpan<byte> type, WireField response, WireField item) =>
        response.IsPresent && (type.SequenceEqual("response.completed"u8) || type.SequenceEqual("response.incomplete"u8)) ? PassedKind.End
        : type.SequenceEqual("response.created"u8)
        || type.SequenceEqual("response.in_progress"u8)
        || type.SequenceEqual("response.queued"u8)
            ? PassedKind.Begun
        : item.IsPresent && type.SequenceEqual("response.output_item.done"u8) ? PassedKind.ItemDone
        : PassedKind.Other;
}

/// <summary>
/// Changes a provider's response into the one that Portico gives: its id, and what was changed on the way there and is told back. Everything else is as it
/// came, byte for byte.
/// </summary>
sealed class PassedEdits
{
    readonly byte[] id;
    readonly byte[] store;
    readonly byte[] background;
    readonly byte[] previous;
    readonly byte[] conversation;
    readonly ResponsesRequest asked;
    readonly Func<string, string> seal;

    /// <summary>Seals made already: an item comes by itself and again in the whole.</summary>
    readonly Dictionary<string, byte[]> made = new(StringComparer.Ordinal);

    /// <param name="asked">What the caller asked for.</param>
    /// <param name="seal">Makes a provider's seal ours.</param>
    public PassedEdits(ResponsesRequest asked, Func<string, string> seal)
    {
        (this.asked, this.seal) = (asked, seal);
        id = Quoted(asked.Id.Text);
        store = Truth(asked.Store);
        background = Truth(asked.Background);
        previous = asked.PreviousId is { } before ? Quoted(before) : "null"u8.ToArray();
        conversation = asked.Conversation is { } of ? [.. "{\"id\":"u8, .. Quoted(of), (byte)'}'] : "null"u8.ToArray();
    }

    static byte[] Quoted(string text) => Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text)}\"");

    static byte[] Truth(bool value) => value ? "true"u8.ToArray() : "false"u8.ToArray();

    /// <summary>The edits that make a provider's response ours.</summary>
    /// <param name="response">An object.</param>
    /// <param name="offset">Where it lies in what is edited.</param>
    /// <param name="edits">Receives them, ascending.</param>
    /// <param name="withSeals">Seals are told; else they are taken out.</param>
    public void Response(ReadOnlySpan<byte> response, int offset, List<BodyEdit> edits, bool withSeals)
    {
        var reader = new Utf8JsonReader(response, PassedEvent.Options);
        var said = Said.None;
        var first = edits.Count;
        reader.Read();
        var brace = offset + (int)reader.BytesConsumed;
        var isEmpty = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            isEmpty = false;
            var member = Of(ref reader);
            var isOutput = reader.ValueTextEquals("output"u8);
            reader.Read();
            if (isOutput && reader.TokenType == JsonTokenType.StartArray)
            {
                Output(ref reader, offset, edits, withSeals ? this : null);
                continue;
            }
            var value = offset + (int)reader.TokenStartIndex;
            reader.Skip();
            if (member == Said.None)
                continue;
            said |= member;
            edits.Add(new BodyEdit(value, offset + (int)reader.BytesConsumed, ValueOf(member)));
        }
        if (Missing(said, isEmpty) is { Length: > 0 } missing)
            edits.Insert(first, new BodyEdit(brace, brace, missing));
    }

    /// <summary>The edits that make an item ours.</summary>
    public void Item(ReadOnlySpan<byte> item, int offset, List<BodyEdit> edits, bool withSeals)
    {
        var reader = new Utf8JsonReader(item, PassedEvent.Options);
        reader.Read();
        Seal(ref reader, offset, edits, withSeals ? this : null);
    }

    /// <summary>The edits that take the seals out of a response.</summary>
    public static void Strip(ReadOnlySpan<byte> response, List<BodyEdit> edits)
    {
        var reader = new Utf8JsonReader(response, PassedEvent.Options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isOutput = reader.ValueTextEquals("output"u8);
            reader.Read();
            if (isOutput && reader.TokenType == JsonTokenType.StartArray)
                Output(ref reader, 0, edits, null);
            else
                reader.Skip();
        }
    }

    static void Output(ref Utf8JsonReader reader, int offset, List<BodyEdit> edits, PassedEdits? sealing)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            if (reader.TokenType == JsonTokenType.StartObject)
                Seal(ref reader, offset, edits, sealing);
            else
                reader.Skip();
    }

    /// <summary>A seal as text. One of broken bytes or half a character opens nothing, here or at its provider: it stays a seal, so that it is treated as one.</summary>
    static string SealText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    /// <summary>Walks an item to its end: its seal becomes ours, or is taken out with the comma that would be left.</summary>
    static void Seal(ref Utf8JsonReader reader, int offset, List<BodyEdit> edits, PassedEdits? sealing)
    {
        var behind = -1;
        (int Start, int End)? first = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            if (first is { } before)
                edits.Add(new BodyEdit(offset + before.Start, offset + start, default));
            first = null;
            var isSeal = reader.ValueTextEquals("encrypted_content"u8);
            reader.Read();
            var value = (int)reader.TokenStartIndex;
            var said = isSeal && reader.TokenType == JsonTokenType.String ? SealText(ref reader) : null;
            reader.Skip();
            var end = (int)reader.BytesConsumed;
            if (said is not null && sealing is not null)
                edits.Add(new BodyEdit(offset + value, offset + end, sealing.Sealed(said)));
            else if (said is not null && behind < 0)
            {
                first = (start, end);
                continue;
            }
            else if (said is not null)
                edits.Add(new BodyEdit(offset + behind, offset + end, default));
            behind = end;
        }
        if (first is { } alone)
            edits.Add(new BodyEdit(offset + alone.Start, offset + alone.End, default));
    }

    byte[] Sealed(string said)
    {
        if (!made.TryGetValue(said, out var ours))
            made[said] = ours = Quoted(seal(said));
        return ours;
    }

    [Flags]
    enum Said : byte
    {
        None = 0,
        Id = 1,
        Store = 2,
        Background = 4,
        Previous = 8,
        Conversation = 16,
    }

    static Said Of(ref Utf8JsonReader name) =>
        name.ValueTextEquals("id"u8) ? Said.Id
        : name.ValueTextEquals("store"u8) ? Said.Store
        : name.ValueTextEquals("background"u8) ? Said.Background
        : name.ValueTextEquals("previous_response_id"u8) ? Said.Previous
        : name.ValueTextEquals("conversation"u8) ? Said.Conversation
        : Said.None;

    byte[] ValueOf(Said member) =>
        member switch
        {
            Said.Id => id,
            Said.Store => store,
            Said.Background => background,
            Said.Previous => previous,
            _ => conversation,
        };

    /// <summary>What a provider leaves out and callers of this API go by.</summary>
    byte[] Missing(Said said, bool isEmpty)
    {
        var text = new List<byte>();
        Add(Said.Id, "id");
        Add(Said.Store, "store");
        Add(Said.Background, "background");
        if (asked.PreviousId is not null)
            Add(Said.Previous, "previous_response_id");
        if (asked.Conversation is not null)
            Add(Said.Conversation, "conversation");
        if (isEmpty && text.Count > 0)
            text.RemoveAt(text.Count - 1);
        return [.. text];

        void Add(Said member, string name)
        {
            if ((said & member) == Said.None)
                text.AddRange([(byte)'"', .. Encoding.ASCII.GetBytes(name), (byte)'"', (byte)':', .. ValueOf(member), (byte)',']);
        }
    }
}
