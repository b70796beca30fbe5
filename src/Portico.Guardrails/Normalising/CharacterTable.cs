using System.Globalization;
using System.Text;

namespace Portico.Guardrails.Normalising;

/// <summary>What a UTF-16 unit means to the normaliser.</summary>
enum CharacterClass : byte
{
    Plain,
    Invisible,
    Joiner,
    Mark,
    Mapped,
    Surrogate,
    Direction,
    Selector,
    LookAlike,
}

/// <summary>The tables of Unicode that normalising needs, made once.</summary>
static class CharacterTable
{
    /// <summary>By UTF-16 unit.</summary>
    static readonly byte[] Classes = new byte[65536];

    /// <summary>By code point: what compatibility maps it to.</summary>
    static readonly Dictionary<int, string> Mappings = [];

    /// <summary>By UTF-16 unit: lower case, without marks on Latin letters; 0 for what no word holds.</summary>
    static readonly char[] Folds = new char[65536];

    /// <summary>Letters of Greek, Cyrillic and a few others that look like Latin ones, after the confusables of Unicode Technical Standard 39.</summary>
    const string LookAlikes =
        "аaсcеeоoрpхxуyіiјjѕsһhԁdԛqԝwӏlгrкkмmтtнhвbпnѵvүyАAВBСCЕEНHІIЈJКKМMОOРPЅSТTХXУYҮYԌGԚQԜW"
        + "αaοoρpνvιiκkυuτtχxγyηnωwεeσoϲcϳjΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXɡgɑaɩiʏYցgհhոnսuօoԍGւlʜHʟLᴠvᴡwᴢz";

    static CharacterTable()
    {
        for (var at = 0; at < 65536; at++)
        {
            var c = (char)at;
            Classes[at] = (byte)ClassOf(c);
            Folds[at] = char.ToLowerInvariant(c);
        }
        using var stream = typeof(CharacterTable).Assembly.GetManifestResourceStream("characters.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            var parts = line.Split(' ');
            if (line[0] == '~')
                Folds[Number(parts[0].AsSpan(1))] = char.ToLowerInvariant((char)Number(parts[1]));
            else
                Map(parts);
        }
        for (var at = 0; at < LookAlikes.Length; at += 2)
            Classes[LookAlikes[at]] = (byte)CharacterClass.LookAlike;
    }

    /// <summary>Units that normalising may change: where none is, a text is its own normal form.</summary>
    public static CharacterClass Of(char c) => (CharacterClass)Classes[c];

    public static string? Mapping(int codePoint) => Mappings.GetValueOrDefault(codePoint);

    /// <summary>The letter as words compare it: lower case, marks off Latin letters.</summary>
    public static char Fold(char c) => Folds[c];

    /// <summary>The Latin letter that it looks like, or itself.</summary>
    public static char Latin(char c)
    {
        var at = LookAlikes.IndexOf(c, StringComparison.Ordinal);
        return at >= 0 && at % 2 == 0 ? LookAlikes[at + 1] : c;
    }

    static void Map(string[] parts)
    {
        var dash = parts[0].IndexOf('-', StringComparison.Ordinal);
        var first = Number(dash < 0 ? parts[0] : parts[0].AsSpan(0, dash));
        var last = dash < 0 ? first : Number(parts[0].AsSpan(dash + 1));
        for (var code = first; code <= last; code++)
        {
            var to = new StringBuilder();
            for (var at = 1; at < parts.Length; at++)
                to.Append(char.ConvertFromUtf32(Number(parts[at]) + code - first));
            Mappings[code] = to.ToString();
            if (code < 65536 && Classes[code] == (byte)CharacterClass.Plain)
                Classes[code] = (byte)CharacterClass.Mapped;
        }
    }

    static int Number(ReadOnlySpan<char> hex) => int.Parse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>Default-ignorable characters after DerivedCoreProperties.txt of Unicode, told apart by what they are misused for.</summary>
    static CharacterClass ClassOf(char c) =>
        c switch
        {
            '\u200C' or '\u200D' => CharacterClass.Joiner,
            >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069' or '\u200E' or '\u200F' or '\u061C' => CharacterClass.Direction,
            >= '\uFE00' and <= '\uFE0F' => CharacterClass.Selector,
            '\u00AD' or '\u034F' or '\u115F' or '\u1160' or '\u17B4' or '\u17B5' or '\u3164' or '\uFEFF' or '\uFFA0' =>
                CharacterClass.Invisible,
            >= '\u180B' and <= '\u180F' or '\u200B' or >= '\u2060' and <= '\u2065' or >= '\u206A' and <= '\u206F' =>
                CharacterClass.Invisible,
            >= '\u0300' and <= '\u036F' or >= '\u1AB0' and <= '\u1AFF' or >= '\u1DC0' and <= '\u1DFF' => CharacterClass.Mark,
            >= '\u20D0' and <= '\u20FF' or >= '\uFE20' and <= '\uFE2F' => CharacterClass.Mark,
            _ when char.IsSurrogate(c) => CharacterClass.Surrogate,
            _ => CharacterClass.Plain,
        };
}
