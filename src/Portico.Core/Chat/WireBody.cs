using System.Buffers;

namespace Portico.Core.Chat;

/// <summary>The protocol family of a body or a stream. Between equal dialects bytes pass untouched save what policy changed.</summary>
public enum Dialect : byte
{
    Canonical,
    OpenAiChat,
    OpenAiEmbeddings,
    AnthropicMessages,
    OpenAiResponses,

    /// <summary>The form of a <see cref="SingleRequest"/>'s own kind: one body in, bytes out that are handed on as they are.</summary>
    Single,
}

/// <summary>Where a top-level member of the body lies: the whole member (name to value end) and its value, as byte offsets.</summary>
public readonly record struct WireField(int MemberStart, int ValueStart, int ValueEnd)
{
    public bool IsPresent => ValueEnd > 0;

    /// <summary>The same member when what lies before it has grown by this many bytes.</summary>
    internal WireField Moved(int by) => IsPresent ? new WireField(MemberStart + by, ValueStart + by, ValueEnd + by) : this;
}

/// <summary>
/// A request body as it came, with the places of the members that Portico may have to change.
/// The bytes are valid JSON, or a form with a file (checked when read), and belong to the call: they are not pooled until it ends.
/// </summary>
public sealed record WireBody
{
    public required Dialect Dialect { get; init; }
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>multipart/form-data with its boundary; null = JSON. In a form the value of <see cref="Model"/> is bare text.</summary>
    public string? FormType { get; init; }

    /// <summary>Offset of the brace that opens the object.</summary>
    public int ObjectStart { get; init; }
    public WireField Model { get; init; }
    public WireField Messages { get; init; }
    public WireField StreamOptions { get; init; }

    /// <summary>max_completion_tokens where present, else max_tokens.</summary>
    public WireField OutputCap { get; init; }

    /// <summary>max_tokens, where it stands beside max_completion_tokens.</summary>
    public WireField OlderCap { get; init; }

    /// <summary>The same body with other messages: everything else byte for byte.</summary>
    /// <param name="messages">A JSON array.</param>
    public WireBody WithMessages(ReadOnlyMemory<byte> messages)
    {
        var old = Messages;
        var grown = messages.Length - (old.ValueEnd - old.ValueStart);
        return this with
        {
            Bytes = BodyEdits.Apply(Bytes.Span, [new BodyEdit(old.ValueStart, old.ValueEnd, messages)]),
            Messages = old with { ValueEnd = old.ValueEnd + grown },
            Model = Placed(Model),
            StreamOptions = Placed(StreamOptions),
            OutputCap = Placed(OutputCap),
            OlderCap = Placed(OlderCap),
        };

        WireField Placed(WireField field) => field.MemberStart > old.MemberStart ? field.Moved(grown) : field;
    }

    /// <summary>The same body with bytes put in between: everything else byte for byte.</summary>
    /// <param name="edits">Insertions within values, ascending.</param>
    public WireBody WithInsertions(IReadOnlyList<BodyEdit> edits)
    {
        return this with
        {
            Bytes = BodyEdits.Apply(Bytes.Span, [.. edits]),
            Model = Placed(Model),
            Messages = Placed(Messages),
            StreamOptions = Placed(StreamOptions),
            OutputCap = Placed(OutputCap),
            OlderCap = Placed(OlderCap),
        };

        WireField Placed(WireField field) =>
            field.IsPresent ? new(Moved(field.MemberStart), Moved(field.ValueStart), Moved(field.ValueEnd)) : field;

        int Moved(int place) => place + edits.Where(e => e.Start < place).Sum(e => e.Replacement.Length);
    }
}

/// <summary>A change to a body: these bytes stand in place of [Start, End). Equal offsets insert.</summary>
public readonly record struct BodyEdit(int Start, int End, ReadOnlyMemory<byte> Replacement);

/// <summary>Applies edits by copying the spans between them: no parse, no re-serialisation, everything else byte for byte.</summary>
public static class BodyEdits
{
    /// <param name="source">The body.</param>
    /// <param name="edits">Disjoint edits in ascending order.</param>
    /// <returns>The changed body.</returns>
    public static byte[] Apply(ReadOnlySpan<byte> source, ReadOnlySpan<BodyEdit> edits)
    {
        var length = source.Length;
        foreach (var edit in edits)
            length += edit.Replacement.Length - (edit.End - edit.Start);
        var target = GC.AllocateUninitializedArray<byte>(Math.Max(0, length));
        var rest = target.AsSpan();
        var at = 0;
        foreach (var edit in edits)
        {
            if (edit.Start < at || edit.End < edit.Start || edit.End > source.Length)
                throw new ArgumentException("Edits must be disjoint, ascending and inside the body.", nameof(edits));
            Put(source[at..edit.Start], ref rest);
            Put(edit.Replacement.Span, ref rest);
            at = edit.End;
        }
        Put(source[at..], ref rest);
        return target;
    }

    static void Put(ReadOnlySpan<byte> bytes, ref Span<byte> rest)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }
}
