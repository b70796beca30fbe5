using System.Text;

namespace Portico.Guardrails;

/// <summary>
/// One text on its way, in pieces of any size: what no rule can still extend goes on at once, the rest is held. What comes out in the end is the same for every way to cut
/// the text, because each place is decided by what follows it alone. Not for two threads at once.
/// </summary>
public sealed class ScreenLane
{
    readonly Screen.Compiled[] rules;
    readonly TokenVault? vault;
    readonly bool isJson;

    /// <summary>How far each rule has decided, in characters of the whole text, and what it has found.</summary>
    readonly long[] decided;
    readonly int[] counts;
    readonly PriorityQueue<(long Start, long End, int Rule), (long Start, int Rule)> found = new();

    readonly StringBuilder held = new();
    HashSet<ContentRule>? failed;
    long start;
    long skipTo;
    char? before;

    internal ScreenLane(Screen.Compiled[] rules, TokenVault? vault, bool isJson)
    {
        (this.rules, this.vault, this.isJson) = (rules, vault, isJson);
        (decided, counts) = (new long[rules.Length], new int[rules.Length]);
    }

    /// <summary>The rule by which this text may not go on; nothing comes out behind it.</summary>
    public ContentRule? Refusal { get; private set; }

    /// <summary>Characters of the finding that refused.</summary>
    public int RefusedLength { get; private set; }

    /// <summary>Something was taken out or replaced.</summary>
    public bool Changed { get; private set; }

    /// <summary>Rules that fail open and whose search failed: the text passes them from there on.</summary>
    public IReadOnlyCollection<ContentRule> Failed => failed ?? (IReadOnlyCollection<ContentRule>)[];

    /// <summary>Characters that wait because a rule may still want them.</summary>
    public int Held => held.Length;

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
    public void Add(ReadOnlySpan<char> text, StringBuilder target)
    {
        if (Refusal is not null)
            return;
        held.Append(text);
        Advance(isAll: false, target);
    }

    /// <summary>The text has ended: hands on the rest.</summary>
    public void Complete(StringBuilder target)
    {
        if (Refusal is null)
            Advance(isAll: true, target);
    }

    void Advance(bool isAll, StringBuilder target)
    {
        // One piece, so that the automata walk over a span.
        var text = held.ToString();
        var end = start + text.Length;
        var safe = end;
        for (var i = 0; i < rules.Length; i++)
        {
            DecideOrFail(i, text, isAll);
            safe = Math.Min(safe, decided[i]);
        }
        // What is refused is told at the first place where it is certain, whatever was cut where.
        if (Refusal is not null)
        {
            held.Clear();
            return;
        }
        if (!isAll && safe > start && char.IsHighSurrogate(text[(int)(safe - start) - 1]))
            safe--;
        Release(text, safe, target);
    }

    /// <exception cref="ScreenFailedException">The search failed, and the rule fails closed.</exception>
    void DecideOrFail(int i, string text, bool isAll)
    {
        try
        {
            Decide(i, text, isAll);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var rule = rules[i].Rule;
            if (!rule.FailsOpen)
                throw new ScreenFailedException(rule, e);
            (failed ??= []).Add(rule);
            decided[i] = long.MaxValue;
        }
    }

    void Decide(int i, string text, bool isAll)
    {
        var rule = rules[i].Rule;
        while (decided[i] < start + text.Length)
        {
            var length = rules[i].Match(text, (int)(decided[i] - start), before, isAll, out var isOpen);
            if (isOpen)
                return;
            if (length == 0)
            {
                decided[i]++;
                continue;
            }
            if (++counts[i] >= rule.Threshold)
            {
                if (rule.Action is ContentAction.Ask or ContentAction.Block)
                {
                    if (Refusal is null || rule.Action > Refusal.Action)
                        (Refusal, RefusedLength) = (rule, length);
                    return;
                }
                if (rule.Action is ContentAction.Redact or ContentAction.Tokenise)
                    found.Enqueue((decided[i], decided[i] + length, i), (decided[i], i));
            }
            decided[i] += length;
        }
    }

    void Release(string text, long safe, StringBuilder target)
    {
        var at = start;
        while (found.TryPeek(out var next, out _) && next.Start < safe)
        {
            found.Dequeue();
            if (next.Start >= skipTo)
            {
                Copy(text, Math.Max(at, skipTo), next.Start, target);
                at = next.Start;
                target.Append(InsteadOf(rules[next.Rule].Rule, text.AsSpan((int)(next.Start - start), (int)(next.End - next.Start))));
                Changed = true;
            }
            skipTo = Math.Max(skipTo, next.End);
        }
        Copy(text, Math.Max(at, skipTo), safe, target);
        if (safe == start)
            return;
        before = text[(int)(safe - start) - 1];
        held.Remove(0, (int)(safe - start));
        start = safe;
    }

    void Copy(string text, long from, long to, StringBuilder target)
    {
        if (to > from)
            target.Append(text, (int)(from - start), (int)(to - from));
    }

    string InsteadOf(ContentRule rule, ReadOnlySpan<char> text) =>
        isJson ? Masked(text)
        : rule.Action == ContentAction.Tokenise && vault is not null ? vault.TokenFor(rule.Name, text.ToString())
        : $"[redacted:{rule.Name}]";

    /// <summary>A digit for each letter and digit that is not escaped: a number stays a number and a text a text.</summary>
    static string Masked(ReadOnlySpan<char> text)
    {
        var masked = new StringBuilder(text.Length);
        var previous = '\0';
        foreach (var c in text)
        {
            masked.Append(char.IsLetterOrDigit(c) && previous != '\\' ? '1' : c);
            previous = previous == '\\' ? '\0' : c;
        }
        return masked.ToString();
    }
}
