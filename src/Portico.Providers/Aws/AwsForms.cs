namespace Portico.Providers.Aws;

/// <summary>What a person is asked for to connect a service of AWS: the forms of <see cref="AwsCredential"/>.</summary>
static class AwsForms
{
    public static ConnectionForm Of(string label, string address, bool takesApiKey)
    {
        CredentialField region = new("region", "Region")
        {
            Help = "Wins over the one in the address; needed where the address names none.",
            Example = "eu-central-1",
            Optional = true,
            Secret = false,
        };
        List<CredentialForm> forms =
        [
            CredentialForm.Nobody(
                "The identity of this node",
                "Its environment, web identity, shared AWS files, container or instance role: nothing has to be renewed.",
                "node"
            ),
            new(
                "access_key",
                "Access key",
                CredentialShape.Object,
                [
                    new CredentialField("access_key_id", "Access key ID") { Example = "AKIA…", Secret = false },
                    new CredentialField("secret_access_key", "Secret access key"),
                    new CredentialField("session_token", "Session token") { Optional = true, Help = "Of temporary keys alone." },
                    region,
                ]
            ),
            new(
                "profile",
                "A profile of this node",
                CredentialShape.Object,
                [new CredentialField("profile", "Profile") { Help = "Of the node's shared AWS files.", Secret = false }, region]
            ),
        ];
        if (takesApiKey)
            forms.Insert(1, CredentialForm.Key("Bedrock API key", "Sent as a bearer token. It does not rank documents."));
        return new ConnectionForm(
            label,
            [new ServiceForm(label, AddressHelp: address) { Credentials = forms.ConvertAll(f => f.Name) }],
            forms
        );
    }
}
