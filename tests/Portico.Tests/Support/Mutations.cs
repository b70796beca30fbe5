using System.Text;
using System.Text.Json.Nodes;

namespace Portico.Tests.Support;

/// <summary>Random changes of good bytes. A run prints its seed, PORTICO_SEED repeats it, PORTICO_LONG_TESTS=1 draws a million.</summary>
static class Mutations
{
    public static int Inputs(int usually) => Environment.GetEnvironmentVariable("PORTICO_LONG_TESTS") == "1" ? 1_000_000 : usually;

    public static int Seed()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("PORTICO_SEED"), out var given) ? given : Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        return seed;
    }

    /// <summary>One to four changes: a byte replaced or put in, a piece taken out, doubled elsewhere or cut off with all behind it, a snippet put in.</summary>
    public static byte[] Of(byte[] good, string[] snippets, Random random)
    {
        var bytes = new List<byte>(good);
        for (var edits = random.Next(1, 5); edits > 0; edits--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(snippets[random.Next(snippets.Length)]));
                    break;
                case 2 when at < bytes.Count:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 4 when at < bytes.Count:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, Math.Min(random.Next(1, 200), bytes.Count - at)));
                    break;
                default:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
            }
        }
        return [.. bytes];
    }

    /// <summary>Changes that leave JSON what it is: one to three values replaced by another of the document or of a list, left out, or put in elsewhere.</summary>
    public static byte[] OfJson(byte[] good, string[] values, Random random)
    {
        var root = JsonNode.Parse(good)!;
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var nodes = new List<JsonNode>();
            Gather(root, nodes);
            var at = nodes[random.Next(nodes.Count)];
            var value =
                random.Next(3) == 0 ? nodes[random.Next(nodes.Count)].DeepClone() : JsonNode.Parse(values[random.Next(values.Length)]);
            Change(at, value, random);
        }
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    static void Change(JsonNode parent, JsonNode? value, Random random)
    {
        var remove = random.Next(4) == 0;
        if (parent is JsonObject { Count: > 0 } named)
        {
            var name = named.ElementAt(random.Next(named.Count)).Key;
            if (remove)
                named.Remove(name);
            else
                named[name] = value;
        }
        else if (parent is JsonArray { Count: > 0 } array)
        {
            var index = random.Next(array.Count);
            if (remove)
                array.RemoveAt(index);
            else if (random.Next(2) == 0)
                array.Insert(index, value);
            else
                array[index] = value;
        }
        else if (parent is JsonArray empty)
            empty.Add(value);
    }

    static void Gather(JsonNode? node, List<JsonNode> into)
    {
        if (node is JsonObject named)
        {
            into.Add(named);
            foreach (var (_, value) in named)
                Gather(value, into);
        }
        else if (node is JsonArray array)
        {
            into.Add(array);
            foreach (var value in array)
                Gather(value, into);
        }
    }

    /// <summary>The bytes as they arrive: mostly in a few pieces, now and then in very many.</summary>
    public static byte[][] Pieces(byte[] bytes, Random random)
    {
        var cuts = random.Next(32) == 0 ? random.Next(100) : random.Next(4);
        var at = new int[cuts + 2];
        for (var i = 1; i <= cuts; i++)
            at[i] = random.Next(bytes.Length + 1);
        at[^1] = bytes.Length;
        Array.Sort(at);
        var pieces = new byte[cuts + 1][];
        for (var i = 0; i <= cuts; i++)
            pieces[i] = bytes[at[i]..at[i + 1]];
        return pieces;
    }
}
