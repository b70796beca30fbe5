using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

public sealed partial class NothingLeaksTests
{
    /// <summary>Secrets of those who let people and services in, each of them used.</summary>
    static async Task<IReadOnlyList<(string What, string Text)>> IdentifyAsync(Node node)
    {
        var provider = await node.Admin.PostAsync(
            "/api/identity-providers",
            new JsonObject
            {
                ["organisation_id"] = node.OrganisationId,
                ["name"] = "Directory",
                ["issuer"] = "https://127.0.0.1:9",
                ["client_id"] = "portico",
                ["client_secret"] = ClientSecret,
            }
        );
        await node.Admin.PostAsync($"/api/identity-providers/{provider.Text("id")}/check");
        var scim = (
            await node.Admin.PostAsync(
                "/api/scim-tokens",
                new JsonObject { ["organisation_id"] = node.OrganisationId, ["name"] = "directory" }
            )
        ).Text("secret");
        using (var directory = node.Client(scim))
            (await directory.GetAsync("/scim/v2/Users?filter=userName%20eq")).StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
        await node.Admin.PostAsync(
            "/api/workloads",
            new JsonObject
            {
                ["name"] = "service",
                ["key_id"] = node.KeyId,
                ["issuer"] = "https://127.0.0.1:9",
                ["audience"] = "portico",
                ["subject"] = "service",
            }
        );
        using (var service = node.Client(ServiceToken))
            (await service.GetAsync("/v1/models")).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        return [("client secret", ClientSecret), ("SCIM token", scim), ("service token", ServiceToken)];
    }
}
