namespace Portico.Guardrails.Pii;

/// <summary>How the digits of a number are grouped.</summary>
struct PhoneShape
{
    /// <summary>Lengths of the groups, four bits each, the last lowest.</summary>
    long lengths;

    public int Groups { get; private set; }
    public int First { get; private set; }
    public int Shortest { get; private set; }

    /// <summary>Of the groups behind the first.</summary>
    public int ShortestBehind { get; private set; }
    public char Separator { get; private set; }

    /// <summary>The same separator throughout.</summary>
    public bool IsUniform { get; private set; }

    public void Add(int length)
    {
        lengths = lengths << 4 | (long)Math.Min(length, 15);
        if (Groups++ == 0)
            (First, Shortest, ShortestBehind, IsUniform) = (length, length, int.MaxValue, true);
        else
            ShortestBehind = Math.Min(ShortestBehind, length);
        Shortest = Math.Min(Shortest, length);
    }

    public void Separate(char separator)
    {
        IsUniform &= Separator is '\0' || Separator == separator;
        Separator = separator;
    }

    public readonly bool Is(int first, int second) => Groups == 2 && lengths == (first << 4 | second);

    public readonly bool Is(int first, int second, int third) => Groups == 3 && lengths == (first << 8 | second << 4 | third);
}
