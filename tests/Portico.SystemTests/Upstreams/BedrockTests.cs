using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;
using Portico.Tests.Providers.Bedrock;

namespace Portico.SystemTests.Upstreams;

/// <summary>Amazon Bedrock behind the door: connected as an administrator does, called as an application does, by a server that checks every signature.</summary>
public sealed class BedrockTests(SharedNode shared) : IClassFixture<SharedNode>
{
    const string Credential =
        $$"""{"access_key_id":"{{ScriptedBedrock.KeyId}}","secret_access_key":"{{ScriptedBedrock.Secret}}","region":"{{ScriptedBedrock.Region}}"}""";

    readonly Node node = shared.Node;

    static Task AnswerAsync(BedrockGot got, HttpContext http) =>
        got.Target switch
        {
            var t when t.EndsWith("/converse", StringComparison.Ordinal) => ScriptedBedrock.JsonAsync(http, ConverseFixtures.Answer),
            var t when t.EndsWith("/converse-stream", StringComparison.Ordinal) => ScriptedBedrock.StreamAsync(
                http,
                ConverseFixtures.Stream
            ),
            var t when t.EndsWith("/invoke", StringComparison.Ordinal) => ScriptedBedrock.JsonAsync(
                http,
                """{"embedding":[0.5,-1],"inputTextTokenCount":3}"""
            ),
            "/foundation-models" => ScriptedBedrock.JsonAsync(http, ConverseFixtures.FoundationModels),
            _ => ScriptedBedrock.JsonAsync(http, ConverseFixtures.Profiles(null, ConverseFixtures.Model)),
        };

    async Task<string> ConnectAsync(ScriptedBedrock server, string credential = Credential)
    {
        var made = await node.Admin.PostAsync(
            "/api/connections",
            new JsonObject
            {
                ["name"] = "bedrock-" + Guid.NewGuid().ToString("N")[..8],
                ["family"] = "bedrock",
                ["base_url"] = server.Url,
                ["credential"] = credential,
            }
        );
        return made.Text("id");
    }

    async Task<(string Model, string Deployment)> DeployAsync(
        string connection,
        string upstream = ConverseFixtures.Model,
        string? model = null,
        bool embeddings = false
    )
    {
        var name = model ?? "bedrock-" + Guid.NewGuid().ToString("N")[..8];
        if (model is null)
        {
            var id = (await node.Admin.PostAsync("/api/models", new JsonObject { ["name"] = name, ["embeddings"] = embeddings })).Text(
                "id"
            );
            await node.Admin.PostAsync(
                "/api/prices",
                new JsonObject
                {
                    ["model_id"] = id,
                    ["usd_per_mtok"] = new JsonObject
                    {
                        ["input"] = "1",
                        ["cache_read"] = "0.1",
                        ["cache_write"] = "1.25",
                        ["cache_write_long"] = "2",
                        ["output"] = "2",
                    },
                }
            );
        }
        var known = (await node.Admin.GetAsync("/api/models?limit=1000"))["items"]!
            .AsArray()
            .Single(m => m!.Text("name") == name)!
            .Text("id");
        var deployment = await node.Admin.PostAsync(
            "/api/deployments",
            new JsonObject
            {
                ["model_id"] = known,
                ["connection_id"] = connection,
                ["upstream_model"] = upstream,
            }
        );
        return (name, deployment.Text("id"));
    }

    [Fact]
    public async Task A_plain_call_is_answered_with_its_tools_and_billed_by_every_part_of_its_usage()
    {
        await using var server = await ScriptedBedrock.StartAsync(AnswerAsync);
        var (model, _) = await DeployAsync(await ConnectAsync(server));
        using var response = await node.Door.ChatAsync(Calls.Chat(model).With("seed", 7));
        ((int)response.StatusCode).ShouldBe(200, await response.Content.ReadAsStringAsync());
        var choice = (await response.JsonAsync())["choices"]![0]!;
        choice["message"]!.Text("content").ShouldBe("Zürich 🚲 und 東京.");
        choice["message"]!["tool_calls"]!
            .AsArray()
            .Select(c => c!["function"]!.Text("arguments"))
            .ShouldBe(["""{"city":"Zürich"}""", "{}"]);
        choice.Text("finish_reason").ShouldBe("tool_calls");
        response.Header("x-portico-dropped-fields").ShouldBe("seed");
        // 25 + 1000 × 0.1 + 100 × 1.25 + 200 × 2 + 59 × 2 = 768 millionths of a dollar.
        response.Header("x-portico-cost-usd").ShouldBe("0.000768");
        var record = await node.RecordOfAsync(response);
        record.Text("outcome").ShouldBe("completed");
    }

    [Fact]
    public async Task A_streamed_call_gives_every_word_and_fragment_and_its_usage()
    {
        await using var server = await ScriptedBedrock.StartAsync(AnswerAsync);
        var (model, _) = await DeployAsync(await ConnectAsync(server));
        using var response = await node.Door.ChatAsync(
            Calls.Chat(model, stream: true).With("stream_options", new JsonObject { ["include_usage"] = true })
        );
        var events = await response.EventsAsync();
        events[^1].ShouldBe("[DONE]");
        Calls.Said(events).ShouldBe("Zürich 🚲 und 東京.");
        var usage = JsonNode.Parse(events[^2])!["usage"]!;
        usage["prompt_tokens"]!.GetValue<long>().ShouldBe(1325);
        usage["completion_tokens"]!.GetValue<long>().ShouldBe(59);
        usage["prompt_tokens_details"]!["cached_tokens"]!.GetValue<long>().ShouldBe(1000);
    }

    [Fact]
    public async Task A_stream_that_garbles_ends_in_an_error_and_never_in_a_success()
    {
        var bytes = ConverseFixtures.Stream;
        bytes[^20] ^= 1;
        await using var server = await ScriptedBedrock.StartAsync(
            (_, http) => ScriptedBedrock.StreamAsync(http, bytes[..1800], bytes[1800..])
        );
        var (model, _) = await DeployAsync(await ConnectAsync(server));
        using var response = await node.Door.ChatAsync(model, stream: true);
        var events = await response.EventsAsync();
        events.ShouldNotContain("[DONE]");
        JsonNode.Parse(events[^1])!["error"]!.Text("code").ShouldBe("upstream_malformed");
    }

    [Fact]
    public async Task Embeddings_come_in_the_form_of_the_callers_SDK()
    {
        await using var server = await ScriptedBedrock.StartAsync(AnswerAsync);
        var (model, _) = await DeployAsync(await ConnectAsync(server), "amazon.titan-embed-text-v2:0", embeddings: true);
        using var response = await node.Door.PostAsync(
            "/v1/embeddings",
            new StringContent(
                $$"""{"model":"{{model}}","input":["one","two"],"encoding_format":"float"}""",
                Encoding.UTF8,
                "application/json"
            )
        );
        var body = await response.JsonAsync();
        ((int)response.StatusCode).ShouldBe(200, body.ToJsonString());
        body["data"]!.AsArray().Select(d => d!["embedding"]!.ToJsonString()).ShouldBe(["[0.5,-1]", "[0.5,-1]"]);
        body["usage"]!["prompt_tokens"]!.GetValue<int>().ShouldBe(6);
    }

    [Fact]
    public async Task The_connection_lists_what_it_offers()
    {
        await using var server = await ScriptedBedrock.StartAsync(AnswerAsync);
        var offered = await node.Admin.GetAsync($"/api/connections/{await ConnectAsync(server)}/offered");
        offered["items"]!
            .AsArray()
            .Select(m => m!.Text("name"))
            .ShouldBe(["amazon.titan-embed-text-v2:0", ConverseFixtures.Model, "mistral.mistral-large-2402-v1:0"]);
    }

    public static TheoryData<string, int, string, string> Failures =>
        new()
        {
            { "ThrottlingException", 429, "Too many requests, please wait before trying again.", "rate_limit" },
            { "ServiceUnavailableException", 503, "Bedrock is unable to process your request.", "upstream" },
            { "ExpiredTokenException", 403, "The security token included in the request is expired", "credential" },
            { "AccessDeniedException", 403, "You don't have access to the model with the specified model ID.", "model" },
        };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task The_next_region_serves_when_the_first_one_fails(string type, int status, string message, string fault)
    {
        await using var tired = await ScriptedBedrock.StartAsync((_, http) => ScriptedBedrock.ErrorAsync(http, status, type, message));
        await using var fresh = await ScriptedBedrock.StartAsync(AnswerAsync);
        var (model, first) = await DeployAsync(await ConnectAsync(tired));
        var (_, second) = await DeployAsync(await ConnectAsync(fresh), model: model);
        await node.RouteAsync(model + "-route", [first, second], new JsonObject { ["retries"] = 0, ["max_attempts"] = 2 });
        using var response = await node.Door.ChatAsync(model + "-route", stream: true);
        Calls.Said(await response.EventsAsync()).ShouldBe("Zürich 🚲 und 東京.");
        response.Header("x-portico-attempts").ShouldBe("2");
        tired.Requests.Count.ShouldBe(1);
        (await node.RecordOfAsync(response))["attempts"]![0]!.Text("fault").ShouldBe(fault);
    }

    [Fact]
    public async Task Keys_that_ended_are_told_to_the_caller_as_the_connections_problem()
    {
        await using var server = await ScriptedBedrock.StartAsync(AnswerAsync);
        var connection = await ConnectAsync(
            server,
            Credential.Replace(ScriptedBedrock.KeyId, ScriptedBedrock.ExpiredId, StringComparison.Ordinal)
        );
        var (model, _) = await DeployAsync(connection);
        using var response = await node.Door.ChatAsync(model);
        ((int)response.StatusCode).ShouldBe(502);
        var error = (await response.JsonAsync())["error"]!;
        error.Text("code").ShouldBe("upstream_credential");
        error.Text("message").ShouldContain(connection);
        error.Text("message").ShouldContain("Its temporary keys have ended. Give the connection new ones");
    }
}
