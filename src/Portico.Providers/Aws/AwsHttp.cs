using System.Net;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Aws;

/// <summary>A request to one of AWS's JSON services.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Address">Where, with every name in it encoded.</param>
/// <param name="Body">JSON; empty for GET.</param>
/// <param name="Accept">The media type of the answer.</param>
/// <param name="Service">The name under which the service checks signatures.</param>
sealed record AwsAsk(HttpMethod Method, Uri Address, ReadOnlyMemory<byte> Body, string Accept, string Service)
{
    public string ContentType { get; init; } = "application/json";

    /// <summary>Of this request alone.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}

/// <summary>Signed requests to AWS's JSON services.</summary>
sealed class AwsHttp(UpstreamHttp http, AwsAuth auth, ErrorReader errors)
{
    public AwsHttp(UpstreamHttp http, AwsAuth auth)
        : this(http, auth, AwsErrors.ReadAsync) { }

    public TimeProvider Time => http.Time;

    /// <inheritdoc cref="SendAsync(AwsAsk, ProviderConnection, UpstreamDeadline, CancellationToken)"/>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method,
        Uri address,
        ReadOnlyMemory<byte> body,
        string accept,
        string service,
        ProviderConnection connection,
        UpstreamDeadline deadline,
        CancellationToken ct
    ) => SendAsync(new AwsAsk(method, address, body, accept, service), connection, deadline, ct);

    /// <summary>Signs and sends; gives only a response that succeeded.</summary>
    /// <param name="ask">What is asked.</param>
    /// <param name="connection">Its credential signs, its headers go along unsigned.</param>
    /// <param name="deadline">Bounds the wait for the response's head.</param>
    /// <param name="ct">The caller.</param>
    /// <exception cref="UpstreamException">No answer, or one that tells of an error.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        AwsAsk ask,
        ProviderConnection connection,
        UpstreamDeadline deadline,
        CancellationToken ct
    )
    {
        using var request = new HttpRequestMessage(ask.Method, ask.Address);
        if (ask.Address.Scheme == Uri.UriSchemeHttps)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        }
        if (ask.Method != HttpMethod.Get)
        {
            request.Content = new ReadOnlyMemoryContent(ask.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", ask.ContentType);
        }
        request.Headers.TryAddWithoutValidation("Accept", ask.Accept);
        foreach (var (name, value) in ask.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        foreach (var (name, value) in connection.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        await auth.AuthorizeAsync(request, ask.Body, connection, ask.Service, ct);
        var response = await http.SendAsync(request, connection, deadline, ct);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            deadline.Arm(connection.Timeouts.Idle);
            throw await errors(response, connection, http.Time, deadline.Token, ct);
        }
    }

    public static string? RequestId(HttpResponseMessage response) => Header(response, "x-amzn-requestid");

    public static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
