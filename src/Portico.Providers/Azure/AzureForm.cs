namespace Portico.Providers.Azure;

/// <summary>What a person is asked for to connect Azure OpenAI: the forms of <see cref="AzureCredential"/>.</summary>
static class AzureForm
{
    const string Address = "The endpoint of the resource: https://NAME.openai.azure.com or https://NAME.services.ai.azure.com.";

    static readonly string[] All = ["key", "managed", "application", "default"];

    static readonly CredentialField Scope = new("scope", "Scope")
    {
        Help = "Of a gateway of your own in front of Azure alone: api://…/.default.",
        Optional = true,
        Secret = false,
    };

    public static readonly ConnectionForm Form = new(
        "Azure OpenAI",
        [
            new ServiceForm("Azure OpenAI", AddressHelp: Address) { Credentials = All },
            new ServiceForm("Azure OpenAI, dated API", AddressHelp: Address)
            {
                PresetHelp = "The date of the API's version, such as 2024-10-21.",
                Credentials = All,
            },
        ],
        [
            CredentialForm.Key("Key of the resource"),
            new CredentialForm(
                "managed",
                "Managed identity of this node",
                CredentialShape.Object,
                [
                    new CredentialField("client_id", "Client ID")
                    {
                        Help = "Of an identity that you assigned; nothing for the node's own.",
                        Optional = true,
                        Secret = false,
                    },
                    Scope,
                ]
            )
            {
                Members = Identity("managed"),
            },
            new CredentialForm(
                "application",
                "Application of Microsoft Entra",
                CredentialShape.Object,
                [
                    new CredentialField("tenant_id", "Tenant ID") { Secret = false },
                    new CredentialField("client_id", "Client ID") { Secret = false },
                    new CredentialField("client_secret", "Client secret"),
                    Scope,
                ]
            ),
            new CredentialForm("default", "What Azure finds on this node", CredentialShape.Object, [Scope])
            {
                Help = "Environment, workload identity, managed identity, command line, in Azure's own order.",
                Members = Identity("default"),
            },
        ]
    );

    static Dictionary<string, string> Identity(string kind) => new(StringComparer.Ordinal) { ["identity"] = kind };
}
