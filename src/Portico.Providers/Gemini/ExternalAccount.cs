using System.Globalization;
using System.Text.Json;

namespace Portico.Providers.Gemini;

/// <summary>Where the token of the other identity provider comes from.</summary>
enum SubjectSource : byte
{
    /// <summary>A file of this node, as Kubernetes projects one.</summary>
    File,

    /// <summary>An address that tells it, as Azure's metadata service does.</summary>
    Url,

    /// <summary>The identity that this node has at AWS, proved by a signed request that Google sends on.</summary>
    Aws,
}

/// <summary>
/// The configuration of workload identity federation, as <c>gcloud iam workload-identity-pools create-cred-config</c> writes it
/// (https://google.aip.dev/auth/4117, https://cloud.google.com/iam/docs/workload-identity-federation-with-other-providers). It holds no secret of its own; what it
/// names is read on this node and goes to Google, so it may send it nowhere else. Pure.
/// </summary>
sealed record ExternalAccount(string Audience, string SubjectTokenType, Uri TokenUrl, SubjectSource Source)
{
    /// <summary>A file, an address, or where AWS tells who signed.</summary>
    public required string From { get; init; }

    /// <summary>Sent to the address.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The member of a JSON answer or file that is the token, null = all of it is.</summary>
    public string? Field { get; init; }

    /// <summary>Where a token for a service account is got with the federated one, null = the federated one is used.</summary>
    public Uri? Impersonation { get; init; }

    /// <summary>Of the token for the service account, seconds.</summary>
    public int LifeSeconds { get; init; } = 3_600;

    /// <summary>Azure's identity of a machine (https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token): the special address that may be asked.</summary>
    const string AzureIdentity = "http://169.254.169.254/metadata/identity/oauth2/token?";

    const string AwsTokenType = "urn:ietf:params:aws:token-type:aws4_request";
    const int ShortestLife = 600;
    const int LongestLife = 43_200;

    public static ExternalAccount? Read(JsonElement root, Uri? trusted, out string? problem)
    {
        var audience = GeminiDecoder.Text(root, "audience"u8);
        var type = GeminiDecoder.Text(root, "subject_token_type"u8);
        if (string.IsNullOrEmpty(audience) || string.IsNullOrEmpty(type))
            return Refused("lacks audience or subject_token_type", out problem);
        if (GooglesOwn(root, "token_url"u8, trusted) is not { } tokenUrl)
            return Refused(
                "has a token_url that is not one of Google's security token service, https://sts.googleapis.com/v1/token",
                out problem
            );
        var hasImpersonation = GeminiDecoder.Member(root, "service_account_impersonation_url"u8).ValueKind == JsonValueKind.String;
        var impersonation = GooglesOwn(root, "service_account_impersonation_url"u8, trusted);
        if (hasImpersonation && impersonation?.AbsolutePath.EndsWith(":generateAccessToken", StringComparison.Ordinal) != true)
            return Refused(
                "has a service_account_impersonation_url that is not a generateAccessToken of https://iamcredentials.googleapis.com",
                out problem
            );
        var life = GeminiDecoder.Member(GeminiDecoder.Member(root, "service_account_impersonation"u8), "token_lifetime_seconds"u8);
        var seconds = 3_600;
        if (life.ValueKind != JsonValueKind.Undefined && (!IsNumber(life, out seconds) || seconds is < ShortestLife or > LongestLife))
            return Refused($"has a token_lifetime_seconds that is not from {ShortestLife} to {LongestLife}", out problem);
        var source = ReadSource(GeminiDecoder.Member(root, "credential_source"u8), out problem);
        if (source is null)
            return null;
        if (source.Source == SubjectSource.Aws != (type == AwsTokenType))
            return Refused("has a subject_token_type that does not belong to its credential_source", out problem);
        return source with
        {
            Audience = audience,
            SubjectTokenType = type,
            TokenUrl = tokenUrl,
            Impersonation = impersonation,
            LifeSeconds = seconds,
        };
    }

    static ExternalAccount? ReadSource(JsonElement source, out string? problem)
    {
        problem = null;
        if (source.ValueKind != JsonValueKind.Object)
            return Refused("lacks its credential_source", out problem);
        if (GeminiDecoder.Member(source, "executable"u8).ValueKind != JsonValueKind.Undefined)
            return Refused(
                "has a credential_source that is a program, and Portico runs none. Have it written to a file, and name that",
                out problem
            );
        if (GeminiDecoder.Member(source, "certificate"u8).ValueKind != JsonValueKind.Undefined)
            return Refused("has a credential_source that is a certificate, which Portico does not present", out problem);
        if (GeminiDecoder.Text(source, "environment_id"u8) is { } environment)
            return ReadAws(source, environment, out problem);
        string? field = null;
        var format = GeminiDecoder.Member(source, "format"u8);
        switch (GeminiDecoder.Text(format, "type"u8))
        {
            case null or "text":
                break;
            case "json" when GeminiDecoder.Text(format, "subject_token_field_name"u8) is { Length: > 0 } name:
                field = name;
                break;
            case "json":
                return Refused("has a credential_source in JSON and no subject_token_field_name", out problem);
            default:
                return Refused("has a credential_source in a format that is neither text nor json", out problem);
        }
        if (GeminiDecoder.Text(source, "file"u8) is { Length: > 0 } file)
            return Path.IsPathFullyQualified(file)
                ? Of(SubjectSource.File, file) with
                {
                    Field = field,
                }
                : Refused("names a file that does not begin at the root", out problem);
        if (GeminiDecoder.Text(source, "url"u8) is not { Length: > 0 } url)
            return Refused("has a credential_source that is neither a file, an address nor AWS", out problem);
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out var address)
            || address.Scheme is not ("http" or "https")
            || address.UserInfo.Length > 0
        )
            return Refused("has a credential_source whose url is no address to ask", out problem);
        return Of(SubjectSource.Url, url) with { Field = field, Headers = ReadHeaders(source) };
    }

    static ExternalAccount? ReadAws(JsonElement source, string environment, out string? problem)
    {
        problem = null;
        if (environment != "aws1")
            return Refused("has an environment_id that is not aws1", out problem);
        // Google calls it with what was signed; a signature for another host would be another's to use.
        return
            GeminiDecoder.Text(source, "regional_cred_verification_url"u8) is { Length: > 0 } url
            && Uri.TryCreate(url.Replace("{region}", "eu-west-1", StringComparison.Ordinal), UriKind.Absolute, out var address)
            && address.Scheme == "https"
            && address.Host.StartsWith("sts.", StringComparison.Ordinal)
            && (
                address.Host.EndsWith(".amazonaws.com", StringComparison.Ordinal)
                || address.Host.EndsWith(".amazonaws.com.cn", StringComparison.Ordinal)
            )
            ? Of(SubjectSource.Aws, url)
            : Refused("has a regional_cred_verification_url that is not one of AWS's security token service", out problem);
    }

    static List<KeyValuePair<string, string>> ReadHeaders(JsonElement source)
    {
        var headers = new List<KeyValuePair<string, string>>();
        if (GeminiDecoder.Member(source, "headers"u8) is { ValueKind: JsonValueKind.Object } given)
            foreach (var header in given.EnumerateObject())
                if (header.Value.ValueKind == JsonValueKind.String)
                    headers.Add(new(header.Name, header.Value.GetString()!));
        return headers;
    }

    /// <summary>The one special address that its source may be, whatever the connection's own guard says.</summary>
    public bool AsksAzure => From.StartsWith(AzureIdentity, StringComparison.Ordinal);

    static Uri? GooglesOwn(JsonElement root, ReadOnlySpan<byte> name, Uri? trusted) =>
        Uri.TryCreate(GeminiDecoder.Text(root, name), UriKind.Absolute, out var address) && IsGooglesOwn(address, trusted) ? address : null;

    /// <summary>True of an address that no one but Google answers at.</summary>
    /// <param name="address">An absolute one.</param>
    /// <param name="trusted">An origin that counts as Google's own, null = *.googleapis.com alone.</param>
    public static bool IsGooglesOwn(Uri address, Uri? trusted) =>
        address.UserInfo.Length == 0
        && (
            (address.Scheme == "https" && address.IsDefaultPort && address.Host.EndsWith(".googleapis.com", StringComparison.Ordinal))
            || (trusted is not null && address.GetLeftPart(UriPartial.Authority) == trusted.GetLeftPart(UriPartial.Authority))
        );

    static bool IsNumber(JsonElement value, out int number)
    {
        number = 0;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetInt32(out number),
            JsonValueKind.String => int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number),
            _ => false,
        };
    }

    static ExternalAccount Of(SubjectSource source, string from) =>
        new("", "", new Uri("https://sts.googleapis.com"), source) { From = from };

    static ExternalAccount? Refused(string why, out string? problem)
    {
        problem = why;
        return null;
    }

    /// <summary>A record prints its members; headers may hold a secret.</summary>
    public override string ToString() => Audience;
}
