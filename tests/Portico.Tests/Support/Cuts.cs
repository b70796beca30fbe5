using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Portico.Tests.Support;

/// <summary>Bytes cut into the pieces in which they might arrive, and server-sent events in every framing that the standard allows.</summary>
static class Cuts
{
    /// <summary>Places at which to cut, as fractions of whatever there is.</summary>
    public static readonly Gen<int[]> Places = Gen.Choose(0, int.MaxValue - 1).ArrayOf();

    public static byte[][] Cut(byte[] bytes, int[] places)
    {
        var at = places.Select(p => p % (bytes.Length + 1)).Append(0).Append(bytes.Length).Order().ToArray();
        return at.Zip(at.Skip(1), (from, to) => bytes[from..to]).ToArray();
    }

    /// <summary>How one event is framed: its line ends, whether a space follows the colon, and what stands before it.</summary>
    public sealed record Framing(string LineEnd, bool Space, int Before)
    {
        public static readonly Framing Plain = new("\n", true, 0);
    }

    public static readonly Gen<Framing> Framings =
        from end in Gen.Elements("\n", "\r\n", "\r")
        from space in Gen.Elements(true, false)
        from before in Gen.Choose(0, 5)
        select new Framing(end, space, before);

    /// <summary>The bytes of events, each a name (empty = none) and data whose lines become lines of data.</summary>
    public static byte[] Frame(IReadOnlyList<(string Name, string Data)> events, IReadOnlyList<Framing> framings, bool mark)
    {
        var text = new StringBuilder(mark ? "\uFEFF" : "");
        for (var i = 0; i < events.Count; i++)
        {
            var framing = framings.Count == 0 ? Framing.Plain : framings[i % framings.Count];
            var (end, colon) = (framing.LineEnd, framing.Space ? ": " : ":");
            text.Append(
                framing.Before switch
                {
                    1 => $": keep-alive{end}",
                    2 => $": keep-alive{end}{end}",
                    3 => $"id: 7{end}retry: 100{end}",
                    4 => $"unknown field: x{end}",
                    5 => $"{end}{end}",
                    _ => "",
                }
            );
            if (events[i].Name.Length > 0)
                text.Append("event").Append(colon).Append(events[i].Name).Append(end);
            foreach (var line in events[i].Data.Split('\n'))
                text.Append("data").Append(colon).Append(line).Append(end);
            text.Append(end);
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
