using Portico.Providers.Http;

namespace Portico.Tests.Providers.Http;

/// <summary>The clocks behind deadlines are used again: what one attempt did must not reach the next.</summary>
public class UpstreamDeadlineTests
{
    [Fact]
    public async Task Cancels_when_the_time_is_over_the_first_time_and_every_later_time()
    {
        for (var i = 0; i < 5; i++)
        {
            using (var calm = new UpstreamDeadline(TimeProvider.System, null, default))
            {
                calm.Arm(TimeSpan.FromMinutes(1));
                Assert.False(calm.Token.IsCancellationRequested);
            }
            using var late = new UpstreamDeadline(TimeProvider.System, null, default);
            late.Arm(TimeSpan.FromMilliseconds(20));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(TimeSpan.FromSeconds(30), late.Token));
        }
    }

    [Fact]
    public void A_cancelled_attempt_does_not_cancel_the_next_and_one_that_is_over_cancels_nobody()
    {
        using var gone = new CancellationTokenSource();
        var first = new UpstreamDeadline(TimeProvider.System, null, gone.Token);
        first.Arm(TimeSpan.FromMinutes(1));
        first.Dispose();
        var others = Enumerable.Range(0, 50).Select(_ => new UpstreamDeadline(TimeProvider.System, null, default)).ToArray();
        // Of the attempt that is over: its caller leaves, and its owner is late.
        gone.Cancel();
        first.Cancel();
        first.Arm(TimeSpan.FromTicks(-1));
        first.Dispose();
        Assert.All(others, o => Assert.False(o.Token.IsCancellationRequested));
        others[0].Cancel();
        Assert.True(others[0].Token.IsCancellationRequested);
        others[0].Dispose();
        using var next = new UpstreamDeadline(TimeProvider.System, null, default);
        Assert.False(next.Token.IsCancellationRequested);
        foreach (var other in others)
            other.Dispose();
    }

    [Fact]
    public void A_callback_of_the_attempt_before_is_not_run_by_the_next()
    {
        var ran = 0;
        var tokens = new List<CancellationToken>();
        for (var i = 0; i < 50; i++)
        {
            using var deadline = new UpstreamDeadline(TimeProvider.System, null, default);
            tokens.Add(deadline.Token);
            deadline.Token.UnsafeRegister(_ => ran++, null);
        }
        using var last = new UpstreamDeadline(TimeProvider.System, null, default);
        last.Cancel();
        Assert.Equal(0, ran);
    }

    [Fact]
    public async Task Attempts_side_by_side_are_cancelled_each_by_its_own_cause_only()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 2_000),
            async (i, _) =>
            {
                using var caller = new CancellationTokenSource();
                using var deadline = new UpstreamDeadline(TimeProvider.System, TimeSpan.FromMinutes(1), caller.Token);
                deadline.Arm(TimeSpan.FromSeconds(30));
                await Task.Yield();
                if (i % 3 == 0)
                    await caller.CancelAsync();
                else
                    deadline.Rest();
                Assert.Equal(i % 3 == 0, deadline.Token.IsCancellationRequested);
            }
        );
    }
}
