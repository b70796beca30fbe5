using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Identity;

/// <summary>
/// What identity providers send, as they publish it, compared on 2026-11-26: Microsoft Entra ID
/// (https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups,
/// https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility), Okta
/// (https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20/), and the examples of RFC 7644, 3.5.2.
/// </summary>
public sealed partial class ScimPublishedTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    async Task RunAsync(Engine engine, Func<ScimClient, SignInEstate, Task> walk)
    {
        await using var estate = await SignInEstate.MakeAsync(engine, server);
        using var scim = await ScimClient.MakeAsync(estate.Api, estate.OrganisationId);
        await walk(scim, estate);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public Task Entra_makes_finds_changes_disables_and_removes_a_user(Engine engine) =>
        RunAsync(
            engine,
            async (scim, estate) =>
            {
                (await scim.FilterAsync("userName eq \"non-existent user\"")).Total.ShouldBe(0);
                var made = await scim.SendAsync(
                    HttpMethod.Post,
                    "/Users",
                    """
                    {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
                     "externalId":"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef","userName":"Test_User_ab6490ee-1e48-479e-a20b-2d77186b5dd1","active":true,
                     "emails":[{"primary":true,"type":"work","value":"Test_User_fd0ea19b-0777-472c-9f96-4f70d2226f2e@testuser.com"}],
                     "meta":{"resourceType":"User"},"name":{"formatted":"givenName familyName","familyName":"familyName","givenName":"givenName"},"roles":[]}
                    """
                );
                made.Status.ShouldBe(201, made.Body?.ToJsonString());
                made.Body!["meta"]!["location"]!.GetValue<string>().ShouldEndWith($"/scim/v2/Users/{made.Id}");
                (await scim.GetAsync($"/Users/{made.Id}")).Body!["userName"]!.GetValue<string>().ShouldStartWith("Test_User_");
                (await scim.FilterAsync("userName eq \"test_user_AB6490ee-1e48-479e-a20b-2d77186b5dd1\"")).Resources.Single()["id"]!
                    .GetValue<string>()
                    .ShouldBe(made.Id);

                var patched = await scim.PatchAsync(
                    $"/Users/{made.Id}",
                    """
                    [{"op":"Replace","path":"emails[type eq \"work\"].value","value":"updatedEmail@microsoft.com"},
                     {"op":"Replace","path":"name.familyName","value":"updatedFamilyName"}]
                    """
                );
                patched.Status.ShouldBe(200);
                patched.Body!["emails"]![0]!["value"]!.GetValue<string>().ShouldBe("updatedEmail@microsoft.com");
                patched.Body["name"]!["familyName"]!.GetValue<string>().ShouldBe("updatedFamilyName");
                (
                    await scim.PatchAsync(
                        $"/Users/{made.Id}",
                        """[{"op":"Replace","path":"userName","value":"5b50642d-79fc@testuser.com"}]"""
                    )
                ).Body!["userName"]!
                    .GetValue<string>()
                    .ShouldBe("5b50642d-79fc@testuser.com");
                // What it sends today for several, with the flag aadOptscim062020 beside it.
                patched = await scim.PatchAsync(
                    $"/Users/{made.Id}",
                    """
                    [{"op":"Replace","path":"displayName","value":"Pvlo"},
                     {"op":"Replace","path":"emails[type eq \"work\"].value","value":"TestBcwqnm@test.microsoft.com"},
                     {"op":"Replace","path":"name.givenName","value":"Gtfd"},
                     {"op":"Replace","path":"externalId","value":"Eqpj"},
                     {"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber","value":"Eqpj"}]
                    """
                );
                patched.Status.ShouldBe(200, patched.Body?.ToJsonString());
                (await scim.FilterAsync("externalId eq \"Eqpj\"")).Resources.Single()["id"]!.GetValue<string>().ShouldBe(made.Id);
                (await scim.FilterAsync("emails[type eq \"work\"].value eq \"TestBcwqnm@test.microsoft.com\"")).Total.ShouldBe(1);
                (await scim.FilterAsync("emails[type eq \"home\"].value eq \"TestBcwqnm@test.microsoft.com\"")).Total.ShouldBe(0);
                patched = await scim.PatchAsync(
                    $"/Users/{made.Id}",
                    """
                    [{"op":"replace","path":"emails[type eq \"work\"].value","value":"updatedEmail@microsoft.com"},
                     {"op":"replace","value":{"displayName":"Bjfe","name.givenName":"Kkom","name.familyName":"Unua",
                      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber":"Aklq"}}]
                    """
                );
                patched.Status.ShouldBe(200, patched.Body?.ToJsonString());
                patched.Body!["name"]!["familyName"]!.GetValue<string>().ShouldBe("Unua");
                patched.Body["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]!["employeeNumber"]!
                    .GetValue<string>()
                    .ShouldBe("Aklq");
                (await scim.GetAsync("/Schemas")).Total.ShouldBeGreaterThan(1);
                // Names with dots and filters without a path, an attribute that is new, one of the extension.
                patched = await scim.PatchAsync(
                    $"/Users/{made.Id}",
                    """
                    [{"op":"Add","value":{"displayName":"Bjfe","name.givenName":"Kjfe","emails[type eq \"home\"].value":"home@testuser.com",
                      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"Tours"}},
                     {"op":"Add","path":"nickName","value":"Babs"}]
                    """
                );
                patched.Status.ShouldBe(200, patched.Body?.ToJsonString());
                patched.Body!["name"]!["givenName"]!.GetValue<string>().ShouldBe("Kjfe");
                patched.Body["emails"]!.AsArray().Count.ShouldBe(2);
                patched.Body["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]!["department"]!
                    .GetValue<string>()
                    .ShouldBe("Tours");
                await estate.RefreshAsync();
                estate.Person("updatedemail@microsoft.com").Name.ShouldBe("Bjfe");

                foreach (var (value, active) in new[] { ("false", false), ("\"True\"", true), ("\"False\"", false) })
                {
                    patched = await scim.PatchAsync($"/Users/{made.Id}", $$"""[{"op":"Replace","path":"active","value":{{value}}}]""");
                    patched.Body!["active"]!.GetValue<bool>().ShouldBe(active, value);
                }
                await estate.RefreshAsync();
                estate.Person("updatedemail@microsoft.com").DisabledBy.ShouldBe("scim");
                (await scim.SendAsync(HttpMethod.Delete, $"/Users/{made.Id}")).Status.ShouldBe(204);
                (await scim.GetAsync($"/Users/{made.Id}")).Status.ShouldBe(404);
            }
        );

    [Theory, ClassData(typeof(StoreCase))]
    public Task Entra_makes_renames_and_fills_a_group(Engine engine) =>
        RunAsync(
            engine,
            async (scim, _) =>
            {
                var user = await scim.UserAsync("f648f8d5@testuser.com");
                var made = await scim.SendAsync(
                    HttpMethod.Post,
                    "/Groups",
                    """
                    {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group","http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],
                     "externalId":"8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159","displayName":"displayName","meta":{"resourceType":"Group"}}
                    """
                );
                made.Status.ShouldBe(201, made.Body?.ToJsonString());
                (await scim.GetAsync($"/Groups/{made.Id}?excludedAttributes=members")).Body!.ContainsKey("members").ShouldBeFalse();
                var found = await scim.GetAsync("/Groups?excludedAttributes=members&filter=displayName%20eq%20%22displayName%22");
                found.Resources.Single()["id"]!.GetValue<string>().ShouldBe(made.Id);
                found.Resources[0].ContainsKey("members").ShouldBeFalse();
                (
                    await scim.PatchGroupAsync(made.Id, """[{"op":"Replace","path":"displayName","value":"1879db59updatedDisplayName"}]""")
                ).Body!["displayName"]!
                    .GetValue<string>()
                    .ShouldBe("1879db59updatedDisplayName");
                var filled = await scim.PatchGroupAsync(
                    made.Id,
                    $$"""[{"op":"Add","path":"members","value":[{"$ref":null,"value":"{{user}}"}]}]"""
                );
                filled.Body!["members"]!.AsArray().Single()!["value"]!.GetValue<string>().ShouldBe(user);
                (await scim.GetAsync($"/Users/{user}")).Body!["groups"]![0]!["display"]!
                    .GetValue<string>()
                    .ShouldBe("1879db59updatedDisplayName");
                (await scim.FilterAsync($"members.value eq \"{user}\"", "Groups")).Total.ShouldBe(1);
                (await scim.FilterAsync($"members[value eq \"{user}\"]", "Groups")).Total.ShouldBe(1);
                var emptied = await scim.PatchGroupAsync(
                    made.Id,
                    $$"""[{"op":"Remove","path":"members","value":[{"$ref":null,"value":"{{user}}"}]}]"""
                );
                emptied.Body!["members"]!.AsArray().ShouldBeEmpty();
                await scim.PatchGroupAsync(made.Id, $$"""[{"op":"Add","path":"members","value":[{"value":"{{user}}"}]}]""");
                (await scim.PatchGroupAsync(made.Id, $$"""[{"op":"remove","path":"members[value eq \"{{user}}\"]"}]""")).Body!["members"]!
                    .AsArray()
                    .ShouldBeEmpty();
                var asked = await scim.SendAsync(
                    HttpMethod.Patch,
                    $"/Groups/{made.Id}?attributes=displayName",
                    """
                    {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"displayName","value":"again"}]}
                    """
                );
                (asked.Status, asked.Body!["displayName"]!.GetValue<string>()).ShouldBe((200, "again"));
                (await scim.SendAsync(HttpMethod.Delete, $"/Groups/{made.Id}")).Status.ShouldBe(204);
            }
        );

    [Theory, ClassData(typeof(StoreCase))]
    public Task Okta_walks_through_users_and_groups(Engine engine) =>
        RunAsync(
            engine,
            async (scim, estate) =>
            {
                (await scim.GetAsync("/Users?filter=userName%20eq%20%22test.user%40okta.local%22&startIndex=1&count=100")).Total.ShouldBe(
                    0
                );
                const string User = """
                    {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"test.user@okta.local",
                     "name":{"givenName":"Test","familyName":"User"},"emails":[{"primary":true,"value":"test.user@okta.local","type":"work"}],
                     "displayName":"Test User","locale":"en-US","externalId":"00ujl29u0le5T6Aj10h7","groups":[],"password":"1mz050nq","active":true}
                    """;
                var made = await scim.SendAsync(HttpMethod.Post, "/Users", User);
                made.Status.ShouldBe(201, made.Body?.ToJsonString());
                made.Body!.ToJsonString().ShouldNotContain("1mz050nq");
                (await scim.SendAsync(HttpMethod.Post, "/Users", User)).Status.ShouldBe(409);
                var put = await scim.SendAsync(
                    HttpMethod.Put,
                    $"/Users/{made.Id}",
                    $$"""
                    {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"{{made.Id}}","userName":"test.user@okta.local",
                     "name":{"givenName":"Another","middleName":"","familyName":"User"},
                     "emails":[{"primary":true,"value":"test.user@okta.local","type":"work","display":"test.user@okta.local"}],"active":true,"groups":[],
                     "meta":{"resourceType":"User"} }
                    """
                );
                put.Status.ShouldBe(200, put.Body?.ToJsonString());
                put.Body!["name"]!["givenName"]!.GetValue<string>().ShouldBe("Another");
                put.Body.ContainsKey("displayName").ShouldBeFalse();
                var group = await scim.SendAsync(
                    HttpMethod.Post,
                    "/Groups",
                    """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Test SCIMv2","members":[]}"""
                );
                var second = await scim.UserAsync("second.user@okta.local");
                (
                    await scim.PatchGroupAsync(
                        group.Id,
                        $$"""[{"op":"add","path":"members","value":[{"value":"{{made.Id}}","display":"test.user@okta.local"}]}]"""
                    )
                ).Status.ShouldBe(200);
                var swapped = await scim.PatchGroupAsync(
                    group.Id,
                    $$"""
                    [{"op":"remove","path":"members[value eq \"{{made.Id}}\"]"},
                     {"op":"add","path":"members","value":[{"value":"{{second}}","display":"second.user@okta.local"}]}]
                    """
                );
                swapped.Body!["members"]!.AsArray().Single()!["value"]!.GetValue<string>().ShouldBe(second);
                (
                    await scim.PatchGroupAsync(
                        group.Id,
                        $$"""[{"op":"replace","value":{"id":"{{group.Id}}","displayName":"Test SCIMv2 renamed"} }]"""
                    )
                ).Body!["displayName"]!
                    .GetValue<string>()
                    .ShouldBe("Test SCIMv2 renamed");
                // The whole membership at once; a group by PUT, as for integrations of the wizard.
                var pushed = await scim.PatchGroupAsync(
                    group.Id,
                    $$"""
                    [{"op":"replace","path":"members","value":[{"value":"{{made.Id}}","display":"test.user@okta.local"},
                      {"value":"{{second}}","display":"second.user@okta.local"}]}]
                    """
                );
                pushed.Body!["members"]!.AsArray().Count.ShouldBe(2);
                var whole = await scim.SendAsync(
                    HttpMethod.Put,
                    $"/Groups/{group.Id}",
                    $$"""
                    {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":"{{group.Id}}","displayName":"Test SCIMv2",
                     "members":[{"value":"{{second}}","display":"second.user@okta.local"}]}
                    """
                );
                whole.Body!["members"]!.AsArray().Count.ShouldBe(1);
                (await scim.GetAsync("/Users?startIndex=1&count=100")).Total.ShouldBe(2);
                (await scim.GetAsync("/Groups?startIndex=1&count=100")).Total.ShouldBe(1);
                (await scim.PatchAsync($"/Users/{made.Id}", """[{"op":"replace","value":{"active":false}}]""")).Status.ShouldBe(200);
                await estate.RefreshAsync();
                estate.Person("test.user@okta.local").Disabled.ShouldBeTrue();
            }
        );
}
