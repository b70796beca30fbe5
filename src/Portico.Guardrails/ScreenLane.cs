using System.Text;
using Portico.Guardrails.Detection;

namespace Portico.Guardrails;

/// <summary>
/// One text on its way, in pieces of any size: what no rule can still extend goes on at once, the rest is held. What comes out in the end is the same for every way to cut
/// the text, because each place is decided by what stands near it alone. Not for two threads at once.
/// </summary>
public sealed partial class ScreenLane
{
    readonly LanePlan plan;
    readonly Screen.Compiled[] rules;
    readonly IKnownFindings? known;
    readonly TokenVault? vault;
    readonly bool isJson;
    readonly JudgeContext context;
    readonly LaneText text;

    /// <summary>How far each rule has decided by its words and patterns, and each detector for all rules, in places of the text.</summary>
    readonly long[] decided;
    readonly long[] settled;

    /// <summary>What each rule found and has not counted yet, in the order of the text.</summary>
    readonly PriorityQueue<Hit, (long Start, long End)>?[] pending;
    readonly int[] counts;

    /// <summary>What is to be replaced. Made when something is found, as all that only few texts need.</summary>
    PriorityQueue<(long Start, long End, int Rule), (long Start, int Rule)>? found;
    readonly List<Finding> scratch = [];
    List<LaneFinding>? told;
    HashSet<ContentRule>? failed;
    long skipTo;
    bool isTouched;

    readonly record struct Hit(long Start, long End, string? Kind, float Score);

    internal ScreenLane(LanePlan plan, IKnownFindings? known, TokenVault? vault, bool isJson, JudgeContext context)
    {
        (this.plan, this.known, this.vault, this.isJson, this.context) = (plan, known, vault, isJson, context);
        rules = plan.Rules;
        (decided, counts, settled) = (new long[rules.Length], new int[rules.Length], new long[plan.Detectors.Length]);
        pending = new PriorityQueue<Hit, (long, long)>?[rules.Length];
        for (var i = 0; i < rules.Length; i++)
            if (rules[i].Automata.Length == 0)
                decided[i] = long.MaxValue;
        text = new LaneText(plan.LookBehind, isJson);
    }

    /// <summary>The rule by which this text may not go on; nothing comes out behind it.</summary>
    public ContentRule? Refusal { get; private set; }

    /// <summary>What refused.</summary>
    public LaneFinding? RefusedBy { get; private set; }

    /// <summary>Something was taken out or replaced.</summary>
    public bool Changed { get; private set; }

    /// <summary>No rule, detector or judge found anything, known false alarms included, and all of them looked.</summary>
    public bool IsClean => !isTouched && failed is null;

    /// <summary>Rules that fail open and whose search failed: the text passes them from there on.</summary>
    public IReadOnlyCollection<ContentRule> Failed => failed ?? (IReadOnlyCollection<ContentRule>)[];

    /// <summary>Characters that wait because a rule may still want them.</summary>
    public int Held => text.Held;

    /// <summary>Findings that are told one by one, the first; behind them they are only counted.</summary>
    public int MostTold { get; set; } = 50;

    /// <summary>The first findings, in the order in which they were certain.</summary>
    public IReadOnlyList<LaneFinding> Told => told ?? (IReadOnlyList<LaneFinding>)[];

    /// <summary>Rules that found something, and how often.</summary>
    public IEnumerable<(ContentRule Rule, int Count)> Findings
    {
        get
        {
            for (var i = 0; i < rules.Length; i++)
                if (counts[i] > 0)
                    yield return (rules[i].Rule, counts[i]);
        }
    }

    /// <summary>Takes a piece and hands on what is safe.</summary>
    /// <exception cref="ScreenFailedException">The search failed for a rule that fails closed.</exception>
    public void Add(ReadOnlySpan<char> piece, StringBuilder target)
    {
        if (Refusal is not null)
            return;
        text.Add(piece);
        Keep(piece);
        Advance(isAll: false, target);
    }

    /// <summary>The text has ended: hands on the rest.</summary>
    public void Complete(StringBuilder target)
    {
        if (Refusal is not null)
            return;
        text.Complete();
        Advance(isAll: true, target);
        if (Refusal is null)
            JudgeAfter();
    }

    void Advance(bool isAll, StringBuilder target)
    {
        for (var i = 0; i < rules.Length; i++)
            DecideOrFail(i, isAll);
        for (var d = 0; d < settled.Length; d++)
            Detect(d, isAll);
        var safe = text.End;
        for (var i = 0; i < rules.Length; i++)
            safe = Math.Min(safe, Count(i));
        // What is refused is told at the first place where it is certain, whatever was cut where.
        if (Refusal is not null)
            return;
        Release(text.WholeBefore(safe), target);
    }

    /// <exception cref="ScreenFailedException">The search failed, and the rule fails closed.</exception>
    void DecideOrFail(int i, bool isAll)
    {
        try
        {
            Decide(i, isAll);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Fail(i, e);
        }
    }

    void Decide(int i, bool isAll)
    {
        while (decided[i] < text.End)
        {
            var length = rules[i].Match(text.Form, (int)(decided[i] - text.Origin), null, isAll, out var isOpen);
            if (isOpen)
                return;
            if (length == 0)
            {
                decided[i]++;
                continue;
            }
            Await(i, new Hit(decided[i], decided[i] + length, null, 1));
            decided[i] += length;
        }
    }

    void Detect(int d, bool isAll)
    {
        if (settled[d] >= text.End)
            return;
        scratch.Clear();
        try
        {
            settled[d] =
                text.Origin + plan.Detectors[d].Find(text.Form, (int)(Math.Max(settled[d], text.Origin) - text.Origin), isAll, scratch);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            settled[d] = long.MaxValue;
            Fail(plan.Detectors[d].Kinds, e);
            return;
        }
        foreach (var finding in scratch)
            Offer(finding, text.Origin + finding.Start, text.Origin + finding.Start + finding.Length);
    }

    void Offer(in Finding finding, long start, long end)
    {
        for (var i = 0; i < rules.Length; i++)
            if (failed?.Contains(rules[i].Rule) is not true && rules[i].Wants(finding))
                Await(i, new Hit(start, end, finding.Kind, finding.Score));
    }

    void Await(int i, in Hit hit)
    {
        isTouched = true;
        (pending[i] ??= new()).Enqueue(hit, (hit.Start, hit.End));
    }

    void Fail(IReadOnlyList<DetectorKind> kinds, Exception e)
    {
        for (var i = 0; i < rules.Length; i++)
            if (rules[i].WantsSome(kinds))
                Fail(i, e);
    }

    /// <exception cref="ScreenFailedException">The rule fails closed.</exception>
    void Fail(int i, Exception e)
    {
        var rule = rules[i].Rule;
        if (!rule.FailsOpen)
            throw new ScreenFailedException(rule, e);
        (failed ??= []).Add(rule);
        decided[i] = long.MaxValue;
    }

    /// <summary>Counts what a rule has found as far as all that it looks by is decided, and returns how far that is.</summary>
    long Count(int i)
    {
        var decidedTo = decided[i];
        if (failed?.Contains(rules[i].Rule) is not true)
            foreach (var d in plan.DetectorsOf[i])
                decidedTo = Math.Min(decidedTo, settled[d]);
        while (pending[i] is { } waiting && waiting.TryPeek(out var hit, out _) && hit.Start < decidedTo)
        {
            waiting.Dequeue();
            var rule = rules[i].Rule;
            var (begin, end) = (text.BeginsAt(hit.Start), text.EndsAt(hit.End));
            var digest = hit.Kind is { } kind ? known?.DigestOf(kind, text.Raw(begin, end)) : null;
            if (digest is not null && known!.IsFalseAlarm(digest))
                continue;
            var acts = ++counts[i] >= rule.Threshold;
            var tells = new LaneFinding(
                rule.Name,
                hit.Kind,
                text.Released + begin,
                end - begin,
                hit.Score,
                acts ? rule.Action : ContentAction.Flag,
                digest
            );
            if ((told ??= []).Count < MostTold)
                told.Add(tells);
            if (!acts)
                continue;
            if (rule.Action is ContentAction.Ask or ContentAction.Block)
            {
                if (Refusal is null || rule.Action > Refusal.Action)
                    (Refusal, RefusedBy) = (rule, tells);
                return decidedTo;
            }
            if (rule.Action is ContentAction.Redact or ContentAction.Tokenise)
                (found ??= new()).Enqueue((hit.Start, hit.End, i), (hit.Start, i));
        }
        return decidedTo;
    }

    void Release(long safe, StringBuilder target)
    {
        var at = text.Start;
        while (found is not null && found.TryPeek(out var next, out _) && next.Start < safe)
        {
            found.Dequeue();
            if (next.Start >= skipTo)
            {
                Copy(at, next.Start, target);
                at = next.Start;
                target.Append(InsteadOf(rules[next.Rule].Rule, text.Raw(text.BeginsAt(next.Start), text.EndsAt(next.End))));
                Changed = true;
            }
            skipTo = Math.Max(skipTo, next.End);
        }
        Copy(at, safe, target);
        text.Release(safe);
    }

    /// <summary>Copies what stands there and was not taken out. A character that another form was searched of is there whole or not at all.</summary>
    void Copy(long from, long to, StringBuilder target)
    {
        // Characters without a form at the very beginning are before the first place.
        var begin =
            skipTo > from ? text.EndsAt(Math.Min(skipTo, text.End))
            : from == text.Start ? 0
            : text.BeginsAt(from);
        var end = to == text.End ? text.RawLength : text.BeginsAt(to);
        if (end > begin)
            target.Append(text.Raw(begin, end));
    }

    string InsteadOf(ContentRule rule, ReadOnlySpan<char> said) =>
        isJson ? JsonMask.Of(said)
        : rule.Action == ContentAction.Tokenise && vault is not null ? vault.TokenFor(rule.Name, said.ToString(), rule.Restore)
        : $"[redacted:{rule.Name}]";
}
