using System.CommandLine;

namespace Portico.Server.Verbs;

/// <summary>portico config: the effective settings with secrets masked, and what is wrong with them.</summary>
static class ConfigVerb
{
    static readonly Option<bool> OnlySet = new("--set-only") { Description = "Only what somebody set." };

    public static Command Command() =>
        new Command("config", "Show the effective settings, secrets masked.") { OnlySet }
            .WithLocalOptions()
            .Runs(RunAsync);

    static Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var configuration = LocalOptions.Read(parsed);
        var problems = Settings.Check(configuration);
        if (
            !problems.Any(p =>
                !p.Name.Contains(':', StringComparison.Ordinal) && !p.Name.StartsWith(Settings.EnvironmentPrefix, StringComparison.Ordinal)
            )
        )
        {
            var lines = Settings.Effective(configuration).Where(l => l.IsSet || !parsed.GetValue(OnlySet)).ToList();
            var width = lines.Select(l => l.Name.Length).DefaultIfEmpty().Max();
            foreach (var line in lines)
                Console.WriteLine($"{(line.IsSet ? "*" : " ")} {line.Name.PadRight(width)}  {line.Value}");
            Console.WriteLine("\n* = set by a file, the environment or --set. In the environment: PORTICO_Section__Name=value.");
        }
        foreach (var problem in problems)
            Console.Error.WriteLine($"✗ {problem.Name} {problem.Says}");
        return Task.FromResult(problems.Count == 0 ? 0 : 1);
    }
}
