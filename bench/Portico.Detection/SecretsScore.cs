using System.Diagnostics;
using Portico.Guardrails.Detection;
using Portico.Guardrails.Secrets;

namespace Portico.Detection;

/// <summary>How well <see cref="SecretsDetector"/> does on the sets of secrets.</summary>
static class SecretsScore
{
    const float Flagged = 0.5f;

    public static bool Run(LabelledSets sets)
    {
        var started = Stopwatch.GetTimestamp();
        var detector = new SecretsDetector();
        var cold = Stopwatch.GetElapsedTime(started);
        long total = 0; double us = 0;
        var dump = Environment.GetEnvironmentVariable("SECRETS_DUMP");
        foreach (var set in new[] { "gitleaks", "betterleaks", "kingfisher", "noseyparker", "credsweeper", "detect_secrets", "secretlint", "negatives" })
        {
            var items = sets.Read("secrets_" + set).ToList();
            var both = items.GroupBy(i => i.Text).Where(g => g.Select(i => i.IsPositive).Distinct().Count() > 1).Select(g => g.Key).ToHashSet();
            items.RemoveAll(i => both.Contains(i.Text));
            Console.WriteLine($"{set} both {both.Count}");
            foreach (var group in items.GroupBy(i => i.IsPositive ? "secret" : i.Label))
            {
                var hits = 0;
                foreach (var item in group)
                {
                    var findings = new List<Finding>();
                    detector.Find(item.Text, 0, true, findings);
                    var best = findings.Where(f => f.Score >= Flagged).ToList();
                    if (best.Count > 0)
                        hits++;
                    if (dump == set && best.Count > 0 != item.IsPositive)
                        Console.WriteLine($"  {item.Label} {item.Kind} | {item.Text.ReplaceLineEndings("\\n")[..Math.Min(item.Text.Length, 170)]} || {string.Join(", ", best.Select(f => f.Kind + ":" + item.Text.Substring(f.Start, Math.Min(60, f.Length)).ReplaceLineEndings("\\n")))}");
                }
                Console.WriteLine($"| {set} | {group.Key} | {new Share(hits, group.Count())} |");
            }
        }
        if (Environment.GetEnvironmentVariable("SECRETS_CODE") is { } folder)
            foreach (var file in Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is ".cs" or ".ts" or ".tsx" or ".md" or ".json" or ".yml" or ".py" or ".js" or ".txt"))
            {
                if (file.Contains("/obj/") || file.Contains("/bin/") || file.Contains("/Secrets/")) continue;
                var code = File.ReadAllText(file);
                var at = Stopwatch.GetTimestamp();
                var findings = new List<Finding>();
                detector.Find(code, 0, true, findings);
                total += code.Length; us += Stopwatch.GetElapsedTime(at).TotalMicroseconds;
                foreach (var f in findings.Where(f => f.Score >= Flagged))
                    Console.WriteLine($"CODE {Path.GetFileName(file)} {f.Kind} {f.Score} | {code.Substring(Math.Max(0, f.Start - 60), Math.Min(60, f.Start)).ReplaceLineEndings("\\n")} >>> {code.Substring(f.Start, Math.Min(f.Length, 80)).ReplaceLineEndings("\\n")}");
            }
        Console.WriteLine($"code {us / (total + 1) * 1024:0.0} us/KB of {total / 1024} KB");
        Console.WriteLine($"cold {cold.TotalMilliseconds:0.0} ms");
        foreach (var set in new[] { "benign_prompts", "secrets_kingfisher", "secrets_negatives" })
        {
            var text = string.Join("\n", sets.Read(set).Where(i => set != "secrets_negatives" || i.Label == "unverified_clean").Select(i => i.Text));
            var findings = new List<Finding>();
            for (var i = 0; i < 20; i++)
            {
                findings.Clear();
                detector.Find(text, 0, true, findings);
            }
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < 20; i++)
            {
                findings.Clear();
                detector.Find(text, 0, true, findings);
            }
            Console.WriteLine($"{set} {Stopwatch.GetElapsedTime(start).TotalMicroseconds / 20 / text.Length * 1024:0.0} us/KB, {text.Length / 1024} KB");
            if (dump == set)
                foreach (var f in findings.Where(f => f.Score >= Flagged))
                    Console.WriteLine($"  {f.Kind} {f.Score} | {text.Substring(Math.Max(0, f.Start - 60), Math.Min(60, f.Start)).ReplaceLineEndings("\\n")} >>> {text.Substring(f.Start, Math.Min(f.Length, 80)).ReplaceLineEndings("\\n")}");
        }
        return true;
    }
}
