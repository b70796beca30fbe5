using Portico.Guardrails.Detection;
using Portico.Guardrails.Models;

namespace Portico.Guardrails.Names;

/// <summary>
/// Finds the names of persons and organisations and postal addresses, by a small tagger that is trained on sentences made for it (and on sentence frames of Presidio's generators).
/// It decides within a unit, a sentence or 240 characters, whichever end first (see <see cref="SentenceCutter"/>): what follows a settled unit does not change it.
/// </summary>
public sealed class NameDetector : IDetector
{
    /// <summary>What <see cref="Finding.Score"/> is at least.</summary>
    public const float MinimumScore = 0.5f;

    /// <summary>All kinds that may be found, in the order of a page. The last is found only where it is asked for.</summary>
    public static readonly IReadOnlyList<DetectorKind> Catalogue =
    [
        new(
            "names.person",
            "Name of a person",
            Description: "Given names, family names or both, with a title in front; also of people who are known or invented."
        ),
        new("names.organisation", "Name of an organisation", Description: "Companies, authorities, schools, hospitals, clubs."),
        new(
            "names.address",
            "Postal address",
            Description: "Street and number or more of it: flat, post office box, postcode, town, country."
        ),
        new(
            "names.place",
            "Place",
            Description: "A town, a region or a country that stands outside of an address. Only where it is asked for."
        ),
    ];

    const int Places = 3;

    readonly NameModel model;
    readonly NameTagger tagger;
    readonly bool withPlaces;

    /// <summary>With the model that is shipped.</summary>
    /// <param name="withPlaces">Whether towns, regions and countries outside of an address are findings too (<c>names.place</c>).</param>
    public NameDetector(bool withPlaces = false)
        : this(DetectorModels.Shipped.Names, withPlaces) { }

    internal NameDetector(NameModel model, bool withPlaces)
    {
        (this.model, this.withPlaces) = (model, withPlaces);
        tagger = new NameTagger(model);
        Kinds = [.. Catalogue.Take(withPlaces ? Places + 1 : Places)];
    }

    /// <inheritdoc/>
    public int LookBehind => 512;

    /// <inheritdoc/>
    public int MaxOpen => SentenceCutter.LongestUnit + SentenceCutter.Ahead;

    /// <inheritdoc/>
    public IReadOnlyList<DetectorKind> Kinds { get; }

    /// <summary>What the model was made from: sources, licences, counts, seed.</summary>
    public string ModelHeader => model.Header;

    /// <inheritdoc/>
    public int Find(ReadOnlySpan<char> text, int from, bool isAll, List<Finding> findings)
    {
        var start = Begin(text, from, isAll);
        while (start < text.Length)
        {
            var end = SentenceCutter.End(text, start, isAll);
            if (end < 0)
                break;
            if (end > from)
                FindIn(text[start..end], start, from, findings);
            start = end;
        }
        return Math.Max(start, from);
    }

    /// <summary>
    /// Where the unit begins that holds <paramref name="from"/>. A caller who goes on where this detector had settled stands at a cut already; for any other place the cuts are counted
    /// from the last hard one that can be seen, or from the place itself.
    /// </summary>
    int Begin(ReadOnlySpan<char> text, int from, bool isAll)
    {
        if (from == 0)
            return 0;
        var isWhole = from < LookBehind;
        var start = SentenceCutter.LastHard(text, from, isWhole ? 1 : from - LookBehind + SentenceCutter.Back);
        if (start < 0)
            start = isWhole ? 0 : from;
        while (start < from)
        {
            var end = SentenceCutter.End(text, start, isAll);
            if (end < 0 || end > from)
                break;
            start = end;
        }
        return start;
    }

    void FindIn(ReadOnlySpan<char> unit, int start, int from, List<Finding> findings)
    {
        foreach (var span in tagger.Tag(unit, out var tokens))
        {
            if (span.Family == Places && !withPlaces)
                continue;
            if (!Speaks(unit[tokens[span.First].Start..tokens[span.Last].End]))
                continue;
            var score = model.Calibration[span.Family * NameModel.Bins + NameModel.Bin(span.Raw)];
            var first = start + tokens[span.First].Start;
            if (score >= MinimumScore && first >= from)
                findings.Add(new Finding(first, start + tokens[span.Last].End - first, Catalogue[span.Family].Id, score));
        }
    }

    /// <summary>Whether a letter of the Latin script is there: digits alone are no address, and names in other scripts were not learned.</summary>
    static bool Speaks(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
            if (char.IsLetter(c) && c < '\u0250' || c is >= '\u1E00' and < '\u1F00')
                return true;
        return false;
    }
}
