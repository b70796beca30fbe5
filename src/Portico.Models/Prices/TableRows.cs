using System.Text.RegularExpressions;

namespace Portico.Models.Prices;

/// <summary>What is done with rows once they are read: those of one model that stand apart are put together, units are compared and laid over the book's.</summary>
static partial class TableRows
{
    const string Qualities = "low|medium|high|hd|standard|auto";

    /// <summary>hd/1024-x-1792/dall-e-3, azure/standard/1024-x-1024/dall-e-3, 512-x-512/dall-e-2.</summary>
    [GeneratedRegex($"^(?<provider>.+?/)??(?:(?<quality>{Qualities})/)?(?<width>\\d{{2,5}})-x-(?<height>\\d{{2,5}})/(?<name>[^/]+)$")]
    private static partial Regex ImageClassName();

    /// <summary>gemini-2.5-pro-lte-200k and gemini-2.5-pro-gt-200k: one model, below and above a number of input tokens.</summary>
    [GeneratedRegex("^(?<name>.+)-(?<side>lte|gt)-(?<thousands>\\d{1,5})k$")]
    private static partial Regex TierName();

    /// <summary>The class of an image in a row's name, with its size, and the name of the model.</summary>
    public static (string Model, string Class, long Pixels)? ImageClassOf(string name)
    {
        if (ImageClassName().Match(name) is not { Success: true } match)
            return null;
        var (width, height) = (match.Groups["width"].Value, match.Groups["height"].Value);
        return (
            match.Groups["provider"].Value + match.Groups["name"].Value,
            $"{match.Groups["quality"].Value} {width}x{height}".Trim(),
            long.Parse(width, System.Globalization.CultureInfo.InvariantCulture)
                * long.Parse(height, System.Globalization.CultureInfo.InvariantCulture)
        );
    }

    /// <summary>LiteLLM has a row for each class of image; here they are one price.</summary>
    public static TableReading OfImageClasses(TableReading table)
    {
        var rows = new List<TableRow>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var row in table.Rows)
        {
            var name = ImageClassOf(row.Name)?.Model ?? row.Name;
            if (places.TryGetValue(name, out var at))
                rows[at] = Joined(rows[at], row);
            else
            {
                places[name] = rows.Count;
                rows.Add(row with { Name = name });
            }
        }
        return table with { Rows = rows };
    }

    /// <summary>Rates of the row that has some, classes of both.</summary>
    static TableRow Joined(TableRow a, TableRow b)
    {
        var (rates, other) = a.Rates == new TokenRates() ? (b, a) : (a, b);
        return rates with
        {
            Name = a.Name,
            Units = Over(rates.Units, other.Units),
            NotHeld = a.NotHeld.Union(b.NotHeld, StringComparer.Ordinal).ToList(),
        };
    }

    /// <summary>Portkey has two rows for a model with a tier.</summary>
    public static TableReading OfTiers(TableReading table)
    {
        var rows = new Dictionary<string, TableRow>(StringComparer.Ordinal);
        foreach (var row in table.Rows)
            rows[row.Name] = row;
        var joined = new List<TableRow>();
        foreach (var row in table.Rows)
        {
            var match = TierName().Match(row.Name);
            if (!match.Success)
            {
                joined.Add(row);
                continue;
            }
            var (name, bound) = (match.Groups["name"].Value, match.Groups["thousands"].Value);
            // The row above the bound comes with the one below it.
            if (match.Groups["side"].Value == "gt" && rows.ContainsKey($"{name}-lte-{bound}k"))
                continue;
            if (!rows.TryGetValue($"{name}-gt-{bound}k", out var above) || rows.ContainsKey(name) || above.Rates == row.Rates)
                joined.Add(match.Groups["side"].Value == "lte" && !rows.ContainsKey(name) ? row with { Name = name } : row);
            else
                joined.Add(
                    row with
                    {
                        Name = name,
                        TierAboveInputTokens = 1_000 * long.Parse(bound, System.Globalization.CultureInfo.InvariantCulture),
                        TierRates = above.Rates,
                    }
                );
        }
        return table with { Rows = joined };
    }

    public static TokenRates WithoutZeros(TokenRates rates)
    {
        static long? Some(long? rate) => rate is 0 ? null : rate;
        return rates with
        {
            Input = Some(rates.Input),
            CacheRead = Some(rates.CacheRead),
            CacheWrite = Some(rates.CacheWrite),
            CacheWriteLong = Some(rates.CacheWriteLong),
            Output = Some(rates.Output),
            Reasoning = Some(rates.Reasoning),
            AudioInput = Some(rates.AudioInput),
            AudioOutput = Some(rates.AudioOutput),
            ImageInput = Some(rates.ImageInput),
            ImageOutput = Some(rates.ImageOutput),
        };
    }

    /// <summary>The parts of the table's units that the book gives otherwise.</summary>
    public static IEnumerable<(string Part, long? Book, long Table)> Differences(UnitRates? book, UnitRates? table)
    {
        if (table is null)
            yield break;
        foreach (var (part, read) in Parts)
            if (read(table) is { } rate && (book is null ? null : read(book)) is var known && known != rate)
                yield return ("unit." + part, known, rate);
        foreach (var (imageClass, rate) in (table.Image ?? Empty).OrderBy(i => i.Key, StringComparer.Ordinal))
        {
            long? known = book?.Image is { } images && images.TryGetValue(imageClass, out var price) ? price : null;
            if (known != rate)
                yield return ("unit.image." + imageClass, known, rate);
        }
    }

    static readonly Dictionary<string, long> Empty = [];

    static readonly (string Name, Func<UnitRates, long?> Read)[] Parts =
    [
        ("search", u => u.Search),
        ("million_characters", u => u.MillionCharacters),
        ("audio_minute", u => u.AudioMinute),
        ("web_search", u => u.WebSearch),
        ("file_search", u => u.FileSearch),
        ("container", u => u.Container),
    ];

    /// <summary>What the table says, and the book's own where the table is silent.</summary>
    public static UnitRates? Over(UnitRates? table, UnitRates? book)
    {
        if (table is null || book is null)
            return table ?? book;
        var images = new Dictionary<string, long>(book.Image ?? Empty, StringComparer.Ordinal);
        foreach (var (imageClass, price) in table.Image ?? Empty)
            images[imageClass] = price;
        return new UnitRates
        {
            Search = table.Search ?? book.Search,
            MillionCharacters = table.MillionCharacters ?? book.MillionCharacters,
            AudioMinute = table.AudioMinute ?? book.AudioMinute,
            WebSearch = table.WebSearch ?? book.WebSearch,
            FileSearch = table.FileSearch ?? book.FileSearch,
            Container = table.Container ?? book.Container,
            Image = images.Count > 0 ? images : null,
            ImageDefault = table.ImageDefault ?? book.ImageDefault,
        };
    }
}
