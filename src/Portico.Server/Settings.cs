using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Portico.Gateway;
using Portico.Governance.Audit;
using Portico.Governance.SignIn;
using Portico.Models;
using Portico.Observability;
using Portico.Storage;

namespace Portico.Server;

/// <summary>One setting as it stands: its value with secrets masked, and where it comes from; null = nobody set it.</summary>
sealed record SettingLine(string Name, string Value, string? From);

/// <summary>
/// Every setting of Portico by section. Reads files, environment (<c>PORTICO_Storage__DataDirectory=…</c>) and the command line; the later wins.
/// </summary>
static class Settings
{
    public const string FileName = "portico.json";
    public const string EnvironmentPrefix = "PORTICO_";
    const string Masked = "••••";

    public static readonly (string Section, Type Type)[] Sections =
    [
        (ServerOptions.Section, typeof(ServerOptions)),
        (StorageOptions.Section, typeof(StorageOptions)),
        (GatewayOptions.Section, typeof(GatewayOptions)),
        (SignInOptions.Section, typeof(SignInOptions)),
        (AuditOptions.Section, typeof(AuditOptions)),
        (RecordOptions.Section, typeof(RecordOptions)),
        (OnboardingOptions.Section, typeof(OnboardingOptions)),
    ];

    /// <summary>Settings that are read by name and have no options class.</summary>
    public static readonly string[] Loose =
    [
        "MasterKey:File",
        "MasterKey:KeyVault",
        "MasterKey:SecretName",
        "MasterKey:KmsCiphertextFile",
        "MasterKey:KmsRegion",
        "MasterKey:KmsKeyId",
        "MasterKey:KmsEndpoint",
        "MasterKey:Shares",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "AZURE_OPENAI_ENDPOINT",
        "AZURE_OPENAI_API_KEY",
        "AZURE_OPENAI_KEY",
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_BASE_URL",
        "GEMINI_API_KEY",
        "GOOGLE_API_KEY",
        "GOOGLE_GEMINI_BASE_URL",
        "CO_API_KEY",
        "COHERE_API_KEY",
        "CO_API_URL",
        "AWS_BEARER_TOKEN_BEDROCK",
        "AWS_REGION",
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME",
        "PORTICO_MASTER_KEY",
    ];

    public static IConfigurationBuilder AddPortico(
        this IConfigurationBuilder builder,
        string? file,
        IEnumerable<KeyValuePair<string, string?>> set
    )
    {
        var path = Path.GetFullPath(file ?? FileName);
        if (file is not null && !File.Exists(path))
            throw new PorticoException(ErrorTable.InvalidRequest, $"There is no settings file '{path}'.");
        var source = new SettingsFile
        {
            File = path,
            Path = path,
            Optional = true,
            ReloadOnChange = false,
        };
        source.ResolveFileProvider();
        return builder.Add(source).AddEnvironmentVariables().AddEnvironmentVariables(EnvironmentPrefix).Add(new GivenSettings(set));
    }

    public static IConfigurationRoot Read(string? file, IEnumerable<KeyValuePair<string, string?>> set) =>
        new ConfigurationBuilder().AddPortico(file, set).Build();

    /// <summary>The options of a section; for those that are good, see <see cref="SettingsCheck"/>.</summary>
    public static T Of<T>(IConfiguration configuration, string section)
        where T : new() => configuration.GetSection(section).Get<T>() ?? new T();

    /// <summary>Names of all settings, in the order of the reference.</summary>
    public static IEnumerable<string> Names =>
        Sections.SelectMany(s => Properties(s.Type).Select(p => $"{s.Section}:{p.Name}")).Concat(Loose);

    public static IEnumerable<PropertyInfo> Properties(Type options) =>
        options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);

    public static IEnumerable<SettingLine> Effective(IConfigurationRoot configuration)
    {
        foreach (var (section, type) in Sections)
        {
            var defaults = Activator.CreateInstance(type)!;
            foreach (var property in Properties(type))
            {
                var name = $"{section}:{property.Name}";
                yield return Line(configuration, name, Text(property.GetValue(defaults)));
            }
        }
        foreach (var name in Loose)
            yield return Line(configuration, name, "");
    }

    static SettingLine Line(IConfigurationRoot configuration, string name, string otherwise) =>
        configuration[name] is { } value
            ? new SettingLine(name, Show(name, value), Origin(configuration, name))
            : new SettingLine(name, otherwise, null);

    static string Origin(IConfigurationRoot configuration, string name) =>
        configuration.Providers.Reverse().FirstOrDefault(p => p.TryGet(name, out _)) switch
        {
            ISettingsSource ours => ours.From,
            EnvironmentVariablesConfigurationProvider => "the environment",
            _ => "elsewhere",
        };

    static string Text(object? value) =>
        value is bool truth ? (truth ? "true" : "false") : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    /// <summary>A value as it may be seen: no password, no key, no token.</summary>
    public static string Show(string name, string value) =>
        value.Length == 0 ? ""
        : name.EndsWith("KEY", StringComparison.Ordinal) || name.Contains("TOKEN", StringComparison.Ordinal) ? Masked
        : name.EndsWith("Connection", StringComparison.Ordinal) ? WithoutPassword(value)
        : WithoutUserInfo(value);

    /// <summary>A connection string with its secrets masked; nothing of one that cannot be read.</summary>
    static string WithoutPassword(string connection)
    {
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = connection };
            return string.Join(';', parts.Keys.Cast<string>().Select(k => $"{k}={(IsSecret(k) ? Masked : parts[k])}"));
        }
        catch (ArgumentException)
        {
            return Masked;
        }

        static bool IsSecret(string key) =>
            new[] { "pass", "pwd", "secret", "token" }.Any(word => key.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    static string WithoutUserInfo(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var url) && url.UserInfo.Length > 0
            ? value.Replace(url.UserInfo + "@", Masked + "@", StringComparison.Ordinal)
            : value;

    /// <summary>The known name nearest to this one. A known name under another section is nearer than another name under the same.</summary>
    internal static string NearestTo(string name)
    {
        var parts = name.Split(':', 2);
        return Names.MinBy(n =>
        {
            var known = n.Split(':', 2);
            return Nearest.Distance(known[0], parts[0]) + Nearest.Distance(known[^1], parts[^1]);
        })!;
    }
}
