using System.Diagnostics;
using System.Globalization;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Secrets;
using Portico.Guardrails.Training;

namespace Portico.Detection;

/// <summary>
/// How well <see cref="SecretsDetector"/> does on the sets of secrets, beside the goals. A text is flagged where a finding has <see
/// cref="Flagged"/> or more. Texts that one set holds with both labels (true for
/// one rule of its source, false for another) are left out and counted.
/// </summary>
static class SecretsScore
{
    const float Flagged = 0.5f;

    /// <summary>A text is searched again and again for so long; the fastest round counts.</summary>
    /// <summary>Each with the share that is reached at least (recall) or at most (false alarms), a bit beside what was measured.</summary>
    static readonly Row[] rows =
    [
        new("gitleaks and betterleaks", ["secrets_gitleaks", "secrets_betterleaks"], null, true, ">= 95 % (98)", 0.95),
        new("gitleaks and betterleaks, known false alarms", ["secrets_gitleaks", "secrets_betterleaks"], null, false, "<= 5 % (2)", 0.08),
        new("kingfisher and noseyparker", ["secrets_kingfisher", "secrets_noseyparker"], null, true, ">= 75 % (88)", 0.88),
        new("kingfisher and noseyparker, clean", ["secrets_kingfisher", "secrets_noseyparker"], null, false, "", 0.30),
        new("credsweeper", ["secrets_credsweeper"], null, true, ">= 80 % (90)", 0.89),
        new("credsweeper, its own filter's rejects", ["secrets_credsweeper"], null, false, "", 0.55),
        new("detect_secrets", ["secrets_detect_secrets"], null, true, "", 0.67),
        new("detect_secrets, clean", ["secrets_detect_secrets"], null, false, "", 0.10),
        new("secretlint", ["secrets_secretlint"], null, true, "", 0.92),
        new("secretlint, clean", ["secrets_secretlint"], null, false, "", 0.23),
        new("negatives, clean", ["secrets_negatives"], "clean", false, "<= 0.2 % (0)", 0.002),
        new("negatives, lines of code", ["secrets_negatives"], "unverified_clean", false, "", 0.01),
        new("benign prompts", ["benign_prompts"], null, false, "", 0.002),
    ];

    sealed record Row(string Name, string[] Sets, string? Label, bool IsRecall, string Goal, double Floor);

    public static bool Run(LabelledSets sets)
    {
        var before = Environment.CpuUsage.TotalTime;
        var detector = new SecretsDetector();
        var cold = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
        var good = true;
        Console.WriteLine("| set | share flagged | goal (stretch) | floor |\n|---|---|---|---|");
        foreach (var row in rows)
        {
            var items = Items(sets, row.Sets, out var both)
                .Where(i => i.IsPositive == row.IsRecall && (row.Label is null || i.Label == row.Label))
                .ToList();
            var share = new Share(items.Count(i => IsFlagged(detector, i, row.IsRecall)), items.Count);
            var holds = row.IsRecall ? share.Value >= row.Floor : share.Value <= row.Floor;
            good &= holds;
            var left = both > 0 ? $", {both} with both labels left out" : "";
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {row.Name}{left} | {share} | {row.Goal} | {row.Floor * 100:0.#} %{(holds ? "" : " BROKEN")} |"
                )
            );
        }
        Speed.Head("Secrets");
        var found = new List<Finding>();
        void Run(string text)
        {
            found.Clear();
            detector.Find(text, 0, true, found);
        }
        static string[] One(IEnumerable<LabelledText> items) => [string.Join('\n', items.Select(i => i.Text))];
        Speed.Row("benign prose", One(sets.Read("benign_prompts")), "<= 60", Run);
        Speed.Row("lines of code", One(sets.Read("secrets_negatives").Where(i => i.Label == "unverified_clean")), "<= 60", Run);
        Speed.Row(
            "nothing but secrets",
            One(Items(sets, ["secrets_kingfisher", "secrets_gitleaks"], out _).Where(i => i.IsPositive)),
            "",
            Run
        );
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"\nConstructed cold in {cold:0} ms of processor time (goal: 50). {SecretKinds.All.Count} kinds."
            )
        );
        return good;
    }

    /// <summary>Each text once.</summary>
    static List<LabelledText> Items(LabelledSets sets, string[] names, out int both)
    {
        var groups = names.SelectMany(sets.Read).GroupBy(i => i.Text, StringComparer.Ordinal).ToList();
        both = groups.Count(g => g.Select(i => i.IsPositive).Distinct().Count() > 1);
        return [.. groups.Where(g => g.Select(i => i.IsPositive).Distinct().Count() == 1).Select(g => g.First())];
    }

    static bool IsFlagged(SecretsDetector detector, LabelledText item, bool isRecall)
    {
        var findings = new List<Finding>();
        detector.Find(item.Text, 0, true, findings);
        var sure = findings.Where(f => f.Score >= Flagged).ToList();
        if (Environment.GetEnvironmentVariable("PORTICO_DETECTION_MISSES") is not null && sure.Count > 0 != isRecall)
            Console.Error.WriteLine(
                $"{item.Set} {item.Kind} | {item.Text.ReplaceLineEndings("⏎")} | {string.Join(", ", sure.Select(f => f.Kind))}"
            );
        return sure.Count > 0;
    }
}
