using System.Text;
using Portico.Core.Chat;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.Bedrock;
using static Portico.Tests.Providers.SageMaker.SageMakers;

namespace Portico.Tests.Providers.SageMaker;

/// <summary>Streams of endpoints: parts that end anywhere, in each of the forms that containers have.</summary>
public sealed class SageMakerStreamTests
{
    public static TheoryData<string, string> Forms =>
        new()
        {
            { "sse", Sse },
            { "tight", Tight },
            { "lines", Lines },
        };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Every_form_gives_the_same_events_whatever_the_size_of_a_part(string form, string text)
    {
        foreach (var size in (int[])[1, 7, 100, 1_000, text.Length * 2])
        {
            var (events, failure) = await ReadAsync(false, Parts(text, size));
            failure.ShouldBeNull($"{form}, {size}");
            events.ShouldBe(FixtureEvents, ignoreOrder: false, $"{form}, {size}");
        }
    }

    [Fact]
    public async Task Messages_may_arrive_cut_at_any_byte()
    {
        var bytes = Parts(Sse, 300);
        for (var cut = 0; cut <= bytes.Length; cut += 13)
        {
            var (events, failure) = await ReadAsync(false, bytes[..cut], bytes[cut..]);
            failure.ShouldBeNull($"cut at {cut}");
            events.ShouldBe(FixtureEvents, ignoreOrder: false, $"cut at {cut}");
        }
    }

    [Fact]
    public async Task A_caller_of_the_same_dialect_gets_the_containers_bytes()
    {
        var (events, failure) = await ReadAsync(true, Parts(Sse, 64));
        failure.ShouldBeNull();
        Anthropics.Frames(events).ShouldBe(Sse);
        (events, failure) = await ReadAsync(true, Parts(Lines, 64));
        failure.ShouldBeNull();
        Anthropics.Frames(events).ShouldBe(Sse);
    }

    [Theory]
    [InlineData("ModelStreamError", """{"Message":"The model was reset.","ErrorCode":"StreamBroken"}""", "The model was reset.")]
    [InlineData("InternalStreamFailure", """{"Message":"Try again."}""", "Try again.")]
    public async Task An_exception_inside_a_stream_comes_behind_what_was_said_and_is_a_failure(string type, string payload, string words)
    {
        var head = Parts(string.Concat(Chunks.Take(4).Select(c => $"data: {c}\n\n")), 200);
        var (events, failure) = await ReadAsync(false, head, EventFrames.Exception(type, payload));
        string.Concat(events.Where(e => e.Kind == ModelEventKind.Text).Select(e => e.Text)).ShouldBe("Zürich 🚲");
        (failure!.Kind, failure.Fault).ShouldBe((ErrorTable.UpstreamFailed, Fault.Upstream));
        failure.Message.ShouldBe(words);
    }

    [Fact]
    public async Task An_error_of_the_container_inside_a_stream_is_a_failure()
    {
        var (_, failure) = await ReadAsync(false, Parts("""data:{"error":"Model is overloaded","error_type":"overloaded"}""" + "\n\n", 20));
        (failure!.Kind, failure.Fault).ShouldBe((ErrorTable.UpstreamRateLimited, Fault.RateLimit));
        (_, failure) = await ReadAsync(false, Parts("""{"error":{"message":"out of memory","code":500}}""" + "\n", 20));
        (failure!.Kind, failure.Message).ShouldBe((ErrorTable.UpstreamFailed, "out of memory"));
    }

    [Fact]
    public async Task A_stream_that_ends_early_or_inside_of_a_message_is_cut_and_no_success()
    {
        var bytes = Parts(string.Concat(Chunks.Take(4).Select(c => $"data: {c}\n\n")), 100);
        (await ReadAsync(false, bytes)).Failure!.Kind.ShouldBe(ErrorTable.UpstreamCut);
        (await ReadAsync(false, bytes[..^3])).Failure!.Kind.ShouldBe(ErrorTable.UpstreamCut);
    }

    [Fact]
    public async Task A_wrong_checksum_is_a_broken_stream()
    {
        var bytes = Parts(Sse, 100);
        bytes[^20] ^= 1;
        var (events, failure) = await ReadAsync(false, bytes);
        failure!.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
        events.ShouldNotContain(e => e.Kind == ModelEventKind.Completed);
    }

    /// <summary>A million under PORTICO_LONG_TESTS=1. PORTICO_SEED repeats one run.</summary>
    [Fact]
    public async Task A_stream_with_broken_bytes_ends_or_fails_and_never_breaks_its_reader()
    {
        var draws = Environment.GetEnvironmentVariable("PORTICO_LONG_TESTS") == "1" ? 1_000_000 : 4_000;
        var seed = int.TryParse(Environment.GetEnvironmentVariable("PORTICO_SEED"), out var given) ? given : Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var ends = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < draws; i++)
        {
            var text = Encoding.UTF8.GetBytes(((string[])[Sse, Tight, Lines])[random.Next(3)]);
            // What the container says is broken, the framing of AWS around it, or both.
            if (random.Next(3) > 0)
                for (var edits = random.Next(1, 4); edits > 0; edits--)
                    text[random.Next(text.Length)] = (byte)random.Next(256);
            var bytes = text.Chunk(random.Next(20, 900)).SelectMany(Part).ToArray();
            if (random.Next(3) == 0)
                bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            var cut = random.Next(bytes.Length);
            // A reader that hangs ends here.
            var (events, failure) = await ReadAsync(random.Next(2) == 0, bytes[..cut], bytes[cut..]).WaitAsync(TimeSpan.FromSeconds(30));
            events.Count(e => e.Kind == ModelEventKind.Completed).ShouldBe(failure is null ? 1 : 0, $"seed {seed}, input {i}");
            var end = failure?.Kind.Code ?? "completed";
            ends[end] = ends.GetValueOrDefault(end) + 1;
        }
        ends.GetValueOrDefault("completed").ShouldBeGreaterThan(draws / 100, $"seed {seed}");
        ends.GetValueOrDefault(ErrorTable.UpstreamMalformed.Code).ShouldBeGreaterThan(draws / 100, $"seed {seed}");
    }
}
