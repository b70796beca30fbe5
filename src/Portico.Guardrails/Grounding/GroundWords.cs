using System.Collections.Frozen;

namespace Portico.Guardrails.Grounding;

/// <summary>
/// Words that are more than words to who compares a claim with its source: English, German, French, Spanish; without marks and apostrophes.
/// </summary>
static class GroundWords
{
    public static readonly FrozenSet<uint> Negations = Set(
        "not no never none nor neither nobody nothing nowhere cannot without hardly nicht nichts kein keine keinen keinem keiner keines nie niemals niemand ohne weder pas jamais aucun aucune rien sans nunca ningun ninguno ninguna nadie nada sin"
    );

    /// <summary>Behind a negation they take it back: not only.</summary>
    public static readonly FrozenSet<uint> Limits = Set("only just merely nur bloss seulement solo solamente");

    /// <summary>They stand for a name of a sentence before.</summary>
    public static readonly FrozenSet<uint> Pronouns = Set(
        "it its he his him she her they their them this these company er sie ihr ihre sein seine es il elle ils elles son sa leur el ella ellos su"
    );

    public static readonly FrozenSet<uint> German = Set(
        "der die das und ist nicht ein eine einen den dem des mit von fur auf wird werden sind sich zu im am kann"
    );

    public static readonly FrozenDictionary<uint, byte> Months = Numbers(
        1,
        "january januar janvier enero jan",
        "february februar fevrier febrero feb",
        "march marz mars marzo mar",
        "april avril abril apr",
        "may mai mayo",
        "june juni juin junio jun",
        "july juli juillet julio jul",
        "august aout agosto aug",
        "september septembre septiembre sep sept",
        "october oktober octobre octubre oct okt",
        "november novembre noviembre nov",
        "december dezember decembre diciembre dec dez"
    );

    public static readonly FrozenDictionary<uint, byte> Spelled = Numbers(
        2,
        "two zwei deux dos",
        "three drei trois tres",
        "four vier quatre cuatro",
        "five funf cinq cinco",
        "six sechs seis",
        "seven sieben sept siete",
        "eight acht huit ocho",
        "nine neun neuf nueve",
        "ten zehn dix diez",
        "eleven elf onze once",
        "twelve zwolf douze doce"
    );

    static readonly FrozenDictionary<string, double> Scales = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase)
    {
        ["k"] = 1e3,
        ["thousand"] = 1e3,
        ["tausend"] = 1e3,
        ["mille"] = 1e3,
        ["million"] = 1e6,
        ["millions"] = 1e6,
        ["millionen"] = 1e6,
        ["mio"] = 1e6,
        ["millones"] = 1e6,
        ["bn"] = 1e9,
        ["billion"] = 1e9,
        ["milliarden"] = 1e9,
        ["mrd"] = 1e9,
        ["milliard"] = 1e9,
        ["milliards"] = 1e9,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    static readonly FrozenDictionary<string, NumberUnit> Units = Names(
        (NumberUnit.Percent, "percent prozent pct"),
        (NumberUnit.Dollar, "dollar dollars usd dolares dólares"),
        (NumberUnit.Euro, "euro euros eur"),
        (NumberUnit.Pound, "pound pounds gbp sterling"),
        (NumberUnit.Yen, "yen jpy"),
        (NumberUnit.Franc, "franc francs franken chf")
    );

    /// <summary>What a number is multiplied by before this word, or 0.</summary>
    public static double ScaleOf(ReadOnlySpan<char> word) =>
        Scales.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var scale) ? scale : 0;

    public static NumberUnit UnitOf(ReadOnlySpan<char> word) =>
        Units.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out var unit) ? unit : NumberUnit.None;

    public static NumberUnit UnitOf(char sign) =>
        sign switch
        {
            '%' or '％' => NumberUnit.Percent,
            '$' => NumberUnit.Dollar,
            '€' => NumberUnit.Euro,
            '£' => NumberUnit.Pound,
            '¥' => NumberUnit.Yen,
            _ => NumberUnit.None,
        };

    static FrozenSet<uint> Set(string words) => words.Split(' ').Select(w => GroundHash.Of(w)).ToFrozenSet();

    static FrozenDictionary<uint, byte> Numbers(byte first, params string[] rows)
    {
        var numbers = new Dictionary<uint, byte>();
        for (var row = 0; row < rows.Length; row++)
            foreach (var word in rows[row].Split(' '))
                numbers.TryAdd(GroundHash.Of(word), (byte)(first + row));
        return numbers.ToFrozenDictionary();
    }

    static FrozenDictionary<string, NumberUnit> Names(params (NumberUnit Unit, string Words)[] rows) =>
        rows.SelectMany(r => r.Words.Split(' '), (row, word) => (word, row.Unit))
            .ToFrozenDictionary(p => p.word, p => p.Unit, StringComparer.OrdinalIgnoreCase);
}
