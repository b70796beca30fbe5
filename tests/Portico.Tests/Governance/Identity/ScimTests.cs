using System.Text.Json.Nodes;
using Portico.Governance;
using Portico.Governance.Access;
using Portico.OidcProvider;
using Portico.Storage;
using Portico.Tests.Governance.SignIn;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Identity;

/// <summary>SCIM over HTTP: who may, what is refused and how, what it means for people who are signed in.</summary>
public sealed class ScimTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Only_a_SCIM_token_opens_it_and_only_its_own_organisation(Engine engine)
    {
        await using var estate = await SignInEstate.MakeAsync(engine, server);
        using var scim = await ScimClient.MakeAsync(estate.Api, estate.OrganisationId);
        var id = await scim.UserAsync("ada@example.com");
        var other = await estate.Api.PostAsync("/api/organisations", """{"name":"Insurance"}""");
        using var foreign = await ScimClient.MakeAsync(estate.Api, other["id"]);
        (await foreign.GetAsync("/Users")).Total.ShouldBe(0);
        (await foreign.GetAsync($"/Users/{id}")).Status.ShouldBe(404);
        (await foreign.PatchAsync($"/Users/{id}", """[{"op":"replace","path":"active","value":false}]""")).Status.ShouldBe(404);
        (await foreign.SendAsync(HttpMethod.Delete, $"/Users/{id}")).Status.ShouldBe(404);
        var stolen = await foreign.SendAsync(HttpMethod.Post, "/Groups", $$"""{"displayName":"Thieves","members":[{"value":"{{id}}"}]}""");
        (stolen.Status, stolen.Type).ShouldBe((400, "invalidValue"));
        (await foreign.GetAsync("/Groups")).Total.ShouldBe(0);

        var admin = estate.Api.Client.DefaultRequestHeaders.Authorization!.Parameter;
        using var asAdmin = new ScimClient(estate.Api.ClientWith(admin));
        using var asNobody = new ScimClient(estate.Api.ClientWith(null));
        (await asAdmin.GetAsync("/Users")).Status.ShouldBe(401);
        (await asNobody.GetAsync("/ServiceProviderConfig")).Status.ShouldBe(401);
        // Nor does it open anything else.
        var listed = await estate.Api.GetAsync($"/api/scim-tokens?organisation_id={estate.OrganisationId}");
        var made = await estate.Api.PostAsync("/api/scim-tokens", $$"""{"organisation_id":"{{estate.OrganisationId}}","name":"second"}""");
        listed.Text.ShouldNotContain(made["secret"]);
        using var asScim = estate.Api.ClientWith(made["secret"]);
        (await ApiHost.SendAsync(asScim, HttpMethod.Get, "/api/people")).Status.ShouldBe(401);
        using var second = new ScimClient(estate.Api.ClientWith(made["secret"]));
        (await second.GetAsync("/Users")).Total.ShouldBe(1);
        (await estate.Api.SendAsync(HttpMethod.Post, $"/api/scim-tokens/{made.Json["token"]!["id"]}/revoke")).Status.ShouldBe(204);
        (await second.GetAsync("/Users")).Status.ShouldBe(401);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Inactive_ends_the_session_and_the_keys_at_once_on_every_node(Engine engine)
    {
        await using var estate = await SignInEstate.MakeAsync(engine, server);
        using var scim = await ScimClient.MakeAsync(estate.Api, estate.OrganisationId);
        var id = await scim.UserAsync("ada@example.com", ""","externalId":"1001","displayName":"Ada Lovelace" """);
        using var ada = estate.Browser();
        // Linked by the id of the directory, and by no e-mail.
        (await ada.SignInAsync("ada@example.com")).Status.ShouldBe(200);
        (await ada.MeAsync())["id"].ShouldBe(id);
        await estate.RefreshAsync();
        var governance = estate.Node.Get<GovernanceService>();
        var workspace = await governance.CreateWorkspaceAsync(estate.Person("ada@example.com").OrganisationId, "Retail", Ct);
        var useCase = await governance.CreateUseCaseAsync(workspace.Id, "Assistant", null, null, Ct);
        var key = await estate
            .Node.Get<KeyService>()
            .CreateAsync(
                new KeyDraft
                {
                    Name = "hers",
                    UseCaseId = useCase.Id,
                    PersonId = estate.Person("ada@example.com").Id,
                },
                Reach.Everywhere,
                Ct
            );
        var node = engine == Engine.Postgres ? await estate.Store.OpenAsync("two", estate.Time) : estate.Node;
        await node.StartAsync();
        await Eventually.HoldsAsync(() => Refusal() == KeyRefusal.None, TimeSpan.FromSeconds(20));

        (await scim.PatchAsync($"/Users/{id}", """[{"op":"replace","path":"active","value":false}]""")).Status.ShouldBe(200);
        (await ada.MeAsync()).Status.ShouldBe(401);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await Eventually.HoldsAsync(() => Refusal() == KeyRefusal.PersonDisabled, TimeSpan.FromSeconds(20));
        TestContext.Current.SendDiagnosticMessage(
            $"{engine}: the key was refused after {System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms"
        );
        var refused = await ada.SignInAsync("ada@example.com");
        refused.Status.ShouldBe(403);
        refused["detail"].ShouldContain("disabled here");
        (await scim.PatchAsync($"/Users/{id}", """[{"op":"replace","path":"active","value":true}]""")).Status.ShouldBe(200);
        (await ada.SignInAsync("ada@example.com")).Status.ShouldBe(200);

        KeyRefusal Refusal() =>
            node.Get<GovernanceCatalog>().Current.FindBySecret(SecretDigest.Of(key.Secret.Reveal()), estate.Time.GetUtcNow()).Refusal;
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Groups_give_and_take_roles_while_somebody_is_signed_in(Engine engine)
    {
        await using var estate = await SignInEstate.MakeAsync(engine, server);
        using var scim = await ScimClient.MakeAsync(estate.Api, estate.OrganisationId);
        var id = await scim.UserAsync("eve@example.com", ""","externalId":"1003" """);
        var group = (
            await scim.SendAsync(
                HttpMethod.Post,
                "/Groups",
                $$"""{"displayName":"Portico Team","externalId":"portico-analysts","members":[{"value":"{{id}}"}]}"""
            )
        ).Id;
        using var eve = estate.Browser();
        (await eve.SignInAsync("eve@example.com")).Status.ShouldBe(200);
        (await RolesAsync()).ShouldBe(["analyst"]);
        (await scim.PatchAsync($"/Groups/{group}", """[{"op":"replace","path":"displayName","value":"portico-admins"}]""")).Status.ShouldBe(
            204
        );
        (await RolesAsync()).ShouldBe(["admin", "analyst"]);
        (await scim.PatchAsync($"/Groups/{group}", """[{"op":"remove","path":"externalId"}]""")).Status.ShouldBe(204);
        (await RolesAsync()).ShouldBe(["admin"]);
        (await scim.PatchAsync($"/Groups/{group}", """[{"op":"remove","path":"members"}]""")).Status.ShouldBe(204);
        (await RolesAsync()).ShouldBeEmpty();
        (await scim.PatchAsync($"/Groups/{group}", $$"""[{"op":"add","path":"members","value":[{"value":"{{id}}"}]}]""")).Status.ShouldBe(
            204
        );
        (await RolesAsync()).ShouldBe(["admin"]);
        (await scim.SendAsync(HttpMethod.Delete, $"/Groups/{group}")).Status.ShouldBe(204);
        (await RolesAsync()).ShouldBeEmpty();

        async Task<IReadOnlyList<string>> RolesAsync() =>
            (await eve.MeAsync()).Json["roles"]!.AsArray().Select(r => r!.GetValue<string>()).Order(StringComparer.Ordinal).ToList();
    }

    [Theory]
    [InlineData("GET", "/Users?filter=userName%20is%20%22a%22", null, 400, "invalidFilter")]
    [InlineData("GET", "/Users?filter=%28userName%20pr", null, 400, "invalidFilter")]
    [InlineData("GET", "/Groups?filter=displayName", null, 400, "invalidFilter")]
    [InlineData("GET", "/Users?startIndex=one", null, 400, "invalidValue")]
    [InlineData("POST", "/Users", "{", 400, "invalidSyntax")]
    [InlineData("POST", "/Users", "[]", 400, "invalidSyntax")]
    [InlineData("POST", "/Users", """{"userName":"a@example.com","userName":"b@example.com"}""", 400, "invalidSyntax")]
    [InlineData("POST", "/Users", "{}", 400, "invalidValue")]
    [InlineData("POST", "/Users", """{"userName":7}""", 400, "invalidValue")]
    [InlineData("POST", "/Users", """{"userName":"no e-mail"}""", 400, "invalidValue")]
    [InlineData("POST", "/Users", """{"userName":"a@example.com","active":"perhaps"}""", 400, "invalidValue")]
    [InlineData("POST", "/Users", """{"userName":"a@example.com","emails":"b@example.com"}""", 400, "invalidValue")]
    [InlineData("POST", "/Groups", """{"displayName":"g","members":{"value":"x"}}""", 400, "invalidValue")]
    [InlineData("POST", "/Groups", """{"displayName":"g","members":[{"value":"person_unknown"}]}""", 400, "invalidValue")]
    [InlineData("PATCH", "/Users/@", """{"Operations":[{"op":"replace","path":"active","value":false}]}""", 400, "invalidSyntax")]
    [InlineData("PATCH", "/Users/@", "[]", 400, "invalidSyntax")]
    [InlineData("PATCH", "/Users/@", """[{"op":"destroy","path":"active"}]""", 400, "invalidSyntax")]
    [InlineData("PATCH", "/Users/@", """[{"op":"remove"}]""", 400, "noTarget")]
    [InlineData("PATCH", "/Users/@", """[{"op":"replace","path":"id","value":"x"}]""", 400, "mutability")]
    [InlineData("PATCH", "/Users/@", """[{"op":"replace","path":"emails[type","value":"x"}]""", 400, "invalidPath")]
    [InlineData("PATCH", "/Users/@", """[{"op":"replace","path":"a.b.c","value":"x"}]""", 400, "invalidPath")]
    [InlineData("PATCH", "/Users/@", """[{"op":"replace","path":"userName[value eq \"a\"]","value":"x"}]""", 400, "invalidPath")]
    [InlineData("PATCH", "/Users/@", """[{"op":"remove","path":"userName"}]""", 400, "invalidValue")]
    [InlineData("PATCH", "/Users/@", """[{"op":"add","value":"x"}]""", 400, "invalidValue")]
    [InlineData("GET", "/Groups/group_unknown", null, 404, null)]
    [InlineData("GET", "/Nothing", null, 404, null)]
    [InlineData("POST", "/Bulk", "{}", 404, null)]
    public async Task What_is_broken_is_refused_in_the_shape_of_SCIM(string method, string path, string? body, int status, string? type)
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var scim = await ScimClient.MakeAsync(estate.Api, estate.OrganisationId);
        var id = await scim.UserAsync("first@example.com");
        path = path.Replace("@", id, StringComparison.Ordinal);
        var before = (await scim.GetAsync($"/Users/{id}")).Body!.ToJsonString();
        var reply =
            body is not null && method == "PATCH" && body.StartsWith('[')
                ? await scim.PatchAsync(path, body)
                : await scim.SendAsync(new HttpMethod(method), path, body);
        (reply.Status, reply.Type).ShouldBe((status, type), reply.Body?.ToJsonString());
        reply.Body!["schemas"]![0]!.GetValue<string>().ShouldBe("urn:ietf:params:scim:api:messages:2.0:Error");
        reply.Body["status"]!.GetValue<string>().ShouldBe(status.ToString());
        reply.Body["detail"]!.GetValue<string>().ShouldNotBeEmpty();
        (await scim.GetAsync($"/Users/{id}")).Body!.ToJsonString().ShouldBe(before);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Versions_are_kept_apart_by_their_tags(Engine engine)
    {
        await using var estate = await SignInEstate.MakeAsync(engine, server);
        using var scim = await ScimClient.MakeAsync(estate.Api, estate.OrganisationId);
        var id = await scim.UserAsync("ada@example.com");
        var first = await scim.GetAsync($"/Users/{id}");
        first.Tag.ShouldBe("W/\"v1\"");
        first.Body!["meta"]!["version"]!.GetValue<string>().ShouldBe(first.Tag);
        (await scim.SendAsync(HttpMethod.Get, $"/Users/{id}", null, ("If-None-Match", first.Tag!))).Status.ShouldBe(304);
        const string Change = """
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"title","value":"Dr"}]}
            """;
        (await scim.SendAsync(HttpMethod.Patch, $"/Users/{id}", Change, ("If-Match", first.Tag!))).Tag.ShouldBe("W/\"v2\"");
        (await scim.SendAsync(HttpMethod.Patch, $"/Users/{id}", Change, ("If-Match", first.Tag!))).Status.ShouldBe(412);
        (await scim.SendAsync(HttpMethod.Get, $"/Users/{id}", null, ("If-None-Match", first.Tag!))).Status.ShouldBe(200);
        (await scim.SendAsync(HttpMethod.Delete, $"/Users/{id}", null, ("If-Match", first.Tag!))).Status.ShouldBe(412);
        var some = await scim.GetAsync($"/Users/{id}?attributes=userName,meta");
        some.Body!.Select(p => p.Key).ShouldBe(["schemas", "userName", "id", "meta"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_this_side_can_do_is_told()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var scim = await ScimClient.MakeAsync(estate.Api, estate.OrganisationId);
        var config = (await scim.GetAsync("/ServiceProviderConfig")).Body!;
        config["patch"]!["supported"]!.GetValue<bool>().ShouldBeTrue();
        config["bulk"]!["supported"]!.GetValue<bool>().ShouldBeFalse();
        config["filter"]!["maxResults"]!.GetValue<int>().ShouldBe(200);
        (await scim.GetAsync("/ResourceTypes")).Total.ShouldBe(2);
        (await scim.GetAsync("/ResourceTypes/User")).Body!["endpoint"]!.GetValue<string>().ShouldBe("/Users");
        foreach (var schema in (await scim.GetAsync("/Schemas")).Resources)
            (await scim.GetAsync($"/Schemas/{schema["id"]}")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_last_owner_is_not_disabled_and_whom_somebody_here_disabled_stays_so()
    {
        await using var estate = await SignInEstate.MakeAsync(Engine.Sqlite, server);
        using var scim = await ScimClient.MakeAsync(estate.Api, estate.OrganisationId);
        var owner = await Browser.AccountAsync(estate.Node, "ada@example.com", "owner");
        // The directory takes up the person that there is.
        (await scim.UserAsync("ada@example.com")).ShouldBe(owner.PersonId.ToString());
        using var browser = new Browser(estate.Api);
        await browser.SignInAsync("ada@example.com");
        var token = (await estate.Api.GetAsync("/api/me"))["id"];
        (await browser.SendAsync(HttpMethod.Post, $"/api/admin-tokens/{token}/revoke")).Status.ShouldBe(204);
        (await scim.PatchAsync($"/Users/{owner.PersonId}", """[{"op":"replace","path":"active","value":false}]""")).Status.ShouldBe(409);
        (await scim.SendAsync(HttpMethod.Delete, $"/Users/{owner.PersonId}")).Status.ShouldBe(409);
        (await browser.MeAsync()).ShouldBe(200);

        var other = await scim.UserAsync("ben@example.com");
        await estate.RefreshAsync();
        (await browser.SendAsync(HttpMethod.Patch, $"/api/people/{other}", """{"disabled":true}""", ("If-Match", "*"))).Status.ShouldBe(
            200
        );
        var active = await scim.PatchAsync($"/Users/{other}", """[{"op":"replace","path":"active","value":true}]""");
        active.Status.ShouldBe(200);
        active.Body!["active"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task Ten_thousand_users_are_made_found_and_paged(Engine engine)
    {
        const int Count = 10_000;
        await using var estate = await SignInEstate.MakeAsync(engine, server);
        using var scim = await ScimClient.MakeAsync(estate.Api, estate.OrganisationId);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Count),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (i, _) =>
                await scim.UserAsync(
                    $"user{i:00000}@example.com",
                    $$""","externalId":"x{{i}}","title":"{{(i % 100 == 0 ? "Lead" : "Clerk")}}" """
                )
        );
        var made = System.Diagnostics.Stopwatch.GetElapsedTime(started);
        var found = new HashSet<string>(StringComparer.Ordinal);
        for (var start = 1; start <= Count; start += 200)
        {
            var page = await scim.GetAsync($"/Users?startIndex={start}&count=200");
            page.Total.ShouldBe(Count);
            found.UnionWith(page.Resources.Select(r => r["id"]!.GetValue<string>()));
        }
        found.Count.ShouldBe(Count);
        (await scim.GetAsync($"/Users?startIndex={Count + 1}")).Resources.ShouldBeEmpty();
        (await scim.GetAsync("/Users?count=0")).Total.ShouldBe(Count);
        (await scim.FilterAsync("userName eq \"USER07777@example.com\"")).Total.ShouldBe(1);
        (await scim.FilterAsync("externalId eq \"x7777\"")).Total.ShouldBe(1);
        started = System.Diagnostics.Stopwatch.GetTimestamp();
        (await scim.FilterAsync("title eq \"Lead\" and userName sw \"user0\"")).Total.ShouldBe(100);
        TestContext.Current.SendDiagnosticMessage(
            $"{engine}: {Count} users made in {made.TotalSeconds:0.0} s; a filter over all took {System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms"
        );
    }
}
