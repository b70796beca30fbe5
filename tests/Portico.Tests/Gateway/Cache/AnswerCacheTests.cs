using System.Text;
using Portico.Core.Chat;
using Portico.Gateway;
using Portico.Gateway.Cache;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Cache;

/// <summary>What the cache of a node takes of its memory.</summary>
public sealed class AnswerCacheTests
{
    static CachedAnswer Answer(params ModelEvent[] events) =>
        new(events, Dialect.OpenAiChat, true, [], new CachedFrom("m", "p", "openai", "conn_1", "dep_1", default));

    static ModelEvent Frame(int bytes) => new() { Kind = ModelEventKind.Frame, Bytes = new byte[bytes] };

    [Fact]
    public void All_answers_together_stay_below_the_bound()
    {
        using var cache = new AnswerCache(new GatewayOptions { CacheMegabytes = 1 }, TimeProvider.System);
        var answer = Answer(Frame(100 * 1024));
        for (var i = 0; i < 200; i++)
        {
            cache.Keep($"key {i}", answer, TimeSpan.FromHours(1));
            Enumerable.Range(0, i + 1).Count(k => cache.Find($"key {k}") is not null).ShouldBeLessThanOrEqualTo(10);
        }
    }

    [Fact]
    public void Room_is_made_for_newer_answers()
    {
        using var cache = new AnswerCache(new GatewayOptions { CacheMegabytes = 1 }, TimeProvider.System);
        var answer = Answer(Frame(100 * 1024));
        var next = 0;
        // A full cache makes room in the background: one of those that come later is taken.
        for (; next < 10; next++)
            cache.Keep($"key {next}", answer, TimeSpan.FromHours(1));
        SpinWait
            .SpinUntil(
                () =>
                {
                    cache.Keep($"key {next}", answer, TimeSpan.FromHours(1));
                    return cache.Find($"key {next++}") is not null;
                },
                TimeSpan.FromSeconds(20)
            )
            .ShouldBeTrue();
    }

    [Fact]
    public void An_answer_goes_when_its_time_is_over()
    {
        var time = new ManualTime();
        using var cache = new AnswerCache(new GatewayOptions(), time);
        cache.Keep("key", Answer(Frame(10)), TimeSpan.FromSeconds(60));
        time.Advance(TimeSpan.FromSeconds(59));
        cache.Find("key").ShouldNotBeNull();
        time.Advance(TimeSpan.FromSeconds(2));
        cache.Find("key").ShouldBeNull();
    }

    [Fact]
    public void Texts_names_and_arguments_of_tools_count_as_much_as_frames()
    {
        var empty = Answer().Size;
        var text = new string('x', 5_000);
        (Answer(Frame(5_000)).Size - empty).ShouldBeGreaterThanOrEqualTo(5_000);
        (Answer(new ModelEvent { Kind = ModelEventKind.Text, Text = text }).Size - empty).ShouldBeGreaterThanOrEqualTo(10_000);
        var call = new ModelEvent { Kind = ModelEventKind.ToolCall, ToolCall = new ToolCallDelta(0, text, text, text) };
        (Answer(call).Size - empty).ShouldBeGreaterThanOrEqualTo(30_000);
        empty.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_passes_is_remembered_up_to_the_bound_and_copied()
    {
        var bytes = Encoding.UTF8.GetBytes("data: {}\n\n");
        await using var reply = new RecordingReply(new WholeFrames(bytes, 3), maxBytes: 10_000);
        while (await reply.ReadAsync(CancellationToken.None))
            continue;
        reply.Seen!.Length.ShouldBe(3);
        Array.Clear(bytes);
        reply.Seen.Select(e => Encoding.UTF8.GetString(e.Bytes.Span)).ShouldAllBe(text => text == "data: {}\n\n");

        await using var large = new RecordingReply(new WholeFrames(new byte[4_000], 3), maxBytes: 10_000);
        while (await large.ReadAsync(CancellationToken.None))
            continue;
        large.Seen.ShouldBeNull();
    }

    /// <summary>The same frame a number of times.</summary>
    sealed class WholeFrames(byte[] bytes, int times) : ModelEventStream
    {
        int read;

        public override ReadOnlyMemory<ModelEvent> Batch =>
            new[]
            {
                new ModelEvent { Kind = ModelEventKind.Frame, Bytes = bytes },
            };
        public override Dialect Dialect => Dialect.OpenAiChat;

        public override ValueTask<bool> ReadAsync(CancellationToken ct) => ValueTask.FromResult(read++ < times);

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
