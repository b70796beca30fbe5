using System.Buffers;
using Portico.Guardrails.Detection;

namespace Portico.Guardrails.Secrets;

/// <summary>The shape of a service's keys, which are told by the service's name before them.</summary>
sealed class ServiceShape
{
    /// <summary>Characters between the name's end and the value.</summary>
    const int Reach = 56;

    readonly TokenShape shape;

    readonly bool isLoose;
    readonly bool mayBeWords;

    /// <summary>Characters of the shortest key of the service.</summary>
    int least;

    /// <summary>Of its longest; of a service that shares its name with others, no bound.</summary>
    int most;

    ServiceShape(string[] row)
    {
        Kind = new DetectorKind("secrets." + row[0], row[1]);
        Names = row[2].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        shape = new TokenShape(row[3]);
        isLoose = row.Length > 4 && row[4] == "loose";
        mayBeWords = row.Length > 4 && row[4] == "words";
    }

    public DetectorKind Kind { get; }

    public IReadOnlyList<string> Names { get; }

    /// <summary>The names are of this service alone.</summary>
    public bool IsSpecific => !isLoose;

    public static IReadOnlyList<ServiceShape> Read(string rows)
    {
        var all = TokenFormat.Columns(rows).Select(row => new ServiceShape(row)).ToList();
        var shortest = new Dictionary<string, int>(StringComparer.Ordinal);
        var longest = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var service in all)
        {
            foreach (var name in service.Names)
            {
                shortest[name] = Math.Min(shortest.GetValueOrDefault(name, int.MaxValue), service.shape.Least);
                longest[name] = Math.Max(longest.GetValueOrDefault(name), service.shape.Most);
            }
        }
        foreach (var service in all)
        {
            service.least = service.isLoose ? 0 : service.Names.Min(n => shortest[n]);
            service.most = service.isLoose ? int.MaxValue : service.Names.Max(n => longest[n]);
        }
        return all;
    }

    /// <summary>The name stands there: does a value of this shape follow on the same line or the next?</summary>
    public void Match(scoped ref TextWindow text, int at, int behind, scoped ref FindingSink sink)
    {
        if (!Boundaries.BeginsName(text.Text, at))
            return;
        var lines = 0;
        for (var p = behind; p < behind + Reach; p++)
        {
            var c = text[p];
            if (c == '\0' || c == '\n' && ++lines > 1)
                return;
            if (!CharClass.Alphanumeric.Has(c) || !IsStart(text.Text, p))
                continue;
            text.SawEnd = false;
            var end = shape.End(ref text, p);
            if (end > 0 && text[end] is '(' or '[' or '@')
                end = -1;
            var score = 0f;
            if (end > 0)
            {
                var look = new TokenLook(text.Text[p..end]);
                score =
                    Placeholders.IsUniform(text.Text[p..end])
                    || !mayBeWords && (look.Words > 0.6 || look.Digits == 0 && (look.Words > 0.35 || look.Length < 20))
                        ? 0
                    : look.Length < 14 ? 0.55f
                    : look.Length < 20 ? 0.75f
                    : 0.87f;
                if (Boundaries.IsDigest(text.Text, p) || text.Text[p..end].Contains("EXAMPLE", StringComparison.Ordinal))
                    score = 0;
            }
            if (score > 0 || text.SawEnd)
                sink.Decide(ref text, p, end, Kind.Id, score);
            else if (
                end < 0
                && least > 0
                && CharClass.Alphanumeric.Has(text[p + 7])
                && text.SkipWhile(p, CharClass.Token, least) - p < least
            )
                sink.Exclude(ref text, p, p + 1);
            else if (end < 0 && most < MaxKey && IsGiven(text.Text[behind..p]))
            {
                // The service's own key by its name, and longer than any that it has.
                text.SawEnd = false;
                if (text.SkipWhile(p, CharClass.Token, most + 1) - p > most || text.SawEnd)
                    sink.Exclude(ref text, p, p + 1);
            }
            if (score > 0)
                return;
        }
    }

    /// <summary>Keys that may be longer have no bound that says anything.</summary>
    const int MaxKey = 200;

    /// <summary>Of a name that goes on with "key" or "token" only what gives it a value: <c>_api_key = "</c>.</summary>
    static bool IsGiven(ReadOnlySpan<char> between)
    {
        var name = between.IndexOfAnyExcept(nameSigns);
        if (name == 0)
            return between.ContainsAny(":=") && !between.ContainsAnyExcept(givingSigns);
        return name > 0
            && (
                between[..name].EndsWith("key", StringComparison.OrdinalIgnoreCase)
                || between[..name].EndsWith("token", StringComparison.OrdinalIgnoreCase)
            )
            && !between[name..].ContainsAnyExcept(givingSigns);
    }

    static readonly SearchValues<char> nameSigns = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-");
    static readonly SearchValues<char> givingSigns = SearchValues.Create(" =:>\"'`");

    /// <summary>A value begins where no letter or digit stands before, an escaped line end aside.</summary>
    static bool IsStart(ReadOnlySpan<char> text, int at) =>
        !CharClass.Word.Has(text[at - 1]) || text[at - 1] == '_' || at > 1 && text[at - 2] == '\\';
}
