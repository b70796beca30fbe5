using System.Text.Json;

namespace Portico.Providers.Azure;

/// <summary>Whose token an identity gives.</summary>
enum AzureIdentityKind : byte
{
    /// <summary>No identity: the credential is a key.</summary>
    None,

    /// <summary>What Azure's own order finds on the node.</summary>
    Default,

    /// <summary>The managed identity of the node.</summary>
    Managed,

    /// <summary>An application with its secret.</summary>
    Application,
}

/// <summary>
/// What the credential of a connection says: any text is a key of the resource; a JSON object names a Microsoft Entra identity, as
/// <c>{"identity":"default"}</c>, <c>{"identity":"managed"}</c> with or without client_id, or <c>tenant_id</c>, <c>client_id</c> and <c>client_secret</c>. What
/// <c>az ad sp create-for-rbac</c> prints is taken too.
/// </summary>
sealed record AzureCredential
{
    const string Forms =
        "as a key, or as JSON with \"identity\":\"default\" or \"managed\" (and client_id), or with tenant_id, client_id and client_secret";

    public AzureIdentityKind Kind { get; init; }
    public string? TenantId { get; init; }
    public string? ClientId { get; init; }
    public Secret? ClientSecret { get; init; }

    /// <summary>What the token is for; by default what the resource's cloud wants.</summary>
    public string? Scope { get; init; }

    /// <summary>Why it cannot be used, or null; holds nothing of its value.</summary>
    public string? Problem { get; init; }

    public static AzureCredential Parse(Secret secret)
    {
        var text = secret.Reveal().Trim();
        if (text.Length == 0 || text[0] != '{')
            return new AzureCredential();
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

    static AzureCredential FromObject(JsonElement root)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in root.EnumerateObject())
        {
            var name = member.Name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant() switch
            {
                "tenant" => "tenantid",
                "appid" => "clientid",
                "password" => "clientsecret",
                var other => other,
            };
            if (name is "displayname")
                continue;
            if (name is not ("identity" or "tenantid" or "clientid" or "clientsecret" or "scope"))
                return Bad("has a member that is not known");
            if (member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is { Length: > 0 } value)
                values[name] = value;
        }
        var (tenant, client, secret) = (
            values.GetValueOrDefault("tenantid"),
            values.GetValueOrDefault("clientid"),
            values.GetValueOrDefault("clientsecret")
        );
        AzureIdentityKind? kind = values.GetValueOrDefault("identity") switch
        {
            null => AzureIdentityKind.Application,
            "default" => AzureIdentityKind.Default,
            "managed" => AzureIdentityKind.Managed,
            _ => null,
        };
        if (kind is null)
            return Bad("names an identity that is neither default nor managed");
        if (kind == AzureIdentityKind.Application && (tenant is null || client is null || secret is null))
            return Bad("needs tenant_id, client_id and client_secret together");
        if (kind != AzureIdentityKind.Application && secret is not null)
            return Bad("names an identity of the node and a client_secret; keep one");
        return new AzureCredential
        {
            Kind = kind.Value,
            TenantId = tenant,
            ClientId = client,
            ClientSecret = secret is null ? null : new Secret(secret),
            Scope = values.GetValueOrDefault("scope"),
        };
    }

    static AzureCredential Bad(string why) => new() { Problem = $"its credential {why}. Give it {Forms}" };
}
