using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Portico.Gateway;
using Portico.Models;
using Portico.Observability;
using Portico.Storage;

namespace Portico.Server;

/// <summary>One setting as it stands: where it lies, its value with secrets masked, and whether somebody set it.</summary>
sealed record SettingLine(string Name, string Value, bool IsSet);

/// <summary>Something wrong with the settings, in words that say what to change.</summary>
sealed record SettingProblem(string Name, string Says);

/// <summary>
/// Every setting of Portico by section. Reads files, environment (<c>PORTICO_Storage__DataDirectory=…</c>) and the command line, and finds what no
/// option is named by.
/// </summary>
static class Settings
{
    public const string FileName = "portico.json";
    public const string EnvironmentPrefix = "PORTICO_";
    const string Masked = "•••• (set)";

    static readonly (string Section, Type Type)[] Sections =
    [
        (ServerOptions.Section, typeof(ServerOptions)),
        (StorageOptions.Section, typeof(StorageOptions)),
        (GatewayOptions.Section, typeof(GatewayOptions)),
        (RecordOptions.Section, typeof(RecordOptions)),
        (OnboardingOptions.Section, typeof(OnboardingOptions)),
    ];

    /// <summary>Settings that are read by name and have no options class.</summary>
    static readonly string[] Loose =
    [
        "MasterKey:File",
        "MasterKey:KeyVault",
        "MasterKey:SecretName",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "AZURE_OPENAI_ENDPOINT",
        "AZURE_OPENAI_API_KEY",
        "AZURE_OPENAI_KEY",
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_BASE_URL",
        "PORTICO_MASTER_KEY",
    ];

    /// <summary>Environment variables with our prefix that are not settings: the client verbs read them.</summary>
    static readonly string[] ClientVariables = ["PORTICO_URL", "PORTICO_ADMIN", "PORTICO_KEY", "PORTICO_MASTER_KEY"];

    public static IConfigurationBuilder AddPortico(
        this IConfigurationBuilder builder,
        string? file,
        IEnumerable<KeyValuePair<string, string?>> set
    ) =>
        builder
            .AddJsonFile(Path.GetFullPath(file ?? FileName), optional: file is null, reloadOnChange: false)
            .AddEnvironmentVariables()
            .AddEnvironmentVariables(EnvironmentPrefix)
            .AddInMemoryCollection(set);

    public static IConfiguration Read(string? file, IEnumerable<KeyValuePair<string, string?>> set) =>
        new ConfigurationBuilder().AddPortico(file, set).Build();

    /// <summary>Names of all settings, in the order of the reference.</summary>
    public static IEnumerable<string> Names =>
        Sections.SelectMany(s => Properties(s.Type).Select(p => $"{s.Section}:{p.Name}")).Concat(Loose);

    public static IEnumerable<SettingLine> Effective(IConfiguration configuration)
    {
        foreach (var (section, type) in Sections)
        {
            var options = Bind(configuration, section, type);
            foreach (var property in Properties(type))
            {
                var name = $"{section}:{property.Name}";
                var isSet = configuration[name] is not null;
                yield return new SettingLine(name, Show(name, property.GetValue(options)), isSet);
            }
        }
        foreach (var name in Loose)
            yield return new SettingLine(name, Show(name, configuration[name]), configuration[name] is not null);
    }

    /// <summary>Values out of range, values that cannot be read, and names that no setting has.</summary>
    public static IReadOnlyList<SettingProblem> Check(IConfiguration configuration)
    {
        var problems = new List<SettingProblem>();
        foreach (var (section, type) in Sections)
        {
            try
            {
                var options = Bind(configuration, section, type);
                var results = new List<ValidationResult>();
                Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
                problems.AddRange(
                    results.Select(r => new SettingProblem(
                        $"{section}:{r.MemberNames.FirstOrDefault()}",
                        r.ErrorMessage ?? "is out of range"
                    ))
                );
            }
            catch (InvalidOperationException e)
            {
                problems.Add(new SettingProblem(section, e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message));
            }
            problems.AddRange(Unknown(configuration, section, type));
        }
        problems.AddRange(UnknownVariables());
        return problems;
    }

    static IEnumerable<SettingProblem> Unknown(IConfiguration configuration, string section, Type type)
    {
        var known = Properties(type).Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return configuration
            .GetSection(section)
            .GetChildren()
            .Where(c => !known.Contains(c.Key))
            .Select(c => new SettingProblem($"{section}:{c.Key}", $"is not a setting. Did you mean {Nearest($"{section}:{c.Key}")}?"));
    }

    /// <summary>
    /// A variable that is meant for a setting and names no section would be lost without a word. Meant for one is what has the separator of
    /// sections, or begins with a section's name: other programs may have variables with our prefix.
    /// </summary>
    static IEnumerable<SettingProblem> UnknownVariables()
    {
        var sections = Sections.Select(s => s.Section).Append("MasterKey").ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var variable in Environment.GetEnvironmentVariables().Keys.Cast<string>())
        {
            if (!variable.StartsWith(EnvironmentPrefix, StringComparison.Ordinal) || ClientVariables.Contains(variable))
                continue;
            var name = variable[EnvironmentPrefix.Length..];
            var hasSeparator = name.Contains("__", StringComparison.Ordinal);
            if (hasSeparator ? sections.Contains(name.Split("__")[0]) : !sections.Contains(name.Split('_')[0]))
                continue;
            name = name.Replace("__", ":", StringComparison.Ordinal);
            yield return new SettingProblem(
                variable,
                $"is not a setting. Did you mean {EnvironmentPrefix}{Nearest(hasSeparator ? name : name.Replace('_', ':')).Replace(":", "__", StringComparison.Ordinal)}?"
            );
        }
    }

    static object Bind(IConfiguration configuration, string section, Type type) =>
        configuration.GetSection(section).Get(type) ?? Activator.CreateInstance(type)!;

    static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);

    static string Show(string name, object? value)
    {
        if (value is null or "")
            return "";
        return IsSecret(name) ? Masked : Convert.ToString(value, CultureInfo.InvariantCulture)!;
    }

    static bool IsSecret(string name) =>
        name.EndsWith("KEY", StringComparison.Ordinal)
        || name.EndsWith("Connection", StringComparison.Ordinal)
        || name.EndsWith("Headers", StringComparison.Ordinal);

    /// <summary>The known name nearest to this one: the nearest section first, because short names are near to everything.</summary>
    internal static string Nearest(string name)
    {
        var parts = name.ToUpperInvariant().Split(':', 2);
        return Names.MinBy(n =>
        {
            var known = n.ToUpperInvariant().Split(':', 2);
            return (Distance(known[0], parts[0]), Distance(known[^1], parts[^1]));
        })!;
    }

    /// <summary>Levenshtein's distance: the least insertions, deletions and replacements.</summary>
    static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
