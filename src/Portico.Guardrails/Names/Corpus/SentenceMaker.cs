using System.Text;

namespace Portico.Guardrails.Names.Corpus;

/// <summary>Makes labelled sentences from frames, lists and a seed: the same seed makes the same ones.</summary>
sealed class SentenceMaker
{
    readonly SeededChance chance;
    readonly PersonMaker persons;
    readonly AddressMaker addresses;
    readonly OrganisationMaker organisations;
    readonly WordMaker words;
    readonly List<(int Weight, string[] Frames)> groups;
    readonly int weights;

    /// <param name="seed">Of all chance.</param>
    /// <param name="more">Frames from elsewhere, escaped by <see cref="FrameReader.Escape"/>.</param>
    /// <param name="isHeld">Takes the one in eight of the own frames that are kept for calibration, and none from elsewhere; else the others.</param>
    public SentenceMaker(ulong seed, IReadOnlyList<string> more, bool isHeld)
    {
        chance = new SeededChance(seed);
        persons = new PersonMaker(chance);
        addresses = new AddressMaker(chance, persons);
        organisations = new OrganisationMaker(chance, persons, addresses);
        words = new WordMaker(chance);
        groups =
        [
            .. new (int Weight, string[] Frames)[]
            {
                (26, Own(EnglishFrames.People, isHeld)),
                (11, Own(EnglishFrames.Organisations, isHeld)),
                (17, Own(EnglishFrames.Addresses, isHeld)),
                (6, Own(EnglishFrames.Places, isHeld)),
                (10, Own(OtherFrames.Languages, isHeld)),
                (6, Own(OtherFrames.Machines, isHeld)),
                (44, Own(PlainFrames.Prose, isHeld)),
                (11, Own(PlainFrames.Code, isHeld)),
                (14, isHeld ? [] : [.. more]),
            }.Where(group => group.Frames.Length > 0),
        ];
        weights = groups.Sum(group => group.Weight);
    }

    /// <summary>How many frames there are.</summary>
    public int Frames => groups.Sum(group => group.Frames.Length);

    public LabelledSentence Next()
    {
        var pick = chance.Below(weights);
        var group = groups[0];
        foreach (var each in groups)
        {
            group = each;
            if ((pick -= each.Weight) < 0)
                break;
        }
        var text = new StringBuilder();
        var names = new List<LabelledName>();
        if (chance.Percent(8))
            text.Append(words.Sentence()).Append(chance.Of([" ", " ", "\n"]));
        Fill(FrameReader.Choose(chance.Of(group.Frames), chance), text, names);
        if (chance.Percent(8))
            text.Append(' ').Append(words.Sentence());
        return Vary(FrameReader.Unescape(text.ToString()), names);
    }

    static string[] Own(string frames, bool isHeld) =>
        [.. FrameReader.Lines(frames).Where(frame => WordHash.Of(frame) / 2 % 8 == 0 == isHeld)];

    /// <summary>Fills the slots in.</summary>
    void Fill(string frame, StringBuilder text, List<LabelledName> names)
    {
        for (var at = 0; at < frame.Length; at++)
        {
            var slot = FrameReader.Slot(frame, at);
            if (slot is null)
            {
                text.Append(frame[at]);
                continue;
            }
            at += slot.Length + 1;
            var colon = slot.IndexOf(':', StringComparison.Ordinal);
            var (value, family) = Value(slot[(colon + 1)..]);
            if (colon > 0)
                value = slot[0] == 'l' ? value.ToLowerInvariant() : value.ToUpperInvariant();
            if (family >= 0)
                names.Add(new LabelledName(text.Length, text.Length + value.Length, family));
            text.Append(value);
        }
    }

    (string Value, int Family) Value(string slot) =>
        slot switch
        {
            "per" => (persons.Any(), 0),
            "full" => (persons.Full(), 0),
            "given" => (persons.Given(), 0),
            "family" => (persons.Family(), 0),
            "titled" => (persons.Titled(), 0),
            "org" => (organisations.Any(), 1),
            "adr" => (addresses.Any(), 2),
            "adrline" => (addresses.Any(inLine: true), 2),
            "street" => (addresses.Street(), 2),
            "crossing" => (addresses.Crossing(), 2),
            "place" => (addresses.Place(), 3),
            "town" => (addresses.Town(), 3),
            "country" => (addresses.Country(), 3),
            _ => (words.Fill(slot) ?? throw new InvalidDataException($"No slot is called '{slot}'."), -1),
        };

    /// <summary>Writes it as some people do: in small letters, in capitals, without its last stop.</summary>
    LabelledSentence Vary(string text, List<LabelledName> names)
    {
        var dice = chance.Below(100);
        if (dice < 6)
            text = text.ToLowerInvariant();
        else if (dice < 8)
            text = text.ToUpperInvariant();
        else if (dice < 16 && text[^1] is '.' or '!' or '?' && (names.Count == 0 || names[^1].End < text.Length))
            text = text[..^1];
        else if (dice < 19)
            return new LabelledSentence($"\"{text}\"", [.. names.Select(n => new LabelledName(n.Start + 1, n.End + 1, n.Family))]);
        return dice >= 80 && text.Contains('\n', StringComparison.Ordinal) ? Quoted(text, names) : new LabelledSentence(text, names);
    }

    /// <summary>With the same signs before each line, as in the answer to a letter.</summary>
    LabelledSentence Quoted(string text, List<LabelledName> names)
    {
        var mark = chance.Of(["> ", "> ", ">> ", "> > ", "    ", "\t", ": ", "-- ", "?? "]);
        int Moved(int at) => at + mark.Length * (1 + text.AsSpan(0, at).Count('\n'));
        return new LabelledSentence(
            mark + text.Replace("\n", "\n" + mark, StringComparison.Ordinal),
            [.. names.Select(n => new LabelledName(Moved(n.Start), Moved(n.End), n.Family))]
        );
    }
}
