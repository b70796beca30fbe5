namespace Portico.Server.Imports;

/// <summary>Addresses and credentials of the providers that LiteLLM finds by a region, a project or a file instead of an address and a key.</summary>
static class LiteLlmAddresses
{
    /// <summary>Families that sign in as AWS does.</summary>
    public static bool IsAws(LiteLlmProvider provider) => provider.Family is "bedrock" or "sagemaker";

    public static bool IsVertex(LiteLlmProvider provider) => provider.Family == "vertex";

    /// <summary>The address by what is said of the place; null when that is not enough, and then what is missing.</summary>
    public static (string? Url, string Missing) Of(LiteLlmProvider provider, Func<string, string?> of, Func<string, string?> environment)
    {
        if (IsAws(provider))
        {
            var region =
                of("aws_region_name") ?? environment("AWS_REGION_NAME") ?? environment("AWS_REGION") ?? environment("AWS_DEFAULT_REGION");
            var host = provider.Family == "bedrock" ? "bedrock-runtime" : "runtime.sagemaker";
            return (region is null ? null : $"https://{host}.{region}.amazonaws.com", "aws_region_name");
        }
        if (!IsVertex(provider))
            return (provider.Url, "api_base");
        var project = of("vertex_project") ?? of("vertex_ai_project") ?? environment("VERTEXAI_PROJECT");
        if (project is null)
            return (null, "vertex_project");
        // https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations; without one LiteLLM calls us-central1.
        var location = of("vertex_location") ?? of("vertex_ai_location") ?? environment("VERTEXAI_LOCATION") ?? "us-central1";
        var host2 = location == "global" ? "aiplatform.googleapis.com" : $"{location}-aiplatform.googleapis.com";
        return ($"https://{host2}/v1/projects/{project}/locations/{location}", "vertex_project");
    }

    /// <summary>Keys in the form of a connection; null = the node's own identity, or a Bedrock API key.</summary>
    public static string? AwsCredential(Func<string, string?> of) =>
        of("aws_access_key_id") is { } id && of("aws_secret_access_key") is { } secret
            ? $"{id}:{secret}{(of("aws_session_token") is { } token ? ":" + token : "")}"
            : of("api_key");

    /// <summary>The JSON key of a service account, which stands in the value or in the file that it names; null = the machine's identity.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static string? VertexCredential(Func<string, string?> of, Func<string, string?> environment)
    {
        var given = of("vertex_credentials") ?? of("vertex_ai_credentials") ?? environment("GOOGLE_APPLICATION_CREDENTIALS");
        if (given is null || given.TrimStart().StartsWith('{'))
            return given;
        return File.Exists(given) ? File.ReadAllText(given) : throw new FileNotFoundException($"there is no file {given}", given);
    }
}
