using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;

namespace Portico.Providers.Oci;

/// <summary>
/// What the credential of a connection says: the API signing key of a user, as JSON or in the form of OCI's configuration file with the text of the key behind it
/// (https://docs.oracle.com/iaas/Content/API/Concepts/sdkconfig.htm). Keys are read once; each signs for one call at a time.
/// </summary>
sealed class OciCredential
{
    const string Known = "user, tenancy, fingerprint, private_key, passphrase, compartment_id and region";
    const string PemBegin = "-----BEGIN ";

    readonly ConcurrentBag<RSA> keys = [];
    readonly string? pem;
    readonly string? passphrase;

    OciCredential(string problem) =>
        Problem = $"its credential {problem}. Give it as JSON with {Known}, or as OCI's configuration with the key's PEM behind it";

    OciCredential(string keyId, string compartment, string pem, string? passphrase)
    {
        (KeyId, Compartment) = (keyId, compartment);
        (this.pem, this.passphrase) = (pem, passphrase);
    }

    /// <summary>Why it cannot be used, or null; holds nothing of its value.</summary>
    public string? Problem { get; }

    /// <summary>Tenancy, user and fingerprint, by which Oracle finds the public key.</summary>
    public string KeyId { get; } = "";

    /// <summary>What is billed and whose policies apply; the tenancy itself where none is named.</summary>
    public string Compartment { get; } = "";

    public byte[] Sign(ReadOnlySpan<byte> text)
    {
        if (!keys.TryTake(out var key))
            key = Import(pem!, passphrase);
        try
        {
            return key.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        finally
        {
            keys.Add(key);
        }
    }

    static RSA Import(string pem, string? passphrase)
    {
        var key = RSA.Create();
        try
        {
            if (passphrase is null)
                key.ImportFromPem(pem);
            else
                key.ImportFromEncryptedPem(pem, passphrase);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

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
        return Checked(new OciCredential(keyId, Of("compartmentid") ?? tenancy, pem, Of("passphrase")));
    }

    static OciCredential Checked(OciCredential parsed)
    {
        try
        {
            parsed.keys.Add(Import(parsed.pem!, parsed.passphrase));
            return parsed;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return new OciCredential(
                parsed.passphrase is null && parsed.pem!.Contains("ENCRYPTED", StringComparison.Ordinal)
                    ? "holds a private key that is encrypted, and no passphrase"
                    : "holds a private key that is not one of RSA in PEM, or does not open with its passphrase"
            );
        }
    }

    static bool IsKnown(string name) =>
        name is "user" or "tenancy" or "fingerprint" or "privatekey" or "keyfile" or "passphrase" or "compartmentid" or "region";

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
