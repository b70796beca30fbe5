using System.Text;
using Portico.Core.Chat;
using Portico.Tests.Support;

namespace Portico.Tests.Providers.Gemini;

/// <summary>
/// Mutated streams, cut at random: each read ends, with a whole answer or with an error of the upstream, and gives no more than came in. A million
/// under PORTICO_LONG_TESTS=1. PORTICO_SEED repeats one run.
/// </summary>
static class GeminiFuzz
{
    public delegate Task<(List<ModelEvent> Events, UpstreamException? Failure)> Reader(params byte[][] pieces);

    static readonly int Inputs = Mutations.Inputs(4_000);

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
        var seed = Mutations.Seed();
        var random = new Random(seed);
        var good = streams.Select(s => Encoding.UTF8.GetBytes(s)).ToArray();
        var ends = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < Inputs; i++)
        {
            var bytes = Mutations.Of(good[random.Next(good.Length)], Snippets, random);
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
}
