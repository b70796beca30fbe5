using System.Diagnostics;
using Portico.Guardrails;
using Portico.Guardrails.Injection;
using Portico.Guardrails.Learning;
using Portico.Guardrails.Normalising;

namespace Portico.Detection;

/// <summary>Microseconds for each KB of text (1,024 UTF-16 units), one warm thread.</summary>
static class InjectionSpeed
{
    /// <summary>Of 4 KB, 99 in a hundred.</summary>
    const double MostMicroseconds = 1000;

    public static bool Run(LabelledSets sets)
    {
        var prose = sets.Read("benign_prompts").Select(t => t.Text).Where(t => t.Length > 200).ToList();
        var attacks = sets.Read("jailbreak_wild").Select(t => t.Text).ToList();
        var foreign = sets.Read("multilingual_benign").Select(t => t.Text).ToList();
        Console.WriteLine("\n| step | microseconds per KB | goal |\n|---|---|---|");
        foreach (var (name, texts) in new[] { ("benign", prose), ("attacks", attacks), ("languages", foreign) })
        {
            Measure($"normalise and views, {name}", texts, t => Views.Of(Normaliser.Normalise(t)), "10");
            Measure($"words, {name}", texts, t => new WordScan(t, ConceptWords.Lexicon).Dispose(), "");
            Measure($"judge (user), {name}", texts, t => InjectionDetector.Shipped.Judge(t, TextChannel.User), "30");
            Measure($"judge (data), {name}", texts, t => InjectionDetector.Shipped.Judge(t, TextChannel.Retrieved), "30");
        }
        var whole = string.Join("\n", prose);
        var prompts = Enumerable.Range(0, Math.Min(400, whole.Length / 4096)).Select(i => whole.Substring(i * 4096, 4096)).ToList();
        var times = new List<double>();
        for (var round = 0; round < 5; round++)
        {
            foreach (var prompt in prompts)
            {
                // The better of two: the clock runs on while another process has the processor.
                var best = double.MaxValue;
                for (var run = 0; run < 2; run++)
                {
                    var from = Stopwatch.GetTimestamp();
                    InjectionDetector.Shipped.Judge(prompt, TextChannel.User);
                    best = Math.Min(best, Stopwatch.GetElapsedTime(from).TotalMicroseconds);
                }
                times.Add(best);
            }
        }
        times.Sort();
        Console.WriteLine($"\n4 KB prompt: p50 {times[times.Count / 2]:0} us, p99 {times[times.Count * 99 / 100]:0} us; goal 1000");
        return times[times.Count * 99 / 100] <= MostMicroseconds;
    }

    static void Measure(string name, List<string> texts, Action<string> act, string goal)
    {
        // Compiled and optimised before the clock runs.
        for (var warm = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(warm).TotalMilliseconds < 700; )
            texts.ForEach(t => act(t));
        // The quickest of some runs of each text: the machine does other things too.
        var total = 0.0;
        foreach (var text in texts)
        {
            var best = double.MaxValue;
            for (var round = 0; round < 8; round++)
            {
                var from = Stopwatch.GetTimestamp();
                act(text);
                best = Math.Min(best, Stopwatch.GetElapsedTime(from).TotalMicroseconds);
            }
            total += best;
        }
        var perKilobyte = total / (texts.Sum(t => (double)t.Length) / 1024);
        Console.WriteLine($"| {name} | {perKilobyte:0.0} | {goal} |");
    }
}
