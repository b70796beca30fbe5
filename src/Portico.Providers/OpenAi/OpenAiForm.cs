namespace Portico.Providers.OpenAi;

/// <summary>What a person is asked for to connect OpenAI or a service with its protocol.</summary>
static class OpenAiForm
{
    static readonly string[] Key = ["key"];
    static readonly string[] KeyOrNone = ["none", "key"];

    public static readonly ConnectionForm Form = new(
        "OpenAI and compatible",
        [
            new ServiceForm("OpenAI", BaseUrl: OpenAiPresets.Find(null, "openai").BaseUrl) { Credentials = Key },
            .. OpenAiPresets
                .All.Where(p => p.Label is not null)
                .Select(p => new ServiceForm(p.Label!, p.Name, p.BaseUrl.Length > 0 ? p.BaseUrl : null, p.AddressHelp)
                {
                    Credentials = p.IsOwn ? KeyOrNone : Key,
                }),
            new ServiceForm("Another compatible server", AddressHelp: "Up to and with /v1.") { Credentials = KeyOrNone },
        ],
        [
            CredentialForm.Key("API key", "Sent as a bearer token."),
            CredentialForm.Nobody("No key", "For servers of your own that ask for none."),
        ]
    );
}
