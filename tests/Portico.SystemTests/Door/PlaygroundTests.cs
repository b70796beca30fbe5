using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Door;

/// <summary>A person calls models from the console without a key: the same walk with the same budgets, limits, rules and records, and nothing beside it.</summary>
public sealed class PlaygroundTests(SharedNode shared, PostgresServer postgres) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static string Name() => "p-" + Guid.NewGuid().ToString("N")[..8];

    async Task<string> ModelAsync(Upstream upstream)
    {
        var model = Name();
        await node.ConnectAsync(upstream.Address, model);
        return model;
    }

    static async Task<JsonNode> RecordAsync(Node at, string call)
    {
        JsonNode? found = null;
        await Eventually.IsTrueAsync(async () =>
        {
            using var response = await at.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{call}");
            found = response.IsSuccessStatusCode ? await response.JsonAsync() : null;
            return found is not null;
        });
        return found!;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_person_calls_without_a_key_and_the_record_names_them_and_the_playground(bool stream)
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.GoodAsync(http, Upstream.WantsStream(http)));
        using var estate = await Estate.MakeAsync(node);
        using var mara = await SignedIn.AtAsync(node, "engineer", estate.Organisation);
        using var response = await mara.AskAsync(estate.UseCase, Calls.Chat(await ModelAsync(upstream), stream: stream));
        ((int)response.StatusCode).ShouldBe(200);
        if (stream)
            Calls.Said(await response.EventsAsync()).ShouldBe("four words of text");
        else
            (await response.JsonAsync())["choices"]![0]!.Text("message", "content").ShouldBe("four words of text");
        var record = await RecordAsync(node, response.CallId());
        record.Text("wire").ShouldBe("playground");
        (record.Text("person_id"), record.Text("use_case_id")).ShouldBe((mara.Person, estate.UseCase));
        (record.Text("workspace_id"), record.Text("organisation_id")).ShouldBe((estate.Workspace, estate.Organisation));
        record["key_id"].ShouldBeNull();
        (record.Text("outcome"), record.Number("usage", "output")).ShouldBe(("completed", 4));
    }

    [Theory]
    [InlineData("officer")]
    [InlineData("analyst")]
    [InlineData("auditor")]
    public async Task Who_may_not_spend_is_refused_before_any_upstream_is_contacted(string role)
    {
        await using var upstream = await Upstream.StartAsync();
        using var person = await SignedIn.AtAsync(node, role);
        using var response = await person.AskAsync(node.UseCaseId, Calls.Chat(await ModelAsync(upstream)));
        var problem = await response.ShouldBeProblemAsync(403, "permission_denied");
        problem.Text("detail").ShouldContain("playground.use");
        upstream.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task A_call_that_another_page_could_have_sent_is_refused()
    {
        await using var upstream = await Upstream.StartAsync();
        var call = Calls.Chat(await ModelAsync(upstream));
        using var mara = await SignedIn.AtAsync(node, "engineer");
        using (var foreign = await mara.AskAsync(node.UseCaseId, call, headers: ("Sec-Fetch-Site", "cross-site")))
            await foreign.ShouldBeProblemAsync(403, "permission_denied");
        mara.Browser.DefaultRequestHeaders.Remove("X-Portico-Csrf");
        using (var without = await mara.AskAsync(node.UseCaseId, call))
            (await without.ShouldBeProblemAsync(403, "permission_denied")).Text("detail").ShouldContain("X-Portico-Csrf");
        using var stranger = new SignedIn("", node.Client(null));
        using (var nobody = await stranger.AskAsync(node.UseCaseId, call))
            await nobody.ShouldBeProblemAsync(401, "sign_in_required");
        // A token is no person whose budgets could hold, a service key no sign-in.
        using var token = new SignedIn("", node.Client(node.AdminSecret));
        using (var refused = await token.AskAsync(node.UseCaseId, call))
            await refused.ShouldBeProblemAsync(403, "permission_denied");
        using var key = new SignedIn("", node.Client(node.KeySecret));
        using (var refused = await key.AskAsync(node.UseCaseId, call))
            await refused.ShouldBeProblemAsync(401, "sign_in_required");
        upstream.Calls.ShouldBe(0);
    }

    [Fact]
    public async Task A_use_case_of_another_organisation_is_not_there_and_no_header_names_another_person()
    {
        await using var upstream = await Upstream.StartAsync();
        var model = await ModelAsync(upstream);
        using var other = await Estate.MakeAsync(node);
        using var mara = await SignedIn.AtAsync(node, "owner");
        foreach (var useCase in new[] { other.UseCase, "uc_nonsense", other.Workspace })
            using (var response = await mara.AskAsync(useCase, Calls.Chat(model)))
                await response.ShouldBeProblemAsync(404, "not_found", "use_case_id");
        using var mine = await mara.AskAsync(node.UseCaseId, Calls.Chat(model), headers: ("x-portico-person", other.Person));
        mine.EnsureSuccessStatusCode();
        (await RecordAsync(node, mine.CallId())).Text("person_id").ShouldBe(mara.Person);
        upstream.Calls.ShouldBe(1);
    }

    [Theory]
    [InlineData("organisation")]
    [InlineData("workspace")]
    [InlineData("use_case")]
    [InlineData("person")]
    [InlineData("route")]
    [InlineData("model")]
    public async Task What_a_budget_does_not_cover_is_refused_before_any_upstream_and_tells_what_to_do(string scope)
    {
        await using var upstream = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        using var mara = await SignedIn.AtAsync(node, "engineer", estate.Organisation);
        var model = await ModelAsync(upstream);
        var budget = await node.BudgetAsync(scope, scope == "person" ? mara.Person : estate.IdOf(scope, model), "0.0005", "day");
        using (var good = await mara.AskAsync(estate.UseCase, Calls.Chat(model).With("max_tokens", 100)))
            good.EnsureSuccessStatusCode();
        var call = Calls.Chat(model, stream: true).With("max_tokens", 400);
        var explained = await ExplainAsync(mara, estate.UseCase, call);
        explained["would_pass"]!.GetValue<bool>().ShouldBeFalse();
        explained.Text("refused_with").ShouldBe("insufficient_quota");
        using var refused = await mara.AskAsync(estate.UseCase, call);
        var problem = await refused.ShouldBeProblemAsync(429, "insufficient_quota");
        problem.Text("meter").ShouldBe(budget);
        upstream.Calls.ShouldBe(1);
        problem.Text("request_id").ShouldBe(refused.CallId());
        var record = await RecordAsync(node, refused.CallId());
        (record.Text("outcome"), record.Text("person_id")).ShouldBe(("refused", mara.Person));
        (await node.CountAsync(budget)).Held.ShouldBe(0);
    }

    [Fact]
    public async Task Use_cases_of_one_person_have_budgets_of_their_own()
    {
        await using var upstream = await Upstream.StartAsync();
        using var estate = await Estate.MakeAsync(node);
        using var mara = await SignedIn.AtAsync(node, "engineer", estate.Organisation);
        var model = await ModelAsync(upstream);
        var second = (
            await node.Admin.PostAsync("/api/use-cases", new JsonObject { ["workspace_id"] = estate.Workspace, ["name"] = Name() })
        ).Text("id");
        await node.BudgetAsync("use_case", second, "0.0001", "day");
        var call = Calls.Chat(model).With("max_tokens", 400);
        using (var first = await mara.AskAsync(estate.UseCase, call))
            first.EnsureSuccessStatusCode();
        using var refused = await mara.AskAsync(second, call);
        await refused.ShouldBeProblemAsync(429, "insufficient_quota");
    }

    [Fact]
    public async Task Stopping_in_the_middle_stops_the_provider_and_bills_what_came()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.RoleChunk));
            for (var i = 0; i < 40; i++)
                await Upstream.WriteAsync(http, Upstream.Frame(Upstream.Chunk(" word")));
            await Upstream.HangAsync(http);
        });
        using var estate = await Estate.MakeAsync(node);
        using var mara = await SignedIn.AtAsync(node, "engineer", estate.Organisation);
        var budget = await node.BudgetAsync("person", mara.Person, "1");
        string call;
        using (var response = await mara.AskAsync(estate.UseCase, Calls.Chat(await ModelAsync(upstream), stream: true)))
        {
            call = response.CallId();
            await using var body = await response.Content.ReadAsStreamAsync();
            using var reader = new StreamReader(body);
            for (var words = 0; words < 40; )
                words += (await reader.ReadLineAsync())!.Contains(" word", StringComparison.Ordinal) ? 1 : 0;
        }
        await upstream.CallerLeft.WaitAsync(TimeSpan.FromSeconds(10));
        var record = await RecordAsync(node, call);
        record.Text("outcome").ShouldBe("abandoned");
        record.Number("cost_nano_usd").ShouldBeGreaterThan(0);
        (await node.CountAsync(budget)).ShouldBe((record.Number("cost_nano_usd"), 0));
    }

    [Fact]
    public async Task Contents_are_kept_where_the_route_keeps_them_and_nowhere_else()
    {
        await using var upstream = await Upstream.StartAsync();
        using var mara = await SignedIn.AtAsync(node, "engineer");
        var model = Name();
        var deployment = await node.ConnectAsync(upstream.Address, model);
        var keeping = (await node.RouteAsync(Name(), [deployment], new JsonObject { ["keep_contents"] = true })).Text("name");
        await node.RevealAsync();
        foreach (var (route, kept) in new[] { (keeping, true), (model, false) })
        {
            using var response = await mara.AskAsync(node.UseCaseId, Calls.Chat(route, "What is kept?"));
            response.EnsureSuccessStatusCode();
            using var contents = await node.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{response.CallId()}/contents");
            contents.IsSuccessStatusCode.ShouldBe(kept, route);
            if (kept)
                (await contents.JsonAsync())["prompt"]!["text"]!["messages"]![0]!.Text("content").ShouldBe("What is kept?");
        }
    }

    [Fact]
    public async Task A_failure_of_the_provider_and_a_bad_body_are_told_as_problems_with_the_id_of_the_call()
    {
        await using var upstream = await Upstream.StartAsync(http => Upstream.ErrorAsync(http, 400, "No such thing"));
        var model = await ModelAsync(upstream);
        using var mara = await SignedIn.AtAsync(node, "engineer");
        foreach (
            var (body, status) in new[]
            {
                (Calls.Chat(model), 400),
                (Calls.Chat(model).With("messages", "none"), 400),
                (Calls.Chat("nothing"), 404),
            }
        )
        {
            using var response = await mara.AskAsync(node.UseCaseId, body);
            var text = await response.Content.ReadAsStringAsync();
            ((int)response.StatusCode).ShouldBe(status, text);
            response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
            JsonNode.Parse(text)!.Text("request_id").ShouldBe(response.CallId());
            (await RecordAsync(node, response.CallId())).Text("person_id").ShouldBe(mara.Person);
        }
    }

    [Fact]
    public async Task A_prompt_of_ten_megabytes_is_taken_and_explained()
    {
        await using var upstream = await Upstream.StartAsync();
        var model = await ModelAsync(upstream);
        using var mara = await SignedIn.AtAsync(node, "engineer");
        var call = Calls.Chat(model, string.Concat(Enumerable.Repeat("ten megabytes of text ", 480_000))).With("max_tokens", 5);
        var explained = await ExplainAsync(mara, node.UseCaseId, call);
        explained.Number("input_tokens").ShouldBeGreaterThan(1_000_000);
        using var response = await mara.AskAsync(node.UseCaseId, call);
        response.EnsureSuccessStatusCode();
        upstream.Bodies.Single().Length.ShouldBeGreaterThan(10_000_000);
    }

    static async Task<JsonNode> ExplainAsync(SignedIn who, string useCase, JsonObject chat)
    {
        var body = new JsonObject { ["use_case_id"] = useCase, ["chat"] = chat.DeepClone() };
        using var content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var response = await who.Browser.PostAsync(new Uri("/api/explain", UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonNode.Parse(text)!;
    }

    [Fact]
    public async Task What_would_be_held_is_told_before_and_is_what_the_call_then_holds()
    {
        await using var upstream = await Upstream.StartAsync();
        using var mara = await SignedIn.AtAsync(node, "engineer");
        var call = Calls.Chat(await ModelAsync(upstream), "What will this hold?").With("max_tokens", 77);
        var explained = await ExplainAsync(mara, node.UseCaseId, call);
        explained["would_pass"]!.GetValue<bool>().ShouldBeTrue(explained.ToJsonString());
        explained["caller"]!["key"].ShouldBeNull();
        upstream.Calls.ShouldBe(0);
        using var response = await mara.AskAsync(node.UseCaseId, call);
        response.EnsureSuccessStatusCode();
        var record = await RecordAsync(node, response.CallId());
        explained.Number("input_tokens").ShouldBe(record.Number("counted_input_tokens"));
        decimal.Parse(explained.Text("hold_usd"), System.Globalization.CultureInfo.InvariantCulture)
            .ShouldBe(record.Number("held_nano_usd") / 1_000_000_000m);
    }

    [Fact]
    public async Task On_a_shared_database_the_same_holds_and_the_other_node_has_the_record()
    {
        var (one, two) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = one;
        await using var __ = two;
        using var mara = await SignedIn.AtAsync(one, "engineer");
        var budget = await one.BudgetAsync("person", mara.Person, "0.01");
        var call = Calls.Chat("sim/echo", "Hello").With("max_tokens", 100);
        using (var first = await mara.AskAsync(one.UseCaseId, call))
        {
            first.EnsureSuccessStatusCode();
            var record = await RecordAsync(one, first.CallId());
            (record.Text("person_id"), record.Text("wire")).ShouldBe((mara.Person, "playground"));
            (await RecordAsync(two, first.CallId())).Text("person_id").ShouldBe(mara.Person);
        }
        using var refused = await mara.AskAsync(one.UseCaseId, Calls.Chat("sim/echo", "Hello").With("max_tokens", 100_000));
        (await refused.ShouldBeProblemAsync(429, "insufficient_quota")).Text("meter").ShouldBe(budget);
    }
}
