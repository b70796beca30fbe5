using System.CommandLine;
using System.Runtime.InteropServices;

namespace Portico.Server.Verbs;

/// <summary>portico version.</summary>
static class VersionVerb
{
    public static Command Command() =>
        new Command("version", "Show the version.").Runs(
            (_, _) =>
            {
                Console.WriteLine(
                    $"portico {ProductVersion.Text}  ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})"
                );
                return Task.FromResult(0);
            }
        );
}
