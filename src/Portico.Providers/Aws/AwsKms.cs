using System.Text.Json;
using Portico.Core.Chat;
using Portico.Providers.Http;

namespace Portico.Providers.Aws;

/// <summary>
/// Opens what AWS KMS encrypted: one call of Decrypt, signed in the name of the machine (https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html). KMS speaks
/// JSON 1.1 with the operation in X-Amz-Target.
/// </summary>
public static class AwsKms
{
    const string Service = "kms";
    const int MostCiphertext = 6_144;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="http">The way out.</param>
    /// <param name="region">Where the key is.</param>
    /// <param name="endpoint">Another address of KMS than AWS's own, as of a VPC endpoint; null = AWS's.</param>
    /// <param name="ciphertext">As Encrypt or GenerateDataKey gave it, at most 6,144 bytes.</param>
    /// <param name="keyId">The key it must have been encrypted under, so that no other is tried; null where the ciphertext says it.</param>
    /// <param name="credential">Keys, in the forms of a connection; empty = the machine's own identity.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <exception cref="PorticoException">The ciphertext is too long, or KMS does not open it; the message says why.</exception>
    public static async Task<byte[]> DecryptAsync(
        UpstreamHttp http,
        string region,
        Uri? endpoint,
        ReadOnlyMemory<byte> ciphertext,
        string? keyId,
        Secret credential,
        CancellationToken ct
    )
    {
        if (ciphertext.Length is 0 or > MostCiphertext)
            throw new PorticoException(ErrorTable.InvalidRequest, $"KMS opens 1 to {MostCiphertext} bytes, not {ciphertext.Length}.");
        var address = endpoint ?? new Uri($"https://kms.{region}.amazonaws.com/");
        var connection = new ProviderConnection(default, "kms", null, address, credential)
        {
            AllowSpecialAddresses = endpoint is not null,
            Timeouts = new ProviderTimeouts(Patience, Patience, Patience, Patience),
        };
        var wire = new AwsHttp(http, new AwsAuth(http.Time, new AwsAmbient(http, name => Named(name, region))));
        var ask = new AwsAsk(HttpMethod.Post, address, Body(ciphertext, keyId), "application/x-amz-json-1.1", Service)
        {
            ContentType = "application/x-amz-json-1.1",
            Headers = [new(AwsSigner.Target, "TrentService.Decrypt")],
        };
        using var deadline = new UpstreamDeadline(http.Time, Patience, ct);
        try
        {
            using var response = await wire.SendAsync(ask, connection, deadline, ct);
            var answer = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            return JsonElement.Parse(answer).GetProperty("Plaintext").GetBytesFromBase64();
        }
        catch (UpstreamException e)
        {
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"AWS KMS at {address.Host} does not open the root: {e.Message}",
                inner: e
            );
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            throw new PorticoException(ErrorTable.InvalidRequest, $"What {address.Host} answered is no answer of AWS KMS.", inner: e);
        }
    }

    /// <summary>The region that was set is signed for, whatever the environment says.</summary>
    static string? Named(string name, string region) =>
        name is "AWS_REGION" or "AWS_DEFAULT_REGION" ? region : Environment.GetEnvironmentVariable(name);

    static byte[] Body(ReadOnlyMemory<byte> ciphertext, string? keyId)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBase64String("CiphertextBlob"u8, ciphertext.Span);
            if (keyId is not null)
                json.WriteString("KeyId"u8, keyId);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }
}
