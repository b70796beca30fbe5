using System.Text;
using Portico.Guardrails.Names.Lists;

namespace Portico.Guardrails.Names.Corpus;

/// <summary>Invents words that sound like those of a list: the next letter is one that follows the last two somewhere in it.</summary>
sealed class NameInventor
{
    readonly Dictionary<string, StringBuilder> next = [];

    public NameInventor(IEnumerable<string> words)
    {
        foreach (var word in words)
        {
            var padded = $"^^{word.ToLowerInvariant()}$";
            for (var i = 2; i < padded.Length; i++)
            {
                if (!next.TryGetValue(padded[(i - 2)..i], out var letters))
                    next[padded[(i - 2)..i]] = letters = new StringBuilder();
                letters.Append(padded[i]);
            }
        }
    }

    public static NameInventor Given { get; } = new(PersonLists.Cultures.SelectMany(c => Gazetteer.Entries(c.Given)));

    public static NameInventor Family { get; } =
        new(PersonLists.Cultures.SelectMany(c => Gazetteer.Entries(c.Family)).Where(f => !f.Contains('-')));

    public static NameInventor Town { get; } = new(Gazetteer.Entries(PlaceLists.Cities).Where(c => !c.Contains(' ')));

    /// <summary>A lower-cased word of 3 to 12 letters.</summary>
    public string Invent(SeededChance chance)
    {
        while (true)
        {
            var word = new StringBuilder("^^");
            while (word.Length < 15)
            {
                var letters = next[word.ToString(word.Length - 2, 2)];
                var letter = letters[chance.Below(letters.Length)];
                if (letter == '$')
                    break;
                word.Append(letter);
            }
            if (word.Length is >= 5 and <= 14)
                return word.ToString(2, word.Length - 2);
        }
    }
}
