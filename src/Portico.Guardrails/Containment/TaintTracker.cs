using System.Runtime.InteropServices;

namespace Portico.Guardrails.Containment;

/// <summary>
/// Tells which characters of a value come from the untrusted texts of a conversation, and from nothing that the user or the system wrote.
/// Made once of all texts, then asked for each
/// argument; linear in both. Immutable: any number of calls ask at once.
/// </summary>
/// <remarks>
/// It finds what was copied, also in another case, encoded or read backwards. It does not find what was told in other words or put
/// together from parts: for that there is
/// <see cref="RuleOfTwo"/>.
/// </remarks>
public sealed class TaintTracker
{
    /// <summary>Characters in a row that are no chance.</summary>
    public const int RunChars = 12;

    /// <summary>Words in a row that are no chance.</summary>
    public const int RunWords = 3;

    /// <summary>Digits from which on a number names something.</summary>
    public const int NumberDigits = 6;

    /// <summary>
    /// UTF-16 units of all untrusted texts, and of all trusted ones. Past it nothing warrants a value any more: every one counts as
    /// tainted.
    /// </summary>
    public const int MaxText = 4_000_000;

    /// <summary>UTF-16 units of a value; a longer one counts as tainted.</summary>
    public const int MaxValue = 1_000_000;

    /// <summary>Characters of three words that are compared: longer words are runs of characters anyway.</summary>
    internal const int MaxWordRun = 96;

    readonly TextIndex? untrusted;
    readonly TextIndex trusted;

    TaintTracker(TextIndex? untrusted, TextIndex trusted) => (this.untrusted, this.trusted) = (untrusted, trusted);

    /// <summary>A conversation in which nothing is untrusted.</summary>
    public static TaintTracker None { get; } = Of([]);

    /// <param name="texts">All of the conversation, in any order. A text of several origins is untrusted when one of them is.</param>
    public static TaintTracker Of(IEnumerable<OriginText> texts)
    {
        var numbered = texts.Select((text, source) => (Text: text, Source: source)).Where(t => t.Text.Text.Length > 0).ToList();
        var foreign = numbered.Where(t => (t.Text.Origin & Origin.Untrusted) != Origin.None).ToList();
        var own = numbered.Where(t => (t.Text.Origin & Origin.Trusted) != Origin.None && (t.Text.Origin & ~Origin.Trusted) == Origin.None);
        return new(foreign.Count == 0 ? null : new TextIndex(foreign, MaxText), new TextIndex(foreign.Count == 0 ? [] : own, MaxText));
    }

    /// <summary>No text is untrusted: nothing can be found.</summary>
    public bool IsEmpty => untrusted is null;

    /// <summary>
    /// The pieces of the value that come from untrusted texts, in their order and none within another; none = the value is free of them.
    /// </summary>
    public IReadOnlyList<Taint> Find(string value)
    {
        if (untrusted is null || value.Length == 0)
            return [];
        if (!untrusted.IsWhole || value.Length > MaxValue)
            return [new(0, value.Length, TaintKind.Unchecked, TaintForm.Plain, Origin.Untrusted, -1)];
        var found = new List<Taint>();
        var folded = FoldedText.Of(value);
        new Search(this, folded.Span, folded, TaintForm.Plain, 0, value.Length, found).Run();
        var backwards = folded.Backwards();
        new Search(this, backwards, null, TaintForm.Reversed, 0, value.Length, found).Run();
        foreach (var recoded in Recoding.Of(value))
            new Search(this, FoldedText.Of(recoded.Text).Span, null, recoded.Form, recoded.Start, recoded.Length, found).Run();
        return Sorted(found);
    }

    /// <summary>Some of the value comes from untrusted texts.</summary>
    public bool IsTainted(string value) => Find(value).Count > 0;

    static List<Taint> Sorted(List<Taint> found)
    {
        // Of two that begin together the longer one says more, and of two alike the one that stands as it is.
        found.Sort(
            (a, b) =>
                a.Start != b.Start ? a.Start.CompareTo(b.Start)
                : a.Length != b.Length ? b.Length.CompareTo(a.Length)
                : a.Form != b.Form ? a.Form.CompareTo(b.Form)
                : b.Kind.CompareTo(a.Kind)
        );
        var kept = 0;
        var all = CollectionsMarshal.AsSpan(found);
        foreach (var taint in all)
            if (kept == 0 || taint.End > all[kept - 1].End)
                all[kept++] = taint;
        found.RemoveRange(kept, found.Count - kept);
        return found;
    }

    /// <summary>One form of a value on its way through the kinds.</summary>
    ref struct Search
    {
        readonly TextIndex untrusted;
        readonly TextIndex trusted;
        readonly ReadOnlySpan<char> text;
        readonly FoldedText? folded;
        readonly TaintForm form;
        readonly int start;
        readonly int length;
        readonly List<Taint> found;
        readonly List<Identifier> names;
        readonly List<(int Start, int End)> warranted = [];

        public Search(
            TaintTracker tracker,
            ReadOnlySpan<char> text,
            FoldedText? folded,
            TaintForm form,
            int start,
            int length,
            List<Taint> found
        )
        {
            (untrusted, trusted) = (tracker.untrusted!, tracker.trusted);
            this.text = text;
            (this.folded, this.form, this.start, this.length, this.found) = (folded, form, start, length, found);
            names = Identifiers.In(text);
        }

        public void Run()
        {
            Names();
            Warrant();
            Runs();
            Words();
            Numbers();
        }

        void Add(int from, int end, TaintKind kind, TextIndex.Hit hit)
        {
            // What is encoded or read backwards is one piece: its letters have no places of their own in the value.
            var (at, size) = folded?.Piece(from, end) ?? (start, length);
            var disguise = form == TaintForm.Plain ? hit.Form : form;
            if (found is [.., var last] && last.Kind == kind && last.Form == disguise && last.Source == hit.Source && at <= last.End)
                found[^1] = last with { Length = Math.Max(last.End, at + size) - last.Start };
            else
                found.Add(new(at, size, kind, disguise, hit.Origin, hit.Source));
        }

        void Names()
        {
            foreach (var name in names)
            {
                var span = text[name.Start..name.End];
                if (name.Kind == TaintKind.Url)
                {
                    var front = FrontOf(span);
                    warranted.Add((name.Start, name.Start + front));
                    // An address of nothing but its host says no more than the host.
                    if (trusted.Name(span[front..].TrimEnd('/')) is not null)
                        continue;
                }
                if (trusted.Name(span) is not null)
                    warranted.Add((LeadOf(name.Start), name.End + (name.End < text.Length && text[name.End] == '/' ? 1 : 0)));
                else if (Foreign(span, name.Kind) is { } hit)
                    Add(name.Start, name.End, name.Kind, hit);
            }
        }

        /// <summary>Characters before the host, which are the same in every address.</summary>
        static int FrontOf(ReadOnlySpan<char> url)
        {
            var front = url.IndexOf("://", StringComparison.Ordinal) + 3;
            return url[front..].StartsWith("www.", StringComparison.Ordinal) ? front + 4 : front;
        }

        /// <summary>Sorts what is warranted, each with the furthest end of all that begin before it.</summary>
        void Warrant()
        {
            warranted.Sort();
            for (var at = 1; at < warranted.Count; at++)
                warranted[at] = (warranted[at].Start, Math.Max(warranted[at].End, warranted[at - 1].End));
        }

        /// <summary>Where an address begins whose host is meant: it says no more than the host does.</summary>
        int LeadOf(int at)
        {
            foreach (var lead in (ReadOnlySpan<string>)["www.", "https://", "http://", "mailto:"])
                if (text[..at].EndsWith(lead, StringComparison.Ordinal))
                    at -= lead.Length;
            return at;
        }

        TextIndex.Hit? Foreign(ReadOnlySpan<char> name, TaintKind kind)
        {
            if (untrusted.Name(name) is { } hit)
                return hit;
            if (kind == TaintKind.Host)
                foreach (var above in Identifiers.Above(name.ToString()))
                    if (trusted.Name(above) is null && untrusted.Name(above) is { } higher)
                        return higher;
            return null;
        }

        bool IsWarranted(int from, int end)
        {
            var place = warranted.BinarySearch((from, int.MaxValue));
            place = place < 0 ? ~place - 1 : place;
            return place >= 0 && warranted[place].End >= end;
        }

        void Runs()
        {
            for (var at = 0; at + RunChars <= text.Length; at++)
            {
                var gram = text.Slice(at, RunChars);
                if (untrusted.Run(gram) is { } hit && trusted.Run(gram) is null && !IsWarranted(at, at + RunChars))
                    Add(at, at + RunChars, TaintKind.Run, hit);
            }
        }

        void Words()
        {
            var words = TextIndex.Words(text);
            Span<char> gram = stackalloc char[MaxWordRun];
            for (var at = 0; at + RunWords <= words.Count; at++)
            {
                var size = 0;
                foreach (var (from, end) in CollectionsMarshal.AsSpan(words).Slice(at, RunWords))
                {
                    if (size + end - from + 1 > gram.Length)
                    {
                        size = -1;
                        break;
                    }
                    text[from..end].CopyTo(gram[size..]);
                    size += end - from;
                    gram[size++] = ' ';
                }
                var (first, last) = (words[at].Start, words[at + RunWords - 1].End);
                if (
                    size > 0
                    && untrusted.WordRun(gram[..size]) is { } hit
                    && trusted.WordRun(gram[..size]) is null
                    && !IsWarranted(first, last)
                )
                    Add(first, last, TaintKind.Words, hit);
            }
        }

        void Numbers()
        {
            var (digits, places) = (new List<char>(), new List<int>());
            for (var at = 0; at < text.Length; )
            {
                if (!char.IsAsciiDigit(text[at]))
                {
                    at++;
                    continue;
                }
                digits.Clear();
                places.Clear();
                at = DigitGroups.Read(text, at, digits, places);
                if (Number(digits, places, 0, digits.Count))
                    continue;
                // Two numbers side by side look like one.
                for (var (from, to) = (0, 1); to <= digits.Count; to++)
                {
                    if (to < digits.Count && places[to] == places[to - 1] + 1)
                        continue;
                    Number(digits, places, from, to);
                    from = to;
                }
            }
        }

        bool Number(List<char> digits, List<int> places, int from, int to)
        {
            if (to - from < NumberDigits)
                return false;
            var number = CollectionsMarshal.AsSpan(digits)[from..to];
            if (trusted.Number(number) is not null)
                return true;
            if (untrusted.Number(number) is not { } hit)
                return false;
            Add(places[from], places[to - 1] + 1, TaintKind.Number, hit);
            return true;
        }
    }
}
