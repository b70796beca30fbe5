using System.CommandLine;

namespace Portico.Server.Verbs;

/// <summary>What verbs that read the settings of this machine take: a settings file, a data directory, single settings.</summary>
static class LocalOptions
{
    static readonly Option<string?> File = new("--config") { Description = "Settings file; portico.json in this directory by default." };

    static readonly Option<string?> Data = new("--data") { Description = "Data directory; Storage:DataDirectory, else ./data." };

    static readonly Option<string[]> Set = new("--set")
    {
        Description = "One setting, as Section:Name=value; repeat for more.",
        AllowMultipleArgumentsPerToken = false,
    };

    public static Command WithLocalOptions(this Command command)
    {
        command.Options.Add(File);
        command.Options.Add(Data);
        command.Options.Add(Set);
        return command;
    }

    public static string? FileOf(ParseResult parsed) => parsed.GetValue(File);

    /// <exception cref="PorticoException">A setting is not written as name=value, or is given twice.</exception>
    public static Dictionary<string, string?> SetOf(ParseResult parsed)
    {
        var set = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var parts in (parsed.GetValue(Set) ?? []).Select(text => text.Split('=', 2)))
        {
            if (parts.Length != 2)
                throw Verb.Mistake($"--set {parts[0]}: write it as Section:Name=value.");
            if (!set.TryAdd(parts[0].Trim(), parts[1]))
                throw Verb.Mistake($"--set {parts[0]} is given twice.");
        }
        if (parsed.GetValue(Data) is { } data)
            set["Storage:DataDirectory"] = data;
        return set;
    }

    /// <summary>The settings as they are, with their mistakes.</summary>
    public static IConfigurationRoot Read(ParseResult parsed) => Settings.Read(FileOf(parsed), SetOf(parsed));

    /// <exception cref="PorticoException">The settings have mistakes; the message names all of them.</exception>
    public static IConfigurationRoot ReadGood(ParseResult parsed)
    {
        var configuration = Read(parsed);
        SettingsCheck.Require(configuration);
        return configuration;
    }
}
