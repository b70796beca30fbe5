using Portico.Governance.Policy.Guards;
using Portico.Guardrails;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Grounding;
using Portico.Guardrails.Injection;

namespace Portico.Governance.Risks.Checks;

/// <summary>What the content rules in force look at. Pure.</summary>
static class ScreenChecks
{
    /// <summary>Where texts stand that a provider gets, and that a caller gets.</summary>
    static readonly (TextChannel Channels, string Name)[] BothWays =
    [
        (TextChannel.User, "what people say"),
        (TextChannel.Answer, "answers"),
    ];

    static readonly (TextChannel Channels, string Name)[] Inwards =
    [
        (TextChannel.User, "what people say"),
        (TextChannel.Tool | TextChannel.Retrieved, "what tools and searches give back"),
    ];

    /// <summary>Any rule.</summary>
    public static ControlFinding Any(IReadOnlyList<ContentRule> rules) => Find(rules, LooksAtTexts, _ => true, "texts", BothWays);

    /// <summary>A canary is told of no text by itself.</summary>
    static bool LooksAtTexts(ContentRule rule) =>
        rule.Words.Count + rule.Patterns.Count + rule.Protects.Count + rule.Topics.Count > 0
        || rule.Kinds.Any(k => !CanaryKinds.AreMeantBy(k));

    public static ControlFinding Attacks(IReadOnlyList<ContentRule> rules) => Family(rules, "injection", "attacks on the model", Inwards);

    public static ControlFinding PersonalData(IReadOnlyList<ContentRule> rules) => Family(rules, "pii", "personal data", BothWays);

    public static ControlFinding Secrets(IReadOnlyList<ContentRule> rules) => Family(rules, "secrets", "secrets", BothWays);

    /// <summary>Classes in answers are noted, since an answer has gone on when they are told: nothing acts on them.</summary>
    public static ControlFinding Harm(IReadOnlyList<ContentRule> rules) =>
        Family(rules, "content", "classes of harmful content", [(TextChannel.User, "what people say")]);

    /// <summary>What is noted is all that can be: an answer has gone on when its sentences are compared.</summary>
    public static ControlFinding Grounding(IReadOnlyList<ContentRule> rules)
    {
        var noting = rules
            .Where(r => r.Action != ContentAction.Allow && (r.Channels & TextChannel.Answer) != TextChannel.None)
            .Where(r => r.Kinds.Any(k => KindNames.Covers(k, GroundingJudge.Unsupported)))
            .ToList();
        return noting.Count == 0
            ? ControlFinding.Absent("No content rule compares answers with their sources.")
            : ControlFinding.InForce(
                $"{Names(noting)} {Verb(noting, "notes", "note")} sentences that results of tools and enclosed documents do not support."
            );
    }

    /// <summary>A leak that is noted alone has reached who asked for it.</summary>
    public static ControlFinding Canaries(IReadOnlyList<ContentRule> rules)
    {
        var looking = rules
            .Where(r => r.Action != ContentAction.Allow && (r.Channels & TextChannel.Answer) != TextChannel.None)
            .Where(r => r.Kinds.Any(CanaryKinds.AreMeantBy))
            .ToList();
        var acting = looking.Where(r => r.Action > ContentAction.Flag).ToList();
        return looking.Count == 0 ? ControlFinding.Absent("No content rule has a canary put into system prompts.")
            : acting.Count == 0
                ? ControlFinding.Partial($"{Names(looking)} only {Verb(looking, "notes", "note")} that a system prompt was repeated.")
            : ControlFinding.InForce($"{Names(acting)} {Verb(acting, "ends", "end")} answers that repeat their system prompt.");
    }

    /// <summary>Some rule or guard has calls wait.</summary>
    public static ControlFinding Person(IReadOnlyList<ContentRule> rules, IReadOnlyList<Guard> guards)
    {
        string[] asking =
        [
            .. Called("rule", rules.Where(r => r.Action == ContentAction.Ask).Select(r => r.Name)),
            .. Called("guard", guards.Where(g => g.Action == ContentAction.Ask).Select(g => g.Name)),
        ];
        return asking.Length == 0
            ? ControlFinding.Absent("No content rule and no guard has a call wait for a person.")
            : ControlFinding.InForce($"Calls wait for a person where {string.Join(" or ", asking)} wants that.");
    }

    /// <summary>Guards that hold something back, for texts both ways, and let none pass that nobody judged. What they look for is theirs: it is not told here.</summary>
    public static ControlFinding Guards(IReadOnlyList<Guard> guards)
    {
        if (guards.Count == 0)
            return ControlFinding.Absent("The policy has no guard.");
        var acting = guards.Where(g => g.Holds).ToList();
        if (acting.Count == 0)
            return ControlFinding.Partial($"{Called(guards)} only {(guards.Count == 1 ? "notes" : "note")} what is flagged.");
        var (who, act) = (Called(acting), acting.Count == 1 ? "acts" : "act");
        var missing = BothWays.Where(p => !acting.Exists(g => GuardSet.Asks(g, p.Channels))).Select(p => p.Name).ToList();
        if (missing.Count > 0)
            return ControlFinding.Partial($"{who} {act}, but not on {string.Join(" and ", missing)}.");
        var open = BothWays.Where(p => acting.TrueForAll(g => g.FailsOpen || !GuardSet.Asks(g, p.Channels))).Select(p => p.Name).ToList();
        return open.Count > 0
            ? ControlFinding.Partial($"{who} {act}; {string.Join(" and ", open)} pass where there is no verdict.")
            : ControlFinding.InForce($"{who} {act} on what people say and on answers; without a verdict nothing passes.");
    }

    static string Called(IReadOnlyList<Guard> guards) => Capital(string.Join(", ", Called("guard", guards.Select(g => g.Name))));

    static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>None, or one phrase for all: the guard a; the guards a, b.</summary>
    static IEnumerable<string> Called(string noun, IEnumerable<string> names)
    {
        var all = names.ToList();
        if (all.Count > 0)
            yield return $"the {noun}{(all.Count == 1 ? "" : "s")} {string.Join(", ", all.Take(MaxNames))}"
                + (all.Count > MaxNames ? $" and {all.Count - MaxNames} more" : "");
    }

    /// <summary>Rules that look for a family of kinds, wholly or for some of its kinds.</summary>
    static ControlFinding Family(
        IReadOnlyList<ContentRule> rules,
        string family,
        string what,
        IReadOnlyList<(TextChannel Channels, string Name)> places
    ) =>
        Find(
            rules,
            r => r.Kinds.Any(k => KindNames.Covers(family, k)),
            r => r.Kinds.Contains(family, StringComparer.Ordinal),
            what,
            places
        );

    static ControlFinding Find(
        IReadOnlyList<ContentRule> rules,
        Func<ContentRule, bool> looks,
        Func<ContentRule, bool> isWhole,
        string what,
        IReadOnlyList<(TextChannel Channels, string Name)> places
    )
    {
        var all = rules.Where(r => looks(r) && r.Action != ContentAction.Allow).ToList();
        if (all.Count == 0)
            return ControlFinding.Absent(rules.Count == 0 ? "The policy has no content rule." : $"No content rule looks for {what}.");
        var acting = all.Where(r => r.Action > ContentAction.Flag).ToList();
        if (acting.Count == 0)
            return ControlFinding.Partial($"{Names(all)} only {Verb(all, "notes", "note")} what is found.");
        var missing = places.Where(p => !acting.Any(r => Reaches(r, p.Channels))).Select(p => p.Name).ToList();
        if (missing.Count > 0)
            return ControlFinding.Partial($"{Names(acting)} {Verb(acting, "acts", "act")}, but not on {string.Join(" and ", missing)}.");
        var narrow = places.Where(p => !acting.Any(r => isWhole(r) && Reaches(r, p.Channels))).Select(p => p.Name).ToList();
        return narrow.Count > 0
            ? ControlFinding.Partial(
                $"{Names(acting)} {Verb(acting, "acts", "act")} on some kinds of {what} alone in {string.Join(" and in ", narrow)}."
            )
            : ControlFinding.InForce(
                $"{Names(acting)} {Verb(acting, "acts", "act")} on {string.Join(" and on ", places.Select(p => p.Name))}."
            );
    }

    /// <summary>In answers nothing acts on what is told of whole texts alone.</summary>
    static bool Reaches(ContentRule rule, TextChannel channels) =>
        (rule.Channels & channels) != TextChannel.None
        && (
            channels != TextChannel.Answer
            || rule.Words.Count + rule.Patterns.Count + rule.Protects.Count > 0
            || rule.Kinds.Any(k => !DetectorCatalog.Shipped.NeedsWhole(k))
        );

    const int MaxNames = 3;

    static string Names(List<ContentRule> rules) =>
        (rules.Count == 1 ? "The rule " : "The rules ")
        + string.Join(", ", rules.Take(MaxNames).Select(r => r.Name))
        + (rules.Count > MaxNames ? $" and {rules.Count - MaxNames} more" : "");

    static string Verb(List<ContentRule> rules, string one, string many) => rules.Count == 1 ? one : many;
}
