using Microsoft.Extensions.Logging.Abstractions;
using Portico.Core.Chat;
using Portico.Core.Tokens;
using Portico.Gateway;
using Portico.Gateway.Routing;
using Portico.Gateway.Stages;
using Portico.Governance;
using Portico.Observability;
using Portico.Observability.Telemetry;
using Portico.Providers;
using Portico.Storage;
using Portico.Tests.Gateway.Routing;

namespace Portico.Tests.Gateway.Stages;

/// <summary>The stage alone, over what is below it: rows, places and what is learnt of a deployment, whatever comes up.</summary>
public sealed class FailoverTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("portico-failover-").FullName;
    readonly Journal journal;
    readonly GenAiTelemetry telemetry;
    readonly Failover stage;

    public FailoverTests()
    {
        journal = new Journal(folder);
        telemetry = new GenAiTelemetry(
            new RecordOptions(),
            new CallRecorder(journal, new RecordOptions(), NullLogger<CallRecorder>.Instance)
        );
        stage = new Failover(new ConnectionBench(TimeProvider.System), new AttemptBook(TimeProvider.System), new TokenCounter(), telemetry);
    }

    public void Dispose()
    {
        telemetry.Dispose();
        journal.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    static ModelCall Call(RoutePlan plan)
    {
        var time = TimeProvider.System;
        var organisation = new Organisation(OrganisationId.New(time), "o", 1);
        var workspace = new Workspace(WorkspaceId.New(time), organisation.Id, "w", 1);
        var useCase = new UseCase(UseCaseId.New(time), workspace.Id, "u", null, null, "draft", 1);
        var key = new ServiceKey
        {
            Id = KeyId.New(time),
            Name = "k",
            Prefix = "pk_live_",
            UseCaseId = useCase.Id,
        };
        var record = new CallRecord { Id = CallId.New(time) };
        return new ModelCall
        {
            Context = new CallContext(record, time, time.GetTimestamp()),
            Caller = new Caller(key, useCase, workspace, organisation, null),
            Chat = new ChatRequest { Model = "route", Messages = [] },
            Plan = plan,
        };
    }

    static UpstreamException Fails(Fault fault = Fault.Upstream, ErrorKind? kind = null) =>
        new(kind ?? ErrorTable.UpstreamFailed, fault, "It failed.") { Status = 500 };

    static ModelReply Good() => new(new WholeReply([], new Completion(default, FinishReason.Stop, "m")));

    [Fact]
    public async Task Each_try_is_a_row_and_the_good_one_gets_its_own_at_the_end()
    {
        var plan = Plans.Of(RouteStrategy.Ordered, Plans.Candidate("a"), Plans.Candidate("b"));
        var call = Call(plan with { Route = plan.Route with { Retries = 1, MaxAttempts = 9 } });
        var asked = new List<(string, int)>();
        await stage.RunAsync(
            call,
            (attempt, _) =>
            {
                asked.Add((attempt.Target!.Model.Name, attempt.AttemptNumber));
                return asked.Count < 3 ? throw Fails() : ValueTask.FromResult(Good());
            },
            CancellationToken.None
        );
        asked.ShouldBe([("a", 1), ("a", 2), ("b", 3)]);
        plan.Candidates.Select(c => c.Health.Busy).ShouldBe([0, 1], "the answer is under way");
        call.Context.End(new CallEnd(CallOutcome.Completed, new Completion(default, FinishReason.Stop, "m"), null));
        call.Context.Record.Attempts.Select(a => (a.Number, a.Model, a.Outcome))
            .ShouldBe([(1, "a", "failed"), (2, "a", "failed"), (3, "b", "completed")]);
        plan.Candidates.Select(c => c.Health.Busy).ShouldBe([0, 0]);
    }

    /// <summary>A place that is never given back makes a deployment look busy for ever, and a probe that never ends keeps it out of use.</summary>
    [Fact]
    public async Task A_break_on_our_side_gives_the_place_back_and_frees_the_probe()
    {
        var time = new Support.ManualTime();
        var candidate = Plans.Candidate("a", time: time);
        for (var i = 0; i < DeploymentHealth.FailuresToOpen; i++)
            candidate.Health.Failed(Fault.Upstream, null);
        time.Advance(TimeSpan.FromSeconds(6));
        candidate.Health.State.ShouldBe(BreakerState.HalfOpen);
        var call = Call(Plans.Of(RouteStrategy.Ordered, candidate));
        await Should.ThrowAsync<InvalidDataException>(async () =>
            await stage.RunAsync(call, (_, _) => throw new InvalidDataException("A bug."), CancellationToken.None)
        );
        candidate.Health.Busy.ShouldBe(0);
        candidate.Health.UnavailableUntil.ShouldBeNull("the next call may probe");
        call.Context.Record.Attempts.ShouldHaveSingleItem().Outcome.ShouldBe("failed");
    }

    [Fact]
    public async Task A_caller_that_leaves_teaches_nothing_and_is_a_row()
    {
        var candidate = Plans.Candidate("a");
        var call = Call(Plans.Of(RouteStrategy.Ordered, candidate));
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () =>
            await stage.RunAsync(
                call,
                (_, ct) =>
                {
                    ct.ThrowIfCancellationRequested();
                    return ValueTask.FromResult(Good());
                },
                gone.Token
            )
        );
        candidate.Health.Busy.ShouldBe(0);
        call.Context.Record.Attempts.ShouldHaveSingleItem().Outcome.ShouldBe("abandoned");
    }

    /// <summary>Retries times fallbacks: neither may exceed what the route allows in all.</summary>
    [Theory]
    [InlineData(Fault.Upstream, 2, 20, 9)]
    [InlineData(Fault.Upstream, 2, 5, 5)]
    [InlineData(Fault.Upstream, 0, 20, 3)]
    [InlineData(Fault.Upstream, 2, 1, 1)]
    [InlineData(Fault.Model, 5, 20, 3)]
    [InlineData(Fault.Model, 5, 2, 2)]
    public async Task Tries_are_bounded_over_retries_and_fallbacks(Fault fault, int retries, int maxAttempts, int expected)
    {
        var plan = Plans.Of(RouteStrategy.Ordered, Plans.Candidate("a"), Plans.Candidate("b"), Plans.Candidate("c"));
        var call = Call(plan with { Route = plan.Route with { Retries = retries, MaxAttempts = maxAttempts } });
        var tries = 0;
        await Should.ThrowAsync<UpstreamException>(async () =>
            await stage.RunAsync(
                call,
                (_, _) =>
                {
                    tries++;
                    throw Fails(fault);
                },
                CancellationToken.None
            )
        );
        tries.ShouldBe(expected);
        call.Context.Record.Attempts.Count.ShouldBe(tries);
        plan.Candidates.ShouldAllBe(c => c.Health.Busy == 0);
    }

    [Theory]
    [InlineData(Fault.Caller, 1)]
    [InlineData(Fault.Credential, 2)]
    [InlineData(Fault.RateLimit, 2)]
    [InlineData(Fault.Model, 2)]
    public async Task Whose_fault_it_is_decides_where_the_next_try_goes(Fault fault, int places)
    {
        var plan = Plans.Of(RouteStrategy.Ordered, Plans.Candidate("a"), Plans.Candidate("b"));
        var call = Call(plan with { Route = plan.Route with { Retries = 5, MaxAttempts = 20 } });
        var asked = new List<string>();
        await Should.ThrowAsync<UpstreamException>(async () =>
            await stage.RunAsync(
                call,
                (attempt, _) =>
                {
                    asked.Add(attempt.Target!.Model.Name);
                    throw Fails(fault);
                },
                CancellationToken.None
            )
        );
        asked.ShouldBe(places == 1 ? ["a"] : ["a", "b"]);
    }
}
