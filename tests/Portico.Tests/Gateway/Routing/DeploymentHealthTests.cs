using Portico.Core.Chat;
using Portico.Gateway.Routing;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Routing;

/// <summary>When a deployment is left alone, for how long, and how it comes back.</summary>
public sealed class DeploymentHealthTests
{
    readonly ManualTime time = new();
    readonly DeploymentHealth health;

    public DeploymentHealthTests() => health = new DeploymentHealth(time);

    void Fail(int times, Fault fault = Fault.Upstream, TimeSpan? retryAfter = null)
    {
        for (var i = 0; i < times; i++)
        {
            health.TryEnter();
            health.Failed(fault, retryAfter);
            health.Leave();
        }
    }

    TimeSpan? Rest => health.UnavailableUntil - time.GetUtcNow();

    [Fact]
    public void Five_failures_in_a_row_open_the_breaker_for_five_seconds()
    {
        Fail(4);
        (health.State, health.TryEnter()).ShouldBe((BreakerState.Closed, true));
        health.Failed(Fault.Upstream, null);
        health.Leave();
        (health.State, health.TryEnter(), Rest).ShouldBe((BreakerState.Open, false, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void A_success_between_them_starts_the_count_anew()
    {
        Fail(4);
        health.Succeeded(100);
        Fail(4);
        health.State.ShouldBe(BreakerState.Closed);
    }

    [Theory]
    [InlineData(Fault.Caller)]
    [InlineData(Fault.Credential)]
    [InlineData(Fault.Model)]
    [InlineData(Fault.RateLimit)]
    public void Faults_of_others_never_open_it(Fault fault)
    {
        Fail(50, fault);
        health.State.ShouldBe(BreakerState.Closed);
    }

    [Fact]
    public void One_probe_is_let_through_and_the_others_wait_for_it()
    {
        Fail(5);
        time.Advance(TimeSpan.FromSeconds(5));
        health.State.ShouldBe(BreakerState.HalfOpen);
        health.UnavailableUntil.ShouldBeNull();
        (health.TryEnter(), health.TryEnter(), health.TryEnter()).ShouldBe((true, false, false));
        Rest.ShouldBe(TimeSpan.FromSeconds(5));
        health.Busy.ShouldBe(1);
    }

    [Fact]
    public void An_answer_that_begins_lets_the_others_in_before_its_stream_has_ended()
    {
        Fail(5);
        time.Advance(TimeSpan.FromSeconds(5));
        health.TryEnter().ShouldBeTrue();
        health.Answered();
        (health.State, health.TryEnter()).ShouldBe((BreakerState.Closed, true));
        // Broken off later, it is a failure like any other.
        health.Failed(Fault.Upstream, null);
        health.State.ShouldBe(BreakerState.Closed);
        Fail(4);
        (health.State, Rest).ShouldBe((BreakerState.Open, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Failed_probes_double_the_time_up_to_two_minutes_and_a_good_one_ends_it()
    {
        Fail(5);
        foreach (var seconds in new[] { 10, 20, 40, 80, 120, 120 })
        {
            time.Advance(Rest!.Value);
            Fail(1);
            Rest.ShouldBe(TimeSpan.FromSeconds(seconds));
        }
        time.Advance(Rest!.Value);
        health.TryEnter().ShouldBeTrue();
        health.Succeeded(100);
        health.Leave();
        (health.State, health.UnavailableUntil).ShouldBe((BreakerState.Closed, null));
        Fail(5);
        Rest.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_probe_that_taught_nothing_makes_way_for_another()
    {
        Fail(5);
        time.Advance(TimeSpan.FromSeconds(5));
        health.TryEnter().ShouldBeTrue();
        health.Undecided();
        health.Leave();
        (health.State, health.TryEnter()).ShouldBe((BreakerState.HalfOpen, true));
    }

    [Fact]
    public void Calls_that_were_under_way_when_it_opened_do_not_open_it_longer()
    {
        for (var i = 0; i < 30; i++)
            health.TryEnter();
        for (var i = 0; i < 30; i++)
            health.Failed(Fault.Upstream, null);
        Rest.ShouldBe(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(5));
        health.TryEnter().ShouldBeTrue();
        health.Failed(Fault.Upstream, null);
        Rest.ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(90, 90)]
    [InlineData(100_000, 600)]
    [InlineData(null, 10)]
    public void A_limit_of_the_provider_cools_it_down_for_as_long_as_that_says(int? asked, int seconds)
    {
        Fail(1, Fault.RateLimit, asked is { } s ? TimeSpan.FromSeconds(s) : null);
        (health.TryEnter(), Rest).ShouldBe((false, TimeSpan.FromSeconds(seconds)));
        time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        health.TryEnter().ShouldBeFalse();
        time.Advance(TimeSpan.FromMilliseconds(1));
        (health.TryEnter(), health.UnavailableUntil).ShouldBe((true, null));
    }

    [Fact]
    public void Places_are_counted_and_given_back()
    {
        for (var i = 0; i < 3; i++)
            health.TryEnter();
        health.Busy.ShouldBe(3);
        health.Leave();
        health.Leave();
        health.Leave();
        health.Busy.ShouldBe(0);
        Fail(5);
        health.TryEnter();
        health.Busy.ShouldBe(0, "who is not let in takes no place");
    }

    [Fact]
    public void A_refused_credential_benches_the_connection_until_it_changes_or_a_minute_is_over()
    {
        var bench = new ConnectionBench(time);
        var (one, other) = (ConnectionId.New(time), ConnectionId.New(time));
        bench.Until(one, 1).ShouldBeNull();
        bench.Bench(one, 1);
        bench.Until(one, 1).ShouldBe(time.GetUtcNow().AddSeconds(60));
        bench.Until(other, 1).ShouldBeNull();
        bench.Until(one, 2).ShouldBeNull("a changed connection is a new chance");
        bench.Bench(one, 2);
        time.Advance(TimeSpan.FromSeconds(60));
        bench.Until(one, 2).ShouldBeNull();
    }
}
