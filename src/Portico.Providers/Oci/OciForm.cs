namespace Portico.Providers.Oci;

/// <summary>What a person is asked for to connect OCI Generative AI: the forms of <see cref="OciCredential"/>.</summary>
static class OciForm
{
    static readonly CredentialField Compartment = new("compartment_id", "Compartment")
    {
        Help = "What is billed; nothing for the tenancy itself.",
        Example = "ocid1.compartment.oc1..…",
        Optional = true,
        Secret = false,
    };

    public static readonly ConnectionForm Form = new(
        "OCI Generative AI",
        [
            new ServiceForm(
                "OCI Generative AI",
                AddressHelp: "The inference service of a region: https://inference.generativeai.REGION.oci.oraclecloud.com."
            )
            {
                Credentials = ["user", "instance", "resource"],
            },
        ],
        [
            new CredentialForm(
                "user",
                "API key of a user",
                CredentialShape.Object,
                [
                    new CredentialField("tenancy", "Tenancy") { Example = "ocid1.tenancy.oc1..…", Secret = false },
                    new CredentialField("user", "User") { Example = "ocid1.user.oc1..…", Secret = false },
                    new CredentialField("fingerprint", "Fingerprint") { Secret = false },
                    new CredentialField("private_key", "Private key") { Multiline = true, Example = "-----BEGIN PRIVATE KEY-----" },
                    new CredentialField("passphrase", "Passphrase") { Help = "Of a key that is encrypted.", Optional = true },
                    Compartment,
                ]
            ),
            Principal("instance", "This node as an instance at Oracle", "instance_principal"),
            Principal("resource", "This node as a container, function or job", "resource_principal"),
        ]
    );

    static CredentialForm Principal(string name, string label, string auth) =>
        new(name, label, CredentialShape.Object, [Compartment])
        {
            Help = "A dynamic group must hold the node.",
            Members = new Dictionary<string, string>(StringComparer.Ordinal) { ["auth"] = auth },
        };
}
