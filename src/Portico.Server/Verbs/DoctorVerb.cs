using System.CommandLine;

namespace Portico.Server.Verbs;

/// <summary>portico doctor: looks at everything a node needs and prints the fix for each failure.</summary>
static class DoctorVerb
{
    public static Command Command() =>
        new Command("doctor", "Check this machine and print the fix for each failure.").WithLocalOptions().Runs(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var (failures, warnings) = (0, 0);
        await foreach (var finding in new Doctor(LocalOptions.Read(parsed)).ExamineAsync(ct))
        {
            Console.WriteLine($"{Mark(finding.State)} {finding.What, -18} {finding.Detail}");
            if (finding.State == Health.Well)
                continue;
            Console.WriteLine($"  fix: {finding.Fix}");
            _ = finding.State == Health.Failed ? failures++ : warnings++;
        }
        Console.WriteLine(
            failures > 0 ? $"\n{failures} to fix."
            : warnings > 0 ? $"\nPortico works; {warnings} could be better."
            : "\nAll is well."
        );
        return failures == 0 ? 0 : 1;
    }

    static string Mark(Health state) =>
        state switch
        {
            Health.Well => "✓",
            Health.Degraded => "!",
            _ => "✗",
        };
}
