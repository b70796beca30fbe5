using System.Text.Json;

namespace Portico.Gateway.Wire;

/// <summary>The names of what a reader passes over, each once. Nothing is allocated while there is nothing.</summary>
struct UnreadNames
{
    /// <summary>More are not told: foreign input must not fill a header.</summary>
    const int Most = 32;

    List<string>? names;

    public readonly IReadOnlyList<string> All => names ?? (IReadOnlyList<string>)[];

    public void Add(string name)
    {
        names ??= [];
        if (names.Count < Most && !names.Contains(name))
            names.Add(name);
    }

    /// <summary>Passes over the member at which the reader stands. One that is null says nothing.</summary>
    public void Skip(ref Utf8JsonReader r, string parent)
    {
        var name = r.GetString()!;
        r.Read();
        if (r.TokenType != JsonTokenType.Null)
            Add($"{parent}.{Json.Short(name)}");
        r.Skip();
    }
}
