using System.Runtime.InteropServices;

namespace Portico.Guardrails;

/// <summary>
/// Finds the words and patterns of a rule: a finite automaton that starts at a place of a text and takes the longest finding there. Made whole beforehand and never changed,
/// so that any number of calls walk it at once. Linear in the text: a walk from one place ends after <see cref="MaxFinding"/> characters.
/// </summary>
sealed class Automaton
{
    /// <summary>Characters of the longest finding: what is longer is found up to here.</summary>
    public const int MaxFinding = 512;
    const int MaxStates = 10_000;
    const byte Plain = 1;
    const byte AtBorder = 2;

    readonly ushort[] classes = new ushort[char.MaxValue + 1];
    readonly List<int> next = [];
    readonly List<byte> ends = [];
    readonly List<bool> goesOn = [];
    readonly int width;
    readonly int[] table;
    readonly byte[] accepts;
    readonly bool[] alive;
    readonly int outside;
    readonly int inside;

    /// <exception cref="PatternException">They are too large together.</exception>
    public Automaton(IEnumerable<Pattern> patterns)
    {
        var graph = new PatternGraph();
        foreach (var pattern in patterns)
            graph.Add(pattern);
        var symbols = Classify(graph);
        width = symbols.Count;
        var states = new Dictionary<string, int>(StringComparer.Ordinal);
        var sets = new List<int[]>();
        // State 0 is the one from which nothing can be found any more.
        Number([], graph, states, sets);
        outside = Number(Closure(graph.Starts.Select(s => s.State), graph), graph, states, sets);
        inside = Number(Closure(graph.Starts.Where(s => !s.NeedsBorder).Select(s => s.State), graph), graph, states, sets);
        for (var i = 1; i < sets.Count; i++)
            Connect(sets[i], graph, symbols, states, sets);
        for (var symbol = 0; symbol < width; symbol++)
            next.Insert(symbol, 0);
        goesOn.Insert(0, false);
        (table, accepts, alive) = ([.. next], [.. ends], [.. goesOn]);
        next.Clear();
    }

    /// <summary>The length of the longest finding that begins at a place; 0 = none.</summary>
    /// <param name="text">What is known of the text.</param>
    /// <param name="at">The place in it.</param>
    /// <param name="before">The character before <paramref name="text"/>; null at the beginning.</param>
    /// <param name="isAll">Nothing follows behind <paramref name="text"/>.</param>
    /// <param name="isOpen">Receives that more text may bring a longer finding: nothing is decided yet.</param>
    public int Match(ReadOnlySpan<char> text, int at, char? before, bool isAll, out bool isOpen)
    {
        isOpen = false;
        var previous = at > 0 ? text[at - 1] : before;
        // A border is between a word character and none; without one on either side there is none.
        var state = at < text.Length && IsWord(previous) == CharSet.IsWord(text[at]) ? inside : outside;
        var longest = 0;
        for (var i = at; ; i++)
        {
            var accept = accepts[state];
            if (i > at && accept != 0)
            {
                if (
                    (accept & Plain) != 0
                    || (i < text.Length ? CharSet.IsWord(text[i - 1]) != CharSet.IsWord(text[i]) : isAll && CharSet.IsWord(text[i - 1]))
                )
                    longest = i - at;
                else if (i == text.Length && !isAll)
                    isOpen = true;
            }
            if (i - at >= MaxFinding)
                return longest;
            if (i == text.Length)
            {
                isOpen |= !isAll && alive[state];
                return longest;
            }
            state = table[state * width + classes[text[i]]];
            if (state == 0)
                return longest;
        }
    }

    static bool IsWord(char? c) => c is { } one && CharSet.IsWord(one);

    /// <summary>Gives each character the number of its class: those that no set tells apart share one. Returns a character of each.</summary>
    List<char> Classify(PatternGraph graph)
    {
        var sets = graph.States.Where(s => s.Set is not null).Select(s => s.Set!).DistinctBy(KeyOf).ToList();
        var cuts = new SortedSet<int> { 0 };
        foreach (var (from, to) in sets.SelectMany(s => s.Ranges))
        {
            cuts.Add(from);
            if (to < char.MaxValue)
                cuts.Add(to + 1);
        }
        var numbers = new Dictionary<string, ushort>(StringComparer.Ordinal);
        var symbols = new List<char>();
        var ordered = cuts.ToArray();
        for (var i = 0; i < ordered.Length; i++)
        {
            var symbol = (char)ordered[i];
            var key = string.Create(
                sets.Count,
                (sets, symbol),
                static (span, of) =>
                {
                    for (var s = 0; s < span.Length; s++)
                        span[s] = of.sets[s].Has(of.symbol) ? '1' : '0';
                }
            );
            if (!numbers.TryGetValue(key, out var number))
            {
                numbers[key] = number = (ushort)symbols.Count;
                symbols.Add(symbol);
            }
            var end = i + 1 < ordered.Length ? ordered[i + 1] : char.MaxValue + 1;
            classes.AsSpan(ordered[i], end - ordered[i]).Fill(number);
        }
        return symbols;
    }

    static string KeyOf(CharSet set) => string.Concat(set.Ranges.Select(r => $"{r.From}{r.To}"));

    static int[] Closure(IEnumerable<int> from, PatternGraph graph)
    {
        var seen = new HashSet<int>();
        var open = new Stack<int>(from);
        while (open.TryPop(out var state))
        {
            if (state < 0 || !seen.Add(state))
                continue;
            var (set, to, other) = graph.States[state];
            if (set is not null || graph.Ends.ContainsKey(state))
                continue;
            open.Push(to);
            open.Push(other);
        }
        return seen.Where(s => graph.States[s].Set is not null || graph.Ends.ContainsKey(s)).Order().ToArray();
    }

    int Number(int[] set, PatternGraph graph, Dictionary<string, int> states, List<int[]> sets)
    {
        var key = new string(MemoryMarshal.Cast<int, char>(set.AsSpan()));
        if (states.TryGetValue(key, out var known))
            return known;
        if (sets.Count >= MaxStates)
            throw new PatternException("The words and patterns of the rule are too large together.", 1);
        states[key] = sets.Count;
        sets.Add(set);
        byte accept = 0;
        foreach (var state in set)
            if (graph.Ends.TryGetValue(state, out var needsBorder))
                accept |= needsBorder ? AtBorder : Plain;
        ends.Add(accept);
        return sets.Count - 1;
    }

    void Connect(int[] set, PatternGraph graph, List<char> symbols, Dictionary<string, int> states, List<int[]> sets)
    {
        var any = false;
        foreach (var symbol in symbols)
        {
            var reached = set.Where(s => graph.States[s].Set?.Has(symbol) is true).Select(s => graph.States[s].To).ToList();
            var to = reached.Count == 0 ? 0 : Number(Closure(reached, graph), graph, states, sets);
            any |= to != 0;
            next.Add(to);
        }
        goesOn.Add(any);
    }
}
