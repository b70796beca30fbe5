using System.Text.Json;

namespace Portico.Providers.Gemini;

/// <summary>
/// What a connection to Vertex AI signs in with: the key of a service account, or the configuration of workload identity federation. Read once, and checked in
/// its form before the connection is kept. Pure.
/// </summary>
sealed record GoogleCredential(ServiceAccountKey? Key, ExternalAccount? Federated, string? Problem)
{
    /// <summary>What else would do; stands behind every refusal.</summary>
    public const string Remedy =
        "Vertex AI takes the JSON key of a service account, the JSON configuration of workload identity federation, or the preset workload-identity and no credential";

    /// <param name="secret">The credential; the problem repeats nothing of it.</param>
    /// <param name="trusted">An origin that counts as Google's own beside *.googleapis.com, null = none.</param>
    public static GoogleCredential Read(Secret secret, Uri? trusted)
    {
        if (secret.IsEmpty)
            return Wrong("is missing");
        try
        {
            using var document = JsonDocument.Parse(secret.Reveal());
            var root = document.RootElement;
            string? problem;
            switch (GeminiDecoder.Text(root, "type"u8))
            {
                case "service_account":
                    var key = ServiceAccountKey.Read(root, out problem);
                    return problem is null ? new GoogleCredential(key, null, null) : Wrong(problem);
                case "external_account":
                    var federated = ExternalAccount.Read(root, trusted, out problem);
                    return problem is null ? new GoogleCredential(null, federated, null) : Wrong(problem);
                case var type:
                    return Wrong($"is of the type '{Shown(type)}'");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Wrong("is not JSON");
        }
    }

    static GoogleCredential Wrong(string problem) => new(null, null, problem);

    /// <summary>A type is a word; anything longer was put in the wrong place and may be a secret.</summary>
    static string? Shown(string? type) =>
        type is { Length: > 40 } || type?.Any(c => c is not ('_' or (>= 'a' and <= 'z'))) == true ? "…" : type;

    /// <summary>A record prints its members; this one must not.</summary>
    public override string ToString() => Problem ?? "a credential of Google";
}
