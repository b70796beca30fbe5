using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace Portico.Server;

/// <summary>Something wrong with the settings, in words that say what to change.</summary>
sealed record SettingProblem(string Name, string Says)
{
    public override string ToString() => $"{Name} {Says}";
}

/// <summary>Finds values that cannot be read, values out of range, and names that no setting has.</summary>
static class SettingsCheck
{
    const string KeySection = "MasterKey";

    /// <summary>Environment variables with our prefix that are not settings: the verbs read them.</summary>
    static readonly string[] VerbVariables = ["PORTICO_URL", "PORTICO_ADMIN", "PORTICO_KEY", "PORTICO_MASTER_KEY", Verbs.Verb.NameVariable];

    /// <summary>Sections of a settings file that belong to the platform below.</summary>
    static readonly string[] Platform = ["Logging", "Kestrel", "URLS", "AllowedHosts"];

    /// <exception cref="PorticoException">There are mistakes; the message names all of them.</exception>
    public static void Require(IConfigurationRoot configuration)
    {
        var problems = Run(configuration);
        if (problems.Count > 0)
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                "The settings have mistakes:\n" + string.Join('\n', problems.Select(p => $"  {p}"))
            );
    }

    public static IReadOnlyList<SettingProblem> Run(IConfigurationRoot configuration)
    {
        var problems = new List<SettingProblem>();
        foreach (var (section, type) in Settings.Sections)
        {
            foreach (var property in Settings.Properties(type))
                if (Judge(configuration, section, property) is { } problem)
                    problems.Add(problem);
            var known = Settings.Properties(type).Select(p => p.Name);
            problems.AddRange(Unknown(configuration, section, known));
        }
        var keys = Settings
            .Loose.Where(n => n.StartsWith(KeySection + ":", StringComparison.Ordinal))
            .Select(n => n[(KeySection.Length + 1)..]);
        problems.AddRange(Unknown(configuration, KeySection, keys));
        problems.AddRange(UnknownSections(configuration));
        problems.AddRange(UnknownVariables());
        return problems;
    }

    static SettingProblem? Judge(IConfigurationRoot configuration, string section, PropertyInfo property)
    {
        var name = $"{section}:{property.Name}";
        if (configuration[name] is not { } text)
            return null;
        var shown = Settings.Show(name, text);
        object? value;
        try
        {
            value = TypeDescriptor.GetConverter(property.PropertyType).ConvertFromInvariantString(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or NotSupportedException)
        {
            return new SettingProblem(name, $"is '{shown}'; it must be {Kind(property.PropertyType)}");
        }
        var broken = property.GetCustomAttributes<ValidationAttribute>().FirstOrDefault(a => !a.IsValid(value));
        return broken is null ? null : new SettingProblem(name, $"is '{shown}'; it {Demand(broken, property.Name)}");
    }

    static string Kind(Type type) =>
        type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : "a " + type.Name;

    static string Demand(ValidationAttribute broken, string name) =>
        broken switch
        {
            RangeAttribute range => string.Create(
                CultureInfo.InvariantCulture,
                $"must be from {Convert.ToInt64(range.Minimum):N0} to {Convert.ToInt64(range.Maximum):N0}"
            ),
            AllowedValuesAttribute allowed => $"must be {string.Join(" or ", allowed.Values)}",
            RequiredAttribute => "must not be empty",
            _ => broken.FormatErrorMessage(name),
        };

    static IEnumerable<SettingProblem> Unknown(IConfiguration configuration, string section, IEnumerable<string> known)
    {
        var names = known.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return configuration.GetSection(section).GetChildren().Where(c => !names.Contains(c.Key)).Select(c => NotOne($"{section}:{c.Key}"));
    }

    /// <summary>What a settings file or the command line names and no section has. The environment holds what is meant for others.</summary>
    static IEnumerable<SettingProblem> UnknownSections(IConfigurationRoot configuration)
    {
        var known = Settings.Sections.Select(s => s.Section).Concat(Platform).Concat(Settings.Loose).Append(KeySection);
        var sections = known.ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var source in configuration.Providers.OfType<ISettingsSource>())
        foreach (var top in source.GetChildKeys([], null).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (sections.Contains(top) || top.StartsWith("OTEL_", StringComparison.Ordinal) || top.StartsWith('$'))
                continue;
            var below = source.GetChildKeys([], top).FirstOrDefault();
            yield return NotOne(below is null ? top : $"{top}:{below}");
        }
    }

    static SettingProblem NotOne(string name) => new(name, $"is not a setting. Did you mean {Settings.NearestTo(name)}?");

    /// <summary>
    /// A variable that is meant for a setting and names no section would be lost without a word. Meant for one is what has the separator of
    /// sections, or begins with a section's name: other programs may have variables with our prefix.
    /// </summary>
    static IEnumerable<SettingProblem> UnknownVariables()
    {
        var sections = Settings.Sections.Select(s => s.Section).Append(KeySection).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var variable in Environment.GetEnvironmentVariables().Keys.Cast<string>())
        {
            if (!variable.StartsWith(Settings.EnvironmentPrefix, StringComparison.Ordinal) || VerbVariables.Contains(variable))
                continue;
            var name = variable[Settings.EnvironmentPrefix.Length..];
            var hasSeparator = name.Contains("__", StringComparison.Ordinal);
            var section = name.Split(hasSeparator ? "__" : "_")[0];
            var isPlatform = Platform.Contains(section, StringComparer.OrdinalIgnoreCase);
            if (hasSeparator ? sections.Contains(section) || isPlatform : !sections.Contains(section))
                continue;
            var meant = Settings.NearestTo(name.Replace(hasSeparator ? "__" : "_", ":", StringComparison.Ordinal));
            yield return new SettingProblem(
                variable,
                $"is not a setting. Did you mean {Settings.EnvironmentPrefix}{meant.Replace(":", "__", StringComparison.Ordinal)}?"
            );
        }
    }
}
