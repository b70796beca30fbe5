using System.Text.Json.Nodes;

namespace Portico.Governance.Identity.Scim;

/// <summary>Where an attribute stands: the extension it belongs to, its name, the name inside of it.</summary>
/// <param name="Extension">The URN of an extension; null = the resource itself.</param>
/// <param name="Name">Of the attribute.</param>
/// <param name="Sub">Inside of it; null = the whole.</param>
sealed record ScimPath(string? Extension, string Name, string? Sub)
{
    public const string User = "urn:ietf:params:scim:schemas:core:2.0:User";
    public const string Group = "urn:ietf:params:scim:schemas:core:2.0:Group";
    public const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    /// <summary>Compared to the letter (RFC 7643, 3.1); everything else in any case.</summary>
    public bool IsExact =>
        Name.Equals("id", StringComparison.OrdinalIgnoreCase)
        || Name.Equals("externalId", StringComparison.OrdinalIgnoreCase)
        || Name.Equals("members", StringComparison.OrdinalIgnoreCase);

    /// <summary>Null when it is no name of an attribute.</summary>
    public static ScimPath? Read(string text)
    {
        string? extension = null;
        if (text.StartsWith("urn:", StringComparison.OrdinalIgnoreCase))
        {
            // The version of a schema has a dot in it: the name begins behind the last colon.
            var colon = text.LastIndexOf(':');
            var urn = text[..colon];
            text = text[(colon + 1)..];
            if (!urn.Equals(User, StringComparison.OrdinalIgnoreCase) && !urn.Equals(Group, StringComparison.OrdinalIgnoreCase))
                extension = urn.Equals(Enterprise, StringComparison.OrdinalIgnoreCase) ? Enterprise : urn;
            // The URN of the extension alone names all of it.
            if (extension is not null && IsExtension($"{urn}:{text}"))
                return new ScimPath(null, Enterprise, null);
        }
        var parts = text.Split('.');
        return parts.Length <= 2 && parts.All(IsName) ? new ScimPath(extension, parts[0], parts.ElementAtOrDefault(1)) : null;
    }

    public static bool IsExtension(string name) => name.Equals(Enterprise, StringComparison.OrdinalIgnoreCase);

    static bool IsName(string name) =>
        name.Length > 0
        && (char.IsAsciiLetter(name[0]) || name[0] == '$')
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '$');

    /// <summary>The object that holds the attribute; null when the resource has not that extension.</summary>
    public JsonObject? HolderIn(JsonObject resource) => Extension is null ? resource : Member(resource, Extension) as JsonObject;

    /// <summary>The values themselves: of a list each, of an object with several the one that is its value.</summary>
    public IEnumerable<JsonNode?> ValuesIn(JsonObject resource)
    {
        foreach (var element in ElementsIn(resource))
            if (Sub is not null)
            {
                if (element is JsonObject of)
                    yield return Member(of, Sub);
            }
            else
                yield return element is JsonObject whole && Member(whole, "value") is { } value ? value : element;
    }

    /// <summary>The elements of the attribute, an only one too.</summary>
    public IEnumerable<JsonNode?> ElementsIn(JsonObject resource)
    {
        if (HolderIn(resource) is not { } holder)
            return [];
        var found = Member(holder, Name);
        return found is JsonArray list ? list : new[] { found };
    }

    /// <summary>A member by its name in any case.</summary>
    public static JsonNode? Member(JsonObject of, string name) => of.TryGetPropertyValue(KeyIn(of, name), out var found) ? found : null;

    /// <summary>The name as it stands there; as it is given where it does not.</summary>
    public static string KeyIn(JsonObject of, string name)
    {
        if (of.ContainsKey(name))
            return name;
        foreach (var (key, _) in of)
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                return key;
        return name;
    }
}
