using Portico.Governance.Audit;
using Portico.Governance.Policy;
using Portico.Governance.Policy.Guards;
using Portico.Governance.Risks;
using Portico.Governance.Risks.Checks;
using Portico.Guardrails;

namespace Portico.Tests.Governance.Risks;

/// <summary>How each control that lines of a policy decide stands, for policies that have it in force, in part and not at all.</summary>
public sealed class ControlCheckTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    static CompiledPolicy? Policy(string text) =>
        text.Length == 0
            ? null
            : PolicyBook.Compile(
                [
                    new PolicyLevel(
                        "org_1",
                        "Bank",
                        PolicyScope.Organisation,
                        1,
                        PolicyReader.Read(text).Document ?? throw new ShouldAssertException(text),
                        OperatingModel.Federated
                    ),
                ],
                [],
                Now
            );

    static IReadOnlyList<ContentRule> Rules(string text) =>
        Policy(text)?.Effective.Lines.Select(l => l.Value).OfType<Guardrail>().Select(g => g.Rule).ToList() ?? [];

    static string Rule(string detect, string channels, string action) =>
        $"guardrails:\n  one:\n    {detect}\n    channels: [{channels}]\n    action: {action}\n";

    [Theory]
    [InlineData("words: [falcon]", "user, output", "block", ControlState.InForce)]
    [InlineData("words: [falcon]", "user, output", "redact", ControlState.InForce)]
    [InlineData("words: [falcon]", "user, output", "flag", ControlState.Partial)]
    [InlineData("words: [falcon]", "user", "block", ControlState.Partial)]
    [InlineData("words: [falcon]", "output", "block", ControlState.Partial)]
    [InlineData("words: [falcon]", "user, output", "allow", ControlState.Absent)]
    public void Content_is_screened_where_a_rule_that_acts_looks_both_ways(
        string detect,
        string channels,
        string action,
        ControlState state
    ) => ScreenChecks.Any(Rules(Rule(detect, channels, action))).State.ShouldBe(state);

    [Fact]
    public void Without_a_rule_nothing_is_screened_and_no_check_says_otherwise()
    {
        foreach (
            var check in (Func<IReadOnlyList<ContentRule>, ControlFinding>[])
                [
                    ScreenChecks.Any,
                    ScreenChecks.Attacks,
                    ScreenChecks.PersonalData,
                    ScreenChecks.Secrets,
                    ScreenChecks.Harm,
                    ScreenChecks.Grounding,
                    ScreenChecks.Canaries,
                    rules => ScreenChecks.Person(rules, []),
                    _ => ScreenChecks.Guards([]),
                ]
        )
            check([]).State.ShouldBe(ControlState.Absent);
        ScreenChecks
            .Attacks(Rules(Rule("words: [falcon]", "user", "block")))
            .Says.ShouldBe("No content rule looks for attacks on the model.");
    }

    [Fact]
    public void A_rule_that_looks_for_what_whole_texts_tell_does_not_count_for_answers() =>
        ScreenChecks
            .Any(Rules(Rule("detect: [injection]", "user, output", "block")))
            .Says.ShouldBe("The rule one acts, but not on answers.");

    [Theory]
    [InlineData("detect: [canary]", "output", "block", ControlState.InForce)]
    [InlineData("detect: [canary.plain]", "answer", "ask", ControlState.InForce)]
    [InlineData("detect: [canary]", "output", "flag", ControlState.Partial)]
    [InlineData("detect: [canary]", "output", "allow", ControlState.Absent)]
    [InlineData("detect: [canary]", "arguments", "block", ControlState.Absent)]
    [InlineData("detect: [pii]", "output", "block", ControlState.Absent)]
    public void Leaks_of_system_prompts_are_seen_where_a_rule_has_canaries(
        string detect,
        string channels,
        string action,
        ControlState state
    )
    {
        var rules = Rules(Rule(detect, channels, action));
        ScreenChecks.Canaries(rules).State.ShouldBe(state);
        if (state != ControlState.Absent)
            ScreenChecks.Any(rules).State.ShouldBe(ControlState.Absent, "a canary screens no text by itself");
    }

    [Theory]
    [InlineData("detect: [injection]", "user, tool", "block", ControlState.InForce)]
    [InlineData("detect: [injection]", "user, retrieved", "ask", ControlState.InForce)]
    [InlineData("detect: [injection]", "user", "block", ControlState.Partial)]
    [InlineData("detect: [injection]", "user, tool", "flag", ControlState.Partial)]
    [InlineData("detect: [pii]", "user, tool", "block", ControlState.Absent)]
    public void Attacks_are_looked_for_in_what_people_and_tools_say(string detect, string channels, string action, ControlState state) =>
        ScreenChecks.Attacks(Rules(Rule(detect, channels, action))).State.ShouldBe(state);

    [Theory]
    [InlineData("detect: [pii]", "user, output", "tokenise", ControlState.InForce)]
    [InlineData("detect: [pii.email]", "user, output", "redact", ControlState.Partial)]
    [InlineData("detect: [pii]", "user, output", "flag", ControlState.Partial)]
    [InlineData("detect: [secrets]", "user, output", "redact", ControlState.Absent)]
    public void Some_kinds_of_personal_data_are_not_all(string detect, string channels, string action, ControlState state) =>
        ScreenChecks.PersonalData(Rules(Rule(detect, channels, action))).State.ShouldBe(state);

    [Theory]
    [InlineData("detect: [secrets]", "user, output", "block", ControlState.InForce)]
    [InlineData("detect: [secrets]", "user", "block", ControlState.Partial)]
    [InlineData("detect: [pii]", "user", "block", ControlState.Absent)]
    public void Secrets_are_looked_for_both_ways(string detect, string channels, string action, ControlState state) =>
        ScreenChecks.Secrets(Rules(Rule(detect, channels, action))).State.ShouldBe(state);

    [Theory]
    [InlineData("detect: [content]", "user", "block", ControlState.InForce)]
    [InlineData("detect: [content]", "tool", "block", ControlState.Partial)]
    [InlineData("detect: [content]", "user", "flag", ControlState.Partial)]
    public void Harm_is_looked_for_in_what_people_say(string detect, string channels, string action, ControlState state) =>
        ScreenChecks.Harm(Rules(Rule(detect, channels, action))).State.ShouldBe(state);

    [Theory]
    [InlineData("detect: [grounding]", "output", "flag", ControlState.InForce)]
    [InlineData("detect: [grounding]", "user, output", "allow", ControlState.Absent)]
    [InlineData("detect: [content]", "output", "flag", ControlState.Absent)]
    public void Answers_are_compared_with_their_sources(string detect, string channels, string action, ControlState state) =>
        ScreenChecks.Grounding(Rules(Rule(detect, channels, action))).State.ShouldBe(state);

    [Fact]
    public void A_topic_does_not_count_for_answers() =>
        ScreenChecks
            .Any(Rules(Rule("examples: [Which stocks should I buy?]", "user, output", "block")))
            .Says.ShouldBe("The rule one acts, but not on answers.");

    [Theory]
    [InlineData("ask", ControlState.InForce)]
    [InlineData("block", ControlState.Absent)]
    public void A_person_decides_where_a_rule_or_a_guard_asks(string action, ControlState state)
    {
        ScreenChecks.Person(Rules(Rule("words: [falcon]", "user", action)), []).State.ShouldBe(state);
        ScreenChecks.Person([], Guards(Guard("house", "user", action))).State.ShouldBe(state);
        ScreenChecks
            .Person(Rules(Rule("words: [falcon]", "user", "ask")), Guards(Guard("house", "user", "ask")))
            .Says.ShouldBe("Calls wait for a person where the rule one or the guard house wants that.");
    }

    static IReadOnlyList<Guard> Guards(params string[] guards) => Policy("guards:\n" + string.Concat(guards))!.Guards!.Guards;

    static string Guard(string name, string channels, string action, string more = "") =>
        $"  {name}:\n    url: https://guards.example.com/{name}\n    channels: [{channels}]\n    action: {action}\n{more}";

    const string Open = "    on_error: open\n";

    public static TheoryData<string[], ControlState, string> GuardCases =>
        new()
        {
            {
                [Guard("house", "user, output", "block")],
                ControlState.InForce,
                "The guard house acts on what people say and on answers; without a verdict nothing passes."
            },
            { [Guard("house", "user, output", "flag")], ControlState.Partial, "The guard house only notes what is flagged." },
            {
                [Guard("a", "user", "flag"), Guard("b", "user, output", "flag", Open)],
                ControlState.Partial,
                "The guards a, b only note what is flagged."
            },
            { [Guard("house", "user", "block")], ControlState.Partial, "The guard house acts, but not on answers." },
            {
                [Guard("house", "arguments", "redact")],
                ControlState.Partial,
                "The guard house acts, but not on what people say and answers."
            },
            {
                [Guard("a", "user", "block"), Guard("b", "output", "ask", Open)],
                ControlState.Partial,
                "The guards a, b act; answers pass where there is no verdict."
            },
            {
                [Guard("a", "user, output", "block", Open), Guard("b", "user, output", "redact")],
                ControlState.InForce,
                "The guards a, b act on what people say and on answers; without a verdict nothing passes."
            },
        };

    [Theory]
    [MemberData(nameof(GuardCases))]
    public void Guards_stand_in_force_where_they_act_both_ways_and_let_nothing_pass_that_nobody_judged(
        string[] guards,
        ControlState state,
        string says
    ) => ScreenChecks.Guards(Guards(guards)).ShouldBe(new ControlFinding(state, says));

    [Theory]
    [InlineData("models", "models:\n  allow: [gpt-*]\n", ControlState.InForce)]
    [InlineData("models", "providers:\n  deny: [openai]\n", ControlState.Partial)]
    [InlineData("models", "", ControlState.Absent)]
    [InlineData("terms", "data:\n  no_training: true\n  max_retention_days: 30\nregions:\n  allow: [eu]\n", ControlState.InForce)]
    [InlineData(
        "terms",
        "data:\n  no_training: true\n  max_retention_days: 30\n  when_unknown: allow\nregions:\n  allow: [eu]\n",
        ControlState.Partial
    )]
    [InlineData("terms", "data:\n  no_training: true\n", ControlState.Partial)]
    [InlineData("terms", "data:\n  no_training: false\n", ControlState.Absent)]
    [InlineData("classes", "data_classes:\n  development: [public]\n  production: [internal]\n  required: true\n", ControlState.InForce)]
    [InlineData("classes", "data_classes:\n  development: [public]\n  production: [internal]\n", ControlState.Partial)]
    [InlineData("classes", "data_classes:\n  required: true\n", ControlState.Partial)]
    [InlineData("classes", "data_classes:\n  production: [internal]\n  required: true\n", ControlState.Partial)]
    [InlineData("classes", "", ControlState.Absent)]
    [InlineData("capture", "capture:\n  state: metadata\n", ControlState.InForce)]
    [InlineData("capture", "", ControlState.Partial)]
    [InlineData("retention", "retention:\n  contents_days: 7\n  responses_days: 7\n  records_months: 12\n", ControlState.InForce)]
    [InlineData("retention", "retention:\n  contents_days: 7\n", ControlState.Partial)]
    [InlineData("retention", "", ControlState.Partial)]
    [InlineData("floor", "retention:\n  records_min_months: 6\n", ControlState.InForce)]
    [InlineData("floor", "retention:\n  records_min_months: 5\n", ControlState.Partial)]
    [InlineData("floor", "retention:\n  records_min_months: 0\n", ControlState.Absent)]
    [InlineData("floor", "", ControlState.Absent)]
    [InlineData("approvals", "approvals:\n  high: 2\n", ControlState.InForce)]
    [InlineData("approvals", "approvals:\n  limited: 1\n", ControlState.Partial)]
    [InlineData("approvals", "approvals:\n  high: 0\n", ControlState.Absent)]
    [InlineData("approvals", "", ControlState.Absent)]
    public void Lines_of_the_policy_decide(string check, string text, ControlState state)
    {
        var found = Checks[check](Policy(text));
        found.State.ShouldBe(state, found.Says);
        found.Says.ShouldEndWith(".");
    }

    static readonly Dictionary<string, Func<CompiledPolicy?, ControlFinding>> Checks = new()
    {
        ["models"] = PolicyChecks.ModelLists,
        ["terms"] = PolicyChecks.DataTerms,
        ["classes"] = PolicyChecks.DataClasses,
        ["capture"] = PolicyChecks.Capture,
        ["retention"] = PolicyChecks.Retention,
        ["floor"] = PolicyChecks.RecordFloor,
        ["approvals"] = PolicyChecks.Approvals,
    };

    [Theory]
    [InlineData("detect: [secrets.jwt]", "user, output", "block", ControlState.Partial)]
    [InlineData("detect: [secrets]", "user, output", "flag", ControlState.Partial)]
    public void Some_kinds_of_secrets_are_not_all_and_noting_is_not_acting(
        string detect,
        string channels,
        string action,
        ControlState state
    ) => ScreenChecks.Secrets(Rules(Rule(detect, channels, action))).State.ShouldBe(state);

    [Theory]
    [InlineData(0, ControlState.Absent, "No place outside is set")]
    [InlineData(1, ControlState.InForce, "Checkpoints go to a place outside.")]
    [InlineData(2, ControlState.InForce, "Checkpoints go to 2 places outside.")]
    public async Task Checkpoints_stand_outside_where_a_place_is_set(int places, ControlState state, string says)
    {
        var check = new AnchorCheck(Enumerable.Range(0, places).Select(i => new FileAnchor($"checkpoints-{i}")));
        var found = await check.CheckAsync(null!, TestContext.Current.CancellationToken);
        found.State.ShouldBe(state);
        found.Says.ShouldStartWith(says);
    }

    [Fact]
    public void A_share_is_all_some_or_none()
    {
        ControlFinding.Share(2, 2, "keys have an end").ShouldBe(ControlFinding.InForce("2 of 2 keys have an end."));
        ControlFinding.Share(1, 2, "keys have an end").ShouldBe(ControlFinding.Partial("1 of 2 keys have an end."));
        ControlFinding.Share(0, 2, "keys have an end").ShouldBe(ControlFinding.Absent("0 of 2 keys have an end."));
        ControlFinding.Share(0, 0, "keys have an end").State.ShouldBe(ControlState.Absent);
    }
}
