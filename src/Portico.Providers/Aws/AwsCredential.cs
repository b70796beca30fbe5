using System.Globalization;
using System.Text.Json;

namespace Portico.Providers.Aws;

/// <summary>
/// What the credential of a connection says. Four forms: nothing (the node's own identity), <c>id:secret[:session token]</c>, a JSON object (as
/// <c>aws sts</c> prints one, and with region, profile or api_key), and any other text, which is an API key of Bedrock.
/// </summary>
sealed record AwsCredential
{
    const string Known = "access_key_id, secret_access_key, session_token, expiration, region, profile and api_key";

    public AwsKeys? Keys { get; init; }

    /// <summary>Sent as a bearer token in place of a signature.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>A profile of the node's shared AWS files.</summary>
    public string? Profile { get; init; }

    /// <summary>Wins over the one in the address.</summary>
    public string? Region { get; init; }

    /// <summary>Why it cannot be used, or null; holds nothing of its value.</summary>
    public string? Problem { get; init; }

    public static AwsCredential Parse(Secret secret)
    {
        var text = secret.Reveal().Trim();
        if (text.Length == 0)
            return new AwsCredential();
        if (text[0] == '{')
            return FromJson(text);
        var parts = text.Split(':');
        return parts.Length is 2 or 3 && IsKeyId(parts[0])
            ? new AwsCredential { Keys = new AwsKeys(parts[0], parts[1], parts.Length == 3 && parts[2].Length > 0 ? parts[2] : null) }
            : new AwsCredential { ApiKey = new Secret(text) };
    }

    /// <summary>16 to 128 letters and digits (https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html).</summary>
    static bool IsKeyId(string text) =>
        text.Length is >= 16 and <= 128 && text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));

    static AwsCredential FromJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return FromObject(document.RootElement);
        }
        catch (JsonException)
        {
            return Bad("begins like a JSON object and is not one");
        }
    }

    static AwsCredential FromObject(JsonElement root)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in root.EnumerateObject())
        {
            var name = member.Name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
            if (name is "version" or "accountid")
                continue;
            if (name is not ("accesskeyid" or "secretaccesskey" or "sessiontoken" or "expiration" or "region" or "profile" or "apikey"))
                return Bad($"has a member that is not known; known are {Known}");
            if (member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is { Length: > 0 } value)
                values[name] = value;
        }
        var (id, secret) = (values.GetValueOrDefault("accesskeyid"), values.GetValueOrDefault("secretaccesskey"));
        if (id is null != secret is null)
            return Bad("needs access_key_id and secret_access_key together");
        var apiKey = values.GetValueOrDefault("apikey");
        var profile = values.GetValueOrDefault("profile");
        if (new[] { id, apiKey, profile }.Count(v => v is not null) > 1)
            return Bad("names more than one of access key, api_key and profile; keep one");
        DateTimeOffset? expires = null;
        if (values.GetValueOrDefault("expiration") is { } end)
        {
            if (!DateTimeOffset.TryParse(end, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed))
                return Bad("has an expiration that is not a time");
            expires = parsed;
        }
        return new AwsCredential
        {
            Keys = id is null ? null : new AwsKeys(id, secret!, values.GetValueOrDefault("sessiontoken"), expires),
            ApiKey = apiKey is null ? null : new Secret(apiKey),
            Profile = profile,
            Region = values.GetValueOrDefault("region"),
        };
    }

    static AwsCredential Bad(string why) =>
        new() { Problem = $"its credential {why}. Give it as 'id:secret', as an API key, or as JSON with {Known}" };
}
