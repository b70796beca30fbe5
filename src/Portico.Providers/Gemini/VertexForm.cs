namespace Portico.Providers.Gemini;

/// <summary>What a person is asked for to connect Vertex AI: the forms of <see cref="GoogleCredential"/>.</summary>
static class VertexForm
{
    public static readonly ConnectionForm Form = new(
        "Google Vertex AI",
        [
            new ServiceForm(
                "Google Vertex AI",
                AddressHelp: "Project and location stand in it: https://LOCATION-aiplatform.googleapis.com/v1/projects/PROJECT/locations/LOCATION. The global endpoint is aiplatform.googleapis.com with the location global."
            )
            {
                Credentials = ["service_account", "federation", "workload_identity"],
            },
        ],
        [
            new CredentialForm(
                "service_account",
                "Key of a service account",
                CredentialShape.Text,
                [
                    new CredentialField("key", "JSON key")
                    {
                        Multiline = true,
                        Example = "{\"type\":\"service_account\", …}",
                        Help = "The file as Google gives it. The account needs the role roles/aiplatform.user.",
                    },
                ]
            ),
            new CredentialForm(
                "federation",
                "Workload identity federation",
                CredentialShape.Text,
                [
                    new CredentialField("configuration", "JSON configuration")
                    {
                        Multiline = true,
                        Secret = false,
                        Example = "{\"type\":\"external_account\", …}",
                        Help = "What gcloud iam workload-identity-pools create-cred-config writes.",
                    },
                ]
            ),
            CredentialForm.Nobody(
                "The identity of this node",
                "On Google Cloud alone; it goes to *.googleapis.com alone.",
                "workload_identity"
            ) with
            {
                Preset = "workload-identity",
            },
        ]
    );
}
