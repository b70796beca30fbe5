using System.Globalization;
using Portico.Guardrails;
using Portico.Guardrails.Training;

namespace Portico.Detection;

/// <summary>What the rules of a policy cost a call: everything that is looked for in a prompt of 4 KB, in one search of all rules, warm.</summary>
static class PipelineSpeed
{
    const int PromptLength = 4096;
    const int Prompts = 200;

    public static bool Run(LabelledSets sets)
    {
        var prose = string.Join("\n", sets.Read("benign_prompts").Concat(sets.Read("wildguard_benign")).Select(t => t.Text));
        var prompts = Enumerable
            .Range(0, Math.Min(Prompts, prose.Length / PromptLength))
            .Select(i => prose.Substring(i * PromptLength, PromptLength))
            .ToList();
        Console.WriteLine("| looked for in a prompt of 4 KB | p50 | p99 | asked, p99 |\n|---|---|---|---|");
        Row("personal data with a form and secrets", ["pii", "secrets"], "<= 1 ms");
        Row("those and attacks", ["pii", "secrets", "injection"], "<= 1 ms");
        Row("those and names", ["pii", "secrets", "injection", "names"], "<= 4 ms");
        Row("all", ["pii", "secrets", "injection", "names", "content"], "");
        return true;

        void Row(string what, string[] kinds, string asked)
        {
            var screen = Screen.Of([
                new ContentRule
                {
                    Name = "all",
                    Kinds = kinds,
                    Action = ContentAction.Flag,
                },
            ])!;
            void Search(string text) => Screen.Whole(text, screen.LaneFor(TextChannel.User));
            foreach (var prompt in prompts)
                Speed.Quickest(prompt, Search, 10);
            var times = prompts.Select(p => Speed.Quickest(p, Search, 3)).Order().ToList();
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {what} | {times[times.Count / 2] / 1000:0.00} ms | {times[times.Count * 99 / 100] / 1000:0.00} ms | {asked} |"
                )
            );
        }
    }
}
