using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>The place that a connection to Vertex AI names in its address: host, project and location.</summary>
/// <param name="Root">Up to the location, with the version.</param>
/// <param name="Origin">The host.</param>
/// <param name="Project">Who is billed.</param>
sealed record VertexAddress(string Root, string Origin, string Project)
{
    /// <summary>As https://us-central1-aiplatform.googleapis.com/v1/projects/PROJECT/locations/us-central1; the version may be left out.</summary>
    /// <exception cref="UpstreamException">The address names no project or no location.</exception>
    public static VertexAddress Of(ProviderConnection connection) =>
        Find(connection.BaseUrl)
        ?? throw new UpstreamException(
            ErrorTable.UpstreamFailed,
            Fault.Model,
            $"Connection {connection.Id}: {Problem(connection.BaseUrl)}."
        );

    /// <summary>What is wrong with an address, or null.</summary>
    public static string? Problem(Uri baseUrl) =>
        Find(baseUrl) is null
            ? "base_url must name project and location, as https://us-central1-aiplatform.googleapis.com/v1/projects/PROJECT/locations/us-central1"
            : null;

    static VertexAddress? Find(Uri baseUrl)
    {
        var origin = baseUrl.GetLeftPart(UriPartial.Authority);
        var path = baseUrl.AbsolutePath.Trim('/');
        return path.Split('/') switch
        {
            ["projects", { Length: > 0 } project, "locations", { Length: > 0 }] => new VertexAddress(
                $"{origin}/v1/{path}",
                origin,
                project
            ),
            [_, "projects", { Length: > 0 } project, "locations", { Length: > 0 }] => new VertexAddress(
                $"{origin}/{path}",
                origin,
                project
            ),
            _ => null,
        };
    }

    public Uri Under(string path) => new($"{Root}/{path}");
}
