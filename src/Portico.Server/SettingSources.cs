using Microsoft.Extensions.Configuration.Json;

namespace Portico.Server;

/// <summary>A source whose every entry is meant for Portico, so that what no setting is named by is a mistake. The environment is not one.</summary>
interface ISettingsSource : IConfigurationProvider
{
    /// <summary>As a person names it.</summary>
    string From { get; }
}

/// <summary>The settings file.</summary>
sealed class SettingsFile : JsonConfigurationSource
{
    public required string File { get; init; }

    public override IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        EnsureDefaults(builder);
        return new Provider(this);
    }

    sealed class Provider(SettingsFile source) : JsonConfigurationProvider(source), ISettingsSource
    {
        public string From => System.IO.Path.GetFileName(source.File);
    }
}

/// <summary>Settings of the command line.</summary>
sealed class GivenSettings(IEnumerable<KeyValuePair<string, string?>> values) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new Provider(values);

    sealed class Provider : ConfigurationProvider, ISettingsSource
    {
        public Provider(IEnumerable<KeyValuePair<string, string?>> values)
        {
            foreach (var (name, value) in values)
                Data[name] = value;
        }

        public string From => "the command line";
    }
}
