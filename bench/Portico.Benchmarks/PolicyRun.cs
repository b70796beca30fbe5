using System.Globalization;
using Portico.Core;
using Portico.Core.Chat;
using Portico.Gateway;
using Portico.Gateway.Routing;
using Portico.Gateway.Stages;
using Portico.Governance;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Approvals;
using Portico.Guardrails;
using Portico.Observability;
using Portico.Providers;

namespace Portico.Benchmarks;

/// <summary>
/// The stages of policies around a call that does nothing else: what a call without a policy pays, what lines cost, and what content rules cost over a conversation. By turns, so
/// that what else the machine does falls on all alike.
/// </summary>
static class PolicyRun
{
    const double AskedUs = 3;
    const int Turns = 9;

    static readonly TimeProvider Time = TimeProvider.System;

    const string Lines = """
        models:
          allow: [gpt-*, claude-*, sim/*]
        providers:
          deny: [elsewhere]
        regions:
          allow: [eu]
        data:
          no_training: true
          max_retention_days: 30
        data_classes:
          development: [public, internal]
        capture:
          state: metadata
        approvals:
          limited: 1
          high: 2
          valid_days: 30
        """;

    const string Rules = """
        guardrails:
          codenames:
            words: [Falcon, Blue Heron, Kingfisher]
            action: block
          cards:
            patterns: ['\b\d{4}([ -]?\d{4}){3}\b']
            action: redact
          mail:
            patterns: ['[a-z0-9._]+@[a-z0-9-]+(\.[a-z]+)+']
            action: redact
        """;

    public static async Task<int> RunAsync(int calls)
    {
        var enforce = new EnforcePolicy(null!, null!, new PolicyShadow(), null!, null, Time);
        var screen = new ScreenContent(
            new PersonAsker(null!, null!, null!),
            null!,
            null!,
            null!,
            // Each text counts as one that was never searched.
            clean: null,
            null!,
            Time,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<ScreenContent>.Instance
        );
        var reply = new ModelReply(new WholeReply([], new Completion(default, FinishReason.Stop, "m")));
        Next last = (_, _) => ValueTask.FromResult(reply);
        var approval = new RequireApproval(Time);
        Next walk = (call, ct) => approval.RunAsync(call, (c, t) => enforce.RunAsync(c, (d, u) => screen.RunAsync(d, last, u), t), ct);
        var sentence = "A sentence of a question that is neither short nor long, and names nobody. ";
        var text = string.Concat(Enumerable.Repeat(sentence, 1024 / sentence.Length + 1))[..1024];
        var cases = new (string Name, CompiledPolicy? Policy, string Text)[]
        {
            ("no policy", null, "Hi"),
            ("lines at three levels", Compile(Lines, Lines, Lines), "Hi"),
            ("content rules, 1 KiB of text in", Compile(Rules), text),
        };
        var measured = cases.ToDictionary(c => c.Name, _ => new List<double>());
        for (var turn = 0; turn <= Turns; turn++)
            foreach (var (name, policy, said) in cases)
            {
                var caller = CallerOf(policy);
                var request = new ChatRequest
                {
                    Model = "m",
                    Messages = [new ChatMessage { Role = ChatRole.User, Parts = [new TextPart(said)] }],
                };
                var many = said.Length > 100 ? calls / 20 : calls;
                var before = Environment.CpuUsage.TotalTime;
                for (var i = 0; i < many; i++)
                    await walk(CallOf(caller, request), CancellationToken.None);
                // The first turn warms up.
                if (turn > 0)
                    measured[name].Add((Environment.CpuUsage.TotalTime - before).TotalMicroseconds / many);
            }
        var none = Median(measured["no policy"]);
        var lines = Median(measured["lines at three levels"]) - none;
        var rules = Median(measured["content rules, 1 KiB of text in"]) - none;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                µs of CPU a call in the stages of policies, median of {Turns} turns of {calls} calls. Asked: lines cost at most {AskedUs} µs.

                | | µs |
                |---|---|
                | making the call, no policy | {none:0.00} |
                | lines at three levels, more | {lines:0.00} |
                | three content rules over 1 KiB, more | {rules:0.0} |
                """
            )
        );
        return lines <= AskedUs ? 0 : 1;
    }

    static CompiledPolicy Compile(params string[] texts) =>
        PolicyBook.Compile(
            texts
                .Select(
                    (t, i) =>
                        new PolicyLevel($"level{i}", "Bank", (PolicyScope)i, 1, PolicyReader.Read(t).Document!, OperatingModel.Federated)
                )
                .ToList(),
            [],
            Time.GetUtcNow()
        )!;

    static Caller CallerOf(CompiledPolicy? policy)
    {
        var organisation = new Organisation(OrganisationId.New(Time), "o", 1);
        var workspace = new Workspace(WorkspaceId.New(Time), organisation.Id, "w", 1);
        var useCase = new UseCase(UseCaseId.New(Time), workspace.Id, "u", null, null, "draft", 1) { RiskClass = RiskClass.Limited };
        var key = new ServiceKey
        {
            Id = KeyId.New(Time),
            Name = "k",
            Prefix = "pk_live_",
            UseCaseId = useCase.Id,
        };
        return new Caller(key, useCase, workspace, organisation, null) { Policies = new CallerPolicies(policy, null, [Time.GetUtcNow()]) };
    }

    static readonly RoutePlan Plan = new(
        new Route
        {
            Id = default,
            Name = "m",
            Strategy = RouteStrategy.Ordered,
            Targets = [],
        },
        []
    );

    static ModelCall CallOf(Caller caller, ChatRequest request) =>
        new()
        {
            Context = new CallContext(new CallRecord { Id = default }, Time, Time.GetTimestamp()),
            Caller = caller,
            Chat = request,
            Plan = Plan,
        };

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
