using System.Buffers;

namespace Portico.Core.Sse;

/// <summary>One server-sent event: its name (empty = "message") and its data, lines joined by '\n'. Valid until the parser is fed again.</summary>
public readonly ref struct SseEvent(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
{
    public ReadOnlySpan<byte> Name { get; } = name;
    public ReadOnlySpan<byte> Data { get; } = data;
}

/// <summary>
/// Reads server-sent events by the WHATWG rules: LF, CR or CRLF ends a line, a byte-order mark opens, comments are skipped,
/// several data lines join with '\n', one space after the colon belongs to the syntax. Bytes may be cut anywhere.
/// An event that is still open when the stream ends is given by <see cref="Finish"/>: providers forget the last blank line.
/// </summary>
public sealed class SseParser(int maxEventBytes)
{
    readonly ArrayBufferWriter<byte> line = new(256);
    readonly ArrayBufferWriter<byte> data = new(512);
    readonly ArrayBufferWriter<byte> name = new(32);
    bool hasData;
    bool skipLineFeed;
    int bomSeen; // bytes of the byte-order mark matched so far; 3 = decided
    bool clearBeforeNext;

    static ReadOnlySpan<byte> Bom => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// Takes bytes up to the end of the next whole event. Returns true with that event, or false when all was taken and more is needed.
    /// </summary>
    /// <exception cref="InvalidDataException">An event is longer than the bound.</exception>
    public bool TryRead(ref ReadOnlySpan<byte> input, out SseEvent found)
    {
        ClearIfGiven();
        if (bomSeen < 3)
            SkipBom(ref input);
        while (!input.IsEmpty)
        {
            if (skipLineFeed)
            {
                skipLineFeed = false;
                if (input[0] == (byte)'\n')
                {
                    input = input[1..];
                    continue;
                }
            }
            var end = input.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0)
            {
                Keep(line, input);
                input = default;
                break;
            }
            skipLineFeed = input[end] == (byte)'\r';
            bool dispatch;
            if (line.WrittenCount == 0)
            {
                dispatch = TakeLine(input[..end]);
            }
            else
            {
                Keep(line, input[..end]);
                dispatch = TakeLine(line.WrittenSpan);
                line.ResetWrittenCount();
            }
            input = input[(end + 1)..];
            if (dispatch)
            {
                found = Give();
                return true;
            }
        }
        found = default;
        return false;
    }

    /// <summary>The stream has ended: gives the event that was still open, if any.</summary>
    public bool Finish(out SseEvent found)
    {
        ClearIfGiven();
        if (line.WrittenCount > 0)
        {
            TakeLine(line.WrittenSpan);
            line.ResetWrittenCount();
        }
        found = hasData ? Give() : default;
        return clearBeforeNext;
    }

    SseEvent Give()
    {
        clearBeforeNext = true;
        return new SseEvent(name.WrittenSpan, data.WrittenSpan);
    }

    void ClearIfGiven()
    {
        if (!clearBeforeNext)
            return;
        clearBeforeNext = false;
        hasData = false;
        data.ResetWrittenCount();
        name.ResetWrittenCount();
    }

    void SkipBom(ref ReadOnlySpan<byte> input)
    {
        while (bomSeen < 3 && !input.IsEmpty)
        {
            if (input[0] != Bom[bomSeen])
            {
                // Not a mark after all: what was matched is text.
                if (bomSeen > 0)
                    Keep(line, Bom[..bomSeen]);
                bomSeen = 3;
                return;
            }
            bomSeen++;
            input = input[1..];
        }
    }

    // True when the line is blank and an event with data is complete.
    bool TakeLine(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            if (!hasData)
                name.ResetWrittenCount();
            return hasData;
        }
        var colon = text.IndexOf((byte)':');
        if (colon == 0)
            return false;
        var field = colon < 0 ? text : text[..colon];
        var value = colon < 0 ? default : text[(colon + 1)..];
        if (!value.IsEmpty && value[0] == (byte)' ')
            value = value[1..];
        if (field.SequenceEqual("data"u8))
        {
            if (hasData)
                Keep(data, "\n"u8);
            hasData = true;
            Keep(data, value);
        }
        else if (field.SequenceEqual("event"u8))
        {
            name.ResetWrittenCount();
            Keep(name, value);
        }
        return false;
    }

    void Keep(ArrayBufferWriter<byte> target, ReadOnlySpan<byte> bytes)
    {
        if (target.WrittenCount + bytes.Length > maxEventBytes)
            throw new InvalidDataException($"A server-sent event is longer than {maxEventBytes} bytes.");
        target.Write(bytes);
    }
}
