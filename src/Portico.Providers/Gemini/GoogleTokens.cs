using System.Globalization;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Providers.Aws;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;

namespace Portico.Providers.Gemini;

/// <summary>
/// Access tokens for Vertex AI: a service account's statement, the token of another identity provider or the identity of the machine is exchanged for one.
/// </summary>
sealed class GoogleTokens
{
    readonly UpstreamHttp http;
    readonly Uri metadata;
    readonly Uri? trusted;
    readonly SubjectTokens subjects;
    readonly ConditionalWeakTable<Secret, GoogleCredential> credentials = [];

    /// <summary>The identity of the machine is used only by connections with this preset.</summary>
    public const string WorkloadIdentity = "workload-identity";

    /// <summary>Google's servers for this (https://cloud.google.com/compute/docs/metadata/querying-metadata).</summary>
    public static Uri MetadataServer => new("http://169.254.169.254");

    readonly KeptTokens kept;

    /// <param name="http">The way out.</param>
    /// <param name="aws">Who this node is at AWS, for federation from there.</param>
    /// <param name="metadata">Where the identity of the machine is asked for.</param>
    /// <param name="trusted">An origin that counts as Google's own, null = *.googleapis.com alone.</param>
    public GoogleTokens(UpstreamHttp http, AwsAmbient aws, Uri metadata, Uri? trusted)
    {
        (this.http, this.metadata, this.trusted) = (http, metadata, trusted);
        subjects = new SubjectTokens(http, aws);
        kept = new KeptTokens(http.Time, ExchangeAsync, c => c.Preset == WorkloadIdentity ? WorkloadIdentity : null);
    }

    /// <summary>What is wrong with the form of a connection's credential, or null; asks nobody.</summary>
    public string? Problem(ProviderConnection connection)
    {
        if (connection.Preset == WorkloadIdentity)
            return Stranger(connection);
        if (connection.Preset is { } preset)
            return $"its preset '{preset}' is none of Vertex AI. Give none, or workload-identity for the identity of the machine";
        var credential = GoogleCredential.Read(connection.Credential, trusted);
        if (credential.Problem is { } problem)
            return $"its credential {problem}. {GoogleCredential.Remedy}";
        if (credential.Federated is not null && Stranger(connection) is { } stranger)
            return stranger;
        return credential.Key is { } key && AddressProblem(key.TokenUri, connection) is { } address
            ? $"its credential's token_uri is not one to connect to. {address}"
            : null;
    }

    /// <summary>A token that is valid now.</summary>
    /// <exception cref="UpstreamException">There is none; the message says why and what to do.</exception>
    public ValueTask<string> GetAsync(ProviderConnection connection, CancellationToken ct)
    {
        Lend(connection);
        return kept.GetAsync(connection, ct);
    }

    /// <summary>Runs a request with a token; with a new one once more when Google no longer takes it.</summary>
    public Task<T> WithTokenAsync<T>(ProviderConnection connection, Func<string, Task<T>> use, CancellationToken ct)
    {
        Lend(connection);
        return kept.WithTokenAsync(connection, use, ct);
    }

    /// <summary>
    /// An identity that the node has, and no secret of the connection, is lent to Google alone: who may connect a provider would else have its token sent to a server
    /// of their own.
    /// </summary>
    /// <exception cref="UpstreamException">The connection leads elsewhere.</exception>
    void Lend(ProviderConnection connection)
    {
        var ofNode =
            connection.Preset == WorkloadIdentity
            || (
                !connection.Credential.IsEmpty
                && credentials.GetValue(connection.Credential, secret => GoogleCredential.Read(secret, trusted)).Federated is not null
            );
        if (ofNode && Stranger(connection) is { } stranger)
            throw Refused(connection, stranger);
    }

    string? Stranger(ProviderConnection connection) =>
        connection.BaseUrl.IsLoopback || ExternalAccount.IsGooglesOwn(connection.BaseUrl, trusted)
            ? null
            : "its address is not one of https://*.googleapis.com, and the identity of this node is sent to no other. Use Google's address, or the JSON key of a service account";

    async Task<(string Token, TimeSpan Life)> ExchangeAsync(ProviderConnection connection)
    {
        if (connection.Preset == WorkloadIdentity)
            return await AskMetadataAsync(connection);
        if (connection.Credential.IsEmpty)
            throw Refused(connection, $"it has no credential. {GoogleCredential.Remedy}");
        var credential = credentials.GetValue(connection.Credential, secret => GoogleCredential.Read(secret, trusted));
        if (credential.Problem is { } problem)
            throw Refused(connection, $"the credential {problem}. {GoogleCredential.Remedy}");
        if (credential.Federated is { } federated)
            return await FederateAsync(federated, connection);
        var key = credential.Key!;
        if (AddressProblem(key.TokenUri, connection) is { } wrong)
            throw Refused(connection, $"the token_uri of the service account's key is not one to connect to. {wrong.TrimEnd('.')}");
        using var request = new HttpRequestMessage(HttpMethod.Post, key.TokenUri)
        {
            Content = new FormUrlEncodedContent([
                new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                new("assertion", key.Assertion(http.Time.GetUtcNow())),
            ]),
        };
        return await AskAsync(
            request,
            connection,
            $"the service account {key.Email}",
            "Give the connection a current JSON key of the account."
        );
    }

    /// <summary>
    /// The token of the other provider for a federated one (https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token), and that for one of a service account
    /// where the configuration names one (https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken).
    /// </summary>
    async Task<(string Token, TimeSpan Life)> FederateAsync(ExternalAccount account, ProviderConnection connection)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, account.TokenUrl)
        {
            Content = new FormUrlEncodedContent([
                new("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
                new("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
                new("audience", account.Audience),
                new("scope", ServiceAccountKey.Scope),
                new("subject_token_type", account.SubjectTokenType),
                new("subject_token", await subjects.GetAsync(account, connection)),
            ]),
        };
        var federated = await AskAsync(
            request,
            connection,
            "the token of the other identity provider",
            "Check audience and subject_token_type against the pool and its provider, the provider's issuer, audiences and attribute condition, and that the token is not over."
        );
        if (account.Impersonation is not { } impersonation)
            return federated;
        using var second = new HttpRequestMessage(HttpMethod.Post, impersonation)
        {
            Content = JsonContent.Create(
                new JsonObject { ["scope"] = new JsonArray(ServiceAccountKey.Scope), ["lifetime"] = $"{account.LifeSeconds}s" }
            ),
        };
        second.Headers.TryAddWithoutValidation("Authorization", "Bearer " + federated.Token);
        return await AskAsync(
            second,
            connection,
            "to let the federated identity act as the service account",
            "Grant it the role roles/iam.workloadIdentityUser on the account that service_account_impersonation_url names."
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

    static string? AddressProblem(Uri address, ProviderConnection connection)
    {
        try
        {
            UrlGuard.Check(address, connection.AllowSpecialAddresses);
            return null;
        }
        catch (PorticoException e)
        {
            return e.Message;
        }
    }

    static UpstreamException Refused(ProviderConnection connection, string why) =>
        new(ErrorTable.UpstreamCredential, Fault.Credential, $"Connection {connection.Id}: {why}.");

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
        return Read(body, request.RequestUri!, http.Time.GetUtcNow());
    }

    /// <summary>invalid_grant: Invalid JWT Signature.</summary>
    static string Reason(ReadOnlySpan<byte> body, int status)
    {
        const int most = 300;
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            // Two forms: that of OAuth, and that of Google's own services.
            var own = GeminiDecoder.Member(root, "error"u8);
            var error = GeminiDecoder.Text(root, "error"u8) ?? GeminiDecoder.Text(own, "status"u8);
            var description = GeminiDecoder.Text(root, "error_description"u8) ?? GeminiDecoder.Text(own, "message"u8);
            var text = description is null ? error : $"{error}: {description}";
            return text is null ? $"status {status}" : new string(text.Take(most).Select(c => char.IsControl(c) ? ' ' : c).ToArray());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return $"status {status}";
        }
    }

    /// <summary>OAuth tells seconds, the service of credentials the time of the end.</summary>
    static (string Token, TimeSpan Life) Read(ReadOnlyMemory<byte> body, Uri from, DateTimeOffset now)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            var token = GeminiDecoder.Text(root, "access_token"u8) ?? GeminiDecoder.Text(root, "accessToken"u8);
            if (token is { Length: > 0 } && !token.Any(c => c is <= ' ' or > '~'))
            {
                if (
                    GeminiDecoder.Member(root, "expires_in"u8) is { ValueKind: JsonValueKind.Number } life
                    && life.TryGetInt32(out var seconds)
                )
                    return (token, TimeSpan.FromSeconds(seconds));
                if (
                    DateTimeOffset.TryParse(
                        GeminiDecoder.Text(root, "expireTime"u8),
                        CultureInfo.InvariantCulture,
                        DateTimeStyles.AssumeUniversal,
                        out var end
                    )
                )
                    return (token, end - now);
            }
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
