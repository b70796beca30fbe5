using System.CommandLine;

namespace Portico.Server.Verbs;

/// <summary>portico config: the effective settings with secrets masked and where each comes from, and what is wrong with them.</summary>
static class ConfigVerb
{
    static readonly Option<bool> OnlySet = new("--set-only") { Description = "Only what somebody set." };

    public static Command Command() =>
        new Command("config", "Show the effective settings, secrets masked, and what is wrong with them.") { OnlySet }
            .WithLocalOptions()
            .Runs(RunAsync);

    static Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var configuration = LocalOptions.Read(parsed);
        var lines = Settings.Effective(configuration).Where(l => l.From is not null || !parsed.GetValue(OnlySet)).ToList();
        var width = lines.Select(l => l.Name.Length).DefaultIfEmpty().Max();
        foreach (var line in lines)
            Console.WriteLine(
                $"{(line.From is null ? " " : "*")} {line.Name.PadRight(width)}  {line.Value}{(line.From is null ? "" : $"   (from {line.From})")}".TrimEnd()
            );
        if (lines.Count == 0)
            Console.WriteLine("Every setting has its default.");
        Console.WriteLine(
            "\nSet one in portico.json, in the environment (PORTICO_Section__Name=value) or with --set Section:Name=value; the later wins."
        );
        var problems = SettingsCheck.Run(configuration);
        foreach (var problem in problems)
            Console.Error.WriteLine($"✗ {problem}");
        return Task.FromResult(problems.Count == 0 ? 0 : 1);
    }
}
