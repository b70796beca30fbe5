using Portico.Core.Chat;
using Portico.Gateway.Routing;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Routing;

/// <summary>What is remembered of the attempts at a deployment, and what is forgotten.</summary>
public sealed class RecentAttemptsTests
{
    readonly ManualTime time = new();
    readonly RecentAttempts recent;

    public RecentAttemptsTests() => recent = new RecentAttempts(time);

    static UpstreamException Fails(Fault fault) => new(ErrorTable.UpstreamFailed, fault, $"It failed: {fault}.");

    [Fact]
    public void Ends_are_counted_by_kind_and_leave_the_window_after_fifteen_minutes_but_not_the_totals()
    {
        recent.Completed(10, 20);
        recent.Abandoned();
        foreach (var fault in Enum.GetValues<Fault>())
            recent.Failed(Fails(fault));
        recent.Read().InWindow.ShouldBe([1, 1, 1, 1, 1, 1, 1]);

        time.Advance(TimeSpan.FromMinutes(14));
        recent.Failed(Fails(Fault.RateLimit));
        recent.Read().Of(AttemptEnd.RateLimit).ShouldBe(2);

        time.Advance(TimeSpan.FromMinutes(1));
        var seen = recent.Read();
        seen.InWindow.ShouldBe([0, 0, 0, 0, 1, 0, 0]);
        seen.SinceStart.ShouldBe([1, 1, 1, 1, 2, 1, 1]);
        seen.Timed.ShouldBeEmpty();

        // The same minute of the ring, a round later, begins at nothing.
        time.Advance(TimeSpan.FromMinutes(14));
        recent.Completed(1, 1);
        recent.Read().InWindow.ShouldBe([1, 0, 0, 0, 0, 0, 0]);
    }

    [Fact]
    public void Times_are_those_of_the_newest_completed_attempts()
    {
        for (var i = 1; i <= RecentAttempts.MaxTimed + 44; i++)
            recent.Completed(i, 10 * i);
        var seen = recent.Read();
        seen.Timed.Count.ShouldBe(RecentAttempts.MaxTimed);
        seen.Of(AttemptEnd.Completed).ShouldBe(RecentAttempts.MaxTimed + 44);
        seen.Timed.Min(t => t.FirstOutputUs).ShouldBe(45);
        var quantiles = ProviderHealth.Durations(seen.Timed);
        (quantiles.Calls, quantiles.P50Us, quantiles.P99Us).ShouldBe((256, 1720, 2980));
        ProviderHealth.FirstOutputs([new TimedAttempt(0, 5)]).Calls.ShouldBe(0, "an attempt without output has no first output");
    }

    [Fact]
    public void The_newest_failure_is_the_providers_and_a_quota_that_is_not_told_takes_none_away()
    {
        recent.Failed(Fails(Fault.Upstream));
        recent.Failed(Fails(Fault.Caller));
        recent.Told(new RemainingQuota(7, null));
        var told = time.GetUtcNow();
        time.Advance(TimeSpan.FromSeconds(3));
        recent.Told(default);
        var seen = recent.Read();
        (seen.LastFailure!.End, seen.LastFailure.Message).ShouldBe((AttemptEnd.Upstream, "It failed: Upstream."));
        (seen.Quota, seen.QuotaAt).ShouldBe((new RemainingQuota(7, null), told));
    }
}
