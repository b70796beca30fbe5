namespace Portico.Guardrails.Names.Lists;

/// <summary>In which lists a word stands: a bit for each.</summary>
[Flags]
enum ListedAs : ushort
{
    None = 0,
    Given = 1,
    Family = 1 << 1,
    Title = 1 << 2,
    CompanyEnd = 1 << 3,
    CompanyWord = 1 << 4,
    Street = 1 << 5,
    StreetEnd = 1 << 6,
    City = 1 << 7,
    Country = 1 << 8,
    Unit = 1 << 9,
    Common = 1 << 10,
    Foreign = 1 << 11,
    Date = 1 << 12,
    Particle = 1 << 13,
    Role = 1 << 14,
    Technical = 1 << 15,
}

/// <summary>The lists as one table from the hash of a lower-cased word to the lists it stands in. Two words of one hash are taken for one.</summary>
sealed class Gazetteer
{
    const int Slots = 1 << 15;

    public static readonly Gazetteer All = new();

    readonly ulong[] keys = new ulong[Slots];
    readonly ListedAs[] values = new ListedAs[Slots];

    Gazetteer()
    {
        foreach (var culture in PersonLists.Cultures)
        {
            Add(culture.Given, ListedAs.Given);
            Add(culture.Family, ListedAs.Family);
        }
        Add(PersonLists.Titles, ListedAs.Title);
        Add(PersonLists.Particles, ListedAs.Particle);
        Add(CompanyLists.Endings, ListedAs.CompanyEnd);
        Add(CompanyLists.Words, ListedAs.CompanyWord);
        Add(CompanyLists.Known, ListedAs.CompanyWord);
        Add(PlaceLists.StreetWords, ListedAs.Street);
        Add(PlaceLists.UnitWords, ListedAs.Unit);
        Add(PlaceLists.Cities, ListedAs.City);
        Add(PlaceLists.States, ListedAs.Country);
        Add(PlaceLists.Countries, ListedAs.Country);
        Add(WordLists.Common, ListedAs.Common);
        Add(MoreWordLists.English, ListedAs.Common);
        Add(WordLists.Foreign, ListedAs.Foreign);
        foreach (var language in LanguageLists.All)
        {
            Add(language.Small, ListedAs.Foreign);
            Add(language.Content.ToLowerInvariant(), ListedAs.Foreign);
        }
        Add(WordLists.MonthsAndDays, ListedAs.Date);
        Add(WordLists.Roles, ListedAs.Role);
        Add(WordLists.Technical, ListedAs.Technical);
    }

    public ListedAs Of(ulong lowerHash)
    {
        for (var slot = (int)(lowerHash >> 49); ; slot = (slot + 1) & (Slots - 1))
        {
            if (keys[slot] == lowerHash)
                return values[slot];
            if (keys[slot] == 0)
                return ListedAs.None;
        }
    }

    /// <summary>Whether a lower-cased word ends as the name of a street does.</summary>
    public static bool EndsAsStreet(ReadOnlySpan<char> lower)
    {
        foreach (var ending in PlaceLists.StreetEndings)
            if (lower.Length > ending.Length + 2 && lower.EndsWith(ending, StringComparison.Ordinal))
                return true;
        return false;
    }

    void Add(string list, ListedAs bit)
    {
        foreach (var entry in Entries(list))
        foreach (var word in entry.Split(' ', '-', '.', '/'))
            if (word.Length > 1 || bit is ListedAs.Common or ListedAs.Foreign && word.Length == 1)
                Add(WordHash.OfLower(word), bit);
    }

    void Add(ulong key, ListedAs bit)
    {
        var slot = (int)(key >> 49);
        while (keys[slot] != 0 && keys[slot] != key)
            slot = (slot + 1) & (Slots - 1);
        keys[slot] = key;
        values[slot] |= bit;
    }

    /// <summary>The entries of a list, an underscore within one made a blank.</summary>
    public static string[] Entries(string list)
    {
        var entries = list.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < entries.Length; i++)
            entries[i] = entries[i].Replace('_', ' ');
        return entries;
    }
}
