using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Portico.Governance.Identity.Scim;

/// <summary>SCIM 2.0 (RFC 7643, 7644) under /scim/v2: users and groups of the organisation of the token, and what this side can do.</summary>
sealed class ScimEndpoints(ScimUsers users, ScimGroups groups)
{
    public const string Root = "/scim/v2";

    public void Map(IEndpointRouteBuilder app)
    {
        var scim = app.MapGroup(Root).ExcludeFromDescription();
        scim.MapGet("/ServiceProviderConfig", http => ScimAnswers.WriteAsync(http, 200, ScimDiscovery.Config(http)));
        scim.MapGet("/ResourceTypes", http => ScimAnswers.WriteListAsync(http, All, 2, ScimDiscovery.ResourceTypes(http)));
        scim.MapGet("/ResourceTypes/{id}", http => ScimAnswers.WriteAsync(http, 200, ScimDiscovery.ResourceType(http, Id(http))));
        scim.MapGet("/Schemas", http => ScimAnswers.WriteListAsync(http, All, 3, ScimDiscovery.Schemas(http)));
        scim.MapGet("/Schemas/{id}", http => ScimAnswers.WriteAsync(http, 200, ScimDiscovery.Schema(http, Id(http))));

        scim.MapGet("/Users", ListUsersAsync);
        scim.MapPost("/Users", CreateUserAsync);
        scim.MapGet("/Users/{id}", GetUserAsync);
        scim.MapPut("/Users/{id}", ReplaceUserAsync);
        scim.MapPatch("/Users/{id}", PatchUserAsync);
        scim.MapDelete("/Users/{id}", RemoveUserAsync);

        scim.MapGet("/Groups", ListGroupsAsync);
        scim.MapPost("/Groups", CreateGroupAsync);
        scim.MapGet("/Groups/{id}", GetGroupAsync);
        scim.MapPut("/Groups/{id}", ReplaceGroupAsync);
        scim.MapPatch("/Groups/{id}", PatchGroupAsync);
        scim.MapDelete("/Groups/{id}", RemoveGroupAsync);

        scim.Map(
            "/{**path}",
            (RequestDelegate)(
                http => throw new PorticoException(ErrorTable.NotFound, $"There is nothing at {http.Request.Method} {http.Request.Path}.")
            )
        );
    }

    static readonly ScimPage All = new(1, ScimAnswers.MaxPage);

    static string Id(HttpContext http) => (string)http.Request.RouteValues["id"]!;

    static ScimFilter? FilterOf(HttpContext http) =>
        http.Request.Query["filter"].ToString() is { Length: > 0 } text ? ScimFilterReader.Read(text) : null;

    async Task ListUsersAsync(HttpContext http)
    {
        var page = ScimAnswers.PageOf(http);
        var (total, found) = await users.ListAsync(ScimTokens.OrganisationOf(http), FilterOf(http), page, http.RequestAborted);
        var resources = new List<JsonObject>();
        foreach (var user in found)
            resources.Add(await UserAsync(http, user));
        await ScimAnswers.WriteListAsync(http, page, total, resources);
    }

    async Task CreateUserAsync(HttpContext http)
    {
        var user = ScimUser.Read(await ScimAnswers.ReadAsync(http));
        var organisation = ScimTokens.OrganisationOf(http);
        var id = await users.CreateAsync(organisation, user, http.RequestAborted);
        await AnswerAsync(http, StatusCodes.Status201Created, await users.FindAsync(organisation, id, http.RequestAborted));
    }

    async Task GetUserAsync(HttpContext http) => await AnswerAsync(http, StatusCodes.Status200OK, await FoundAsync(http));

    async Task ReplaceUserAsync(HttpContext http)
    {
        var old = await FoundAsync(http);
        ScimAnswers.RequireVersion(http, old.Version);
        var sent = await ScimAnswers.ReadAsync(http);
        if (ScimPatch.Text(ScimPath.Member(sent, "id")) is { } id && id != old.PersonId)
            throw ScimErrors.Bad(ScimErrors.Mutability, "id cannot be set.");
        await users.ChangeAsync(old, ScimTokens.OrganisationOf(http), ScimUser.Read(sent), http.RequestAborted);
        await AnswerAsync(http, StatusCodes.Status200OK, await FoundAsync(http));
    }

    async Task PatchUserAsync(HttpContext http)
    {
        var operations = ScimPatch.Read(await ScimAnswers.ReadAsync(http));
        var old = await FoundAsync(http);
        ScimAnswers.RequireVersion(http, old.Version);
        var resource = old.ToResource();
        foreach (var operation in operations)
            ScimPatch.Apply(resource, operation);
        await users.ChangeAsync(old, ScimTokens.OrganisationOf(http), ScimUser.Read(resource), http.RequestAborted);
        await AnswerAsync(http, StatusCodes.Status200OK, await FoundAsync(http));
    }

    async Task RemoveUserAsync(HttpContext http)
    {
        var old = await FoundAsync(http);
        ScimAnswers.RequireVersion(http, old.Version);
        await users.RemoveAsync(old, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    Task<ScimUserRow> FoundAsync(HttpContext http) => users.FindAsync(ScimTokens.OrganisationOf(http), Id(http), http.RequestAborted);

    async Task AnswerAsync(HttpContext http, int status, ScimUserRow user) =>
        await ScimAnswers.WriteResourceAsync(http, status, await UserAsync(http, user));

    async Task<JsonObject> UserAsync(HttpContext http, ScimUserRow user)
    {
        var resource = user.ToResource();
        if (!ScimAnswers.LeavesOut(http, "groups"))
        {
            var member = await users.GroupsAsync(user.PersonId, http.RequestAborted);
            if (member.Count > 0)
                resource["groups"] = new JsonArray(
                    member
                        .Select(g =>
                            (JsonNode)
                                new JsonObject
                                {
                                    ["value"] = g.Id,
                                    ["display"] = g.Name,
                                    ["$ref"] = ScimAnswers.Address(http, $"Groups/{g.Id}"),
                                }
                        )
                        .ToArray()
                );
        }
        resource["meta"] = ScimAnswers.Meta(http, "User", $"Users/{user.PersonId}", user.CreatedUs, user.UpdatedUs, user.Version);
        return resource;
    }

    async Task ListGroupsAsync(HttpContext http)
    {
        var page = ScimAnswers.PageOf(http);
        var filter = FilterOf(http);
        var fitting = new List<JsonObject>();
        // A filter by name needs no members: only one that names them looks at those of every group.
        var needsMembers =
            filter is not null && http.Request.Query["filter"].ToString().Contains("members", StringComparison.OrdinalIgnoreCase);
        foreach (var group in await groups.ListAsync(ScimTokens.OrganisationOf(http), http.RequestAborted))
        {
            var resource = await GroupAsync(http, group, needsMembers);
            if (filter is null || filter.Fits(resource))
                fitting.Add(resource);
        }
        var some = fitting.Skip(page.Start - 1).Take(page.Count).ToList();
        if (!needsMembers && !ScimAnswers.LeavesOut(http, "members"))
            foreach (var resource in some)
                await AddMembersAsync(http, resource, resource["id"]!.GetValue<string>());
        await ScimAnswers.WriteListAsync(http, page, fitting.Count, some);
    }

    async Task CreateGroupAsync(HttpContext http)
    {
        var sent = await ScimAnswers.ReadAsync(http);
        var organisation = ScimTokens.OrganisationOf(http);
        var id = await groups.CreateAsync(
            organisation,
            ScimGroupForm.Name(ScimPath.Member(sent, "displayName")),
            ScimGroupForm.ExternalId(ScimPath.Member(sent, "externalId")),
            ScimGroupForm.Members(ScimPath.Member(sent, "members")),
            http.RequestAborted
        );
        await AnswerAsync(http, StatusCodes.Status201Created, await groups.FindAsync(organisation, id, http.RequestAborted));
    }

    async Task GetGroupAsync(HttpContext http) => await AnswerAsync(http, StatusCodes.Status200OK, await FoundGroupAsync(http));

    async Task ReplaceGroupAsync(HttpContext http)
    {
        var old = await FoundGroupAsync(http);
        ScimAnswers.RequireVersion(http, old.Version);
        var sent = await ScimAnswers.ReadAsync(http);
        var change = new ScimGroupChange(
            ScimGroupForm.Name(ScimPath.Member(sent, "displayName")),
            ScimGroupForm.ExternalId(ScimPath.Member(sent, "externalId")) ?? "",
            ScimGroupForm.Members(ScimPath.Member(sent, "members"))
        );
        await groups.ChangeAsync(old, ScimTokens.OrganisationOf(http), change, http.RequestAborted);
        await AnswerAsync(http, StatusCodes.Status200OK, await FoundGroupAsync(http));
    }

    async Task PatchGroupAsync(HttpContext http)
    {
        var operations = ScimPatch.Read(await ScimAnswers.ReadAsync(http));
        var old = await FoundGroupAsync(http);
        ScimAnswers.RequireVersion(http, old.Version);
        var before = (await groups.MembersAsync(old.Id, http.RequestAborted)).Select(m => m.Id).ToList();
        var change = ScimGroupForm.Read(operations, before);
        await groups.ChangeAsync(old, ScimTokens.OrganisationOf(http), change, http.RequestAborted);
        var changed = await FoundGroupAsync(http);
        // A large group would be told whole at each change; Entra ID asks for 204, Okta takes it. Who asks for attributes gets them (RFC 7644, 3.5.2).
        if (http.Request.Query.ContainsKey("attributes"))
            await AnswerAsync(http, StatusCodes.Status200OK, changed);
        else
            ScimAnswers.WriteNothing(http, await GroupAsync(http, changed, withMembers: false));
    }

    async Task RemoveGroupAsync(HttpContext http)
    {
        var old = await FoundGroupAsync(http);
        ScimAnswers.RequireVersion(http, old.Version);
        await groups.RemoveAsync(old, http.RequestAborted);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    Task<ScimGroupRow> FoundGroupAsync(HttpContext http) =>
        groups.FindAsync(ScimTokens.OrganisationOf(http), Id(http), http.RequestAborted);

    async Task AnswerAsync(HttpContext http, int status, ScimGroupRow group) =>
        await ScimAnswers.WriteResourceAsync(http, status, await GroupAsync(http, group, !ScimAnswers.LeavesOut(http, "members")));

    async Task<JsonObject> GroupAsync(HttpContext http, ScimGroupRow group, bool withMembers)
    {
        var resource = new JsonObject { ["schemas"] = new JsonArray(ScimPath.Group), ["id"] = group.Id };
        if (group.ExternalId is not null)
            resource["externalId"] = group.ExternalId;
        resource["displayName"] = group.Name;
        if (withMembers)
            await AddMembersAsync(http, resource, group.Id);
        resource["meta"] = ScimAnswers.Meta(http, "Group", $"Groups/{group.Id}", group.CreatedUs, group.UpdatedUs, group.Version);
        return resource;
    }

    async Task AddMembersAsync(HttpContext http, JsonObject resource, string group) =>
        resource["members"] = new JsonArray(
            (await groups.MembersAsync(group, http.RequestAborted))
                .Select(m =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["value"] = m.Id,
                            ["display"] = m.Name,
                            ["type"] = "User",
                            ["$ref"] = ScimAnswers.Address(http, $"Users/{m.Id}"),
                        }
                )
                .ToArray()
        );
}
