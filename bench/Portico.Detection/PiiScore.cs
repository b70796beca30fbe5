using System.Diagnostics;
using System.Globalization;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Pii;
using Portico.Guardrails.Training;

namespace Portico.Detection;

/// <summary>How well <see cref="PiiDetector"/> does; the goals are those of section 14 of the security design.</summary>
sealed partial class PiiScore(LabelledSets sets)
{
    /// <summary>A finding counts from this score on.</summary>
    const float Sure = 0.5f;

    readonly PiiDetector detector = new();
    readonly bool isTold = Environment.GetEnvironmentVariable("PII_MISSES") is not null;
    bool isGood = true;

    public static bool Run(LabelledSets sets) => new PiiScore(sets).Run();

    bool Run()
    {
        Numbers();
        Phones();
        Recognizers();
        Spans();
        FalseAlarms();
        Cost();
        return isGood;
    }

    List<Finding> Find(string text)
    {
        var findings = new List<Finding>();
        detector.Find(text, 0, isAll: true, findings);
        return findings;
    }

    void Row(string name, Share share, string goal, double floor)
    {
        var isBelow = share.Value < floor;
        isGood &= !isBelow;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {share} | {goal} | {floor * 100:0.0} % |{(isBelow ? " **below**" : "")}"
            )
        );
    }

    static void Head(string title) => Console.WriteLine($"\n### {title}\n\n| what | reached | goal | floor |\n|---|---|---|---|");

    void Tell(string what, LabelledText item, string why = "")
    {
        if (isTold)
            Console.Error.WriteLine($"{what}\t{item.Kind}\t{item.Label}\t{item.Text.ReplaceLineEndings(" ")}\t{why}");
    }

    // Step 1: numbers alone.
    void Numbers()
    {
        Head("Check digits: valid and invalid numbers told apart, kinds that are there");
        foreach (
            var (set, map, floor) in new[] { ("pii_checkdigits", PiiKindMap.Checkdigits, 0.985), ("pii_stdnum", PiiKindMap.Stdnum, 0.98) }
        )
        {
            var (right, all, kinds) = (0, 0, new HashSet<string>(StringComparer.Ordinal));
            var items = sets.Read(set);
            foreach (var item in items)
            {
                if (!map.TryGetValue(item.Kind, out var kind))
                    continue;
                kinds.Add(item.Kind);
                all++;
                var isValid = kind.Split('/').Any(k => set == "pii_checkdigits" ? NationalIds.IsWritten(k, item.Text) : IsNumber(k, item));
                if (isValid == item.IsPositive)
                    right++;
                else
                    Tell(set, item);
            }
            Row(
                $"{set}: {kinds.Count} of {items.Select(i => i.Kind).Distinct(StringComparer.Ordinal).Count()} kinds",
                new Share(right, all),
                ">= 99.5 %",
                floor
            );
        }
    }

    /// <summary>The module of a VAT number names its country, so that some write it without.</summary>
    static bool IsNumber(string kind, LabelledText item) =>
        NationalIds.IsValid(kind, item.Text.Trim())
        || (kind == "pii.tax_id.eu_vat" && NationalIds.IsValid(kind, item.Kind[..2].ToUpperInvariant() + item.Text.Trim()));

    // Step 2: telephone numbers.
    void Phones()
    {
        Head("pii_phones");
        var (hit, exact, all, alarms, clean) = (0, 0, 0, 0, 0);
        foreach (var item in sets.Read("pii_phones"))
        {
            var findings = Find(item.Text).Where(f => f.Kind == "pii.phone" && f.Score >= Sure).ToList();
            if (item.Spans.Count == 0)
            {
                clean++;
                if (findings.Count > 0)
                {
                    alarms++;
                    Tell("phone alarm", item);
                }
                continue;
            }
            all++;
            var span = item.Spans[0];
            if (findings.Any(f => f.Start < span.End && f.Start + f.Length > span.Start))
                hit++;
            if (findings.Any(f => f.Start == span.Start && f.Start + f.Length == span.End))
                exact++;
            else
                Tell("phone", item);
        }
        Row("recall", new Share(hit, all), ">= 97 %", 0.99);
        Row("recall, the span exactly", new Share(exact, all), "", 0.98);
        Row("look-alikes left alone", new Share(clean - alarms, clean), ">= 95 %", 0.9);
    }

    // Step 3: what another tool's tests expect of single values, most without context: weak findings count.
    void Recognizers()
    {
        Head("pii_presidio_recognizers: agreement, weak findings too");
        var (same, some, all, silent, clean) = (0, 0, 0, 0, 0);
        foreach (var item in sets.Read("pii_presidio_recognizers"))
        {
            if (!PiiKindMap.Presidio.TryGetValue(item.Kind, out var kinds))
                continue;
            var findings = Find(item.Text);
            if (!item.IsPositive)
            {
                clean++;
                if (findings.Any(f => kinds.Split('/').Contains(f.Kind) && f.Score >= 0.1f))
                    Tell("recognizer alarm", item);
                else
                    silent++;
                continue;
            }
            all++;
            var isSome = item.Spans.All(s => findings.Any(f => f.Start == s.Start && f.Start + f.Length == s.End));
            var isSame = item.Spans.All(s =>
                findings.Any(f => f.Start == s.Start && f.Start + f.Length == s.End && kinds.Split('/').Contains(f.Kind))
            );
            some += isSome ? 1 : 0;
            same += isSame ? 1 : 0;
            if (!isSome)
                Tell("recognizer", item, string.Join(' ', findings));
            else if (!isSame)
                Tell("recognizer kind", item, string.Join(' ', findings));
        }
        Row("found, of the same kind", new Share(same, all), "", 0.88);
        Row("found, of any kind", new Share(some, all), "", 0.95);
        Row("not found where not expected", new Share(silent, clean), "", 0.98);
        Row("agreement (any kind, and not expected)", new Share(some + silent, all + clean), ">= 95 %", 0.97);
    }

    // Step 4: spans in sentences.
    void Spans()
    {
        Head("Spans of pii_presidio_synth, pii_presidio_generated, pii_nano, pii_presidio_recognizers: F1 (hits and all of both sides)");
        string[] names = ["pii_presidio_synth", "pii_presidio_generated", "pii_nano", "pii_presidio_recognizers"];
        var items = names.SelectMany(sets.Read).ToList();
        foreach (
            var (name, types, kind) in new[]
            {
                ("e-mail", "EMAIL EMAIL_ADDRESS", "pii.email"),
                ("card", "CREDIT_CARD", "pii.card"),
                ("IBAN", "IBAN IBAN_CODE", "pii.iban"),
                ("SSN", "SSN US_SSN", "pii.national_id.us_ssn"),
                ("IP", "IP_ADDRESS", "pii.ip_address"),
            }
        )
        {
            var wanted = types.Split(' ');
            var (hit, both) = (0, 0);
            foreach (var item in items.Where(i => i.Set != "pii_presidio_recognizers" || wanted.Contains(i.Kind)))
            {
                var spans = item.Spans.Where(s => wanted.Contains(s.Type)).ToList();
                var findings = Find(item.Text).Where(f => f.Kind == kind && f.Score >= Sure).ToList();
                var hits = spans.Count(s => findings.Any(f => f.Start == s.Start && f.Start + f.Length == s.End));
                hit += 2 * hits;
                both += spans.Count + findings.Count;
                if (hits != spans.Count || hits != findings.Count)
                    Tell(name, item, string.Join(' ', Find(item.Text)));
            }
            Row(name, new Share(hit, both), ">= 99 %", 0.99);
        }
        Head("Spans of other kinds: recall, overlapping, any kind");
        foreach (
            var type in new[]
            {
                "PHONE_NUMBER",
                "PHONE",
                "US_DRIVER_LICENSE",
                "PASSPORT",
                "ACCOUNT",
                "ROUTING_NUMBER",
                "TAX_ID",
                "PAN",
                "PATIENT_ID",
            }
        )
        {
            var (hit, all) = (0, 0);
            foreach (var item in items.Where(i => i.Set != "pii_presidio_recognizers"))
            foreach (var span in item.Spans.Where(s => s.Type == type))
            {
                all++;
                if (Find(item.Text).Any(f => f.Score >= Sure && f.Start < span.End && f.Start + f.Length > span.Start))
                    hit++;
                else
                    Tell(type, item, string.Join(' ', Find(item.Text)));
            }
            Row(type, new Share(hit, all), "", type == "PAN" ? 0.4 : 0.9);
        }
        var (right, sure) = (0, 0);
        foreach (var item in items.Where(i => i.Set != "pii_presidio_recognizers"))
        foreach (var finding in Find(item.Text).Where(f => f.Score >= 0.85f))
        {
            sure++;
            if (item.Spans.Any(s => finding.Start < s.End && finding.Start + finding.Length > s.Start))
                right++;
            else
                Tell("sure and wrong", item, finding.ToString());
        }
        Row("of findings with 0.85 and more, those over a label", new Share(right, sure), ">= 90 %", 0.95);
        var (dated, dates) = (0, 0);
        foreach (
            var item in items.Where(i =>
                i.Set != "pii_presidio_recognizers" && i.Text.Contains("date of birth", StringComparison.OrdinalIgnoreCase)
            )
        )
        foreach (var span in item.Spans.Where(s => s.Type == "DATE_TIME"))
        {
            dates++;
            dated += Find(item.Text).Any(f => f.Kind == "pii.date_of_birth" && f.Start == span.Start && f.Length == span.End - span.Start)
                ? 1
                : 0;
        }
        Row("dates of birth", new Share(dated, dates), "", 0.95);
    }

    // Step 6: what it costs.
    void Cost()
    {
        Speed.Head("Personal data with a form");
        var prose = sets.Read("benign_prompts").Concat(sets.Read("wildguard_benign")).Select(i => i.Text).ToList();
        string[] full = ["pii_presidio_synth", "pii_phones", "pii_nano"];
        var findings = new List<Finding>();
        void Run(string text)
        {
            findings.Clear();
            detector.Find(text, 0, isAll: true, findings);
        }
        Speed.Row("benign prose", prose, "<= 30", Run);
        Speed.Row("texts full of it", [.. full.SelectMany(sets.Read).Select(i => i.Text)], "", Run);
    }
}
