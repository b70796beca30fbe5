using System.Text.Json.Nodes;

namespace Portico.Governance.Identity.Scim;

/// <summary>What Portico takes from a user resource. The rest is kept as it was sent.</summary>
/// <param name="UserName">In lower case, as it is compared.</param>
/// <param name="ExternalId">The id of the directory.</param>
/// <param name="Email">Of the person.</param>
/// <param name="Name">Of the person.</param>
/// <param name="Active">Whether they may come in.</param>
/// <param name="Resource">To be kept: without what this side sets and without a password.</param>
sealed record ScimUser(string UserName, string? ExternalId, string Email, string Name, bool Active, JsonObject Resource)
{
    const int MaxText = 254;
    const int MaxResource = 64 * 1024;

    /// <summary>Set by this side, or never to be kept.</summary>
    static readonly string[] NotKept = ["id", "meta", "groups", "password", "active"];

    /// <summary>Names as the schema writes them, whatever the case they came in.</summary>
    static readonly string[] Canonical =
    [
        "schemas",
        "userName",
        "externalId",
        "displayName",
        "nickName",
        "profileUrl",
        "title",
        "userType",
        "preferredLanguage",
        "locale",
        "timezone",
        "active",
        "name",
        "emails",
        "phoneNumbers",
        "addresses",
        "roles",
        "entitlements",
        "photos",
        "ims",
        ScimPath.Enterprise,
    ];

    /// <exception cref="PorticoException">It lacks what a user needs, or something has the wrong form: invalidValue.</exception>
    public static ScimUser Read(JsonObject sent)
    {
        var resource = new JsonObject();
        foreach (var (name, value) in sent)
        {
            var key = Array.Find(Canonical, c => c.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;
            if (value is not null && !NotKept.Contains(key, StringComparer.OrdinalIgnoreCase))
                resource[key] = value.DeepClone();
        }
        if (resource.ToJsonString().Length > MaxResource)
            throw Bad("The resource is larger than 64 KB.");
        var schemas = new JsonArray(ScimPath.User);
        if (resource.ContainsKey(ScimPath.Enterprise))
            schemas.Add(ScimPath.Enterprise);
        resource["schemas"] = schemas;
        var userName = Text(resource, "userName", required: true)!;
        var externalId = Text(resource, "externalId", required: false);
        var email = EmailOf(resource) ?? (userName.Contains('@', StringComparison.Ordinal) ? userName : null);
        return new ScimUser(
            userName.ToLowerInvariant(),
            externalId,
            email?.Trim().ToLowerInvariant() ?? throw Bad("A user needs an e-mail: in emails, or as userName."),
            NameOf(resource, userName),
            ActiveOf(ScimPath.Member(sent, "active")),
            resource
        );
    }

    static string? Text(JsonObject of, string name, bool required)
    {
        var node = of[name];
        if (node is null && !required)
            return null;
        return ScimPatch.Text(node)?.Trim() is { Length: > 0 and <= MaxText } text && !text.Any(char.IsControl)
            ? text
            : throw Bad($"{name} must be a text of 1 to {MaxText} characters.");
    }

    /// <summary>True unless it is said; Entra sends it as a text at times.</summary>
    static bool ActiveOf(JsonNode? node) =>
        node switch
        {
            null => true,
            JsonValue value when value.TryGetValue<bool>(out var truth) => truth,
            JsonValue value when value.TryGetValue<string>(out var text) && bool.TryParse(text, out var truth) => truth,
            _ => throw Bad("active must be true or false."),
        };

    /// <summary>The primary one, else that of work, else the first.</summary>
    static string? EmailOf(JsonObject resource)
    {
        if (resource["emails"] is not { } node)
            return null;
        if (node is not JsonArray list || list.Any(e => e is not JsonObject))
            throw Bad("emails must be a list of objects.");
        var emails = list.OfType<JsonObject>()
            .Where(e => ScimPatch.Text(e["value"]) is { } text && text.Contains('@', StringComparison.Ordinal))
            .ToList();
        var chosen =
            emails.Find(e => e["primary"] is JsonValue p && p.TryGetValue<bool>(out var primary) && primary)
            ?? emails.Find(e => ScimPatch.Text(e["type"]) == "work")
            ?? emails.FirstOrDefault();
        return chosen is not null && ScimPatch.Text(chosen["value"]) is { Length: <= MaxText } text ? text : null;
    }

    static string NameOf(JsonObject resource, string userName)
    {
        var name = resource["name"] as JsonObject;
        var parts = new[] { ScimPatch.Text(name?["givenName"]), ScimPatch.Text(name?["familyName"]) }.Where(p =>
            !string.IsNullOrWhiteSpace(p)
        );
        var found = new[]
        {
            ScimPatch.Text(resource["displayName"]),
            ScimPatch.Text(name?["formatted"]),
            string.Join(' ', parts),
            userName,
        }.First(n => !string.IsNullOrWhiteSpace(n))!;
        var clean = new string(found.Where(c => !char.IsControl(c)).ToArray()).Trim();
        return clean.Length switch
        {
            0 => userName,
            <= GovernanceService.MaxNameLength => clean,
            _ => clean[..GovernanceService.MaxNameLength],
        };
    }

    static PorticoException Bad(string detail) => ScimErrors.Bad(ScimErrors.InvalidValue, detail);
}
