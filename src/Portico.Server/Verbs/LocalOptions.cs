using System.CommandLine;

namespace Portico.Server.Verbs;

/// <summary>What verbs that read the settings of this machine take: a settings file, single settings, a data directory.</summary>
static class LocalOptions
{
    static readonly Option<string?> File = new("--config") { Description = "Settings file; portico.json in this directory by default." };

    static readonly Option<string[]> Set = new("--set")
    {
        Description = "One setting, as Section:Name=value; repeat for more.",
        AllowMultipleArgumentsPerToken = false,
    };

    public static Command WithLocalOptions(this Command command)
    {
        command.Options.Add(File);
        command.Options.Add(Set);
        return command;
    }

    public static string? FileOf(ParseResult parsed) => parsed.GetValue(File);

    /// <exception cref="PorticoException">A setting is not written as name=value.</exception>
    public static Dictionary<string, string?> SetOf(ParseResult parsed) =>
        (parsed.GetValue(Set) ?? [])
            .Select(text => text.Split('=', 2))
            .ToDictionary(
                p => p[0].Trim(),
                p =>
                    p.Length == 2
                        ? (string?)p[1]
                        : throw new PorticoException(ErrorTable.InvalidRequest, $"--set {p[0]}: write it as Section:Name=value."),
                StringComparer.OrdinalIgnoreCase
            );

    public static IConfiguration Read(ParseResult parsed) => Settings.Read(FileOf(parsed), SetOf(parsed));
}
