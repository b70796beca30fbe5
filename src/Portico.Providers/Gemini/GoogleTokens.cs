using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;

namespace Portico.Providers.Gemini;

/// <summary>
/// Access tokens for Vertex AI: a service account's statement or the identity of the machine is exchanged for one.
/// </summary>
sealed class GoogleTokens
{
    readonly UpstreamHttp http;
    readonly Uri metadata;

    /// <summary>The identity of the machine is used only by connections with this preset.</summary>
    public const string WorkloadIdentity = "workload-identity";

    /// <summary>Google's servers for this (https://cloud.google.com/compute/docs/metadata/querying-metadata).</summary>
    public static Uri MetadataServer => new("http://169.254.169.254");

    readonly KeptTokens kept;

    public GoogleTokens(UpstreamHttp http, Uri metadata)
    {
        (this.http, this.metadata) = (http, metadata);
        kept = new KeptTokens(http.Time, ExchangeAsync, c => c.Preset == WorkloadIdentity ? WorkloadIdentity : null);
    }

    /// <summary>A token that is valid now.</summary>
    /// <exception cref="UpstreamException">There is none; the message says why and what to do.</exception>
    public ValueTask<string> GetAsync(ProviderConnection connection, CancellationToken ct) => kept.GetAsync(connection, ct);

    /// <summary>Runs a request with a token; with a new one once more when Google no longer takes it.</summary>
    public Task<T> WithTokenAsync<T>(ProviderConnection connection, Func<string, Task<T>> use, CancellationToken ct) =>
        kept.WithTokenAsync(connection, use, ct);

    async Task<(string Token, TimeSpan Life)> ExchangeAsync(ProviderConnection connection)
    {
        if (connection.Preset == WorkloadIdentity)
            return await AskMetadataAsync(connection);
        if (connection.Credential.IsEmpty)
            throw new UpstreamException(
                ErrorTable.UpstreamCredential,
                Fault.Credential,
                $"Connection {connection.Id} has no credential. Give it the JSON key of a service account, or the preset workload-identity to use the identity of the machine."
            );
        var key = ServiceAccountKey.Parse(connection.Credential.Reveal(), connection);
        UrlCheck(key.TokenUri, connection);
        using var request = new HttpRequestMessage(HttpMethod.Post, key.TokenUri)
        {
            Content = new FormUrlEncodedContent([
                new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                new("assertion", key.Assertion(http.Time.GetUtcNow(), connection)),
            ]),
        };
        return await AskAsync(
            request,
            connection,
            $"the service account {key.Email}",
            "Give the connection a current JSON key of the account."
        );
    }

    /// <summary>https://cloud.google.com/compute/docs/access/authenticate-workloads#applications.</summary>
    async Task<(string Token, TimeSpan Life)> AskMetadataAsync(ProviderConnection connection)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(metadata, "/computeMetadata/v1/instance/service-accounts/default/token?scopes=" + ServiceAccountKey.Scope)
        );
        request.Headers.TryAddWithoutValidation("Metadata-Flavor", "Google");
        // The one special address that this preset is for; the connection's own address keeps its guard.
        return await AskAsync(
            request,
            connection with
            {
                AllowSpecialAddresses = true,
            },
            "the identity of this machine",
            "Run on Google Cloud with a service account attached, or give the connection the JSON key of one and no preset."
        );
    }

    static void UrlCheck(Uri address, ProviderConnection connection)
    {
        try
        {
            UrlGuard.Check(address, connection.AllowSpecialAddresses);
        }
        catch (PorticoException e)
        {
            throw new UpstreamException(
                ErrorTable.UpstreamCredential,
                Fault.Credential,
                $"Connection {connection.Id}: the token_uri of the service account's key is not one to connect to. {e.Message}",
                e
            );
        }
    }

    async Task<(string Token, TimeSpan Life)> AskAsync(HttpRequestMessage request, ProviderConnection connection, string who, string remedy)
    {
        // Its own deadline: whoever began it may leave.
        using var deadline = new UpstreamDeadline(http.Time, null, CancellationToken.None);
        using var response = await http.SendAsync(request, connection, deadline, CancellationToken.None);
        var body = await OpenAiAnswerBody.ReadAsync(response, connection, deadline, CancellationToken.None);
        var status = (int)response.StatusCode;
        if (!response.IsSuccessStatusCode)
            throw status is >= 500 or 408 or 429
                ? new UpstreamException(
                    ErrorTable.UpstreamFailed,
                    Fault.Upstream,
                    $"{request.RequestUri!.Host} gave no access token for {who}: it answered {status}."
                )
                {
                    Status = status,
                    RetryAfter = UpstreamErrors.RetryAfter(response.Headers, http.Time),
                }
                : new UpstreamException(
                    ErrorTable.UpstreamCredential,
                    Fault.Credential,
                    $"Connection {connection.Id}: Google refused {who} ({Reason(body.Span, status)}). {remedy}"
                );
        return Read(body, request.RequestUri!);
    }

    /// <summary>invalid_grant: Invalid JWT Signature.</summary>
    static string Reason(ReadOnlySpan<byte> body, int status)
    {
        const int most = 300;
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            var error = GeminiDecoder.Text(document.RootElement, "error"u8);
            var description = GeminiDecoder.Text(document.RootElement, "error_description"u8);
            var text = description is null ? error : $"{error}: {description}";
            return text is null ? $"status {status}" : new string(text.Take(most).Select(c => char.IsControl(c) ? ' ' : c).ToArray());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return $"status {status}";
        }
    }

    static (string Token, TimeSpan Life) Read(ReadOnlyMemory<byte> body, Uri from)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (
                GeminiDecoder.Text(root, "access_token"u8) is { Length: > 0 } token
                && !token.Any(c => c is <= ' ' or > '~')
                && GeminiDecoder.Member(root, "expires_in"u8) is { ValueKind: JsonValueKind.Number } life
                && life.TryGetInt32(out var seconds)
            )
                return (token, TimeSpan.FromSeconds(seconds));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw NotAToken(from, e);
        }
        throw NotAToken(from, null);
    }

    static UpstreamException NotAToken(Uri from, Exception? inner) =>
        new(ErrorTable.UpstreamMalformed, Fault.Upstream, $"{from.Host} did not answer with an access token.", inner);
}
