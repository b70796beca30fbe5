using System.Runtime.InteropServices;
using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Secrets;

/// <summary>
/// Finds credentials: tokens of published formats, what is given to names that credentials have, passwords in addresses, headers
/// and commands, and private keys. The finding is the value alone.
/// </summary>
/// <remarks>
/// One pass finds all keywords (prefixes, names, words) by an automaton; a keyword wakes its rule, which looks at a bounded window.
/// Scores: 0.9 and above for formats that nothing else has, 0.5 to 0.9 for
/// values told by what stands before them, below 0.5 for what should be shown to people at most.
/// </remarks>
public sealed class SecretsDetector : IDetector
{
    /// <summary>Characters before a place in which a keyword is looked for that says something of it.</summary>
    const int KeywordReach = 256;

    /// <summary>Characters behind the name of a service in which its key is looked for that nothing else tells.</summary>
    const int ServiceReach = 18;

    /// <summary>From this score on a finding hides others.</summary>
    const float Sure = 0.5f;

    /// <summary>Characters of a finding below that score.</summary>
    const int MaxUnsure = 400;

    /// <summary>Characters behind a place that its decision may look at: a part of a private key and its END line.</summary>
    const int Reach = 3600;

    readonly List<(TokenFormat Format, string Prefix)> prefixes = [];
    readonly List<ServiceShape> shapes = [];
    readonly KeywordIndex index;

    public SecretsDetector()
    {
        var keywords = new List<Keyword>(2500);
        foreach (var format in SecretKinds.Formats)
        {
            foreach (var prefix in format.Prefixes)
            {
                keywords.Add(new Keyword(prefix.ToLowerInvariant(), KeywordRole.Format, prefixes.Count));
                prefixes.Add((format, prefix));
            }
        }
        foreach (var shape in SecretKinds.Shapes)
        {
            foreach (var name in shape.Names)
                keywords.Add(new Keyword(name, KeywordRole.ServiceShape, shapes.Count));
            shapes.Add(shape);
        }
        var names = ServiceTable.Names.Split([' ', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in names.Concat(shapes.Where(s => s.IsSpecific).SelectMany(s => s.Names)).Distinct(StringComparer.Ordinal))
            keywords.Add(new Keyword(name, KeywordRole.Service, SecretKinds.IsFormed(name) ? 1 : 0));
        for (var i = 0; i < ContextWord.All.Count; i++)
            keywords.Add(new Keyword(ContextWord.All[i].Text, KeywordRole.Context, i));
        foreach (var (text, role) in Places)
            keywords.Add(new Keyword(text, role, 0));
        index = new KeywordIndex(keywords);
    }

    public int LookBehind => KeyBlockRule.MaxPart * (KeyBlockRule.MaxParts - 1) + KeywordReach;

    public int MaxOpen => 4096;

    public IReadOnlyList<DetectorKind> Kinds => SecretKinds.All;

    public int Find(ReadOnlySpan<char> text, int from, bool isAll, List<Finding> findings)
    {
        var window = new TextWindow(text, isAll);
        var sink = new FindingSink(from, findings);
        var before = findings.Count;
        var start = Math.Max(0, from - KeywordReach);
        OldKeys(ref window, from, start, ref sink);
        var walk = new KeywordIndex.Walk(index, text, start);
        while (walk.Next())
            Wake(walk.Found, ref window, walk.End, ref sink);
        if (isAll)
        {
            return Keep(findings, before, text.Length);
        }
        var settled = Math.Max(from, Math.Min(sink.Open, Settled(text, from, walk.Depth)));
        return Keep(findings, before, settled);
    }

    static readonly (string Text, KeywordRole Role)[] Places =
    [
        ("://", KeywordRole.Scheme),
        ("-----begin", KeywordRole.KeyBlock),
        ("----", KeywordRole.Ssh2),
        ("private-lines:", KeywordRole.Putty),
        ("bearer", KeywordRole.Bearer),
        ("basic", KeywordRole.Basic),
        ("-u", KeywordRole.User),
        ("--user", KeywordRole.User),
        ("--proxy-user", KeywordRole.User),
        ("-p", KeywordRole.Option),
        ("-pw", KeywordRole.Option),
        ("identified", KeywordRole.Statement),
        ("convertto-securestring", KeywordRole.Statement),
        ("networkcredential", KeywordRole.Call),
        ("httpbasicauth", KeywordRole.Call),
        ("pscredential", KeywordRole.Call),
        ("basicauth", KeywordRole.Call),
        ("kty", KeywordRole.WebKey),
        ("eyj", KeywordRole.WebToken),
        ("eyai", KeywordRole.WebToken),
        ("ewo", KeywordRole.WebToken),
        ("ew0k", KeywordRole.WebToken),
        ("zxlk", KeywordRole.WebToken),
    ];

    void Wake(Keyword word, ref TextWindow text, int behind, ref FindingSink sink)
    {
        var at = behind - word.Text.Length;
        switch (word.Role)
        {
            case KeywordRole.Format:
                var (format, prefix) = prefixes[word.Index];
                format.Match(ref text, at, behind, prefix, ref sink);
                break;
            case KeywordRole.ServiceShape:
                shapes[word.Index].Match(ref text, at, behind, ref sink);
                break;
            case KeywordRole.Service:
                if (
                    Boundaries.BeginsName(text.Text, at) && (Boundaries.Rest(ref text, behind) == 0 || ContextWord.IsNext(ref text, behind))
                )
                    NearRule.Match(ref text, behind, ServiceReach, 0, SecretKinds.ServiceToken, 0.6f, word.Index == 0, ref sink);
                break;
            case KeywordRole.Context:
                AssignmentRule.Match(ref text, at, behind, ContextWord.All[word.Index], ref sink);
                break;
            case KeywordRole.Scheme:
                UriRule.Match(ref text, behind, ref sink);
                break;
            case KeywordRole.KeyBlock:
                KeyBlockRule.Match(ref text, at, behind, KeyBlockRule.MaxParts, ref sink);
                break;
            case KeywordRole.Ssh2:
                text.SawEnd = false;
                if (text.Has(behind, " BEGIN SSH2"))
                    KeyBlockRule.Match(ref text, at, behind + 6, 1, ref sink);
                else
                    sink.Decide(ref text, at, -1, KeyBlockRule.Kind.Id, 0);
                break;
            case KeywordRole.Putty:
                KeyBlockRule.MatchPutty(ref text, behind, ref sink);
                break;
            case KeywordRole.Bearer:
                CommandRule.MatchBearer(ref text, at, behind, ref sink);
                break;
            case KeywordRole.Basic:
                CommandRule.MatchBasic(ref text, at, behind, ref sink);
                break;
            case KeywordRole.User:
                CommandRule.MatchUser(ref text, at, behind, ref sink);
                break;
            case KeywordRole.Option:
                CommandRule.MatchOption(ref text, at, behind, ref sink);
                break;
            case KeywordRole.Statement:
                CommandRule.MatchStatement(ref text, behind, ref sink);
                break;
            case KeywordRole.Call:
                CommandRule.MatchCall(ref text, behind, ref sink);
                break;
            case KeywordRole.WebKey:
                WebTokenRule.MatchKey(ref text, behind, ref sink);
                break;
            case KeywordRole.WebToken:
                WebTokenRule.Match(ref text, at, ref sink);
                break;
        }
    }

    /// <summary>Private keys that began before the keywords' reach: their later parts may still begin here.</summary>
    void OldKeys(ref TextWindow text, int from, int until, ref FindingSink sink)
    {
        var at = Math.Max(0, from - LookBehind);
        while (at < until)
        {
            var found = text.Text[at..Math.Min(text.Length, until + 9)].IndexOf("-----BEGIN", StringComparison.OrdinalIgnoreCase);
            if (found < 0)
                return;
            at += found;
            KeyBlockRule.Match(ref text, at, at + 10, KeyBlockRule.MaxParts, ref sink);
            at += 10;
        }
    }

    /// <summary>
    /// Where no keyword stands half at the end, nor a run without blanks in whose middle one may tell what its beginning is.
    /// </summary>
    int Settled(ReadOnlySpan<char> text, int from, int depth)
    {
        var run = text.Length;
        while (run > from && text.Length - run < Reach && text[run - 1] is > ' ' and <= '~')
            run--;
        return Math.Max(Math.Min(run, text.Length - depth), text.Length - Reach);
    }

    /// <summary>
    /// Of the findings that begin before <paramref name="settled"/> keeps those that are not over another: first come first,
    /// but what has a score below 0.5 gives way to what begins within it. Returns
    /// how far all is settled.
    /// </summary>
    static int Keep(List<Finding> findings, int before, int settled)
    {
        if (findings.Count == before)
            return settled;
        var found = CollectionsMarshal.AsSpan(findings)[before..];
        Sort(found);
        var (kept, end, excluded) = (0, 0, 0);
        for (var i = 0; i < found.Length; i++)
        {
            var finding = found[i];
            if (finding.Score < 0)
                excluded = Math.Max(excluded, finding.Start + finding.Length);
            if (finding.Start < end || finding.Score < 0)
                continue;
            if (finding.Start >= settled)
                break;
            if (KnowsNoFormat(finding) && (finding.Start < excluded || IsExcluded(found, i)))
                continue;
            var behind = finding.Start + finding.Length;
            if (finding.Score < Sure)
            {
                if (finding.Length > MaxUnsure || HidesSure(found, i))
                    continue;
                if (behind > settled)
                {
                    settled = finding.Start;
                    break;
                }
            }
            found[kept++] = finding;
            end = behind;
        }
        findings.RemoveRange(before + kept, found.Length - kept);
        return Math.Max(settled, end);
    }

    /// <summary>
    /// By place, then by score, length and kind. They come nearly in order, so that each is put in its place among the last few.
    /// </summary>
    static void Sort(Span<Finding> found)
    {
        for (var i = 1; i < found.Length; i++)
        {
            var finding = found[i];
            var at = i;
            for (; at > 0 && IsBefore(finding, found[at - 1]); at--)
                found[at] = found[at - 1];
            found[at] = finding;
        }
    }

    static bool IsBefore(Finding a, Finding b) =>
        a.Start != b.Start ? a.Start < b.Start
        : a.Score != b.Score ? a.Score > b.Score
        : a.Length != b.Length ? a.Length > b.Length
        : string.CompareOrdinal(a.Kind, b.Kind) < 0;

    static bool KnowsNoFormat(Finding finding) =>
        ReferenceEquals(finding.Kind, AssignmentRule.Token.Id) || ReferenceEquals(finding.Kind, SecretKinds.ServiceToken.Id);

    /// <summary>Found where a format was told not to be.</summary>
    static bool IsExcluded(ReadOnlySpan<Finding> found, int at)
    {
        for (var i = at + 1; i < found.Length && found[i].Start == found[at].Start; i++)
        {
            if (found[i].Score < 0)
                return true;
        }
        return false;
    }

    static bool HidesSure(ReadOnlySpan<Finding> found, int at)
    {
        for (var i = at + 1; i < found.Length && found[i].Start < found[at].Start + found[at].Length; i++)
        {
            if (found[i].Score >= Sure)
                return true;
        }
        return false;
    }
}
