namespace Portico.Guardrails;

/// <summary>The patterns of a rule as a graph of states (Thompson's construction): each either goes on without a character, or with one of a set.</summary>
sealed class PatternGraph
{
    const int MaxStates = 60_000;

    readonly List<(CharSet? Set, int To, int Other)> states = [];
    readonly Dictionary<(CharSet Set, int To), int> shared = [];

    /// <summary>Where each pattern begins and whether it may begin inside of a word.</summary>
    public List<(int State, bool NeedsBorder)> Starts { get; } = [];

    /// <summary>Ends, and whether one counts at the border of a word alone.</summary>
    public Dictionary<int, bool> Ends { get; } = [];

    public IReadOnlyList<(CharSet? Set, int To, int Other)> States => states;

    /// <exception cref="PatternException">It is too large.</exception>
    public void Add(Pattern pattern)
    {
        var end = New(null, -1, -1);
        Ends[end] = pattern.BorderBehind;
        Starts.Add((Build(pattern.Node, end), pattern.BorderBefore));
    }

    /// <summary>The state from which <paramref name="node"/> leads to <paramref name="to"/>.</summary>
    int Build(PatternNode node, int to)
    {
        switch (node)
        {
            case PatternNode.One one:
                return New(one.Set, to, -1);
            case PatternNode.Sequence sequence:
                for (var i = sequence.Items.Count - 1; i >= 0; i--)
                    to = Build(sequence.Items[i], to);
                return to;
            case PatternNode.Either either:
                var start = Build(either.Items[^1], to);
                for (var i = either.Items.Count - 2; i >= 0; i--)
                    start = New(null, Build(either.Items[i], to), start);
                return start;
            default:
                return Repeat((PatternNode.Repeat)node, to);
        }
    }

    int Repeat(PatternNode.Repeat repeat, int to)
    {
        var next = to;
        if (repeat.Most is not { } most)
        {
            // A loop that can be left at its head.
            next = New(null, -1, to);
            states[next] = (null, Build(repeat.Item, next), to);
        }
        else
            for (var i = repeat.Least; i < most; i++)
                next = New(null, Build(repeat.Item, next), to);
        for (var i = 0; i < repeat.Least; i++)
            next = Build(repeat.Item, next);
        return next;
    }

    int New(CharSet? set, int to, int other)
    {
        if (set is not null && shared.TryGetValue((set, to), out var known))
            return known;
        if (states.Count >= MaxStates)
            throw new PatternException("The words and patterns of the rule are too large together.", 1);
        states.Add((set, to, other));
        if (set is not null)
            shared[(set, to)] = states.Count - 1;
        return states.Count - 1;
    }
}
