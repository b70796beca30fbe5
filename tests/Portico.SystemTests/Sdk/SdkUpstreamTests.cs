using System.Text.Json.Nodes;
using OpenAI.Chat;
using Portico.SystemTests.Support;

#pragma warning disable OPENAI001 // Seed is marked experimental by the SDK

namespace Portico.SystemTests.Sdk;

/// <summary>What the official .NET SDK sends reaches a provider as it was meant, and what the provider answers reaches the SDK: a scripted upstream shows both.</summary>
public sealed class SdkUpstreamTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    async Task<(ChatClient Chat, SdkClient Client)> ConnectAsync(Upstream upstream)
    {
        var model = "sdk-" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, model);
        var client = new SdkClient(node, maxRetries: 0);
        return (client.OpenAi.GetChatClient(model), client);
    }

    [Fact]
    public async Task Every_option_arrives_at_the_provider()
    {
        await using var upstream = await Upstream.StartAsync();
        var (chat, _) = await ConnectAsync(upstream);
        var options = new ChatCompletionOptions
        {
            Seed = 42,
            StopSequences = { "END", "STOP" },
            IncludeLogProbabilities = true,
            TopLogProbabilityCount = 3,
            Temperature = 0.5f,
            MaxOutputTokenCount = 77,
            LogitBiases = { [50256] = -100 },
            AllowParallelToolCalls = false,
            ToolChoice = ChatToolChoice.CreateRequiredChoice(),
            Tools =
            {
                ChatTool.CreateFunctionTool("look", functionParameters: BinaryData.FromString("""{"type":"object","properties":{}}""")),
            },
            ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat(
                "thing",
                BinaryData.FromString("""{"type":"object"}"""),
                jsonSchemaIsStrict: true
            ),
        };
        await chat.CompleteChatAsync(
            [
                new UserChatMessage(
                    ChatMessageContentPart.CreateTextPart("Look"),
                    ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes([1, 2, 3]), "image/png", ChatImageDetailLevel.High)
                ),
            ],
            options
        );
        var sent = JsonNode.Parse(upstream.Bodies.ShouldHaveSingleItem())!;
        sent.Text("model").ShouldBe("up-1");
        sent.Number("seed").ShouldBe(42);
        sent["stop"]!.ToJsonString().ShouldBe("""["END","STOP"]""");
        sent["logprobs"]!.GetValue<bool>().ShouldBeTrue();
        sent.Number("top_logprobs").ShouldBe(3);
        sent.Number("max_completion_tokens").ShouldBe(77);
        sent["logit_bias"]!.ToJsonString().ShouldBe("""{"50256":-100}""");
        sent["parallel_tool_calls"]!.GetValue<bool>().ShouldBeFalse();
        sent.Text("tool_choice").ShouldBe("required");
        sent["tools"]![0]!.Text("function", "name").ShouldBe("look");
        sent.Text("response_format", "json_schema", "name").ShouldBe("thing");
        var parts = sent["messages"]![0]!["content"]!.AsArray();
        parts[1]!.Text("image_url", "url").ShouldBe("data:image/png;base64,AQID");
        parts[1]!.Text("image_url", "detail").ShouldBe("high");
    }

    [Fact]
    public async Task A_provider_s_log_probabilities_refusal_and_token_details_reach_the_sdk()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.JsonAsync(
                http,
                200,
                """
                {"id":"c1","object":"chat.completion","created":1,"model":"up-1","system_fingerprint":"fp_9","service_tier":"default","choices":[{"index":0,
                 "message":{"role":"assistant","content":"Hi","refusal":"No more."},"finish_reason":"stop",
                 "logprobs":{"content":[{"token":"Hi","logprob":-0.25,"bytes":[72,105],"top_logprobs":[{"token":"Yo","logprob":-2.5,"bytes":null}]}],"refusal":[]}}],
                 "usage":{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":8,"audio_tokens":0},
                  "completion_tokens_details":{"reasoning_tokens":5,"audio_tokens":0}}}
                """
            )
        );
        var (chat, client) = await ConnectAsync(upstream);
        ChatCompletion answer = await chat.CompleteChatAsync("Hello");
        answer.Refusal.ShouldBe("No more.");
        answer.SystemFingerprint.ShouldBe("fp_9");
        var token = answer.ContentTokenLogProbabilities.ShouldHaveSingleItem();
        token.Utf8Bytes!.Value.ToArray().ShouldBe("Hi"u8.ToArray());
        token.TopLogProbabilities.ShouldHaveSingleItem().Token.ShouldBe("Yo");
        answer.Usage.InputTokenDetails.CachedTokenCount.ShouldBe(8);
        answer.Usage.OutputTokenDetails.ReasoningTokenCount.ShouldBe(5);
        var record = await node.Admin.GetAsync($"/api/calls/{client.Header("x-request-id")}");
        record.Number("usage", "input").ShouldBe(12);
        record.Number("usage", "cache_read").ShouldBe(8);
    }

    [Fact]
    public async Task Parallel_tool_calls_whose_fragments_interleave_in_a_stream_reach_the_sdk_by_index()
    {
        await using var upstream = await Upstream.StartAsync(async http =>
        {
            static string Call(string calls) =>
                Upstream.Frame(
                    $$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"up-1","choices":[{"index":0,"delta":{"tool_calls":[{{calls}}]},"finish_reason":null}]}"""
                );
            await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.RoleChunk));
            await Upstream.WriteAsync(
                http,
                Call("""{"index":0,"id":"call_a","type":"function","function":{"name":"one","arguments":""}}""")
            );
            await Upstream.WriteAsync(
                http,
                Call("""{"index":1,"id":"call_b","type":"function","function":{"name":"two","arguments":"{\"b\""}}""")
            );
            await Upstream.WriteAsync(
                http,
                Call("""{"index":0,"function":{"arguments":"{\"a\":1}"}},{"index":1,"function":{"arguments":":2}"}}""")
            );
            await Upstream.WriteAsync(
                http,
                Upstream.Frame(Upstream.StopChunk.Replace("\"stop\"", "\"tool_calls\"", StringComparison.Ordinal))
                    + Upstream.Frame(Upstream.UsageChunk())
                    + Upstream.Frame("[DONE]")
            );
        });
        var (chat, _) = await ConnectAsync(upstream);
        var calls = new SortedDictionary<int, string>();
        ChatTokenUsage? usage = null;
        await foreach (var update in chat.CompleteChatStreamingAsync("Both"))
        {
            usage = update.Usage ?? usage;
            foreach (var part in update.ToolCallUpdates)
                calls[part.Index] =
                    calls.GetValueOrDefault(part.Index, "")
                    + (part.FunctionName is null ? "" : part.ToolCallId + " " + part.FunctionName + " ")
                    + part.FunctionArgumentsUpdate;
        }
        calls.Values.ShouldBe(["""call_a one {"a":1}""", """call_b two {"b":2}"""]);
        usage.ShouldNotBeNull().TotalTokenCount.ShouldBe(15);
    }

    [Fact]
    public async Task A_provider_s_refusal_of_the_request_reaches_the_sdk_in_the_provider_s_words()
    {
        await using var upstream = await Upstream.StartAsync(http =>
            Upstream.ErrorAsync(http, 400, "This model takes no pictures.", "invalid_request_error", "unsupported_image")
        );
        var (chat, _) = await ConnectAsync(upstream);
        var e = await Should.ThrowAsync<System.ClientModel.ClientResultException>(() => chat.CompleteChatAsync("Hello"));
        e.Status.ShouldBe(400);
        e.Message.ShouldContain("This model takes no pictures.");
        e.Message.ShouldContain("unsupported_image");
    }
}
