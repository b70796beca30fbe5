using Portico.Guardrails.Names.Lists;

namespace Portico.Guardrails.Names.Corpus;

/// <summary>Makes postal addresses, whole and in parts, after the customs of several countries (as the Universal Postal Union's sheets on addressing describe them), and towns.</summary>
sealed class AddressMaker(SeededChance chance, PersonMaker persons)
{
    static readonly string[] Cities = [.. Gazetteer.Entries(PlaceLists.Cities).Select(Name)];
    static readonly string[] Countries = [.. Gazetteer.Entries(PlaceLists.Countries).Select(Name)];
    static readonly string[] States = [.. Gazetteer.Entries(PlaceLists.States).Select(Name)];
    static readonly string[] Codes = Gazetteer.Entries(PlaceLists.StateCodes);
    static readonly string[] Stems = [.. Gazetteer.Entries(PlaceLists.StreetStems).Select(Name)];
    static readonly string[] German = Gazetteer.Entries(PlaceLists.GermanStems);
    static readonly string[] French = Gazetteer.Entries(PlaceLists.FrenchStems);
    static readonly string[] Spanish = Gazetteer.Entries(PlaceLists.SpanishStems);
    static readonly string[] Italian = Gazetteer.Entries(PlaceLists.ItalianStems);
    static readonly string[] Portuguese = Gazetteer.Entries(PlaceLists.PortugueseStems);
    static readonly string[] Dutch = Gazetteer.Entries(PlaceLists.DutchStems);

    static readonly string[] EnglishEnds =
    [
        "Street",
        "St",
        "St.",
        "Avenue",
        "Ave",
        "Ave.",
        "Road",
        "Rd",
        "Rd.",
        "Lane",
        "Ln",
        "Drive",
        "Dr",
        "Boulevard",
        "Blvd",
        "Way",
        "Court",
        "Ct",
        "Place",
        "Square",
        "Terrace",
        "Close",
        "Crescent",
        "Gardens",
        "Grove",
        "Hill",
        "Parkway",
        "Highway",
        "Circle",
        "Trail",
    ];

    static string Name(string entry) =>
        string.Join(' ', entry.Split(' ').Select(w => w is "de" or "la" or "of" or "and" or "den" or "do" ? w : PersonMaker.Capital(w)));

    /// <summary>A known town, or one that sounds like one.</summary>
    public string Town() => chance.Percent(35) ? PersonMaker.Capital(NameInventor.Town.Invent(chance)) : chance.Of(Cities);

    public string Country() => chance.Of(Countries);

    public string Place() =>
        chance.Below(10) switch
        {
            < 5 => Town(),
            < 8 => Country(),
            8 => chance.Of(States),
            _ => chance.Percent(30) ? Town().ToUpperInvariant() : $"{Town()}, {(chance.Percent(50) ? Country() : chance.Of(Codes))}",
        };

    string Number() => chance.Percent(70) ? chance.Between(1, 299).ToString() : chance.Between(300, 19999).ToString();

    string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + chance.Below(10))));

    string Letter() => ((char)('A' + chance.Below(24))).ToString();

    /// <summary>A street with its number.</summary>
    public string Street()
    {
        var number = Number();
        return chance.Below(12) switch
        {
            < 4 => $"{number}{(chance.Percent(6) ? Letter() : "")} {EnglishStreet()}",
            4 => $"{GermanStreet()} {number}{(chance.Percent(12) ? "a" : "")}",
            5 =>
                $"{number}{chance.Of(["", "", " bis", ","])} {chance.Of(["rue", "avenue", "boulevard", "place", "Rue", "chemin", "impasse", "quai"])} {chance.Of(French)}",
            6 =>
                $"{chance.Of(["Calle", "Avenida", "C/", "Paseo", "Plaza", "Avda.", "Carrer"])} {Mixed(Spanish)}{chance.Of([", ", " "])}{number}{chance.Of(["", "", ", 2º B", ", 3ª izq."])}",
            7 => $"{chance.Of(["Via", "Viale", "Piazza", "Corso", "Largo", "via"])} {Mixed(Italian)}{chance.Of([", ", " "])}{number}",
            8 => $"{DutchStreet()} {number}{chance.Of(["", "", "a", "-2", " bis"])}",
            9 => $"{chance.Of(["Rua", "Avenida", "Travessa", "Praça", "R."])} {Mixed(Portuguese)}{chance.Of([", ", " ", ", nº "])}{number}",
            10 =>
                $"{chance.Of(["ul.", "ul. ", "Ulica ", "al. "]).TrimEnd()} {persons.Family()} {number}{chance.Of(["", $"/{chance.Between(1, 60)}", $" m. {chance.Between(1, 60)}"])}",
            _ => Eastern(number),
        };
    }

    string Eastern(string number) =>
        chance.Below(8) switch
        {
            0 => $"{Sound()}{chance.Of(["gatan", "vägen", "gata", " gate", "veien", "vej", "gade"])} {number}",
            1 => $"{Sound()}{chance.Of(["katu", "tie", "kuja", "ntie"])} {number}{chance.Of(["", " A 4"])}",
            2 => $"{Sound()} {chance.Of(["utca", "út", "u.", "tér", "útja"])} {number}.",
            3 => $"{Sound()} {chance.Of(["Cad.", "Caddesi", "Sokak", "Sok."])} No:{number}",
            4 =>
                $"{chance.Of(["Flat", "House No.", "Plot", "H.No."])} {number}, {Sound()} {chance.Of(["Nagar", "Marg", "Road", "Colony", "Layout"])}",
            5 => $"{Sound()} {number}",
            6 => $"{chance.Of(["Jalan", "Jl."])} {Sound()} No. {number}",
            _ => $"{chance.Of(["ulitsa", "ul.", "Prospekt"])} {Sound()}, {chance.Of(["d. ", ""])}{number}",
        };

    string Sound() => PersonMaker.Capital(chance.Percent(50) ? NameInventor.Town.Invent(chance) : NameInventor.Family.Invent(chance));

    string Mixed(string[] stems) => chance.Percent(30) ? persons.Full() : chance.Of(stems);

    string EnglishStreet()
    {
        var direction = chance.Percent(10) ? chance.Of(["N ", "S. ", "North ", "W ", "E. ", "SW ", "West "]) : "";
        var name = chance.Below(10) switch
        {
            < 5 => chance.Of(Stems),
            < 7 => persons.Family(),
            7 => Sound(),
            8 => $"{chance.Of(Stems)} {chance.Of(Stems)}",
            _ => chance.Of(["1st", "2nd", "3rd", "5th", "14th", "22nd", "Fifth", "42nd", "103rd"]),
        };
        return $"{direction}{name} {chance.Of(EnglishEnds)}";
    }

    string GermanStreet() =>
        chance.Below(6) switch
        {
            < 3 => PersonMaker.Capital(chance.Of(German))
                + chance.Of(["straße", "str.", "weg", "gasse", "platz", "allee", "strasse", "ring", "ufer", "damm"]),
            3 => $"{PersonMaker.Capital(chance.Of(German))}er {chance.Of(["Straße", "Weg", "Str.", "Allee", "Platz"])}",
            4 => $"{persons.Given()}-{persons.Family()}-{chance.Of(["Straße", "Weg", "Platz", "Allee", "Ring", "Str."])}",
            _ =>
                $"{chance.Of(["Am", "An der", "Im", "Auf dem", "Unter den", "Zum", "Untere", "Obere"])} {PersonMaker.Capital(chance.Of(German))}{chance.Of(["berg", "garten", "hof", "markt", "linden"])}",
        };

    string DutchStreet() =>
        chance.Percent(80)
            ? $"{chance.Of([PersonMaker.Capital(chance.Of(Dutch)), Sound()])}{chance.Of(["straat", "laan", "gracht", "kade", "plein", "weg", "dijk", "singel"])}"
            : $"{persons.Family()}{chance.Of(["straat", "laan", "plein"])}";

    string Flat() =>
        chance.Below(9) switch
        {
            0 => $"Apt {chance.Between(1, 40)}{chance.Of(["", "B", "C"])}",
            1 or 2 => $"Apt. {chance.Between(1, 999)}",
            3 or 4 => $"Suite {chance.Between(1, 999)}",
            5 => $"Unit {chance.Between(1, 99)}",
            6 => $"Floor {chance.Between(1, 40)}",
            7 => $"#{chance.Between(1, 400)}",
            _ => $"Flat {chance.Between(1, 60)}",
        };

    /// <summary>A postcode as it is written beside the town, both in their order.</summary>
    string TownLine() =>
        chance.Below(14) switch
        {
            < 4 => $"{Town()}, {chance.Of(Codes)} {Digits(5)}{(chance.Percent(15) ? $"-{Digits(4)}" : "")}",
            4 => $"{Town()} {Letter()}{chance.Of(["", Letter()])}{chance.Between(1, 20)} {chance.Between(1, 9)}{Letter()}{Letter()}",
            5 or 6 => $"{Digits(5)} {Town()}",
            7 => $"{chance.Between(1000, 9999)} {Letter()}{Letter()} {Town()}",
            8 => $"{Digits(4)} {Town()}",
            9 => $"{Digits(2)}-{Digits(3)} {Town()}",
            10 => $"{Digits(3)} {Digits(2)} {Town()}",
            11 => $"{Digits(5)} {Town()} ({Letter()}{Letter()})",
            12 => $"{Town()} {Digits(6)}",
            _ => $"{Town()}, {chance.Of(Codes)}",
        };

    /// <summary>Whole or in part, in a line or in several.</summary>
    public string Any(bool inLine = false)
    {
        var gap = inLine || chance.Percent(65) ? ", " : chance.Of(["\n", ",\n", "\n ", " \n"]);
        var end = chance.Below(10) switch
        {
            < 2 => $"{gap}{Country()}",
            _ => "",
        };
        return chance.Below(20) switch
        {
            < 5 => Street(),
            < 12 => $"{Street()}{gap}{TownLine()}{end}",
            12 => $"{Street()}, {Flat()}{gap}{TownLine()}{end}",
            13 => $"{Flat()}{gap}{Street()}{gap}{TownLine()}{end}",
            14 or 15 => Generated(inLine),
            16 => $"{Street()}{gap}{Town()}{end}",
            17 =>
                $"{chance.Of(["P.O. Box", "PO Box", "Postfach", "Apartado", "BP", "Postbus"])} {Digits(chance.Between(2, 5))}{gap}{TownLine()}",
            18 => Military(inLine ? ", " : "\n"),
            _ => $"{TownLine()}{end}",
        };
    }

    /// <summary>A number before a street that has its own one, as generators of test data put them together.</summary>
    string Generated(bool inLine)
    {
        var flat = chance.Below(3) == 0 ? $"{chance.Of([" ", "\n ", " "])}{Flat()}" : "";
        var gap = inLine ? ", " : chance.Of([", ", "\n", "\n "]);
        var town = chance.Percent(25) ? Town().ToUpperInvariant() : Town();
        var state = chance.Below(3) switch
        {
            0 => $"{chance.Of([", ", "\n, "])}{Letter()}{Letter()}",
            _ => "",
        };
        return $"{Number()} {Street()}{(inLine ? flat.Replace("\n", "", StringComparison.Ordinal) : flat)}{gap}{town}{(inLine ? state.Replace("\n", "", StringComparison.Ordinal) : state)}"
            + chance.Below(3) switch
            {
                0 => $" {Digits(5)}",
                1 => $"{gap}{Country()} {Digits(5)}",
                _ => $"{gap}{Country()}",
            };
    }

    /// <summary>Mail of the armed forces of the United States: a unit or ship, then APO, FPO or DPO with AA, AE or AP.</summary>
    string Military(string gap)
    {
        var office = $"{chance.Of(["APO", "FPO", "DPO"])} {chance.Of(["AA", "AE", "AP"])} {Digits(5)}";
        return chance.Below(3) switch
        {
            0 => $"{chance.Of(["USS", "USNS", "USNV", "USCGC"])} {persons.Family()}{gap}{office}",
            1 => $"PSC {Digits(4)}, Box {Digits(4)}{gap}{office}",
            _ => $"Unit {Digits(4)} Box {Digits(4)}{gap}{office}",
        };
    }

    /// <summary>The crossing of two streets, or a street without number where the words around say that it is one.</summary>
    public string Crossing() => $"the corner of {EnglishStreet()} and {EnglishStreet()}";
}
