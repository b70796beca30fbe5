namespace Portico.Guardrails.Containment;

/// <summary>A piece that names one thing, whole or not at all.</summary>
readonly record struct Identifier(int Start, int End, TaintKind Kind);

/// <summary>
/// Finds addresses, hosts, paths and account numbers in a folded text, by their shape alone. Linear: every character is looked at a
/// bounded number of times.
/// </summary>
static class Identifiers
{
    /// <summary>Characters of the longest one; what is longer is compared as a run.</summary>
    public const int MaxLength = 512;

    const int LeastAccount = 6;
    const int LeastAccountDigits = 4;

    public static List<Identifier> In(ReadOnlySpan<char> text)
    {
        var found = new List<Identifier>();
        for (var at = 0; at < text.Length; )
        {
            if (IsBreak(text[at]))
            {
                at++;
                continue;
            }
            var start = at;
            while (at < text.Length && !IsBreak(text[at]))
                at++;
            var end = at;
            while (end > start && text[end - 1] is '.' or ',' or ':' or ';' or '!' or '?' or '*')
                end--;
            Token(text, start, end, found);
        }
        return found;
    }

    static bool IsBreak(char c) =>
        c is ' ' or '"' or '\'' or '`' or '<' or '>' or '(' or ')' or '[' or ']' or '{' or '}' or '|' or ',' or ';';

    static void Token(ReadOnlySpan<char> text, int start, int end, List<Identifier> found)
    {
        var token = text[start..end];
        if (token.ContainsAny('/', '\\') && token.ContainsAnyInRange('a', 'z') && token.Length <= MaxLength)
        {
            // An assignment before it belongs to whoever quotes it, not to it.
            var from = start + LeadOf(token);
            if (end - from > 1)
                found.Add(new(from, end, text[from..end].Contains("://", StringComparison.Ordinal) ? TaintKind.Url : TaintKind.Path));
        }
        for (var at = start; at < end; )
        {
            if (!IsName(text[at]))
            {
                at++;
                continue;
            }
            var from = at;
            while (at < end && IsName(text[at]))
                at++;
            if (at - from > MaxLength)
                continue;
            if (at < end && text[at] == '@')
            {
                var domain = at + 1;
                while (domain < end && IsHost(text[domain]))
                    domain++;
                if (domain > at + 1 && domain - from <= MaxLength)
                    found.Add(new(from, domain, TaintKind.Email));
            }
            Name(text, from, at, found);
        }
    }

    /// <summary>Characters of <c>name=</c> before a path or an address.</summary>
    static int LeadOf(ReadOnlySpan<char> token)
    {
        var sign = token.IndexOfAny("=/\\:?");
        return sign > 0 && token[sign] == '=' ? sign + 1 : 0;
    }

    static void Name(ReadOnlySpan<char> text, int from, int end, List<Identifier> found)
    {
        var (start, stop) = (from, end);
        while (stop > start && text[stop - 1] is '.' or '-')
            stop--;
        while (start < stop && text[start] is '.' or '-' or '_' or '+')
            start++;
        var name = text[start..stop];
        if (IsHostName(name))
        {
            found.Add(new(start, stop, TaintKind.Host));
            return;
        }
        var (digits, letters) = (0, 0);
        foreach (var c in name)
        {
            digits += char.IsAsciiDigit(c) ? 1 : 0;
            letters += char.IsLetter(c) ? 1 : 0;
        }
        if (name.Length >= LeastAccount && digits >= LeastAccountDigits && letters > 0)
            found.Add(new(start, stop, TaintKind.Account));
    }

    /// <summary>Labels with dots between, the last of letters; or four numbers.</summary>
    internal static bool IsHostName(ReadOnlySpan<char> name)
    {
        var dot = name.LastIndexOf('.');
        if (dot <= 0 || name.Contains("..", StringComparison.Ordinal) || name.ContainsAny('_', '+', '%'))
            return false;
        var last = name[(dot + 1)..];
        return last.Length >= 2 && (char.IsLetter(last[0]) || name.Count('.') == 3 && !name.ContainsAnyExceptInRange('.', '9'))
            || last.Length == 1 && name.Count('.') == 3 && !name.ContainsAnyExceptInRange('.', '9');
    }

    /// <summary>
    /// The hosts above one that somebody may own: <c>b.example.org</c> and <c>example.org</c> for <c>a.b.example.org</c>, but not
    /// <c>co.uk</c>.
    /// </summary>
    internal static IEnumerable<string> Above(string host)
    {
        if (char.IsAsciiDigit(host[^1]))
            yield break;
        for (var dot = host.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = host.IndexOf('.', dot + 1))
        {
            var rest = host[(dot + 1)..];
            var next = rest.IndexOf('.', StringComparison.Ordinal);
            if (next > 0 && !(rest.Length - next == 3 && IsShared(rest[..next])))
                yield return rest;
        }
    }

    /// <summary>A label before a country's that is everybody's.</summary>
    static bool IsShared(string label) =>
        label
            is "ac"
                or "co"
                or "com"
                or "edu"
                or "go"
                or "gob"
                or "gouv"
                or "gov"
                or "govt"
                or "gv"
                or "id"
                or "ltd"
                or "me"
                or "mil"
                or "ne"
                or "net"
                or "nhs"
                or "nom"
                or "or"
                or "org"
                or "plc"
                or "sch"
                or "school";

    static bool IsName(char c) => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or '+' or '%';

    static bool IsHost(char c) => char.IsLetterOrDigit(c) || c is '.' or '-';
}
