using System.Text.Json.Nodes;

namespace Portico.SystemTests.Support;

/// <summary>An organisation of a test's own with everything below it, so that no meter of another test applies.</summary>
sealed record Estate(Node Node, string Organisation, string Workspace, string UseCase, string Person, string Key, HttpClient Door)
    : IDisposable
{
    public static async Task<Estate> MakeAsync(Node node)
    {
        var name = "e" + Guid.NewGuid().ToString("N")[..8];
        var organisation = (await node.Admin.PostAsync("/api/organisations", new JsonObject { ["name"] = name })).Text("id");
        var workspace = await MakeAsync(node, "workspaces", new JsonObject { ["organisation_id"] = organisation, ["name"] = name });
        var useCase = await MakeAsync(node, "use-cases", new JsonObject { ["workspace_id"] = workspace, ["name"] = name });
        var person = await MakeAsync(
            node,
            "people",
            new JsonObject
            {
                ["organisation_id"] = organisation,
                ["email"] = name + "@example.org",
                ["name"] = name,
            }
        );
        var (key, door) = await node.NewKeyAsync(new JsonObject { ["use_case_id"] = useCase, ["person_id"] = person });
        return new Estate(node, organisation, workspace, useCase, person, key, door);
    }

    static async Task<string> MakeAsync(Node node, string noun, JsonObject body) =>
        (await node.Admin.PostAsync($"/api/{noun}", body)).Text("id");

    /// <summary>Another key of the same use case and person.</summary>
    public async Task<HttpClient> AnotherKeyAsync() =>
        (await Node.NewKeyAsync(new JsonObject { ["use_case_id"] = UseCase, ["person_id"] = Person })).Client;

    /// <summary>The id by which a scope of this estate is metered.</summary>
    public string IdOf(string scope, string route) =>
        scope switch
        {
            "organisation" => Organisation,
            "workspace" => Workspace,
            "use_case" => UseCase,
            "person" => Person,
            "key" => Key,
            "route" or "model" => route,
            _ => throw new ArgumentException(scope, nameof(scope)),
        };

    public void Dispose() => Door.Dispose();
}
