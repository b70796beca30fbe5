namespace Portico.Guardrails.Normalising;

/// <summary>Frequent words, by which a disguise is told from a text: their rotated, reversed and scrambled forms are no words of any language we know of.</summary>
static class Vocabulary
{
    [Flags]
    public enum Kinds : byte
    {
        None = 0,
        Word = 1,
        Rotated = 2,
        Reversed = 4,
    }

    /// <summary>The commonest words of English, then what people say to assistants.</summary>
    const string Words = """
        a about above access according act actually add after again all allowed almost also always am an and another answer any anything are around article as ask
        asked assistant at available away back be because been before begin beginning behave being below best better between bot both but by bypass call can cannot
        chat child code come command commands comes complete concentrate confidential content context continue conversation copy could create data day delete
        describe detail details developer did different direction directions disable disclose discard disregard display do document documents does dont done down
        during each email else end enable english erase essay etc even ever every everything example execute explain fact few filter filters find first focus
        follow followed following for forget forgotten form free from full function generate get give given go good got great guideline guidelines had has hate
        have having he help her here hidden him his history hold how however i if ignore ignored ignoring imagine important in include information initial input
        instead instruct instruction instructions internal into is it its just keep key keys know language last later less let life like limit limits line list
        little long look made main make man many may me means message messages method might mode model more most much must my name need never new next no not
        note nothing now number of off old on once one only open option or order orders original other our out output outside over own page paragraph part
        password people perform place please policy policies point possible pretend previous previously print prior private prompt prompts provide provided
        question questions read ready really record records release remember remove repeat reply request respond response rest restriction restrictions return
        reveal right role rule rules run safe safety said same save say sayed says school second secret secrets security see send sentence server set shall she
        should show similarly since single skip so some someone something speak start state statement stay still stop story strict such summarise summarize
        system take talk talked task tasks tell than thank that the their them then there these they thing things think this those though thought three through
        time to today together told tool tools topic translate translation true truth try two unable under unlimited until up upon us use used user using value
        verbatim very want was way we well were what whatever when where whether which while who whole why will with within without word words work world would
        wrap write written wrong year years yes yet you your yourself admin administrator approve assignment assignments conversation credentials entire external
        granted intelligence journalist override pending phrase restricted safeguards situation unrestricted uncensored upload
        """;

    /// <summary>Places of the tables: more than three times the entries, so that a look ends soon.</summary>
    const int Places = 8192;

    static readonly ulong[] Keys = new ulong[Places];
    static readonly Kinds[] Meanings = new Kinds[Places];
    static readonly ulong[] SignatureKeys = new ulong[Places];
    static readonly string?[] Signatures = new string?[Places];

    static Vocabulary()
    {
        foreach (var word in Words.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            Add(word, Kinds.Word);
            if (word.Length < 2)
                continue;
            Add(string.Concat(word.Select(Rotate)), Kinds.Rotated);
            Add(string.Concat(word.Reverse()), Kinds.Reversed);
            if (word.Length >= 4)
                Sign(word);
        }
        // What is a word as it stands says nothing of a disguise.
        for (var at = 0; at < Places; at++)
        {
            if (Meanings[at].HasFlag(Kinds.Word))
                Meanings[at] = Kinds.Word;
        }
    }

    public static Kinds Of(ReadOnlySpan<char> word) => word.Length > 16 ? Kinds.None : Meanings[Place(Keys, Hash(word))];

    /// <summary>The word whose inner letters stand in another order here.</summary>
    public static string? Unscrambled(ReadOnlySpan<char> word) =>
        word.Length is < 4 or > 16 ? null : Signatures[Place(SignatureKeys, Signature(word))];

    /// <summary>The letter thirteen places on.</summary>
    public static char Rotate(char c) =>
        c switch
        {
            >= 'a' and <= 'z' => (char)('a' + (c - 'a' + 13) % 26),
            >= 'A' and <= 'Z' => (char)('A' + (c - 'A' + 13) % 26),
            _ => c,
        };

    static void Add(string word, Kinds kind)
    {
        var hash = Hash(word);
        var place = Place(Keys, hash);
        Keys[place] = hash;
        Meanings[place] |= kind;
    }

    /// <summary>The first word of a signature keeps it.</summary>
    static void Sign(string word)
    {
        var hash = Signature(word);
        var place = Place(SignatureKeys, hash);
        SignatureKeys[place] = hash;
        Signatures[place] ??= word;
    }

    /// <summary>Where a key stands, or would.</summary>
    static int Place(ulong[] keys, ulong key)
    {
        var at = (int)(key >> 40) & Places - 1;
        while (keys[at] != key && keys[at] != 0)
            at = at + 1 & Places - 1;
        return at;
    }

    /// <summary>Five bits a letter, mixed: letters of either case count as one.</summary>
    static ulong Hash(ReadOnlySpan<char> word)
    {
        var hash = (ulong)word.Length;
        foreach (var c in word)
            hash = (hash ^ (uint)(c | 0x20)) * 0x9E3779B97F4A7C15;
        return hash;
    }

    /// <summary>The same for each order of the inner letters.</summary>
    static ulong Signature(ReadOnlySpan<char> word)
    {
        ulong sum = 0;
        foreach (var c in word[1..^1])
            sum += ((uint)(c | 0x20) * 0x9E3779B97F4A7C15) ^ (((uint)(c | 0x20) * 0xC2B2AE3D27D4EB4F) >> 7);
        return sum * 31
            + (uint)(word[0] | 0x20) * 0x165667B19E3779F9UL
            + (uint)(word[^1] | 0x20) * 0x27D4EB2F165667C5UL
            + (uint)word.Length;
    }
}
