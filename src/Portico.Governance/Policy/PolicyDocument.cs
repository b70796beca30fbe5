namespace Portico.Governance.Policy;

/// <summary>One statement of a document.</summary>
/// <param name="Name">As <see cref="PolicySchema"/> has it.</param>
/// <param name="Value">What it says.</param>
/// <param name="Mandatory">As its section says; null = as the operating model says.</param>
/// <param name="Number">Where it stands, from 1.</param>
/// <param name="Text">How it stands there.</param>
public sealed record PolicyLine(string Name, PolicyValue Value, bool? Mandatory, int Number, string Text);

/// <summary>Lines of a level that are wider for somebody below it until a time.</summary>
/// <param name="Name">For people.</param>
/// <param name="For">A workspace or use case.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Reason">Why.</param>
/// <param name="Until">Its end; at that instant it is over.</param>
/// <param name="Lifts">What it allows beside what the lines of these names allow.</param>
/// <param name="Number">Where it stands.</param>
public sealed record PolicyException(
    string Name,
    string For,
    string Owner,
    string Reason,
    DateTimeOffset Until,
    IReadOnlyDictionary<string, PolicyValue> Lifts,
    int Number
);

/// <summary>What is wrong with a document, and where.</summary>
public sealed record PolicyProblem(int Line, int Column, string Message);

/// <summary>The policy of one level as it was written. The same text gives the same document.</summary>
public sealed record PolicyDocument(IReadOnlyDictionary<string, PolicyLine> Lines, IReadOnlyList<PolicyException> Exceptions)
{
    public const int MaxBytes = 64 * 1024;

    public static readonly PolicyDocument Empty = new(new Dictionary<string, PolicyLine>(), []);
}

/// <summary>Where a policy stands.</summary>
public enum PolicyScope
{
    Organisation,
    Workspace,
    UseCase,
}

/// <summary>How an organisation divides who decides: what its lines are where they do not say.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<OperatingModel>))]
public enum OperatingModel
{
    /// <summary>Lines of the organisation are mandatory, those of workspaces free.</summary>
    [System.Text.Json.Serialization.JsonStringEnumMemberName("federated")]
    Federated,

    /// <summary>Lines of organisation and workspaces are mandatory.</summary>
    [System.Text.Json.Serialization.JsonStringEnumMemberName("centralised")]
    Centralised,

    /// <summary>All lines are free.</summary>
    [System.Text.Json.Serialization.JsonStringEnumMemberName("decentralised")]
    Decentralised,
}

/// <summary>A document at its place.</summary>
/// <param name="Id">Of the organisation, workspace or use case.</param>
/// <param name="Name">Its name.</param>
/// <param name="Scope">What it is.</param>
/// <param name="Version">Of the document.</param>
/// <param name="Document">What it says.</param>
/// <param name="Model">Of the organisation.</param>
public sealed record PolicyLevel(string Id, string Name, PolicyScope Scope, long Version, PolicyDocument Document, OperatingModel Model)
{
    public bool IsMandatory(PolicyLine line) =>
        line.Mandatory
        ?? Model switch
        {
            OperatingModel.Centralised => Scope != PolicyScope.UseCase,
            OperatingModel.Federated => Scope == PolicyScope.Organisation,
            _ => false,
        };

    /// <summary>As sentences name it: <c>workspace 'Retail'</c>.</summary>
    public string Says => $"{NounOf(Scope)} '{Name}'";

    public static string NounOf(PolicyScope scope) =>
        scope switch
        {
            PolicyScope.Organisation => "organisation",
            PolicyScope.Workspace => "workspace",
            _ => "use case",
        };
}
