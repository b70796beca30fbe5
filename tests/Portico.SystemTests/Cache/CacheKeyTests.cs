using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Cache;

/// <summary>An answer is served again only to the same question of the same workspace under the same policy.</summary>
public sealed class CacheKeyTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    [Fact]
    public async Task An_equal_call_is_served_again_and_only_where_the_route_wants_it()
    {
        await using var on = await CachedRoute.OpenAsync(node);
        (await on.AskAsync()).ShouldBe(("miss", "answer number 1"));
        (await on.AskAsync()).ShouldBe(("hit", "answer number 1"));
        on.Upstream.Calls.ShouldBe(1);

        await using var off = await CachedRoute.OpenAsync(node, seconds: 0);
        (await off.AskAsync()).ShouldBe((null, "answer number 1"));
        (await off.AskAsync()).ShouldBe((null, "answer number 2"));
    }

    [Fact]
    public async Task A_caller_that_wants_no_cached_answer_gets_a_fresh_one_which_is_not_kept()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        (await route.AskAsync(headers: ("x-portico-cache", "off"))).ShouldBe(("bypass", "answer number 1"));
        (await route.AskAsync()).ShouldBe(("miss", "answer number 2"));
        (await route.AskAsync(headers: ("x-portico-cache", "off"))).ShouldBe(("bypass", "answer number 3"));
        (await route.AskAsync(headers: ("x-portico-cache", "on"))).ShouldBe(("hit", "answer number 2"));
    }

    /// <summary>Members that shape the answer, with two values each where one is not enough.</summary>
    public static TheoryData<string> Differences =>
        [
            """{"temperature":0}""",
            """{"temperature":0.5}""",
            """{"top_p":0.5}""",
            """{"n":2}""",
            """{"max_tokens":5}""",
            """{"max_completion_tokens":5}""",
            """{"stop":"END"}""",
            """{"stop":["END"]}""",
            """{"seed":1}""",
            """{"seed":2}""",
            """{"frequency_penalty":0.5}""",
            """{"presence_penalty":0.5}""",
            """{"logprobs":true}""",
            """{"logprobs":true,"top_logprobs":2}""",
            """{"reasoning_effort":"low"}""",
            """{"response_format":{"type":"json_object"}}""",
            """{"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object"}}}}""",
            """{"response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"array"}}}}""",
            """{"tools":[{"type":"function","function":{"name":"f"}}]}""",
            """{"tools":[{"type":"function","function":{"name":"f","description":"F"}}]}""",
            """{"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required"}""",
            """{"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"f"}}}""",
            """{"tools":[{"type":"function","function":{"name":"f"}}],"parallel_tool_calls":false}""",
            """{"user":"ada"}""",
            """{"logit_bias":{"7":5}}""",
            """{"x_unheard_of":1}""",
            """{"x_unheard_of":{"deep":[1]}}""",
            """{"stream":true}""",
            """{"stream":true,"stream_options":{"include_usage":true}}""",
            """{"messages":[{"role":"user","content":"Hello, Portico!"}]}""",
            """{"messages":[{"role":"developer","content":"Hello, Portico"}]}""",
            """{"messages":[{"role":"user","content":"Hello, Portico","name":"ada"}]}""",
            """{"messages":[{"role":"user","content":"Hello, Portico","x_more":1}]}""",
            """{"messages":[{"role":"system","content":"x"},{"role":"user","content":"Hello, Portico"}]}""",
            """{"messages":[{"role":"user","content":[{"type":"text","text":"Hello, Portico"}]}]}""",
            """{"messages":[{"role":"user","content":[{"type":"text","text":"Hello, "},{"type":"text","text":"Portico"}]}]}""",
        ];

    /// <summary>Every body is asked twice: its first time is a miss, whatever was asked before, and its second a hit.</summary>
    [Fact]
    public async Task Every_member_of_the_body_that_shapes_the_answer_makes_another_question()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        await route.AskAsync();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        var number = 1;
        foreach (var row in Differences)
        {
            number++;
            var (state, text) = await route.AskAsync(row.Data);
            (state, text).ShouldBe(("miss", $"answer number {number}"), row.Data);
            texts.Add(text).ShouldBeTrue(row.Data);
            (await route.AskAsync(row.Data)).ShouldBe(("hit", text), row.Data);
        }
        (await route.AskAsync()).ShouldBe(("hit", "answer number 1"));
        route.Upstream.Calls.ShouldBe(Differences.Count + 1);
    }

    [Fact]
    public async Task Keys_of_one_workspace_share_answers_and_another_workspace_gets_its_own()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        await route.AskAsync();
        var (_, colleague) = await node.NewKeyAsync();
        using var _2 = colleague;
        (await route.AskAsync(door: colleague)).State.ShouldBe("hit");

        var workspace = await node.Admin.PostAsync(
            "/api/workspaces",
            new JsonObject { ["organisation_id"] = node.OrganisationId, ["name"] = "w" + Guid.NewGuid().ToString("N")[..8] }
        );
        var useCase = await node.Admin.PostAsync(
            "/api/use-cases",
            new JsonObject { ["workspace_id"] = workspace.Text("id"), ["name"] = "u" }
        );
        var (_, stranger) = await node.NewKeyAsync(new JsonObject { ["use_case_id"] = useCase.Text("id") });
        using var _3 = stranger;
        (await route.AskAsync(door: stranger)).ShouldBe(("miss", "answer number 2"));
        (await route.AskAsync(door: stranger)).ShouldBe(("hit", "answer number 2"));
    }

    [Fact]
    public async Task Another_policy_of_the_route_is_another_question()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        await route.AskAsync();
        await route.ChangeAsync(new JsonObject { ["default_output_tokens"] = 100 });
        (await route.AskAsync()).ShouldBe(("miss", "answer number 2"));
    }

    [Fact]
    public async Task A_route_made_anew_under_the_same_name_serves_nothing_of_the_old_one()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        await route.AskAsync();
        await node.Admin.RawAsync(HttpMethod.Delete, $"/api/routes/{route.Name}", ifMatch: "*");
        await node.RouteAsync(route.Name, [route.Deployment], new JsonObject { ["cache_seconds"] = 60 });
        (await route.AskAsync()).ShouldBe(("miss", "answer number 2"));
    }

    [Fact]
    public async Task Two_routes_to_one_model_do_not_share()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        await route.AskAsync();
        var other = route.Name + "-2";
        await node.RouteAsync(other, [route.Deployment], new JsonObject { ["cache_seconds"] = 60 });
        (await route.AskAsync($$"""{"model":"{{other}}"}""")).State.ShouldBe("miss");
        (await route.AskAsync($$"""{"model":"{{route.Model}}"}""")).State.ShouldBeNull();
    }

    [Fact]
    public async Task What_stands_behind_the_route_in_another_version_is_another_question()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        await route.AskAsync();
        await node.Admin.PatchAsync($"/api/deployments/{route.Deployment}", new JsonObject { ["weight"] = 7 });
        (await route.AskAsync()).ShouldBe(("miss", "answer number 2"));
        var model = (await node.Admin.GetAsync("/api/models?limit=1000"))["items"]!.AsArray().Single(m => m!.Text("name") == route.Model)!;
        await node.Admin.PatchAsync($"/api/models/{model.Text("id")}", new JsonObject { ["context_tokens"] = 9_000 });
        (await route.AskAsync()).ShouldBe(("miss", "answer number 3"));
    }

    [Fact]
    public async Task A_connection_that_leads_elsewhere_serves_nothing_of_before()
    {
        await using var route = await CachedRoute.OpenAsync(node);
        await using var elsewhere = await Upstream.StartAsync();
        await route.AskAsync();
        var deployment = (await node.Admin.GetAsync("/api/deployments?limit=1000"))["items"]!
            .AsArray()
            .Single(d => d!.Text("id") == route.Deployment)!;
        await node.Admin.PatchAsync(
            $"/api/connections/{deployment.Text("connection_id")}",
            new JsonObject { ["base_url"] = new Uri(elsewhere.Address, "/v1").ToString(), ["credential"] = "sk-elsewhere" }
        );
        (await route.AskAsync()).ShouldBe(("miss", "four words of text"));
    }

    [Fact]
    public async Task An_answer_is_served_for_as_long_as_the_route_says()
    {
        await using var own = await Node.StartAsync();
        await using var route = await CachedRoute.OpenAsync(own, seconds: 60);
        await route.AskAsync();
        own.Time.Advance(TimeSpan.FromSeconds(50));
        (await route.AskAsync()).State.ShouldBe("hit");
        own.Time.Advance(TimeSpan.FromSeconds(11));
        (await route.AskAsync()).ShouldBe(("miss", "answer number 2"));
    }
}
