using Portico.Guardrails.Names.Lists;

namespace Portico.Guardrails.Names.Corpus;

/// <summary>Makes names of persons, in the forms that they are written in.</summary>
sealed class PersonMaker(SeededChance chance)
{
    static readonly (string[] Given, string[] Family)[] Cultures =
    [
        .. PersonLists.Cultures.Select(c => (Gazetteer.Entries(c.Given), Gazetteer.Entries(c.Family))),
    ];

    static readonly string[] Titles =
    [
        "Mr.",
        "Mrs.",
        "Ms.",
        "Dr.",
        "Mr",
        "Mrs",
        "Ms",
        "Dr",
        "Prof.",
        "Professor",
        "Miss",
        "Herr",
        "Frau",
        "Sir",
        "Madame",
        "M.",
        "Mme",
        "Señor",
        "Sra.",
        "Sr.",
        "Signora",
        "Sig.",
        "Dott.",
        "Mevrouw",
        "Dhr.",
        "Rev.",
        "Judge",
        "Captain",
        "Doctor",
        "Father",
        "Sister",
        "Sgt.",
        "Lt.",
        "Hon.",
    ];

    /// <summary>English names come up as often as all others.</summary>
    (string[] Given, string[] Family) Culture() => chance.Percent(40) ? Cultures[0] : chance.Of(Cultures);

    public string Given() => chance.Percent(22) ? Capital(NameInventor.Given.Invent(chance)) : Capital(chance.Of(Culture().Given));

    public string Family() =>
        chance.Percent(30) ? Capital(NameInventor.Family.Invent(chance)) : Particles(Capital(chance.Of(Culture().Family)));

    /// <summary>In any form.</summary>
    public string Any() =>
        chance.Below(20) switch
        {
            < 8 => Full(),
            < 12 => Given(),
            < 14 => Family(),
            < 17 => Titled(),
            17 => $"{Family()}, {Given()}",
            18 => $"{Initial()}. {Family()}",
            _ => Long(),
        };

    public string Full()
    {
        var (givens, families) = Culture();
        var given = chance.Percent(20) ? NameInventor.Given.Invent(chance) : chance.Of(givens);
        var family = chance.Percent(30) ? NameInventor.Family.Invent(chance) : chance.Of(families);
        // Some carry names of two cultures.
        if (chance.Percent(12))
            family = chance.Of(Culture().Family);
        var middle = chance.Below(14) switch
        {
            0 => $" {Initial()}",
            1 => $" {Initial()}.",
            2 => $" {Capital(chance.Of(givens))}",
            _ => "",
        };
        var second = chance.Below(14) switch
        {
            0 => $"-{Capital(chance.Of(families))}",
            1 => $" {Capital(chance.Of(families))}",
            _ => "",
        };
        return $"{Capital(given)}{middle} {Particles(Capital(family))}{second}";
    }

    public string Titled() => $"{chance.Of(Titles)} {(chance.Percent(50) ? Family() : Full())}";

    public string Title() => chance.Of(Titles);

    string Long() =>
        chance.Below(5) switch
        {
            0 => $"{Full()} {chance.Of(["Jr.", "Sr.", "III", "II", "PhD"])}",
            1 => $"{Initial()}. {Initial()}. {Family()}",
            2 => $"{Given()}-{Given()} {Family()}",
            3 => Full().ToUpperInvariant(),
            _ => $"{Given()} {Family().ToUpperInvariant()}",
        };

    string Initial() => ((char)('A' + chance.Below(25))).ToString();

    /// <summary>Family names of several words are written with blanks: <c>van-den-berg</c> stands in the lists as one.</summary>
    string Particles(string family) =>
        family.StartsWith("Van-", StringComparison.Ordinal)
        || family.StartsWith("De-", StringComparison.Ordinal)
        || family.StartsWith("Da-", StringComparison.Ordinal)
            ? chance.Percent(70)
                ? Words(family, 'v')
                : Words(family, 'V')
            : family;

    static string Words(string family, char mode)
    {
        var parts = family.Split('-');
        for (var i = 0; i < parts.Length - 1; i++)
            parts[i] = mode == 'v' || i > 0 ? parts[i].ToLowerInvariant() : parts[i];
        return string.Join(' ', parts);
    }

    /// <summary>The first letter and those behind a hyphen or an apostrophe after one letter made capitals.</summary>
    public static string Capital(string word)
    {
        var letters = word.ToCharArray();
        for (var i = 0; i < letters.Length; i++)
            if (i == 0 || letters[i - 1] is '-' or ' ' || letters[i - 1] == '\'' && i == 2)
                letters[i] = char.ToUpperInvariant(letters[i]);
        if (word.StartsWith("mc", StringComparison.Ordinal) && word.Length > 4)
            letters[2] = char.ToUpperInvariant(letters[2]);
        return new string(letters);
    }
}
