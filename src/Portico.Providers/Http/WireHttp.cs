using System.Net;
using Portico.Core.Chat;
using Portico.Providers.OpenAi;

namespace Portico.Providers.Http;

/// <summary>How the answer of a protocol is read: a stream up to its first batch, or a whole body.</summary>
sealed record ReplyReader(
    Func<UpstreamBytes, CancellationToken, Task<ModelEventStream>> Stream,
    Func<ReadOnlyMemory<byte>, ModelEventStream> Whole
)
{
    /// <summary>Sees the head of an answer before its body is read; null where it says nothing.</summary>
    public Action<HttpResponseMessage>? Head { get; init; }
}

/// <summary>Turns a failed response into what it means in a family; the body is read within the patience.</summary>
delegate Task<UpstreamException> ErrorReader(
    HttpResponseMessage response,
    ProviderConnection connection,
    TimeProvider time,
    CancellationToken patience,
    CancellationToken ct
);

/// <summary>Requests of a family whose answers are decoded, and what comes back: a stream, a whole body, or an error read by the family.</summary>
sealed class WireHttp(UpstreamHttp http, ErrorReader errors)
{
    /// <param name="method">GET or POST.</param>
    /// <param name="address">The whole address.</param>
    /// <param name="connection">Its headers are added, and win.</param>
    /// <param name="header">The header that signs the request in.</param>
    /// <param name="secret">Its value.</param>
    public static HttpRequestMessage Request(HttpMethod method, Uri address, ProviderConnection connection, string header, string secret)
    {
        var request = new HttpRequestMessage(method, address) { VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        if (address.Scheme == Uri.UriSchemeHttps)
            request.Version = HttpVersion.Version20;
        if (secret.Length > 0 && !connection.Headers.Any(h => h.Key.Equals(header, StringComparison.OrdinalIgnoreCase)))
            request.Headers.TryAddWithoutValidation(header, secret);
        foreach (var (name, value) in connection.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    public static HttpContent Json(ReadOnlyMemory<byte> body)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return content;
    }

    /// <summary>Sends; gives only a response that succeeded.</summary>
    /// <exception cref="UpstreamException">No answer, or one that tells of an error.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        ProviderConnection connection,
        UpstreamDeadline deadline,
        CancellationToken ct
    )
    {
        var response = await http.SendAsync(request, connection, deadline, ct);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            deadline.Arm(connection.Timeouts.Idle);
            throw await errors(response, connection, http.Time, deadline.Token, ct);
        }
    }

    /// <summary>Asks and reads the whole answer.</summary>
    /// <exception cref="UpstreamException">The attempt failed.</exception>
    public async Task<ReadOnlyMemory<byte>> AskAsync(HttpRequestMessage request, ProviderConnection connection, CancellationToken ct)
    {
        using var deadline = new UpstreamDeadline(http.Time, connection.Timeouts.Overall, ct);
        using var response = await SendAsync(request, connection, deadline, ct);
        return await OpenAiAnswerBody.ReadAsync(response, connection, deadline, ct);
    }

    /// <summary>The same for a list whose next page is named by a header; null behind the last.</summary>
    /// <exception cref="UpstreamException">The attempt failed.</exception>
    public async Task<(ReadOnlyMemory<byte> Body, string? Next)> AskPageAsync(
        HttpRequestMessage request,
        ProviderConnection connection,
        string nextHeader,
        CancellationToken ct
    )
    {
        using var deadline = new UpstreamDeadline(http.Time, connection.Timeouts.Overall, ct);
        using var response = await SendAsync(request, connection, deadline, ct);
        var next = response.Headers.NonValidated.TryGetValues(nextHeader, out var values) ? values.ToString() : null;
        return (await OpenAiAnswerBody.ReadAsync(response, connection, deadline, ct), next);
    }

    /// <summary>One chat attempt: completes when the first batch of the answer is readable.</summary>
    /// <exception cref="UpstreamException">The attempt failed before its first event.</exception>
    public async Task<ProviderReply> ChatAsync(HttpRequestMessage request, ProviderCall call, ReplyReader reader, CancellationToken ct)
    {
        var deadline = new UpstreamDeadline(http.Time, call.Connection.Timeouts.Overall, ct);
        HttpResponseMessage? response = null;
        var owned = false;
        try
        {
            response = await SendAsync(request, call.Connection, deadline, ct);
            var isSse = ContentTypes.IsEventStream(response);
            if (isSse != call.Request.Stream)
                throw new UpstreamException(
                    ErrorTable.UpstreamMalformed,
                    Fault.Upstream,
                    call.Request.Stream
                        ? "The provider was asked for a stream and sent a plain answer."
                        : "The provider was asked for a plain answer and sent a stream."
                );
            var requestId = RequestId(response);
            reader.Head?.Invoke(response);
            if (!isSse)
            {
                var body = await OpenAiAnswerBody.ReadAsync(response, call.Connection, deadline, ct);
                return new ProviderReply(reader.Whole(body)) { UpstreamRequestId = requestId, Quota = UpstreamQuota.Of(response) };
            }
            var source = new UpstreamBytes(response, await response.Content.ReadAsStreamAsync(ct), call.Connection, deadline, ct);
            owned = true;
            return new ProviderReply(await reader.Stream(source, ct)) { UpstreamRequestId = requestId, Quota = UpstreamQuota.Of(response) };
        }
        finally
        {
            if (!owned)
            {
                response?.Dispose();
                deadline.Dispose();
            }
        }
    }

    /// <summary>Under the names that are in use; null where a provider does not name its requests.</summary>
    static string? RequestId(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("request-id", out var values)
        || response.Headers.NonValidated.TryGetValues("x-request-id", out values)
        || response.Headers.NonValidated.TryGetValues("opc-request-id", out values)
            ? values.ToString()
            : null;
}
