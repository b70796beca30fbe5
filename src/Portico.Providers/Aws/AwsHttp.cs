using System.Net;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Aws;

/// <summary>Signed requests to AWS's JSON services.</summary>
sealed class AwsHttp(UpstreamHttp http, AwsAuth auth)
{
    public TimeProvider Time => http.Time;

    /// <summary>Signs and sends; gives only a response that succeeded.</summary>
    /// <param name="method">GET or POST.</param>
    /// <param name="address">Where, with every name in it encoded.</param>
    /// <param name="body">JSON; empty for GET.</param>
    /// <param name="accept">The media type of the answer.</param>
    /// <param name="service">The name under which the service checks signatures.</param>
    /// <param name="connection">Its credential signs, its headers go along unsigned.</param>
    /// <param name="deadline">Bounds the wait for the response's head.</param>
    /// <param name="ct">The caller.</param>
    /// <exception cref="UpstreamException">No answer, or one that tells of an error.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        Uri address,
        ReadOnlyMemory<byte> body,
        string accept,
        string service,
        ProviderConnection connection,
        UpstreamDeadline deadline,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(method, address);
        if (address.Scheme == Uri.UriSchemeHttps)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        }
        if (method != HttpMethod.Get)
        {
            request.Content = new ReadOnlyMemoryContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        }
        request.Headers.TryAddWithoutValidation("Accept", accept);
        foreach (var (name, value) in connection.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        await auth.AuthorizeAsync(request, body, connection, service, ct);
        var response = await http.SendAsync(request, connection, deadline, ct);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            deadline.Arm(connection.Timeouts.Idle);
            throw await AwsErrors.ReadAsync(response, connection, http.Time, deadline.Token, ct);
        }
    }

    public static string? RequestId(HttpResponseMessage response) => Header(response, "x-amzn-requestid");

    public static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
