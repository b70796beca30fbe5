using System.Buffers;
using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.OpenAi;

namespace Portico.Gateway.Wire;

/// <summary>Leaves messages out of a body and puts one in; what stays, stays byte for byte, members that Portico does not know included.</summary>
static class MessageArray
{
    /// <param name="body">Its messages stand in the order of the canonical form, one for one.</param>
    /// <param name="places">The messages to leave out, ascending.</param>
    /// <param name="instead">Takes the place of the first one left out; null = nothing does.</param>
    public static WireBody Replace(WireBody body, IReadOnlyList<int> places, ChatMessage? instead)
    {
        var array = body.Bytes[body.Messages.ValueStart..body.Messages.ValueEnd];
        var target = new ArrayBufferWriter<byte>(array.Length + 256);
        target.Write("["u8);
        var elements = Elements(array.Span);
        var next = 0;
        for (var i = 0; i < elements.Count; i++)
        {
            if (next == places.Count || places[next] != i)
            {
                Write(target, array.Span[elements[i].Start..elements[i].End]);
                continue;
            }
            if (next++ == 0 && instead is not null)
                Write(target, instead);
        }
        target.Write("]"u8);
        return body.WithMessages(target.WrittenMemory);
    }

    static void Write(ArrayBufferWriter<byte> target, ReadOnlySpan<byte> element)
    {
        if (target.WrittenCount > 1)
            target.Write(","u8);
        target.Write(element);
    }

    static void Write(ArrayBufferWriter<byte> target, ChatMessage message)
    {
        var written = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(written))
            OpenAiChatWriter.WriteMessages(json, [message]);
        Write(target, written.WrittenSpan[1..^1]);
    }

    static List<(int Start, int End)> Elements(ReadOnlySpan<byte> array)
    {
        var elements = new List<(int, int)>();
        var reader = new Utf8JsonReader(array, new JsonReaderOptions { MaxDepth = OpenAiChatReader.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            elements.Add((start, (int)reader.BytesConsumed));
        }
        return elements;
    }
}
