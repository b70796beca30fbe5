namespace Portico.Guardrails.Containment;

/// <summary>
/// What texts hold, made once: their runs of characters, of words and of digits, and what they name. Linear in time and memory, about 25
/// bytes a character.
/// </summary>
sealed class TextIndex
{
    /// <summary>A text or what is encoded in one.</summary>
    readonly record struct Part(Origin Origin, int Source, TaintForm Form);

    /// <summary>A piece that was found: who it comes from.</summary>
    public readonly record struct Hit(Origin Origin, int Source, TaintForm Form);

    readonly List<Part> parts = [];
    readonly Layer letters;
    readonly Layer words;
    readonly Layer digits;
    readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> nameSpans;

    /// <param name="texts">With their places among all.</param>
    /// <param name="limit">Characters that are taken in; what is behind is left out.</param>
    public TextIndex(IEnumerable<(OriginText Text, int Source)> texts, int limit)
    {
        nameSpans = names.GetAlternateLookup<ReadOnlySpan<char>>();
        var (runs, wordRuns, digitRuns) = (new Layer.Builder(), new Layer.Builder(), new Layer.Builder());
        IsWhole = true;
        foreach (var (text, source) in texts)
        {
            limit -= text.Text.Length;
            if (limit < 0)
            {
                IsWhole = false;
                break;
            }
            Add(text.Text, new(text.Origin, source, TaintForm.Plain));
            foreach (var recoded in Recoding.Of(text.Text))
                Add(recoded.Text, new(text.Origin, source, recoded.Form));
        }
        letters = new(runs, TaintTracker.RunChars, eachWord: false);
        words = new(wordRuns, TaintTracker.RunWords, eachWord: true);
        digits = new(digitRuns, TaintTracker.NumberDigits, eachWord: false);

        void Add(string text, Part part)
        {
            var folded = FoldedText.Of(text).Span;
            parts.Add(part);
            runs.Begin(parts.Count - 1);
            runs.Append(folded);
            wordRuns.Begin(parts.Count - 1);
            foreach (var (start, end) in Words(folded))
            {
                wordRuns.Append(folded[start..end]);
                wordRuns.Append(" ");
            }
            AddDigits(folded, digitRuns);
            AddNames(folded);
        }
    }

    /// <summary>Nothing was left out for its length.</summary>
    public bool IsWhole { get; }

    /// <summary>A run of <see cref="TaintTracker.RunChars"/> folded characters.</summary>
    public Hit? Run(ReadOnlySpan<char> gram) => Of(letters.Find(gram));

    /// <summary>A run of <see cref="TaintTracker.RunWords"/> words, each with a space behind.</summary>
    public Hit? WordRun(ReadOnlySpan<char> gram) => Of(words.Find(gram));

    /// <summary>All of a number of at least <see cref="TaintTracker.NumberDigits"/> digits.</summary>
    public Hit? Number(ReadOnlySpan<char> number)
    {
        Hit? hit = null;
        for (var at = 0; at + TaintTracker.NumberDigits <= number.Length; at++)
        {
            hit = Of(digits.Find(number.Slice(at, TaintTracker.NumberDigits)));
            if (hit is null)
                return null;
        }
        return hit;
    }

    /// <summary>An address, a host, a path or an account that is named as a whole.</summary>
    public Hit? Name(ReadOnlySpan<char> name) => nameSpans.TryGetValue(name, out var part) ? Of(part) : null;

    Hit? Of(int part) => part < 0 ? null : new Hit(parts[part].Origin, parts[part].Source, parts[part].Form);

    /// <summary>Where the words of a folded text stand.</summary>
    public static List<(int Start, int End)> Words(ReadOnlySpan<char> text)
    {
        var found = new List<(int, int)>();
        for (var at = 0; at < text.Length; at++)
        {
            var start = at;
            while (at < text.Length && char.IsLetterOrDigit(text[at]))
                at++;
            if (at > start)
                found.Add((start, at));
        }
        return found;
    }

    void AddDigits(ReadOnlySpan<char> text, Layer.Builder builder)
    {
        var (group, places) = (new List<char>(), new List<int>());
        for (var at = 0; at < text.Length; )
        {
            if (!char.IsAsciiDigit(text[at]))
            {
                at++;
                continue;
            }
            group.Clear();
            places.Clear();
            at = DigitGroups.Read(text, at, group, places);
            if (group.Count < TaintTracker.NumberDigits)
                continue;
            builder.Begin(parts.Count - 1);
            builder.Append(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(group));
        }
    }

    void AddNames(ReadOnlySpan<char> text)
    {
        foreach (var found in Identifiers.In(text))
        {
            var name = text[found.Start..found.End];
            nameSpans.TryAdd(name, parts.Count - 1);
            if (found.Kind == TaintKind.Host)
                foreach (var above in Identifiers.Above(name.ToString()))
                    names.TryAdd(above, parts.Count - 1);
        }
    }

    /// <summary>Texts one behind the other, and all runs of one size in them.</summary>
    sealed class Layer
    {
        readonly GramTable table;
        readonly List<(int At, int Part)> begins;

        public Layer(Builder builder, int size, bool eachWord)
        {
            begins = builder.Begins;
            var text = builder.Text.ToArray();
            table = new(text, eachWord ? text.AsSpan().Count(' ') : text.Length);
            for (var part = 0; part < begins.Count; part++)
            {
                var (from, until) = (begins[part].At, part + 1 < begins.Count ? begins[part + 1].At : text.Length);
                if (eachWord)
                    AddWords(text, from, until, size);
                else
                    for (var at = from; at + size <= until; at++)
                        table.Add(at, size);
            }
        }

        void AddWords(char[] text, int from, int until, int size)
        {
            var starts = new Queue<int>(size);
            for (var (at, word) = (from, from); at < until; at++)
            {
                if (text[at] != ' ')
                    continue;
                starts.Enqueue(word);
                word = at + 1;
                if (starts.Count < size)
                    continue;
                var start = starts.Dequeue();
                if (word - start <= TaintTracker.MaxWordRun)
                    table.Add(start, word - start);
            }
        }

        /// <summary>The part that a run stands in; negative = nowhere.</summary>
        public int Find(ReadOnlySpan<char> gram)
        {
            var place = table.Find(gram);
            if (place < 0)
                return -1;
            var (low, high) = (0, begins.Count - 1);
            while (low < high)
            {
                var middle = (low + high + 1) / 2;
                (low, high) = begins[middle].At <= place ? (middle, high) : (low, middle - 1);
            }
            return begins[low].Part;
        }

        public sealed class Builder
        {
            public List<char> Text { get; } = [];
            public List<(int At, int Part)> Begins { get; } = [];

            public void Begin(int part)
            {
                if (Begins is [.., var (at, _)] && at == Text.Count)
                    Begins.RemoveAt(Begins.Count - 1);
                Begins.Add((Text.Count, part));
            }

            public void Append(ReadOnlySpan<char> more) => Text.AddRange(more);
        }
    }
}
