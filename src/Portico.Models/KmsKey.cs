using Microsoft.Extensions.Configuration;
using Portico.Governance.Keys;
using Portico.Providers.Aws;
using Portico.Providers.Http;

namespace Portico.Models;

/// <summary>The root out of a file that AWS KMS encrypted: the file may lie anywhere, and opens for whom KMS lets.</summary>
static class KmsKey
{
    public const string FileSetting = "MasterKey:KmsCiphertextFile";
    public const string RegionSetting = "MasterKey:KmsRegion";
    public const string KeySetting = "MasterKey:KmsKeyId";
    public const string EndpointSetting = "MasterKey:KmsEndpoint";

    /// <exception cref="PorticoException">The settings are wrong, the file is none, or KMS does not open it; then with what KMS said inside.</exception>
    public static MasterKey Read(IConfiguration configuration, string file, Secret? credential = null)
    {
        var region =
            configuration[RegionSetting] is { Length: > 0 } set ? set
            : Environment.GetEnvironmentVariable("AWS_REGION") is { Length: > 0 } named ? named
            : throw Bad($"The region of KMS is not known: set {RegionSetting} or AWS_REGION.", RegionSetting);
        Uri? endpoint = null;
        if (configuration[EndpointSetting] is { Length: > 0 } given && !Uri.TryCreate(given, UriKind.Absolute, out endpoint))
            throw Bad($"{EndpointSetting} is '{given}'; write it as https://kms.eu-central-1.amazonaws.com/.", EndpointSetting);
        var key = configuration[KeySetting] is { Length: > 0 } id ? id : null;
        using var http = new UpstreamHttp(TimeProvider.System);
        var task = AwsKms.DecryptAsync(http, region, endpoint, Ciphertext(file), key, credential ?? new Secret(""), CancellationToken.None);
        var plain = task.GetAwaiter().GetResult();
        return plain.Length == MasterKey.Bytes
            ? MasterKey.FromBytes(plain, $"AWS KMS in {region}, ciphertext in '{file}'")
            : throw Bad(
                $"What AWS KMS opened has {plain.Length} bytes; the root has {MasterKey.Bytes}. Make it with: aws kms generate-data-key --key-spec AES_256",
                FileSetting
            );
    }

    /// <summary>In base 64, as the AWS command line prints it, or the bytes themselves.</summary>
    static byte[] Ciphertext(string file)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Bad($"{FileSetting} names '{file}', which cannot be read: {e.Message}", FileSetting, e);
        }
        var text = System.Text.Encoding.ASCII.GetString(bytes).Trim();
        var decoded = new byte[text.Length];
        return Convert.TryFromBase64String(text, decoded, out var length) && length > 0 ? decoded[..length] : bytes;
    }

    static PorticoException Bad(string text, string setting, Exception? inner = null) =>
        new(ErrorTable.InvalidRequest, text, setting, inner: inner);
}
