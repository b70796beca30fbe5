using System.Globalization;

namespace Portico.Detection;

/// <summary>What it finds where nothing is.</summary>
sealed partial class PiiScore
{
    // Step 5: texts without personal data.
    void FalseAlarms()
    {
        Console.WriteLine(
            "\n### Findings in texts that should have none, per 1,000 texts\n\n| set | texts | with a finding >= 0.5 | per 1,000 | findings by kind |\n|---|---|---|---|---|"
        );
        foreach (
            var (set, most) in new[]
            {
                ("benign_prompts", 8.0),
                ("wildguard_benign", 4),
                ("multilingual_benign", 4),
                ("secrets_negatives", 4),
            }
        )
        {
            var items = sets.Read(set).Where(i => !i.IsPositive).ToList();
            var kinds = new Dictionary<string, int>(StringComparer.Ordinal);
            var flagged = 0;
            foreach (var item in items)
            {
                var findings = Find(item.Text).Where(f => f.Score >= Sure).ToList();
                flagged += findings.Count > 0 ? 1 : 0;
                foreach (var finding in findings)
                {
                    kinds[finding.Kind] = kinds.GetValueOrDefault(finding.Kind) + 1;
                    if (isTold)
                    {
                        var from = Math.Max(0, finding.Start - 50);
                        var to = Math.Min(item.Text.Length, finding.Start + finding.Length + 20);
                        Console.Error.WriteLine(
                            $"alarm\t{set}\t{finding.Kind}\t{finding.Score}\t{item.Text.Substring(finding.Start, finding.Length)}\t{item.Text[from..to].ReplaceLineEndings(" ")}"
                        );
                    }
                }
            }
            var rate = 1000.0 * flagged / items.Count;
            isGood &= rate <= most;
            var names = string.Join(", ", kinds.OrderByDescending(k => k.Value).Take(6).Select(k => $"{k.Key} {k.Value}"));
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {set} | {items.Count} | {flagged} | {rate:0.0} (at most {most}) | {names} |"
                )
            );
        }
    }
}
