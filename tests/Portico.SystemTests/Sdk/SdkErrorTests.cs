using System.ClientModel;
using System.Text.Json.Nodes;
using OpenAI.Chat;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Sdk;

/// <summary>
/// Errors as the official .NET SDK gives them: ClientResultException with the status and OpenAI's code. It tries 408, 429 and most of 5xx again by
/// itself, up to three times, sleeps for as long as retry-after says, and does not know x-should-retry.
/// </summary>
public sealed class SdkErrorTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static async Task<(ClientResultException Error, JsonObject Body)> ErrorOfAsync(
        SdkClient client,
        string model = "sim/echo",
        ChatCompletionOptions? options = null
    )
    {
        var e = await Should.ThrowAsync<ClientResultException>(() =>
            client.OpenAi.GetChatClient(model).CompleteChatAsync([new UserChatMessage("Hello")], options)
        );
        return (e, JsonNode.Parse(e.GetRawResponse()!.Content)!["error"]!.AsObject());
    }

    static void ShouldBe((ClientResultException Error, JsonObject Body) found, int status, string code)
    {
        found.Error.Status.ShouldBe(status, found.Error.Message);
        Calls.ShouldBeWhole(found.Body);
        found.Body.Text("code").ShouldBe(code);
        // What a developer reads in a log: the SDK puts code and message of OpenAI's shape into its own.
        found.Error.Message.ShouldContain(code);
        found.Error.Message.ShouldContain(found.Body.Text("message"));
    }

    [Fact]
    public async Task A_wrong_key_is_401_and_not_tried_again()
    {
        var client = new SdkClient(node, "pk_live_unknown");
        ShouldBe(await ErrorOfAsync(client), 401, "invalid_api_key");
        client.Tries.ShouldBe(1);
    }

    [Fact]
    public async Task An_unknown_model_is_404_and_not_tried_again()
    {
        var client = new SdkClient(node);
        ShouldBe(await ErrorOfAsync(client, "no/such"), 404, "model_not_found");
        client.Tries.ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_parameter_is_400_and_names_it()
    {
        var client = new SdkClient(node);
        var found = await ErrorOfAsync(client, options: new ChatCompletionOptions { Temperature = 9 });
        ShouldBe(found, 400, "invalid_request");
        found.Body.Text("param").ShouldBe("temperature");
        client.Tries.ShouldBe(1);
    }

    [Fact]
    public async Task A_stream_that_is_refused_throws_before_its_first_update()
    {
        var client = new SdkClient(node);
        var e = await Should.ThrowAsync<ClientResultException>(async () =>
        {
            await foreach (var _ in client.OpenAi.GetChatClient("no/such").CompleteChatStreamingAsync("Hello"))
                throw new ShouldAssertException("There was an update.");
        });
        e.Status.ShouldBe(404);
    }

    [Fact]
    public async Task An_upstream_that_always_fails_is_tried_by_the_node_and_then_by_the_sdk()
    {
        var client = new SdkClient(node, maxRetries: 1);
        var found = await ErrorOfAsync(client, "sim/fail-503");
        found.Error.Status.ShouldBeInRange(500, 599);
        client.Tries.ShouldBe(2);
    }

    [Fact]
    public async Task A_budget_that_is_spent_is_429_with_the_code_of_quota_and_is_over_in_seconds()
    {
        var (key, door) = await node.NewKeyAsync();
        await node.Admin.PostAsync(
            "/api/budgets",
            new JsonObject
            {
                ["scope"] = "key",
                ["scope_id"] = key,
                ["window"] = "month",
                ["limit_usd"] = "0.000001",
            }
        );
        var client = new SdkClient(node, door.DefaultRequestHeaders.Authorization!.Parameter);
        var found = await ErrorOfAsync(client);
        ShouldBe(found, 429, "insufficient_quota");
        client.Header("x-should-retry").ShouldBe("false");
        client.Header("retry-after").ShouldBeNull();
        // It does not know x-should-retry; what it must not do is sleep until the month is over.
        client.Tries.ShouldBe(4);
        client.Waits.Aggregate(TimeSpan.Zero, (sum, w) => sum + w).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_budget_answers_402_where_it_is_set_so_and_is_not_tried_again()
    {
        await using var own = await Node.StartAsync(("Gateway:BudgetStatus", "402"));
        var (key, door) = await own.NewKeyAsync();
        await own.Admin.PostAsync(
            "/api/budgets",
            new JsonObject
            {
                ["scope"] = "key",
                ["scope_id"] = key,
                ["window"] = "day",
                ["limit_usd"] = "0.000001",
            }
        );
        var client = new SdkClient(own, door.DefaultRequestHeaders.Authorization!.Parameter);
        ShouldBe(await ErrorOfAsync(client), 402, "insufficient_quota");
        client.Tries.ShouldBe(1);
    }

    [Theory]
    [InlineData("minute")]
    [InlineData("month")]
    public async Task A_limit_that_is_reached_never_makes_the_sdk_sleep_for_more_than_a_minute(string window)
    {
        node.Time.ToTheStartOfAMinute();
        var (key, door) = await node.NewKeyAsync();
        await node.Admin.PostAsync(
            "/api/limits",
            new JsonObject
            {
                ["scope"] = "key",
                ["scope_id"] = key,
                ["unit"] = "requests",
                ["window"] = window,
                ["limit"] = 1,
            }
        );
        var client = new SdkClient(node, door.DefaultRequestHeaders.Authorization!.Parameter, maxRetries: 1);
        await client.OpenAi.GetChatClient("sim/echo").CompleteChatAsync("Hello");
        var found = await ErrorOfAsync(client);
        ShouldBe(found, 429, "rate_limit_exceeded");
        found.Body.Text("details", "resets_at").ShouldNotBeEmpty();
        var wait = client.Waits.ShouldHaveSingleItem();
        wait.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(60));
        if (window == "minute")
            wait.ShouldBeGreaterThan(TimeSpan.FromSeconds(30), "retry-after was honoured");
        else
            client.Header("x-should-retry").ShouldBe("false");
    }

    [Fact]
    public async Task A_stream_that_breaks_after_output_throws_and_keeps_what_came()
    {
        var said = "";
        var client = new SdkClient(node);
        // It knows no error in a stream. That it throws at all keeps a broken answer from passing for a whole one.
        await Should.ThrowAsync<InvalidOperationException>(async () =>
        {
            await foreach (
                var update in client
                    .OpenAi.GetChatClient("sim/error-after-10")
                    .CompleteChatStreamingAsync("one two three four five six seven eight nine ten eleven twelve")
            )
                said += string.Concat(update.ContentUpdate.Select(p => p.Text));
        });
        said.ShouldStartWith("one two");
        client.Tries.ShouldBe(1);
    }
}
