using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Providers.Aws;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;

namespace Portico.Providers.Gemini;

/// <summary>The token of the other identity provider that is exchanged at Google (https://google.aip.dev/auth/4117#determining-the-subject-token-in-aws and below).</summary>
sealed class SubjectTokens(UpstreamHttp http, AwsAmbient aws)
{
    /// <summary>Longer ones are something else.</summary>
    const int MaxBytes = 65_536;

    /// <exception cref="UpstreamException">There is none; the message says why and what to do.</exception>
    public Task<string> GetAsync(ExternalAccount account, ProviderConnection connection) =>
        account.Source switch
        {
            SubjectSource.File => OfFileAsync(account, connection),
            SubjectSource.Url => OfAddressAsync(account, connection),
            _ => OfAwsAsync(account, connection),
        };

    static async Task<string> OfFileAsync(ExternalAccount account, ProviderConnection connection)
    {
        try
        {
            await using var file = new FileStream(account.From, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[MaxBytes + 1];
            var length = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MaxBytes
                ? Token(bytes.AsMemory(0, length), account, connection, "the file that its credential_source names")
                : throw Refused(connection, "the file that its credential_source names is too long to hold a token");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw Refused(
                connection,
                $"the file that its credential_source names cannot be read on this node ({e.GetType().Name}). Have the token put there, readable for the user that runs Portico",
                e
            );
        }
    }

    async Task<string> OfAddressAsync(ExternalAccount account, ProviderConnection connection)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, account.From);
        foreach (var (name, value) in account.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        // The guard of the connection holds, but for the metadata service of Azure, which this configuration is made for.
        var asked = account.AsksAzure ? connection with { AllowSpecialAddresses = true } : connection;
        using var deadline = new UpstreamDeadline(http.Time, null, CancellationToken.None);
        using var response = await http.SendAsync(request, asked, deadline, CancellationToken.None);
        var body = await OpenAiAnswerBody.ReadAsync(response, asked, deadline, CancellationToken.None);
        var status = (int)response.StatusCode;
        if (status >= 500)
            throw new UpstreamException(
                ErrorTable.UpstreamFailed,
                Fault.Upstream,
                $"{request.RequestUri!.Host} gave no token to exchange at Google: it answered {status}."
            )
            {
                Status = status,
            };
        return status == 200
            ? Token(body, account, connection, "the address that its credential_source names")
            : throw Refused(
                connection,
                $"the address that its credential_source names gave no token (status {status}). Check it, its headers, and that this node has the identity that it tells"
            );
    }

    static string Token(ReadOnlyMemory<byte> content, ExternalAccount account, ProviderConnection connection, string where)
    {
        string? token;
        try
        {
            token = account.Field is null ? Encoding.UTF8.GetString(content.Span).Trim() : Member(content, account.Field);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Refused(connection, $"{where} does not hold JSON, as its format says", e);
        }
        // Whatever is no token stays on this node.
        return token is { Length: > 0 and <= MaxBytes } && !token.Any(c => c is <= ' ' or > '~')
            ? token
            : throw Refused(connection, $"{where} holds no token");
    }

    static string? Member(ReadOnlyMemory<byte> content, string name)
    {
        using var document = JsonDocument.Parse(content);
        return
            document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
    }

    /// <summary>A signed request to AWS's GetCallerIdentity, which Google sends: it proves who this node is and gives nothing else away.</summary>
    async Task<string> OfAwsAsync(ExternalAccount account, ProviderConnection connection)
    {
        var region =
            aws.Region
            ?? throw Refused(connection, "no region of AWS is known on this node. Set AWS_REGION, as AWS does where it runs containers");
        var keys = await aws.GetAsync(null, connection, CancellationToken.None);
        return Signed(
            new Uri(account.From.Replace("{region}", region, StringComparison.Ordinal)),
            account.Audience,
            keys,
            region,
            http.Time.GetUtcNow()
        );
    }

    internal static string Signed(Uri address, string audience, AwsKeys keys, string region, DateTimeOffset now)
    {
        var date = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var headers = new List<(string Name, string Value)> { ("host", address.Authority), ("x-amz-date", date) };
        if (keys.SessionToken is { } session)
            headers.Add(("x-amz-security-token", session));
        // Signed, so that nobody can use it for another pool.
        headers.Add(("x-goog-cloud-target-resource", audience));
        var authorization = AwsSigner.Authorization("POST", address.AbsolutePath, address.Query, headers, [], keys, region, "sts", date);
        var told = new JsonObject
        {
            ["url"] = address.ToString(),
            ["method"] = "POST",
            ["headers"] = new JsonArray([
                .. headers
                    .Append(("Authorization", authorization))
                    .Select(h => (JsonNode)new JsonObject { ["key"] = h.Item1, ["value"] = h.Item2 }),
            ]),
        };
        return Uri.EscapeDataString(told.ToJsonString());
    }

    static UpstreamException Refused(ProviderConnection connection, string why, Exception? inner = null) =>
        new(ErrorTable.UpstreamCredential, Fault.Credential, $"Connection {connection.Id}: {why}.", inner);
}
