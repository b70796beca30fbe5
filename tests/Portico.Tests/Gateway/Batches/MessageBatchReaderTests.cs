using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Core;
using Portico.Gateway.Batches;

namespace Portico.Tests.Gateway.Batches;

/// <summary>The requests of a message batch are read the same wherever its body is cut, and become lines that can be read.</summary>
public sealed class MessageBatchReaderTests(ITestOutputHelper output)
{
    static List<string> Read(byte[] body, Func<int> step)
    {
        var found = new List<string>();
        var reader = new MessageBatchReader(r => found.Add(Encoding.UTF8.GetString(r.Span)));
        var (from, to) = (0, 0);
        while (to < body.Length)
        {
            to = Math.Min(to + step(), body.Length);
            from += reader.Read(body.AsMemory(from, to - from), isLast: false);
        }
        reader.Read(body.AsMemory(from, to - from), isLast: true);
        return found;
    }

    [Fact]
    public void Requests_are_the_same_wherever_the_body_is_cut()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var requests = Enumerable
                .Range(0, random.Next(1, 8))
                .Select(i => new JsonObject
                {
                    ["custom_id"] = $"r{i}",
                    ["params"] = new JsonObject { ["t"] = new string('ä', random.Next(60)) + "\"]}{[\n", ["n"] = new JsonArray(1, true) },
                })
                .ToList();
            var text = new JsonObject { ["requests"] = new JsonArray([.. requests.Select(r => r.DeepClone())]) };
            var body = Encoding.UTF8.GetBytes(text.ToJsonString(new JsonSerializerOptions { WriteIndented = random.Next(2) == 0 }) + "\n ");
            var found = Read(body, () => random.Next(1, 1 + random.Next(1, 80)));
            found.Select(f => JsonNode.Parse(f)!.ToJsonString()).ShouldBe(requests.Select(r => r.ToJsonString()), $"round {round}");
            // Any cut end is no order.
            var cut = body[..random.Next(0, body.Length - 4)];
            Should.Throw<Exception>(() => Read(cut, () => 7)).ShouldBeAssignableTo<JsonException>($"round {round}");
        }
    }

    [Fact]
    public void A_request_becomes_a_line_of_a_batch_with_its_params_byte_for_byte()
    {
        var lines = new MessageBatchLines(10_000);
        lines.Add("{ \"params\" : {\"a\": [1,\n{\"stream\": true}],\r\n\"x\":\"ä\\n\"}, \"custom_id\":\"A-b_3\" }"u8.ToArray());
        lines.RefuseWrong();
        var text = lines.Waiting.ToArray();
        text[^1].ShouldBe((byte)'\n');
        text[..^1].ShouldNotContain((byte)'\n');
        BatchLine.Read(new RawLine(1, text.AsMemory(0, text.Length - 1)), MessageBatchLines.Endpoint, out var line).ShouldBeNull();
        line!.CustomId.ShouldBe("A-b_3");
        Encoding.UTF8.GetString(line.Body.Span).ShouldBe("{\"a\": [1, {\"stream\": true}],  \"x\":\"ä\\n\"}");
    }

    /// <summary>What could not be read as a line again would stop the whole batch when it comes to it.</summary>
    [Theory]
    [InlineData(70)]
    [InlineData(62)]
    public void A_request_that_is_deep_is_refused_or_can_be_read_as_a_line(int depth)
    {
        var lines = new MessageBatchLines(10_000);
        var body = "{\"a\":" + new string('[', depth) + new string(']', depth) + "}";
        lines.Add(Encoding.UTF8.GetBytes($$"""{"custom_id":"a","params":{{body}}}"""));
        if (depth < 63)
        {
            lines.RefuseWrong();
            return;
        }
        Should.Throw<PorticoException>(lines.RefuseWrong).Param.ShouldBe("requests.0");
        lines.Waiting.Length.ShouldBe(0);
    }
}
