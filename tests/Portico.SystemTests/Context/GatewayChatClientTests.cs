using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portico.Core;
using Portico.Gateway;
using Portico.Gateway.InProcess;
using Portico.Governance;
using Portico.SystemTests.Support;
using Ai = Microsoft.Extensions.AI;

namespace Portico.SystemTests.Context;

/// <summary>A caller in the process goes the way of every other: its limits, its budget, its record.</summary>
public sealed class GatewayChatClientTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static readonly Ai.ChatMessage[] Hello = [new(Ai.ChatRole.User, "Hello, Portico")];

    static readonly Ai.ChatMessage[] Words = [new(Ai.ChatRole.User, Conversation.Words)];

    Ai.IChatClient Client(string model, string? key = null, InProcessEntry? entry = null) =>
        new GatewayChatClient(
            node.Services.GetRequiredService<GatewayRunner>(),
            node.Services.GetRequiredService<GovernanceCatalog>().Current.Callers[KeyId.Parse(key ?? node.KeyId)],
            model,
            entry ?? InProcessEntry.Plain
        );

    Task<JsonNode> RecordAsync(string? id) => node.Admin.GetAsync($"/api/calls/{id}");

    sealed class Function(string name) : Ai.AIFunctionDeclaration
    {
        public override string Name => name;
        public override JsonElement JsonSchema { get; } =
            JsonDocument.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""").RootElement;
    }

    [Fact]
    public async Task A_plain_answer_comes_with_its_usage_and_the_id_of_its_record()
    {
        var response = await Client("sim/echo").GetResponseAsync(Hello);
        response.Text.ShouldBe("Hello, Portico");
        response.FinishReason.ShouldBe(Ai.ChatFinishReason.Stop);
        response.ModelId.ShouldBe("sim/echo");
        var record = await RecordAsync(response.ResponseId);
        record.Text("outcome").ShouldBe("completed");
        record.Text("wire").ShouldBe("in-process");
        record.Text("key_id").ShouldBe(node.KeyId);
        record["parent_id"].ShouldBeNull();
        record["usage"]!.Number("input").ShouldBe(response.Usage!.InputTokenCount!.Value);
        record["usage"]!.Number("output").ShouldBe(response.Usage.OutputTokenCount!.Value);
        record.Number("cost_nano_usd").ShouldBeGreaterThan(0);
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_stream_comes_in_pieces_that_say_the_same()
    {
        var updates = await Client("sim/echo").GetStreamingResponseAsync(Hello).ToListAsync();
        updates.Count.ShouldBeGreaterThan(3);
        var response = Ai.ChatResponseExtensions.ToChatResponse(updates);
        response.Text.ShouldBe("Hello, Portico");
        response.Usage!.OutputTokenCount.ShouldBe((await Client("sim/echo").GetResponseAsync(Hello)).Usage!.OutputTokenCount);
        (await RecordAsync(response.ResponseId))["stream"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tool_is_called_and_its_answer_goes_back(bool stream)
    {
        var client = Client("sim/tool-call");
        var options = new Ai.ChatOptions { Tools = [new Function("weather"), new Function("clock")] };
        var messages = Hello.ToList();
        var first = stream
            ? Ai.ChatResponseExtensions.ToChatResponse(await client.GetStreamingResponseAsync(messages, options).ToListAsync())
            : await client.GetResponseAsync(messages, options);
        first.FinishReason.ShouldBe(Ai.ChatFinishReason.ToolCalls);
        var calls = first.Messages.SelectMany(m => m.Contents).OfType<Ai.FunctionCallContent>().ToList();
        calls.Select(c => c.Name).ShouldBe(["weather", "clock"]);
        calls[0].Exception.ShouldBeNull();
        calls[0].Arguments!.Keys.ShouldBe(["city"]);
        messages.AddRange(first.Messages);
        messages.Add(new(Ai.ChatRole.Tool, [.. calls.Select(c => new Ai.FunctionResultContent(c.CallId, "sunny"))]));
        (await client.GetResponseAsync(messages, options)).Text.ShouldBe("The tool answered: sunny");
    }

    [Fact]
    public async Task Limits_and_budgets_of_the_caller_hold()
    {
        var (key, http) = await node.NewKeyAsync();
        using var _ = http;
        var limit = await node.LimitAsync("key", key, "requests", 1, "total");
        var budget = await node.BudgetAsync("key", key, "1");
        var client = Client("sim/echo", key);
        var first = await client.GetResponseAsync(Hello);
        var ids = new List<CallId>();
        var refused = await Should.ThrowAsync<PorticoException>(
            Client("sim/echo", key, new InProcessEntry { Opened = ids.Add }).GetResponseAsync(Hello)
        );
        refused.Message.ShouldContain("requests");
        (await RecordAsync(ids.ShouldHaveSingleItem().ToString())).Text("outcome").ShouldBe("refused");
        (await node.CountAsync(limit)).ShouldBe((1, 0));
        (await node.CountAsync(budget)).ShouldBe(((await RecordAsync(first.ResponseId)).Number("cost_nano_usd"), 0));
    }

    [Fact]
    public async Task A_failure_in_the_middle_is_thrown_behind_what_came()
    {
        var seen = new List<Ai.ChatResponseUpdate>();
        var failed = await Should.ThrowAsync<PorticoException>(async () =>
        {
            await foreach (var update in Client("sim/cut-after-10").GetStreamingResponseAsync(Words))
                seen.Add(update);
        });
        failed.Kind.ShouldBe(ErrorTable.UpstreamCut);
        seen.ShouldNotBeEmpty();
        (await RecordAsync(seen[0].ResponseId)).Text("outcome").ShouldBe("failed");
    }

    [Fact]
    public async Task Who_stops_reading_has_left()
    {
        string? id = null;
        await foreach (var update in Client("sim/slow-chunks").GetStreamingResponseAsync(Hello))
        {
            id = update.ResponseId;
            break;
        }
        (await RecordAsync(id)).Text("outcome").ShouldBe("abandoned");
        (await node.HeldAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task What_cannot_be_read_is_refused_and_recorded()
    {
        var ids = new List<CallId>();
        await Should.ThrowAsync<PorticoException>(
            Client("sim/echo", entry: new InProcessEntry { Opened = ids.Add, Parent = CallId.New(TimeProvider.System) })
                .GetResponseAsync(Hello, new Ai.ChatOptions { ConversationId = "thread" })
        );
        var record = await RecordAsync(ids.ShouldHaveSingleItem().ToString());
        record.Text("error_code").ShouldBe("unsupported_by_model");
        record.Text("key_id").ShouldBe(node.KeyId);
        record.Text("parent_id").ShouldStartWith("call_");
    }

    [Fact]
    public async Task An_equal_call_is_served_from_the_cache_and_another_one_is_not()
    {
        var route = "cached-" + Guid.NewGuid().ToString("N")[..8];
        await node.Admin.PostAsync(
            "/api/routes",
            new JsonObject
            {
                ["name"] = route,
                ["targets"] = new JsonArray(new JsonObject { ["model"] = "sim/echo" }),
                ["cache_seconds"] = 60,
            }
        );
        var client = Client(route);
        async Task<string> CacheOf(Ai.ChatOptions? options, params string[] texts)
        {
            var messages = new[] { new Ai.ChatMessage(Ai.ChatRole.User, [.. texts.Select(t => new Ai.TextContent(t))]) };
            return (await RecordAsync((await client.GetResponseAsync(messages, options)).ResponseId)).Text("cache");
        }
        (await CacheOf(null, "a", "b")).ShouldBe("miss");
        (await CacheOf(null, "a", "b")).ShouldBe("hit");
        (await CacheOf(null, "ab")).ShouldBe("miss");
        (await CacheOf(new Ai.ChatOptions { Temperature = 0.5f }, "a", "b")).ShouldBe("miss");
        (await CacheOf(new Ai.ChatOptions { AdditionalProperties = new() { ["x"] = 1 } }, "a", "b")).ShouldBe("miss");
    }

    [Fact]
    public void A_client_says_what_it_is()
    {
        using var client = Client("sim/echo");
        var about = (Ai.ChatClientMetadata)client.GetService(typeof(Ai.ChatClientMetadata))!;
        (about.ProviderName, about.DefaultModelId).ShouldBe(("portico", "sim/echo"));
        client.GetService(typeof(GatewayChatClient)).ShouldBeSameAs(client);
        client.GetService(typeof(GatewayChatClient), "keyed").ShouldBeNull();
        client.GetService(typeof(string)).ShouldBeNull();
    }
}
