using System.Text.Json.Nodes;

namespace Portico.Governance.Identity.Scim;

/// <summary>Reads groups and their patches into a change. Members are not put into a resource and out of it again: a group may have thousands.</summary>
static class ScimGroupForm
{
    const int MaxText = 254;

    /// <exception cref="PorticoException">A part has the wrong form, or nothing like it is there.</exception>
    public static ScimGroupChange Read(IReadOnlyList<ScimOperation> operations, IReadOnlyList<string> before)
    {
        var resource = new JsonObject { ["members"] = MembersNode(before) };
        foreach (var operation in operations)
            ScimPatch.Apply(resource, operation);
        var after = Members(resource["members"]).Distinct(StringComparer.Ordinal).ToList();
        var externalId = resource.ContainsKey("externalId") ? ExternalId(resource["externalId"]) : null;
        return new ScimGroupChange(
            resource.ContainsKey("displayName") ? Name(resource["displayName"]) : null,
            operations.Any(o => o.Does == "remove" && string.Equals(o.Path, "externalId", StringComparison.OrdinalIgnoreCase))
                ? ""
                : externalId,
            null,
            after.Except(before, StringComparer.Ordinal).ToList(),
            before.Except(after, StringComparer.Ordinal).ToList()
        );
    }

    static JsonArray MembersNode(IReadOnlyList<string> ids) => new(ids.Select(id => (JsonNode)new JsonObject { ["value"] = id }).ToArray());

    public static string Name(JsonNode? node) =>
        ScimPatch.Text(node)?.Trim() is { Length: > 0 and <= MaxText } text && !text.Any(char.IsControl)
            ? text
            : throw ScimErrors.Bad(ScimErrors.InvalidValue, $"displayName must be a text of 1 to {MaxText} characters.");

    public static string? ExternalId(JsonNode? node) =>
        node is null ? null
        : ScimPatch.Text(node) is { Length: > 0 and <= MaxText } text ? text
        : throw ScimErrors.Bad(ScimErrors.InvalidValue, $"externalId must be a text of 1 to {MaxText} characters.");

    public static IReadOnlyList<string> Members(JsonNode? node) =>
        node switch
        {
            null => [],
            JsonArray list => list.Select(e =>
                    (e is JsonObject member ? ScimPatch.Text(ScimPath.Member(member, "value")) : null)
                    ?? throw ScimErrors.Bad(ScimErrors.InvalidValue, "A member must be an object with a value.")
                )
                .ToList(),
            _ => throw ScimErrors.Bad(ScimErrors.InvalidValue, "members must be a list."),
        };
}
