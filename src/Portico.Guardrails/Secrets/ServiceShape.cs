namespace Portico.Guardrails.Secrets;

/// <summary>The shape of a service's keys, which are told by the service's name before them.</summary>
sealed class ServiceShape
{
    /// <summary>Characters between the name's end and the value.</summary>
    const int Reach = 56;

    readonly TokenShape shape;

    ServiceShape(string[] row)
    {
        Kind = new SecretKind("secrets." + row[0], row[1]);
        Names = row[2].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        shape = new TokenShape(row[3]);
    }

    public SecretKind Kind { get; }

    public IReadOnlyList<string> Names { get; }

    public static IEnumerable<ServiceShape> Read(string rows) => TokenFormat.Columns(rows).Select(row => new ServiceShape(row));

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
                    Placeholders.IsUniform(text.Text[p..end]) || look.Digits == 0 && look.Words > 0.35 || look.Words > 0.6 || look.Digits == 0 && look.Length < 20 ? 0
                    : look.Length < 14 ? 0.55f
                    : 0.75f;
                if (Boundaries.IsDigest(text.Text, p))
                    score = 0;
            }
            sink.Decide(ref text, p, end, Kind.Id, score);
            if (end > 0 && score > 0)
                return;
        }
    }

    /// <summary>A value begins where no letter or digit stands before, an escaped line end aside.</summary>
    static bool IsStart(ReadOnlySpan<char> text, int at) => !CharClass.Word.Has(text[at - 1]) || text[at - 1] == '_' || at > 1 && text[at - 2] == '\\';
}
