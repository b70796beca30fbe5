using System.Diagnostics;
using System.Globalization;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Names;
using Portico.Guardrails.Training;

namespace Portico.Detection;

/// <summary>How well names of persons, organisations and postal addresses are found: on the parts of the sets whose frames were not trained on, and what is found in benign texts.</summary>
static class NamesScore
{
    /// <summary>Set, and findings but places for 1,000 texts at most: a ceiling a bit over what is reached.</summary>
    static readonly (string Set, int Ceiling)[] Benign =
    [
        ("benign_prompts", 520),
        ("wildguard_benign", 900),
        ("multilingual_benign", 950),
        ("secrets_negatives", 40),
        ("notinject", 20),
    ];

    /// <summary>Set, kind, goal, floor of F1 (partial overlap), in percent.</summary>
    static readonly (string Set, string Kind, string Goal, double Floor)[] Rows =
    [
        ("pii_presidio_synth", "names.person", "82 (90)", 86),
        ("pii_presidio_synth", "names.address", "80 (88)", 92),
        ("pii_presidio_synth", "names.organisation", "none", 0),
        ("pii_presidio_synth", "names.place", "none", 45),
        ("pii_presidio_generated", "names.person", "82 (90)", 88),
        ("pii_presidio_generated", "names.address", "80 (88)", 92),
        ("pii_presidio_generated", "names.organisation", "none", 70),
        ("pii_presidio_generated", "names.place", "none", 60),
        ("pii_nano", "names.person", "82 (90)", 0),
        ("pii_nano", "names.organisation", "none", 0),
    ];

    public static bool Run(LabelledSets sets)
    {
        var detector = new NameDetector(withPlaces: true);
        var good = Spans(sets, detector);
        Tokens(sets, detector);
        Calibration(sets, detector);
        good &= Alarms(sets, detector);
        Cost(sets, detector);
        return good;
    }

    static IEnumerable<LabelledText> Scored(LabelledSets sets, string set) => sets.Read(set).Where(NamesTraining.IsScored);

    static string KindOf(string type) =>
        type switch
        {
            "PERSON" => "names.person",
            "ORGANIZATION" or "ORG" => "names.organisation",
            "ADDRESS" or "STREET_ADDRESS" => "names.address",
            "GPE" or "LOCATION" => "names.place",
            _ => "",
        };

    static List<Finding> Find(NameDetector detector, string text)
    {
        var findings = new List<Finding>();
        detector.Find(text, 0, true, findings);
        return findings;
    }

    static bool Overlap(Finding finding, LabelledSpan span) => finding.Start < span.End && finding.Start + finding.Length > span.Start;

    static bool Spans(LabelledSets sets, NameDetector detector)
    {
        Console.WriteLine("\n### Names: spans, partial overlap, groups that were not trained on\n");
        Console.WriteLine("| set | kind | recall | precision | F1 % | goal % | floor % |\n|---|---|---|---|---|---|---|");
        var good = true;
        foreach (var (set, kind, goal, floor) in Rows)
        {
            int found = 0,
                spans = 0,
                right = 0,
                findings = 0;
            foreach (var item in Scored(sets, set))
            {
                var all = Find(detector, item.Text);
                var own = all.Where(f => f.Kind == kind).ToList();
                var gold = item.Spans.Where(s => KindOf(s.Type) == kind).ToList();
                spans += gold.Count;
                found += gold.Count(s => own.Any(f => Overlap(f, s)));
                findings += own.Count;
                right += own.Count(f => gold.Any(s => Overlap(f, s)));
            }
            var (recall, precision) = (new Share(found, spans), new Share(right, findings));
            var f1 = 200 * recall.Value * precision.Value / Math.Max(1e-9, recall.Value + precision.Value);
            good &= f1 >= floor;
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"| {set} | {kind} | {recall} | {precision} | {f1:0.0} | {goal} | {floor} |")
            );
        }
        return good;
    }

    static void Tokens(LabelledSets sets, NameDetector detector)
    {
        Console.WriteLine("\n### Names: words that are in a labelled span or in a finding, this detector alone\n");
        Console.WriteLine("| set | counted | recall | precision | F1 % |\n|---|---|---|---|---|");
        foreach (var set in new[] { "pii_presidio_synth", "pii_presidio_generated" })
        foreach (
            var (name, places, all) in new[]
            {
                ("person, organisation, address", false, false),
                ("and place", true, false),
                ("place, against all labels", true, true),
            }
        )
        {
            int both = 0,
                gold = 0,
                found = 0;
            foreach (var item in Scored(sets, set))
            {
                var findings = Find(detector, item.Text).Where(f => places || f.Kind != "names.place").ToList();
                foreach (var (start, end) in Words(item.Text))
                {
                    var isGold = item.Spans.Any(s =>
                        (all || KindOf(s.Type) is var k && k.Length > 0 && (places || k != "names.place")) && start < s.End && end > s.Start
                    );
                    var isFound = findings.Any(f => start < f.Start + f.Length && end > f.Start);
                    both += isGold && isFound ? 1 : 0;
                    gold += isGold ? 1 : 0;
                    found += isFound ? 1 : 0;
                }
            }
            var (recall, precision) = (new Share(both, gold), new Share(both, found));
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {set} | {name} | {recall} | {precision} | {200 * recall.Value * precision.Value / (recall.Value + precision.Value):0.0} |"
                )
            );
        }
    }

    static void Calibration(LabelledSets sets, NameDetector detector)
    {
        Console.WriteLine("\n### Names: findings by their score, and how many touch a label of their kind\n\n| score | right |\n|---|---|");
        var findings = Rows.Select(row => row.Set)
            .Distinct(StringComparer.Ordinal)
            .SelectMany(set => Scored(sets, set))
            .SelectMany(item =>
                Find(detector, item.Text).Select(f => (f.Score, IsRight: item.Spans.Any(s => KindOf(s.Type) == f.Kind && Overlap(f, s))))
            )
            .ToList();
        foreach (var (low, high) in new[] { (0.5f, 0.7f), (0.7f, 0.85f), (0.85f, 0.95f), (0.95f, 1.01f) })
        {
            var some = findings.Where(f => f.Score >= low && f.Score < high).ToList();
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {low:0.00} to {Math.Min(1, high):0.00} | {new Share(some.Count(f => f.IsRight), some.Count)} |"
                )
            );
        }
    }

    static IEnumerable<(int Start, int End)> Words(string text)
    {
        for (var at = 0; at < text.Length; )
        {
            var end = at;
            while (end < text.Length && char.IsLetterOrDigit(text[end]))
                end++;
            if (end > at)
                yield return (at, end);
            at = end + 1;
        }
    }

    static bool Alarms(LabelledSets sets, NameDetector detector)
    {
        Console.WriteLine("\n### Names: findings in benign texts (they hold real and invented names at times), for 1,000 texts\n");
        Console.WriteLine(
            "| set | texts | names.person | names.organisation | names.address | names.place | texts with a finding but places | ceiling |\n|---|---|---|---|---|---|---|---|"
        );
        var good = true;
        foreach (var (set, ceiling) in Benign)
        {
            var items = sets.Read(set);
            var kinds = new Dictionary<string, int>(StringComparer.Ordinal);
            var sure = new Dictionary<string, int>(StringComparer.Ordinal);
            var touched = 0;
            foreach (var item in items)
            {
                var findings = Find(detector, item.Text);
                foreach (var f in findings)
                {
                    kinds[f.Kind] = kinds.GetValueOrDefault(f.Kind) + 1;
                    if (f.Score >= 0.9f)
                        sure[f.Kind] = sure.GetValueOrDefault(f.Kind) + 1;
                }
                touched += findings.Any(f => f.Kind != "names.place") ? 1 : 0;
            }
            string Rate(string kind) =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{kinds.GetValueOrDefault(kind) * 1000.0 / items.Count:0} ({sure.GetValueOrDefault(kind) * 1000.0 / items.Count:0})"
                );
            Console.WriteLine(
                $"| {set} | {items.Count} | {Rate("names.person")} | {Rate("names.organisation")} | {Rate("names.address")} | {Rate("names.place")} | {new Share(touched, items.Count)} | {ceiling} |"
            );
            good &= kinds.Where(k => k.Key != "names.place").Sum(k => k.Value) * 1000.0 / items.Count <= ceiling;
        }
        return good;
    }

    static void Cost(LabelledSets sets, NameDetector detector)
    {
        Speed.Head("Names");
        var findings = new List<Finding>();
        foreach (var set in new[] { "benign_prompts", "pii_presidio_synth" })
            Speed.Row(
                set,
                [.. sets.Read(set).Select(item => item.Text)],
                "<= 400",
                text =>
                {
                    findings.Clear();
                    detector.Find(text, 0, true, findings);
                }
            );
    }
}
