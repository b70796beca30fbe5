using System.CommandLine;

namespace Portico.Server.Verbs;

/// <summary>portico doctor: looks at everything a node needs and prints the fix for each failure.</summary>
static class DoctorVerb
{
    public static Command Command() =>
        new Command("doctor", "Check this machine and print the fix for each failure.").WithLocalOptions().Runs(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken ct)
    {
        var failed = 0;
        await foreach (var finding in new Doctor(LocalOptions.Read(parsed)).ExamineAsync(ct))
        {
            Console.WriteLine($"{(finding.Good ? "✓" : "✗")} {finding.What, -18} {finding.Detail}");
            if (finding.Good)
                continue;
            failed++;
            Console.WriteLine($"  fix: {finding.Fix}");
        }
        Console.WriteLine(failed == 0 ? "\nAll is well." : $"\n{failed} to fix.");
        return failed == 0 ? 0 : 1;
    }
}
