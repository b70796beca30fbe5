using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Injection;
using Portico.Guardrails.Models;
using Portico.Guardrails.Normalising;
using Portico.Guardrails.Overlap;
using Portico.Guardrails.Topics;

namespace Portico.Guardrails;

/// <summary>The content rules that hold for some calls, ready to search. Immutable; any number of calls use it at once.</summary>
public sealed class Screen
{
    /// <summary>Characters of a word or a pattern.</summary>
    public const int MaxPattern = PatternReader.MaxLength;

    readonly Compiled[] rules;
    readonly IDetector[] detectors;
    readonly IJudge[] judges;
    readonly LanePlan?[] plans;
    readonly IKnownFindings? known;
    readonly DetectorCatalog? catalog;

    /// <summary>The same rules by other catalogues, for as long as somebody holds those. Made when one is asked for: a call has a screen of its own, and this is dear to make and to forget.</summary>
    ConditionalWeakTable<DetectorCatalog, Screen>? others;

    Screen(
        Compiled[] rules,
        IDetector[] detectors,
        IJudge[] judges,
        DetectorCatalog? catalog = null,
        LanePlan?[]? plans = null,
        IKnownFindings? known = null
    )
    {
        (this.rules, this.detectors, this.judges, this.catalog, this.known) = (rules, detectors, judges, catalog, known);
        this.plans = plans ?? new LanePlan?[(int)TextChannel.All + 1];
    }

    internal IReadOnlyList<Compiled> All => rules;

    /// <summary>A rule with its automata.</summary>
    /// <param name="Rule">As it was written.</param>
    /// <param name="Automata">Of its words and patterns.</param>
    /// <param name="Own">Finds its protected texts; null = it has none.</param>
    /// <param name="Topics">Tell its topics.</param>
    internal sealed record Compiled(ContentRule Rule, Automaton[] Automata, IDetector? Own, IJudge[] Topics)
    {
        /// <summary>What only this rule looks for.</summary>
        readonly string[] own = [.. Own is null ? [] : Own.Kinds.Select(k => k.Id), .. Topics.SelectMany(t => t.Kinds).Select(k => k.Id)];

        /// <summary>It looks for the canary of its call's prompt.</summary>
        public bool WantsCanary { get; } =
            (Rule.Channels & TextChannel.Output) != TextChannel.None && Rule.Kinds.Any(CanaryKinds.AreMeantBy);

        /// <summary>It looks for nothing else.</summary>
        public bool IsOfCanary { get; } =
            Automata.Length == 0 && Own is null && Topics.Length == 0 && Rule.Kinds.All(CanaryKinds.AreMeantBy);

        public bool Wants(in Finding finding)
        {
            if (finding.Score < (float)Rule.MinScore)
                return false;
            foreach (var name in Rule.Kinds)
                if (KindNames.Covers(name, finding.Kind))
                    return true;
            return Array.IndexOf(own, finding.Kind) >= 0;
        }

        public bool WantsSome(IReadOnlyList<DetectorKind> kinds) =>
            kinds.Any(k => Rule.Kinds.Any(n => KindNames.Covers(n, k.Id)) || Array.IndexOf(own, k.Id) >= 0);

        /// <inheritdoc cref="Automaton.Match"/>
        public int Match(ReadOnlySpan<char> text, int at, char? before, bool isAll, out bool isOpen)
        {
            var longest = 0;
            isOpen = false;
            foreach (var automaton in Automata)
            {
                longest = Math.Max(longest, automaton.Match(text, at, before, isAll, out var isThisOpen));
                isOpen |= isThisOpen;
            }
            return longest;
        }
    }

    /// <summary>Null when no rule does anything.</summary>
    /// <param name="rules">Those that hold.</param>
    /// <param name="catalog">Whose detectors find kinds; null = those that come with the product.</param>
    /// <exception cref="PatternException">A pattern cannot be taken.</exception>
    public static Screen? Of(IEnumerable<ContentRule> rules, DetectorCatalog? catalog = null)
    {
        var compiled = rules
            .Where(r => r.Action != ContentAction.Allow && r.Channels != TextChannel.None && r.Looks)
            .OrderBy(r => r.Name, StringComparer.Ordinal)
            .Select(r => new Compiled(
                r,
                r.Words.Count + r.Patterns.Count == 0 ? [] : AutomataOf([.. PatternsOf(r)]),
                OwnOf(r),
                TopicsOf(r)
            ))
            .ToArray();
        return compiled.Length == 0 ? null : By(compiled, catalog ?? DetectorCatalog.Shipped);
    }

    static Screen By(Compiled[] rules, DetectorCatalog catalog)
    {
        var names = rules.SelectMany(c => c.Rule.Kinds).ToHashSet(StringComparer.Ordinal);
        return new Screen(
            rules,
            [.. catalog.DetectorsFor(names), .. rules.Select(c => c.Own).OfType<IDetector>()],
            [.. catalog.JudgesFor(names), .. rules.SelectMany(c => c.Topics)],
            catalog
        );
    }

    /// <summary>The same rules by the detectors of a catalogue. Made once for each, and forgotten with it; a text that is on its way stays with the screen that it began with.</summary>
    public Screen With(DetectorCatalog other) =>
        ReferenceEquals(catalog, other) || catalog is null
            ? this
            : LazyInitializer.EnsureInitialized(ref others, static () => []).GetValue(other, c => By(rules, c));

    /// <summary>What the learned detectors weigh by; null where no detector is asked.</summary>
    public DetectorModels? Models => Detects ? catalog?.Models : null;

    static OverlapDetector? OwnOf(ContentRule rule) =>
        rule.Protects.Count == 0
            ? null
            : new OverlapDetector(
                ProtectedTexts.Of([.. rule.Protects.Select(t => new ProtectedText(rule.Name, t))]),
                OverlapDetector.Kind with
                {
                    Id = rule.OverlapKind,
                }
            );

    static TopicJudge[] TopicsOf(ContentRule rule) =>
        [.. rule.Topics.Select(t => new TopicJudge(t, new DetectorKind(rule.TopicKind, $"Topic of the rule {rule.Name}"), rule.MinScore))];

    /// <exception cref="PatternException">A word or a pattern of the rule cannot be taken.</exception>
    public static void Check(ContentRule rule)
    {
        if (rule.Words.Count + rule.Patterns.Count > 0)
            _ = new Automaton(PatternsOf(rule));
    }

    public IEnumerable<ContentRule> Rules => rules.Select(r => r.Rule);

    /// <summary>Some rule looks at this channel.</summary>
    public bool Watches(TextChannel channel)
    {
        // Asked for every text of every call: no closure.
        foreach (var rule in rules)
            if ((rule.Rule.Channels & channel) != TextChannel.None)
                return true;
        return false;
    }

    /// <summary>Some rule may refuse or change texts of this channel; others only note.</summary>
    public bool Alters(TextChannel channel) =>
        Array.Exists(rules, r => (r.Rule.Channels & channel) != TextChannel.None && r.Rule.Action > ContentAction.Flag);

    /// <summary>Some rule puts a placeholder in place of what it finds.</summary>
    public bool Tokenises => Array.Exists(rules, static r => r.Rule.Action == ContentAction.Tokenise);

    /// <summary>Some rule wants a person to decide.</summary>
    public bool Asks => Array.Exists(rules, r => r.Rule.Action == ContentAction.Ask);

    /// <summary>The same with some rules that only note what they find: a person has let it pass.</summary>
    public Screen Passing(Func<ContentRule, bool> passes) =>
        new(
            Array.ConvertAll(rules, r => passes(r.Rule) ? r with { Rule = r.Rule with { Action = ContentAction.Flag } } : r),
            detectors,
            judges,
            catalog,
            null,
            known
        );

    /// <summary>The same object for screens that find the same in a text: what is known of false alarms is none of it.</summary>
    internal object Identity => plans;

    /// <summary>Some rule looks by detectors.</summary>
    public bool Detects => detectors.Length + judges.Length > 0 || WantsCanary;

    /// <summary>Some rule looks for the canary of its call's prompt in the answer: whoever has the call puts one there and says so by <see cref="Answering"/>.</summary>
    public bool WantsCanary => Array.Exists(rules, r => r.WantsCanary);

    /// <summary>The rules that look for the canary of their call's prompt.</summary>
    public IEnumerable<ContentRule> CanaryRules => rules.Where(r => r.WantsCanary).Select(r => r.Rule);

    /// <summary>The same for the answer to a call with a canary, or without one: then rules that look for nothing else are not there. Null where none is left.</summary>
    public Screen? Answering(Canary? canary)
    {
        if (!WantsCanary)
            return this;
        if (canary is not null)
            return new Screen(rules, [.. detectors, new CanaryDetector(canary)], judges, catalog, null, known);
        var left = Array.FindAll(rules, r => !r.IsOfCanary);
        return left.Length == 0 ? null : new Screen(left, detectors, judges, catalog, null, known);
    }

    /// <summary>Some rule compares answers with what they rest on: whoever has a lane for one gives its sources.</summary>
    public bool NeedsSources => Array.Exists(judges, j => j.NeedsSources);

    /// <summary>The same for who has said of some findings that they are none.</summary>
    public Screen Knowing(IKnownFindings findings) => new(rules, detectors, judges, catalog, plans, findings);

    /// <summary>Every rule lets texts pass when the search fails.</summary>
    public bool FailsOpen => Array.TrueForAll(rules, r => r.Rule.FailsOpen);

    /// <param name="channel">Where its text stands.</param>
    /// <param name="vault">Keeps what placeholders stand for; null = what is to be tokenised is redacted.</param>
    /// <param name="isJson">The text is JSON, as the arguments of a tool are: what is taken out is masked, so that it stays JSON.</param>
    /// <param name="context">What is known of the call; null = nothing.</param>
    public ScreenLane LaneFor(TextChannel channel, TokenVault? vault = null, bool isJson = false, JudgeContext? context = null) =>
        new(PlanFor(channel), known, vault, isJson, context ?? JudgeContext.None);

    /// <summary>What each part of the search takes over a text, by itself: for people who choose rules. Parts: normalise, the family of a detector, rules (words and patterns).</summary>
    /// <param name="text">All of it.</param>
    /// <param name="channel">Where it stands.</param>
    /// <param name="context">What is known of the call; null = nothing.</param>
    public IReadOnlyList<(string Part, TimeSpan Took)> Measure(string text, TextChannel channel, JudgeContext? context = null)
    {
        context ??= JudgeContext.None;
        var plan = PlanFor(channel);
        var parts = new List<(string, TimeSpan)>();
        if (plan.Judges.Length > 0)
            parts.Add(("normalise", Took(() => Normaliser.Normalise(text))));
        foreach (var detector in plan.Detectors)
            parts.Add((KindNames.FamilyOf(detector.Kinds[0].Id), Took(() => detector.Find(text, 0, isAll: true, []))));
        foreach (var judge in plan.Judges)
            parts.Add((KindNames.FamilyOf(judge.Kinds[0].Id), Took(() => judge.Judge(text, channel, context, []))));
        if (Array.Exists(plan.Rules, r => r.Automata.Length > 0))
        {
            var own = new Screen(Array.FindAll(plan.Rules, r => r.Automata.Length > 0), [], []);
            parts.Add(("rules", Took(() => Whole(text, own.LaneFor(channel)))));
        }
        return parts;
    }

    static TimeSpan Took(Action act)
    {
        var before = Stopwatch.GetTimestamp();
        act();
        return Stopwatch.GetElapsedTime(before);
    }

    // Two that make the same plan at once do no harm.
    LanePlan PlanFor(TextChannel channel) => plans[(int)channel] ??= new LanePlan(channel, rules, detectors, judges);

    /// <summary>A whole text as it may go on: the same lane, with all of it at once, and what can be told of a whole text alone.</summary>
    /// <param name="text">What stands there.</param>
    /// <param name="lane">A fresh one; receives what was found.</param>
    public static string Whole(string text, ScreenLane lane)
    {
        var target = new StringBuilder(text.Length);
        lane.Whole(text, target);
        return lane.Changed ? target.ToString() : text;
    }

    /// <summary>A text of an answer as it may go on: as if it came in pieces, so that what can be told of a whole text alone is noted and no more.</summary>
    /// <param name="text">What stands there.</param>
    /// <param name="lane">A fresh one; receives what was found.</param>
    public static string Answer(string text, ScreenLane lane)
    {
        var target = new StringBuilder(text.Length);
        lane.Add(text, target);
        lane.Complete(target);
        return lane.Changed ? target.ToString() : text;
    }

    /// <summary>Rules of several levels that met may be too large together, and each alone was not: no call waits for an officer to see that.</summary>
    static Automaton[] AutomataOf(Pattern[] patterns)
    {
        try
        {
            return [new Automaton(patterns)];
        }
        catch (PatternException) when (patterns.Length > 1)
        {
            var half = patterns.Length / 2;
            return [.. AutomataOf(patterns[..half]), .. AutomataOf(patterns[half..])];
        }
    }

    static IEnumerable<Pattern> PatternsOf(ContentRule rule) =>
        rule.Words.Select(PatternReader.Literal).Concat(rule.Patterns.Select(PatternReader.Read));
}
