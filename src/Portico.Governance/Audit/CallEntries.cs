using System.Buffers;
using System.Buffers.Binary;

namespace Portico.Governance.Audit;

/// <summary>
/// Makes one entry of a call's intent and its outcome where both come to the tree together, as those of nearly every call do: one leaf to hash, keep and prove in place
/// of two. In the journal each stands alone, since a call must not begin before its intent is kept.
/// </summary>
sealed class CallEntries
{
    readonly record struct Line(int From, int Length);

    const int IdKeyBytes = 16;

    static readonly int IdLength = CallId.TextLength;

    readonly ArrayBufferWriter<byte> joined = new();
    readonly List<Line> lines = [];

    /// <summary>For each line: that of the intent or outcome of the same call, or -1.</summary>
    readonly List<int> partners = [];
    readonly Dictionary<UInt128, int> open = [];

    static ReadOnlySpan<byte> Intent => ",\"kind\":\"call.intent\",\"call\":\""u8;

    static ReadOnlySpan<byte> Outcome => ",\"kind\":\"call.outcome\",\"call\":\""u8;

    /// <summary>The lines with those of a call made one, where the outcome stood; good until the next call.</summary>
    /// <param name="stretch">Lines, each with its line feed.</param>
    public ReadOnlySpan<byte> Join(ReadOnlySpan<byte> stretch)
    {
        Pair(stretch);
        joined.ResetWrittenCount();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = Of(stretch, i);
            if (partners[i] < 0)
                joined.Write(stretch.Slice(lines[i].From, lines[i].Length + 1));
            else if (partners[i] < i)
                Write(Of(stretch, partners[i]), line);
        }
        return joined.WrittenSpan;
    }

    void Pair(ReadOnlySpan<byte> stretch)
    {
        (int from, var length) = (0, 0);
        lines.Clear();
        partners.Clear();
        open.Clear();
        for (; from < stretch.Length; from += length + 1)
        {
            length = stretch[from..].IndexOf((byte)'\n');
            var line = stretch.Slice(from, length);
            var index = lines.Count;
            lines.Add(new Line(from, length));
            partners.Add(-1);
            if (IdOf(line, Intent) is { IsEmpty: false } begun)
                open[KeyOf(begun)] = index;
            else if (
                IdOf(line, Outcome) is { IsEmpty: false } ended
                && open.Remove(KeyOf(ended), out var intent)
                && IdOf(Of(stretch, intent), Intent).SequenceEqual(ended)
            )
                (partners[index], partners[intent]) = (intent, index);
        }
    }

    ReadOnlySpan<byte> Of(ReadOnlySpan<byte> stretch, int index) => stretch.Slice(lines[index].From, lines[index].Length);

    /// <summary>The call of a line of this kind; empty for another.</summary>
    static ReadOnlySpan<byte> IdOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> kind) =>
        line.Length > AuditLine.KindFrom + kind.Length + IdLength && line[AuditLine.KindFrom..].StartsWith(kind)
            ? line.Slice(AuditLine.KindFrom + kind.Length, IdLength)
            : default;

    /// <summary>The end of an id, which is random.</summary>
    static UInt128 KeyOf(ReadOnlySpan<byte> id) => BinaryPrimitives.ReadUInt128LittleEndian(id[^IdKeyBytes..]);

    void Write(ReadOnlySpan<byte> intent, ReadOnlySpan<byte> outcome)
    {
        joined.Write(outcome[..AuditLine.KindFrom]);
        joined.Write(",\"kind\":\"call\",\"begun_at\":"u8);
        joined.Write(intent[AuditLine.TimeFrom..AuditLine.KindFrom]);
        joined.Write(",\"call\":\""u8);
        // The id with its quotation mark and what follows, but for the brace at the end.
        joined.Write(intent[(AuditLine.KindFrom + Intent.Length)..^1]);
        joined.Write(outcome[(AuditLine.KindFrom + Outcome.Length + IdLength + 1)..]);
        joined.Write("\n"u8);
    }
}
