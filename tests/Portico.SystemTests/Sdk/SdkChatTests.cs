using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json.Nodes;
using OpenAI;
using OpenAI.Chat;
using Portico.SystemTests.Support;

#pragma warning disable OPENAI001 // Seed is marked experimental by the SDK

namespace Portico.SystemTests.Sdk;

/// <summary>Chat completions with the official .NET SDK against a node.</summary>
public sealed class SdkChatTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    ChatClient Chat(string model = "sim/echo") => new SdkClient(node).OpenAi.GetChatClient(model);

    [Fact]
    public async Task A_client_needs_another_base_url_and_key_and_nothing_else()
    {
        var options = new OpenAIClientOptions { Endpoint = new Uri(node.Address, "/v1") };
        var client = new ChatClient("sim/echo", new ApiKeyCredential(node.KeySecret), options);
        var answer = await client.CompleteChatAsync("Hello, Portico");
        answer.Value.Content[0].Text.ShouldBe("Hello, Portico");
    }

    [Fact]
    public async Task An_answer_has_every_part_that_the_sdk_reads()
    {
        var client = new SdkClient(node);
        ChatCompletion answer = await client.OpenAi.GetChatClient("sim/fixed").CompleteChatAsync("Go");
        answer.Id.ShouldStartWith("chatcmpl-");
        answer.Model.ShouldBe("sim/fixed");
        answer.Role.ShouldBe(ChatMessageRole.Assistant);
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.CreatedAt.ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
        answer.Usage.OutputTokenCount.ShouldBe(30);
        answer.Usage.TotalTokenCount.ShouldBe(answer.Usage.InputTokenCount + 30);
        client.Header("x-portico-model").ShouldBe("sim/fixed");
        var record = await node.Admin.GetAsync($"/api/calls/{client.Header("x-request-id")}");
        record.Number("usage", "output").ShouldBe(30);
        record.Number("cost_nano_usd").ShouldBe(answer.Usage.InputTokenCount * 1_000 + 30 * 2_000);
    }

    [Fact]
    public async Task A_conversation_of_all_roles_is_taken()
    {
        ChatCompletion answer = await Chat()
            .CompleteChatAsync(
                new DeveloperChatMessage("Be brief."),
                new SystemChatMessage("Be kind."),
                new UserChatMessage("Hello") { ParticipantName = "ada" },
                new AssistantChatMessage("Yes?"),
                new UserChatMessage("Grüße — 你好, 👩‍👩‍👧 \"quoted\"")
            );
        answer.Content[0].Text.ShouldBe("Grüße — 你好, 👩‍👩‍👧 \"quoted\"");
    }

    [Fact]
    public async Task A_stream_folds_to_the_plain_answer_and_ends_with_usage()
    {
        var (text, finish, usage, ids) = ("", (ChatFinishReason?)null, (ChatTokenUsage?)null, new HashSet<string>());
        await foreach (var update in Chat("sim/fixed").CompleteChatStreamingAsync("Go"))
        {
            ids.Add(update.CompletionId);
            text += string.Concat(update.ContentUpdate.Select(p => p.Text));
            finish = update.FinishReason ?? finish;
            usage = update.Usage ?? usage;
        }
        ChatCompletion plain = await Chat("sim/fixed").CompleteChatAsync("Go");
        text.ShouldBe(plain.Content[0].Text);
        finish.ShouldBe(ChatFinishReason.Stop);
        ids.Count.ShouldBe(1);
        // The SDK asks for it with stream_options by itself.
        usage.ShouldNotBeNull().OutputTokenCount.ShouldBe(30);
        usage.InputTokenCount.ShouldBe(plain.Usage.InputTokenCount);
    }

    [Fact]
    public async Task A_stream_that_is_left_is_recorded_as_abandoned()
    {
        var client = new SdkClient(node);
        await foreach (var update in client.OpenAi.GetChatClient("sim/slow-chunks").CompleteChatStreamingAsync(new string('a', 4_000)))
            if (update.ContentUpdate.Count > 0)
                break;
        var id = client.Header("x-request-id");
        await Eventually.IsTrueAsync(async () =>
            (await (await node.Admin.RawAsync(HttpMethod.Get, $"/api/calls/{id}")).JsonAsync())["outcome"]?.GetValue<string>()
            == "abandoned"
        );
    }

    [Fact]
    public async Task Stop_seed_cap_and_the_end_user_are_honoured()
    {
        var client = new SdkClient(node);
        var options = new ChatCompletionOptions
        {
            Seed = 7,
            Temperature = 0.3f,
            TopP = 0.9f,
            FrequencyPenalty = 0.1f,
            PresencePenalty = -0.1f,
            EndUserId = "end-user-7",
            StopSequences = { "three" },
            Metadata = { ["purpose"] = "test" },
            ReasoningEffortLevel = ChatReasoningEffortLevel.Low,
        };
        ChatCompletion stopped = await client
            .OpenAi.GetChatClient("sim/echo")
            .CompleteChatAsync([new UserChatMessage("one two three four")], options);
        stopped.Content[0].Text.ShouldBe("one two ");
        (await node.Admin.GetAsync($"/api/calls/{client.Header("x-request-id")}")).Text("end_user").ShouldBe("end-user-7");
        ChatCompletion capped = await Chat("sim/fixed")
            .CompleteChatAsync([new UserChatMessage("Go")], new ChatCompletionOptions { MaxOutputTokenCount = 5 });
        capped.FinishReason.ShouldBe(ChatFinishReason.Length);
        capped.Usage.OutputTokenCount.ShouldBe(5);
    }

    [Fact]
    public async Task Log_probabilities_come_with_the_answer_and_in_a_stream()
    {
        var options = new ChatCompletionOptions { IncludeLogProbabilities = true, TopLogProbabilityCount = 2 };
        ChatCompletion answer = await Chat().CompleteChatAsync([new UserChatMessage("one two")], options);
        string.Concat(answer.ContentTokenLogProbabilities.Select(t => t.Token)).ShouldBe("one two");
        answer.ContentTokenLogProbabilities.ShouldAllBe(t => t.LogProbability <= 0 && t.TopLogProbabilities.Count > 0);
        var streamed = "";
        await foreach (var update in Chat().CompleteChatStreamingAsync([new UserChatMessage("one two")], options))
            streamed += string.Concat(update.ContentTokenLogProbabilities.Select(t => t.Token));
        streamed.ShouldBe("one two");
    }

    [Fact]
    public async Task A_json_schema_shapes_the_answer()
    {
        var schema = BinaryData.FromString(
            """{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer"}},"required":["name","age"],"additionalProperties":false}"""
        );
        var options = new ChatCompletionOptions
        {
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("person", schema, jsonSchemaIsStrict: true),
        };
        ChatCompletion answer = await Chat("sim/json").CompleteChatAsync([new UserChatMessage("A person, please.")], options);
        var person = JsonNode.Parse(answer.Content[0].Text)!.AsObject();
        person.Select(p => p.Key).ShouldBe(["name", "age"]);
        person["age"]!.GetValue<int>();
        var plain = new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonObjectFormat() };
        ChatCompletion json = await Chat("sim/json").CompleteChatAsync([new UserChatMessage("Any JSON.")], plain);
        JsonNode.Parse(json.Content[0].Text).ShouldBeOfType<JsonObject>();
    }

    [Fact]
    public async Task Images_are_taken_as_addresses_and_as_bytes()
    {
        ChatCompletion answer = await Chat()
            .CompleteChatAsync(
                new UserChatMessage(
                    ChatMessageContentPart.CreateTextPart("What is this? "),
                    ChatMessageContentPart.CreateImagePart(new Uri("https://example.org/cat.png"), ChatImageDetailLevel.Low),
                    ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes([0x89, 0x50, 0x4E, 0x47]), "image/png")
                )
            );
        answer.Content[0].Text.ShouldBe("What is this? [image][image]");
    }

    [Fact]
    public async Task Several_choices_come_through_the_protocol_method_because_the_typed_one_knows_a_single_one()
    {
        using var body = BinaryContent.Create(
            BinaryData.FromString("""{"model":"sim/echo","n":3,"messages":[{"role":"user","content":"thrice"}]}""")
        );
        var raw = await Chat().CompleteChatAsync(body, new RequestOptions());
        var choices = JsonNode.Parse(raw.GetRawResponse().Content)!["choices"]!.AsArray();
        choices.Select(c => (c!.Number("index"), c!.Text("message", "content"))).ShouldBe([(0, "thrice"), (1, "thrice"), (2, "thrice")]);
    }

    [Fact]
    public async Task An_upstream_that_fails_twice_is_hidden_by_retries_of_the_node()
    {
        var client = new SdkClient(node, maxRetries: 0);
        ChatCompletion answer = await client.OpenAi.GetChatClient("sim/fail-503-twice").CompleteChatAsync("after all");
        answer.Content[0].Text.ShouldBe("after all");
        client.Header("x-portico-attempts").ShouldBe("3");
        client.Tries.ShouldBe(1);
    }
}
