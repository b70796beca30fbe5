using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Portico.Governance.Identity.Scim;

/// <summary>What this side can do, for identity providers that ask (RFC 7643, 5 to 7).</summary>
static class ScimDiscovery
{
    const string CoreSchema = "urn:ietf:params:scim:schemas:core:2.0:";

    public static JsonObject Config(HttpContext http) =>
        new()
        {
            ["schemas"] = new JsonArray(CoreSchema + "ServiceProviderConfig"),
            ["patch"] = Supported(true),
            ["bulk"] = new JsonObject
            {
                ["supported"] = false,
                ["maxOperations"] = 0,
                ["maxPayloadSize"] = 0,
            },
            ["filter"] = new JsonObject { ["supported"] = true, ["maxResults"] = ScimAnswers.MaxPage },
            ["changePassword"] = Supported(false),
            ["sort"] = Supported(false),
            ["etag"] = Supported(true),
            ["authenticationSchemes"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "oauthbearertoken",
                    ["name"] = "Bearer token",
                    ["description"] = "A SCIM token of the organisation, made under /api/scim-tokens.",
                    ["primary"] = true,
                }
            ),
            ["meta"] = new JsonObject
            {
                ["resourceType"] = "ServiceProviderConfig",
                ["location"] = ScimAnswers.Address(http, "ServiceProviderConfig"),
            },
        };

    static JsonObject Supported(bool supported) => new() { ["supported"] = supported };

    public static IReadOnlyList<JsonObject> ResourceTypes(HttpContext http) =>
        [Type(http, "User", ScimPath.User), Type(http, "Group", ScimPath.Group)];

    public static JsonObject ResourceType(HttpContext http, string id) =>
        ResourceTypes(http).FirstOrDefault(t => t["id"]!.GetValue<string>() == id) ?? throw ScimErrors.Missing("resource type", id);

    static JsonObject Type(HttpContext http, string name, string schema)
    {
        var type = new JsonObject
        {
            ["schemas"] = new JsonArray(CoreSchema + "ResourceType"),
            ["id"] = name,
            ["name"] = name,
            ["endpoint"] = $"/{name}s",
            ["schema"] = schema,
        };
        if (name == "User")
            type["schemaExtensions"] = new JsonArray(new JsonObject { ["schema"] = ScimPath.Enterprise, ["required"] = false });
        type["meta"] = new JsonObject
        {
            ["resourceType"] = "ResourceType",
            ["location"] = ScimAnswers.Address(http, $"ResourceTypes/{name}"),
        };
        return type;
    }

    public static IReadOnlyList<JsonObject> Schemas(HttpContext http) =>
        [
            Schema(
                http,
                ScimPath.User,
                "User",
                [
                    Attribute("userName", required: true, uniqueness: "server"),
                    Attribute("externalId", exact: true),
                    Complex("name", many: false, [Attribute("formatted"), Attribute("familyName"), Attribute("givenName")]),
                    Attribute("displayName"),
                    Attribute("title"),
                    Attribute("userType"),
                    Attribute("preferredLanguage"),
                    Attribute("locale"),
                    Attribute("timezone"),
                    Attribute("active", type: "boolean"),
                    Complex("emails", many: true, [Attribute("value"), Attribute("type"), Attribute("primary", type: "boolean")]),
                    Complex("phoneNumbers", many: true, [Attribute("value"), Attribute("type")]),
                    Complex(
                        "groups",
                        many: true,
                        [Attribute("value", mutability: "readOnly"), Attribute("display", mutability: "readOnly")],
                        "readOnly"
                    ),
                ]
            ),
            Schema(
                http,
                ScimPath.Enterprise,
                "EnterpriseUser",
                [
                    Attribute("employeeNumber"),
                    Attribute("costCenter"),
                    Attribute("organization"),
                    Attribute("division"),
                    Attribute("department"),
                    Complex("manager", many: false, [Attribute("value"), Attribute("displayName", mutability: "readOnly")]),
                ]
            ),
            Schema(
                http,
                ScimPath.Group,
                "Group",
                [
                    Attribute("displayName", required: true, uniqueness: "server"),
                    Attribute("externalId", exact: true),
                    Complex(
                        "members",
                        many: true,
                        [Attribute("value", exact: true, mutability: "immutable"), Attribute("display", mutability: "readOnly")]
                    ),
                ]
            ),
        ];

    public static JsonObject Schema(HttpContext http, string id) =>
        Schemas(http).FirstOrDefault(s => s["id"]!.GetValue<string>().Equals(id, StringComparison.OrdinalIgnoreCase))
        ?? throw ScimErrors.Missing("schema", id);

    static JsonObject Schema(HttpContext http, string id, string name, JsonObject[] attributes) =>
        new()
        {
            ["schemas"] = new JsonArray(CoreSchema + "Schema"),
            ["id"] = id,
            ["name"] = name,
            ["description"] = name,
            ["attributes"] = new JsonArray([.. attributes]),
            ["meta"] = new JsonObject { ["resourceType"] = "Schema", ["location"] = ScimAnswers.Address(http, $"Schemas/{id}") },
        };

    static JsonObject Attribute(
        string name,
        string type = "string",
        bool required = false,
        bool exact = false,
        string mutability = "readWrite",
        string uniqueness = "none"
    ) =>
        new()
        {
            ["name"] = name,
            ["type"] = type,
            ["multiValued"] = false,
            ["description"] = name,
            ["required"] = required,
            ["caseExact"] = exact,
            ["mutability"] = mutability,
            ["returned"] = "default",
            ["uniqueness"] = uniqueness,
        };

    static JsonObject Complex(string name, bool many, JsonObject[] inner, string mutability = "readWrite")
    {
        var attribute = Attribute(name, "complex", mutability: mutability);
        attribute["multiValued"] = many;
        attribute["subAttributes"] = new JsonArray([.. inner]);
        return attribute;
    }
}
