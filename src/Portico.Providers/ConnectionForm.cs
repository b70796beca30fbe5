namespace Portico.Providers;

/// <summary>
/// What a person is asked for to connect a provider of a family. <paramref name="Credentials"/> are the forms that its credential has, the most common first;
/// <paramref name="Services"/> who speaks the protocol, the family's own first.
/// </summary>
public sealed record ConnectionForm(string Label, IReadOnlyList<ServiceForm> Services, IReadOnlyList<CredentialForm> Credentials);

/// <summary>A service that a connection of a family may lead to.</summary>
/// <param name="Label">As people call it.</param>
/// <param name="Preset">The connection's preset; null = none, or what <see cref="PresetHelp"/> says.</param>
/// <param name="BaseUrl">Where it is; null = it differs for everybody.</param>
/// <param name="AddressHelp">What the address is made of, or null.</param>
public sealed record ServiceForm(string Label, string? Preset = null, string? BaseUrl = null, string? AddressHelp = null)
{
    /// <summary>Set where the preset is a text to be given: what it is.</summary>
    public string? PresetHelp { get; init; }

    /// <summary>Names of the forms of credential that it takes, the most common first.</summary>
    public required IReadOnlyList<string> Credentials { get; init; }
}

/// <summary>How the fields of a credential become its one text.</summary>
public enum CredentialShape
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>The one field as it is.</summary>
    Text,

    /// <summary>A JSON object of the fields that have a value, and of <see cref="CredentialForm.Members"/>.</summary>
    Object,
}

/// <summary>One form of a credential.</summary>
/// <param name="Name">Unique in the family.</param>
/// <param name="Label">As people call it.</param>
/// <param name="Shape">How its fields become one text.</param>
/// <param name="Fields">What is asked for.</param>
public sealed record CredentialForm(string Name, string Label, CredentialShape Shape, IReadOnlyList<CredentialField> Fields)
{
    public string? Help { get; init; }

    /// <summary>Members of the object that are always so.</summary>
    public IReadOnlyDictionary<string, string> Members { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The connection's preset that this form needs, or null.</summary>
    public string? Preset { get; init; }

    internal static CredentialForm Nobody(string label, string help, string name = "none") =>
        new(name, label, CredentialShape.None, []) { Help = help };

    internal static CredentialForm Key(string label, string? help = null, string? example = null) =>
        new("key", label, CredentialShape.Text, [new CredentialField("key", label) { Example = example }]) { Help = help };
}

/// <summary>A field of a credential. Its name is that of the object's member.</summary>
public sealed record CredentialField(string Name, string Label)
{
    public string? Help { get; init; }

    /// <summary>How it begins or looks, never a real one.</summary>
    public string? Example { get; init; }
    public bool Optional { get; init; }

    /// <summary>Nobody may read it over a shoulder.</summary>
    public bool Secret { get; init; } = true;

    /// <summary>A text of several lines.</summary>
    public bool Multiline { get; init; }
}
