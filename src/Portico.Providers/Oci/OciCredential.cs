using System.Security.Cryptography;
using System.Text.Json;

namespace Portico.Providers.Oci;

/// <summary>
/// What the credential of a connection says: the API signing key of a user, as JSON or in the form of OCI's configuration file with the text of the key behind it
/// (https://docs.oracle.com/iaas/Content/API/Concepts/sdkconfig.htm); or that the node itself signs, as an instance or a resource of Oracle's.
/// </summary>
sealed class OciCredential
{
    const string Known = "user, tenancy, fingerprint, private_key, passphrase, compartment_id and region";
    const string PemBegin = "-----BEGIN ";

    OciCredential(string problem) =>
        Problem =
            $"its credential {problem}. Give it as JSON with {Known}, as OCI's configuration with the key's PEM behind it, or as JSON with auth, which is instance_principal or resource_principal";

    OciCredential(OciPrincipal principal, string? compartment) => (Principal, Compartment) = (principal, compartment);

    OciCredential(OciKey key, string compartment) => (Key, Compartment) = (key, compartment);

    /// <summary>Why it cannot be used, or null; holds nothing of its value.</summary>
    public string? Problem { get; }

    public OciPrincipal Principal { get; }

    /// <summary>The user's, under tenancy, user and fingerprint, by which Oracle finds the public half; null for the principals of the node.</summary>
    public OciKey? Key { get; }

    /// <summary>What is billed and whose policies apply: a user's tenancy itself where none is named, and what a principal's token tells.</summary>
    public string? Compartment { get; }

    public static OciCredential Parse(Secret secret)
    {
        var text = secret.Reveal().Trim();
        if (text.Length == 0)
            return new OciCredential("is missing");
        Dictionary<string, string> values;
        try
        {
            values = text[0] == '{' ? OfJson(text) : OfConfiguration(text);
        }
        catch (JsonException)
        {
            return new OciCredential("begins like a JSON object and is not one");
        }
        if (values.Keys.FirstOrDefault(k => !IsKnown(k)) is not null)
            return new OciCredential("has a member that is not known");
        string? Of(string name) => values.GetValueOrDefault(name);
        if (Of("auth") is { } auth && auth != "api_key")
            return OfPrincipal(auth, values);
        if (Of("keyfile") is not null && Of("privatekey") is null)
            return new OciCredential(
                "names a file for its key, and files of this node are not read: put the text of the key behind the lines"
            );
        if (Of("user") is not { } user || Of("tenancy") is not { } tenancy || Of("fingerprint") is not { } fingerprint)
            return new OciCredential("needs user, tenancy and fingerprint");
        if (!user.StartsWith("ocid1.", StringComparison.Ordinal) || !tenancy.StartsWith("ocid1.", StringComparison.Ordinal))
            return new OciCredential("names a user or a tenancy by something that is no OCID");
        if (Of("privatekey") is not { } pem)
            return new OciCredential("needs the private key");
        var keyId = $"{tenancy}/{user}/{fingerprint}";
        if (keyId.AsSpan().ContainsAny("\"\r\n ,"))
            return new OciCredential("holds a user, tenancy or fingerprint with characters that none has");
        return Checked(new OciKey(keyId, pem, Of("passphrase")), Of("compartmentid") ?? tenancy, pem, Of("passphrase"));
    }

    static OciCredential OfPrincipal(string auth, Dictionary<string, string> values)
    {
        OciPrincipal? principal = auth switch
        {
            "instance_principal" => OciPrincipal.Instance,
            "resource_principal" => OciPrincipal.Resource,
            _ => null,
        };
        if (principal is not { } known)
            return new OciCredential("has an auth that is neither api_key, instance_principal nor resource_principal");
        if (values.Keys.Any(k => k is not ("auth" or "compartmentid" or "region")))
            return new OciCredential("names a user's key beside the principal of the node");
        var compartment = values.GetValueOrDefault("compartmentid");
        return compartment?.StartsWith("ocid1.", StringComparison.Ordinal) == false
            ? new OciCredential("names a compartment by something that is no OCID")
            : new OciCredential(known, compartment);
    }

    static OciCredential Checked(OciKey key, string compartment, string pem, string? passphrase)
    {
        try
        {
            key.Check();
            return new OciCredential(key, compartment);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return new OciCredential(
                passphrase is null && pem.Contains("ENCRYPTED", StringComparison.Ordinal)
                    ? "holds a private key that is encrypted, and no passphrase"
                    : "holds a private key that is not one of RSA in PEM, or does not open with its passphrase"
            );
        }
    }

    static bool IsKnown(string name) =>
        name is "user" or "tenancy" or "fingerprint" or "privatekey" or "keyfile" or "passphrase" or "compartmentid" or "region" or "auth";

    /// <summary>The names of the configuration file, of JSON, and those in other notations are one.</summary>
    static string Name(string given) =>
        given.Trim().Replace("_", "", StringComparison.Ordinal).ToLowerInvariant() switch
        {
            "key" or "keycontent" => "privatekey",
            "compartment" => "compartmentid",
            var name => name,
        };

    static Dictionary<string, string> OfJson(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(text);
        foreach (var member in document.RootElement.EnumerateObject())
            if (member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is { Length: > 0 } value)
                values[Name(member.Name)] = value;
        return values;
    }

    /// <summary>Lines of <c>name=value</c>, a heading and comments passed over, and the PEM where it begins.</summary>
    static Dictionary<string, string> OfConfiguration(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var begin = text.IndexOf(PemBegin, StringComparison.Ordinal);
        if (begin >= 0)
            values["privatekey"] = text[begin..].Replace("\\n", "\n", StringComparison.Ordinal);
        foreach (var line in (begin < 0 ? text : text[..begin]).Split('\n'))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line.TrimStart()[0] is not ('#' or ';' or '[') && line[(equals + 1)..].Trim() is { Length: > 0 } value)
                values[Name(line[..equals])] = value;
        }
        return values;
    }
}
