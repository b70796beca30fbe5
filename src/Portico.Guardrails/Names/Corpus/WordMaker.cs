using Portico.Guardrails.Names.Lists;

namespace Portico.Guardrails.Names.Corpus;

/// <summary>Makes what is no name: words, sentences of words, numbers, dates, identifiers.</summary>
sealed class WordMaker(SeededChance chance)
{
    static readonly string[] Common = [.. Gazetteer.Entries(WordLists.Common), .. Gazetteer.Entries(MoreWordLists.English)];
    static readonly NameInventor Inventor = new(Common.Where(word => word.Length > 3));
    static readonly string[] Beginnings = Gazetteer.Entries(WordParts.Beginnings);

    static readonly string[] Ends = Gazetteer.Entries(WordParts.Ends);
    static readonly string[] SmallForeign = Gazetteer.Entries(WordLists.Foreign);

    static readonly (string[] Small, string[] Content, NameInventor Inventor)[] Languages =
    [
        .. LanguageLists.All.Select(l =>
            (
                Gazetteer.Entries(l.Small),
                Gazetteer.Entries(l.Content),
                new NameInventor(Gazetteer.Entries(l.Content).Where(w => w.Length > 3))
            )
        ),
    ];

    static readonly string[] Roles = Gazetteer.Entries(WordLists.Roles);
    static readonly string[] Technical = Gazetteer.Entries(WordLists.Technical);
    static readonly string[] Dates = Gazetteer.Entries(WordLists.MonthsAndDays);

    static readonly string[] Small = Gazetteer.Entries(WordParts.Small);

    static readonly string[] Starts = Gazetteer.Entries(WordParts.Starts);

    static readonly string[] Mime = Gazetteer.Entries(WordParts.Mime);

    /// <summary>A word of the lists, one derived of it, or at times one that only sounds like them: no list holds all words.</summary>
    public string Word() =>
        chance.Below(26) switch
        {
            0 => chance.Of(Technical),
            1 => chance.Of(Roles),
            < 10 => Derived(chance.Of(Common)),
            10 => chance.Of(Beginnings) + chance.Of(Common),
            11 or 12 or 13 => Inventor.Invent(chance),
            14 => Derived(Inventor.Invent(chance)),
            _ => chance.Of(Common),
        };

    /// <summary>A few words as they stand in the middle of a sentence.</summary>
    string Prose() =>
        string.Join(' ', Enumerable.Range(0, chance.Between(1, 6)).Select(_ => chance.Percent(50) ? chance.Of(Small) : Word()));

    string Derived(string word)
    {
        var end = chance.Of(Ends);
        if (word[^1] == 'e' && end[0] is 'i' or 'e' or 'a')
            word = word[..^1];
        else if (word[^1] == 'y' && end[0] is not ('i' or '-' or '\'') && word.Length > 3)
            word = word[..^1] + "i";
        return word + end;
    }

    public string Words()
    {
        var count = chance.Between(2, 6);
        return string.Join(' ', Enumerable.Range(0, count).Select(_ => chance.Percent(40) ? chance.Of(Small) : Word()));
    }

    public string Heading() =>
        string.Join(
            ' ',
            Enumerable
                .Range(0, chance.Between(1, 5))
                .Select(i => i > 0 && chance.Percent(25) ? chance.Of(["of", "and", "the", "for", "to", "&"]) : PersonMaker.Capital(Word()))
        );

    public string Sentence()
    {
        var words = new List<string> { chance.Percent(55) ? chance.Of(Starts) : PersonMaker.Capital(Word()) };
        for (var left = chance.Between(3, 16); left > 0; left--)
        {
            var word = chance.Percent(45) ? chance.Of(Small) : Word();
            if (chance.Percent(4))
                word = chance.Of([
                    "I",
                    "I",
                    "I'm",
                    "I'd",
                    "I'll",
                    "I've",
                    "you're",
                    "let's",
                    "that's",
                    "e.g.",
                    "i.e.",
                    "etc.",
                    "vs.",
                    "P.S.",
                    "A/B",
                    "3D",
                    "LLM",
                    "HR",
                    "don't",
                    "it's",
                    "AI",
                    "OK",
                    "UK",
                    "US",
                    "TV",
                    "USA",
                    "PDF",
                    "DNA",
                    "CEO",
                    "FAQ",
                    "NLP",
                    "Internet",
                    "English",
                    "God",
                ]);
            if (chance.Percent(3))
                word = PersonMaker.Capital(chance.Of(Technical));
            if (chance.Percent(2))
                word = PersonMaker.Capital(Word());
            if (chance.Percent(2))
                word = Number();
            words.Add(left > 1 && chance.Percent(8) ? word + chance.Of([",", ",", ",", ";", ":", " -", " ("]) : word);
        }
        return string.Join(' ', words) + chance.Of([".", ".", ".", "?", "!", "", ":"]);
    }

    /// <summary>Words of one language in any order: a piece of its prose, as far as single words tell.</summary>
    public string Foreign(int fewest, int most)
    {
        var (small, content, inventor) = chance.Of(Languages);
        return string.Join(
            ' ',
            Enumerable
                .Range(0, chance.Between(fewest, most))
                .Select(_ =>
                    chance.Below(10) switch
                    {
                        < 4 => chance.Of(small),
                        < 8 => chance.Of(content),
                        8 => content[0][0] is 'J' ? Inflected(content) : chance.Of(content),
                        _ => Sounds(content, inventor),
                    }
                )
        );
    }

    string Inflected(string[] content) => chance.Of(content) + chance.Of(["e", "en", "er", "s", "n", "ung", "lich", "es"]);

    /// <summary>German nouns that are invented carry a capital too.</summary>
    string Sounds(string[] content, NameInventor inventor) =>
        content[0][0] is 'J' && chance.Percent(50) ? PersonMaker.Capital(inventor.Invent(chance)) : inventor.Invent(chance);

    public string Number() => chance.Percent(60) ? chance.Between(1, 99).ToString() : chance.Between(100, 99999).ToString();

    public string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + chance.Below(10))));

    string Year() => chance.Between(1700, 2030).ToString();

    string Month() => PersonMaker.Capital(Dates[chance.Below(12)]);

    string Day() => PersonMaker.Capital(Dates[chance.Below(7) + Array.IndexOf(Dates, "monday")]);

    string Date() =>
        chance.Below(5) switch
        {
            0 => $"{chance.Between(1, 12)}/{chance.Between(1, 28)}/{Year()}",
            1 => $"{chance.Between(1, 28)}.{chance.Between(1, 12)}.{Year()}",
            2 => $"{Year()}-0{chance.Between(1, 9)}-{chance.Between(10, 28)}",
            3 => $"{Month()} {chance.Between(1, 28)}, {Year()}",
            _ => $"{chance.Between(1, 28)} {Month()}{(chance.Percent(60) ? $" {Year()}" : "")}",
        };

    string Camel(bool isCapital)
    {
        var parts = Enumerable
            .Range(0, chance.Between(1, 3))
            .Select(_ => PersonMaker.Capital(chance.Percent(50) ? chance.Of(Technical) : Word()));
        var name = string.Concat(parts);
        return isCapital ? name : char.ToLowerInvariant(name[0]) + name[1..];
    }

    string Snake() => string.Join('_', Enumerable.Range(0, chance.Between(1, 3)).Select(_ => Word()));

    /// <summary>What stands in a slot that names nobody; null for another slot.</summary>
    public string? Fill(string slot) =>
        slot switch
        {
            "w" => Word(),
            "W" => PersonMaker.Capital(Word()),
            "ws" => Words(),
            "Ws" => PersonMaker.Capital(Words()),
            "Ttl" => Heading(),
            "Sent" => Sentence(),
            "UPPER" => Words().ToUpperInvariant(),
            "foreign" => PersonMaker.Capital(
                chance.Percent(15)
                    ? string.Join(' ', Enumerable.Range(0, chance.Between(3, 9)).Select(_ => chance.Of(SmallForeign)))
                    : Foreign(3, 14)
            ),
            "fs" => Foreign(1, 6),
            "prose" => Prose(),
            "n" => Number(),
            "n4" => Digits(chance.Between(4, 9)),
            "n5" => Digits(5),
            "card" => Digits(chance.Between(14, 16)),
            "year" => Year(),
            "month" => Month(),
            "day" => Day(),
            "date" => Date(),
            "money" => $"{chance.Of(["$", "€", "£", "EUR ", "USD "])}{Number()}{chance.Of(["", ".00", " million", ".50"])}",
            "phone" => chance.Of([
                $"{Digits(4)} {Digits(4)}",
                $"{Digits(3)} {Digits(4)}",
                $"0{Digits(3)} {Digits(3)} {Digits(2)} {Digits(2)}",
                $"{Digits(2)} {Digits(6)}",
                $"{Digits(2)}.{Digits(2)}.{Digits(2)}.{Digits(2)}",
                $"0{Digits(1)} {Digits(2)} {Digits(2)} {Digits(2)} {Digits(2)}",
                $"+{chance.Between(1, 99)} {Digits(3)} {Digits(6)}",
                $"{Digits(3)}-{Digits(3)}-{Digits(4)}",
                $"({Digits(3)}) {Digits(3)}-{Digits(4)}",
                $"0{Digits(3)} {Digits(7)}",
            ]),
            "email" =>
                $"{chance.Of(Common)}{chance.Of([".", "_", "", "-"])}{chance.Of(Common)}{chance.Of(["", "7", "82"])}@{chance.Of(Mime)}",
            "role" => chance.Percent(40)
                ? $"{chance.Of(["senior", "chief", "deputy", "labor", "human resources", "sales", "junior", "research"])} {chance.Of(Roles)}"
                : chance.Of(Roles),
            "Role" => PersonMaker.Capital(chance.Percent(40) ? $"{Word()} {chance.Of(Roles)}" : chance.Of(Roles)),
            "tech" => chance.Of(Technical),
            "Tech" => chance.Percent(30) ? chance.Of(Technical).ToUpperInvariant() : PersonMaker.Capital(chance.Of(Technical)),
            "end" => chance.Of([".", ".", ".", "", "!", "?"]),
            "roman" => chance.Of(["II", "III", "IV", "VII", "IX", "XI"]),
            "id" => Camel(false),
            "Id" => Camel(true),
            "snake" => Snake(),
            "SNAKE" => Snake().ToUpperInvariant(),
            "hex" => (chance.Next() * 31).ToString("x16"),
            _ => null,
        };
}
