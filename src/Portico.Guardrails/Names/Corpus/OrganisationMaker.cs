using Portico.Guardrails.Names.Lists;

namespace Portico.Guardrails.Names.Corpus;

/// <summary>Makes names of organisations.</summary>
sealed class OrganisationMaker(SeededChance chance, PersonMaker persons, AddressMaker addresses)
{
    static readonly string[] Known = Gazetteer.Entries(CompanyLists.Known);
    static readonly string[] Stems = Gazetteer.Entries(CompanyLists.Stems);
    static readonly string[] Words = Gazetteer.Entries(CompanyLists.Words);
    static readonly string[] Starts = Gazetteer.Entries(CompanyLists.BrandStarts);
    static readonly string[] Ends = Gazetteer.Entries(CompanyLists.BrandEnds);

    static readonly string[] Legal =
    [
        "Inc",
        "Inc.",
        "Ltd",
        "Ltd.",
        "LLC",
        "GmbH",
        "AG",
        "KG",
        "S.A.",
        "SA",
        "S.p.A.",
        "S.r.l.",
        "B.V.",
        "NV",
        "AB",
        "AS",
        "Oy",
        "Corp.",
        "Corporation",
        "PLC",
        "& Co.",
        "Limited",
        "Company",
        "Group",
        "Holdings",
        "Pty Ltd",
        "Ltda.",
        "SARL",
        "SAS",
        "GmbH & Co. KG",
        "e.V.",
        "S.L.",
        "Kft.",
        "Sp. z o.o.",
        "Incorporated",
        "Partners",
    ];

    static readonly string[] Departments =
    [
        "Department of Health",
        "Ministry of Finance",
        "Department of Education",
        "Finance Department",
        "Ministry of Justice",
        "City Council",
        "Police Department",
        "Human Rights Commission",
        "Chamber of Commerce",
        "Tax Office",
        "Office of the Ombudsman",
        "Board of Trade",
        "Central Bank",
        "Fire Brigade",
        "Public Library",
    ];

    public string Any() =>
        chance.Below(20) switch
        {
            0 or 1 => chance.Of(Known),
            2 or 3 => $"{persons.Family()}-{persons.Family()}",
            4 => $"{persons.Family()}, {persons.Family()} and {persons.Family()}",
            5 =>
                $"{persons.Family()} {chance.Of(["&", "and"])} {chance.Of([persons.Family(), "Sons", "Co", "Partners", "Associates", "Daughters"])}",
            6 or 7 => $"{persons.Family()} {chance.Of([.. Legal])}",
            8 or 9 => Brand(),
            10 => $"{Brand()} {chance.Of([.. Legal])}",
            11 => $"{Brand()} {Word()}",
            12 => $"{Stem()} {Word()}",
            13 => $"{Stem()} {Word()} {chance.Of([.. Legal])}",
            14 => $"{Stem()} {Stem()} {Word()}",
            15 => $"{Word()} of {addresses.Town()}",
            16 => $"{addresses.Town()} {Word()}{(chance.Percent(30) ? $" {Word()}" : "")}",
            17 => chance.Percent(50) ? chance.Of(Departments) : $"{addresses.Town()} {chance.Of(Departments)}",
            18 => Foreign(),
            _ => $"{Stem()} {Word()} {Word()}",
        };

    string Foreign() =>
        chance.Below(8) switch
        {
            0 => $"Universität {addresses.Town()}",
            1 => $"Stadtwerke {addresses.Town()}",
            2 => $"Banque {persons.Family()}",
            3 => $"Université de {addresses.Town()}",
            4 => $"Autohaus {persons.Family()}",
            5 => $"Banco {chance.Of(["de ", ""])}{addresses.Town()}",
            6 => $"Klinikum {addresses.Town()}",
            _ => $"St. {persons.Given()}'s {chance.Of(["Hospital", "College", "School"])}",
        };

    string Brand() =>
        chance.Below(8) switch
        {
            0 => PersonMaker.Capital(NameInventor.Town.Invent(chance)),
            < 3 => PersonMaker.Capital(chance.Of(Starts)) + PersonMaker.Capital(chance.Of(Ends)),
            < 5 => PersonMaker.Capital(chance.Of(Stems) + chance.Of(Ends)),
            _ => PersonMaker.Capital(chance.Of(Starts) + chance.Of(Ends)),
        };

    string Stem() => chance.Percent(25) ? persons.Family() : PersonMaker.Capital(chance.Of(Stems));

    string Word() => PersonMaker.Capital(chance.Of(Words));
}
