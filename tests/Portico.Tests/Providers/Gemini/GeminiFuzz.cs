using System.Text;
using Portico.Core.Chat;

namespace Portico.Tests.Providers.Gemini;

/// <summary>
/// Mutated streams, cut at random: each read ends, with a whole answer or with an error of the upstream, and gives no more than came in. A million
/// under PORTICO_LONG_TESTS=1. PORTICO_SEED repeats one run.
/// </summary>
static class GeminiFuzz
{
    public delegate Task<(List<ModelEvent> Events, UpstreamException? Failure)> Reader(params byte[][] pieces);

    static readonly int Inputs = Environment.GetEnvironmentVariable("PORTICO_LONG_TESTS") == "1" ? 1_000_000 : 4_000;

    static readonly string[] Snippets =
    [
        "data: ",
        "\n\n",
        "\r",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "null",
        "-1",
        "1e999",
        "\\ud800",
        "\"finishReason\": \"STOP\"",
        "\"finishReason\": \"MALFORMED_FUNCTION_CALL\"",
        "\"error\":{}",
        "\"error\":{\"status\":\"UNAVAILABLE\"}",
        "\"promptFeedback\":{\"blockReason\":\"OTHER\"},",
        "\"index\": 7,",
        "\"index\": -3,",
        "\"functionCall\":{\"name\":\"x\"},",
        "\"thoughtSignature\":\"AA==\",",
        "\"inlineData\":{},",
    ];

    public static void Run(Reader read, params string[] streams)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("PORTICO_SEED"), out var given) ? given : Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var good = streams.Select(s => Encoding.UTF8.GetBytes(s)).ToArray();
        var ends = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < Inputs; i++)
        {
            var bytes = Mutate(good[random.Next(good.Length)], random);
            try
            {
                var end = ReadOne(read, bytes, random);
                ends[end] = ends.GetValueOrDefault(end) + 1;
            }
            catch (Exception e)
            {
                throw new ShouldAssertException($"seed {seed}, input {i}: {Convert.ToBase64String(bytes)}", e);
            }
        }
        // The run saw both: what still is an answer, and what is none.
        ends.GetValueOrDefault("completed").ShouldBeGreaterThan(Inputs / 100, $"seed {seed}");
        ends.GetValueOrDefault(ErrorTable.UpstreamMalformed.Code).ShouldBeGreaterThan(Inputs / 100, $"seed {seed}");
    }

    static string ReadOne(Reader read, byte[] bytes, Random random)
    {
        var cut = random.Next(bytes.Length + 1);
        var reading = read(bytes[..cut], bytes[cut..]);
        if (!reading.Wait(TimeSpan.FromSeconds(30)))
            throw new TimeoutException("It hangs.");
        var (events, failure) = reading.Result;
        var text = events.Sum(e => (e.Text?.Length ?? 0) + (e.ToolCall?.Arguments?.Length ?? 0));
        text.ShouldBeLessThanOrEqualTo(bytes.Length + 256);
        events.Count.ShouldBeLessThanOrEqualTo(bytes.Length);
        events.Count(e => e.Kind == ModelEventKind.Completed).ShouldBe(failure is null ? 1 : 0);
        if (failure is null)
            events[^1].Kind.ShouldBe(ModelEventKind.Completed);
        return failure?.Kind.Code ?? "completed";
    }

    static byte[] Mutate(byte[] good, Random random)
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
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Snippets[random.Next(Snippets.Length)]));
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
}
