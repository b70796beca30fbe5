using Portico.Guardrails;
using Portico.Guardrails.Injection;
using Portico.Guardrails.Learning;
using Portico.Guardrails.Normalising;
using Portico.Guardrails.Training;

namespace Portico.Detection;

/// <summary>Microseconds for each KB of text (1,024 UTF-16 units), one warm thread.</summary>
static class InjectionSpeed
{
    public static void Run(LabelledSets sets)
    {
        var prose = sets.Read("benign_prompts").Select(t => t.Text).Where(t => t.Length > 200).ToList();
        var attacks = sets.Read("jailbreak_wild").Select(t => t.Text).ToList();
        var foreign = sets.Read("multilingual_benign").Select(t => t.Text).ToList();
        Speed.Head("Attacks on the model");
        foreach (var (name, texts) in new[] { ("benign", prose), ("attacks", attacks), ("languages", foreign) })
        {
            Speed.Row($"normalise and views, {name}", texts, "<= 10", t => Views.Of(Normaliser.Normalise(t)));
            Speed.Row($"judge (user), {name}", texts, "<= 30", t => InjectionDetector.Shipped.Judge(t, TextChannel.User));
            Speed.Row($"judge (data), {name}", texts, "<= 30", t => InjectionDetector.Shipped.Judge(t, TextChannel.Retrieved));
        }
        var whole = string.Join("\n", prose);
        var times = Enumerable
            .Range(0, Math.Min(400, whole.Length / 4096))
            .Select(i => Speed.Quickest(whole.Substring(i * 4096, 4096), t => InjectionDetector.Shipped.Judge(t, TextChannel.User), 2))
            .Order()
            .ToList();
        Console.WriteLine($"\n4 KB prompt: p50 {times[times.Count / 2]:0} us, p99 {times[times.Count * 99 / 100]:0} us; asked 1000");
    }
}
