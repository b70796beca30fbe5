using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Anthropic;

/// <summary>Addresses, headers and bodies of the protocol on the wire (https://platform.claude.com/docs/en/api/overview).</summary>
sealed class AnthropicHttp(UpstreamHttp http)
{
    const int MaxAnswerBytes = 64 * 1024 * 1024;
    const int FirstBuffer = 16 * 1024;
    const string Version = "2023-06-01";

    readonly ConcurrentDictionary<(Uri Base, string Path), Uri> addresses = new();

    public TimeProvider Time => http.Time;

    /// <param name="method">GET or POST.</param>
    /// <param name="connection">Where, and its credential.</param>
    /// <param name="path">Behind /v1.</param>
    /// <param name="keepsAddress">The address is one of few; those that name a thing or a page are not worth keeping.</param>
    public HttpRequestMessage Request(HttpMethod method, ProviderConnection connection, string path, bool keepsAddress = true)
    {
        var request = new HttpRequestMessage(method, Address(connection.BaseUrl, path, keepsAddress));
        if (connection.BaseUrl.Scheme == Uri.UriSchemeHttps)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        }
        if (!connection.Credential.IsEmpty && !Sets(connection, "x-api-key") && !Sets(connection, "authorization"))
            request.Headers.TryAddWithoutValidation("x-api-key", connection.Credential.Reveal());
        if (!Sets(connection, "anthropic-version"))
            request.Headers.TryAddWithoutValidation("anthropic-version", Version);
        foreach (var (name, value) in connection.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    static bool Sets(ProviderConnection connection, string header) =>
        connection.Headers.Any(h => h.Key.Equals(header, StringComparison.OrdinalIgnoreCase));

    /// <summary>The configured address with the path behind it; it may be given with or without /v1.</summary>
    Uri Address(Uri baseUrl, string path, bool keep)
    {
        if (addresses.TryGetValue((baseUrl, path), out var known))
            return known;
        var root = baseUrl.ToString().TrimEnd('/');
        if (!root.EndsWith("/v1", StringComparison.Ordinal))
            root += "/v1";
        var address = new Uri($"{root}/{path}");
        return !keep || path.Contains('?', StringComparison.Ordinal) ? address : addresses[(baseUrl, path)] = address;
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
            throw await AnthropicErrors.ReadAsync(response, connection, http.Time, deadline.Token, ct);
        }
    }

    /// <summary>Reads a whole body, bounded in length and in the time between reads.</summary>
    /// <exception cref="UpstreamException">It stalled, broke or was too long.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(
        HttpResponseMessage response,
        ProviderConnection connection,
        UpstreamDeadline deadline,
        CancellationToken ct
    )
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(deadline.Token);
            // One byte more than declared, so that the end is seen without growing.
            var declared = response.Content.Headers.ContentLength;
            var body = new byte[declared < MaxAnswerBytes ? (int)declared + 1 : FirstBuffer];
            var length = 0;
            while (true)
            {
                deadline.Arm(connection.Timeouts.Idle);
                var n = await stream.ReadAsync(body.AsMemory(length), deadline.Token);
                if (n == 0)
                    return body.AsMemory(0, length);
                length += n;
                if (length > MaxAnswerBytes)
                    throw new UpstreamException(
                        ErrorTable.UpstreamMalformed,
                        Fault.Upstream,
                        $"The provider's answer is longer than {MaxAnswerBytes} bytes."
                    );
                if (length == body.Length)
                    Array.Resize(ref body, body.Length * 2);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamTimeout,
                Fault.Upstream,
                deadline.EndsTheCall
                    ? "The time that the call may take was over in the middle of the answer."
                    : "The provider stopped in the middle of its answer."
            );
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamCut,
                Fault.Upstream,
                "The connection to the provider broke in the middle of its answer.",
                e
            );
        }
    }

    public static string? RequestId(HttpResponseMessage response) => Header(response.Headers, "request-id");

    static string? Header(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
