using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;
using Portico.Tests.Providers.Anthropic;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.Anthropic.ScriptedAnthropic;

namespace Portico.Tests.Providers.OpenAi;

/// <summary>
/// Hugging Face: the router of inference providers (https://huggingface.co/docs/inference-providers/tasks/chat-completion), and containers of TGI
/// (https://huggingface.co/docs/text-generation-inference/messages_api) and TEI (https://huggingface.co/docs/text-embeddings-inference/quick_tour) as Inference Endpoints run them.
/// </summary>
public sealed class HuggingFaceTests : IDisposable
{
    const string Token = "hf_not-a-real-token-0123456789";

    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    static ProviderConnection Connection(string url, string preset) =>
        new(ConnectionId.New(TimeProvider.System), "openai", preset, new Uri(url + "/v1"), new Secret(Token));

    ProviderFamily Family => OpenAiProvider.Family(http);

    async Task<UpstreamException> FailureAsync(ScriptedAnthropic server, string preset, bool stream = false) =>
        await Should.ThrowAsync<UpstreamException>(() =>
            Family.Chat!.ChatAsync(Call(Ask("Hi", stream), Connection(server.Url, preset), "m"), default)
        );

    [Fact]
    public async Task The_routers_list_tells_the_smallest_window_of_those_who_serve()
    {
        await using var server = await ScriptedAnthropic.StartAsync(
            Json(
                """
                {"object":"list","data":[
                 {"id":"deepseek-ai/DeepSeek-V3","object":"model","created":1735171200,"owned_by":"deepseek-ai","architecture":{"input_modalities":["text"]},
                  "providers":[{"provider":"together","status":"live","context_length":131072,"pricing":{"input":1.25,"output":1.25},"supports_tools":true},{"provider":"sambanova","status":"live","context_length":32768},{"provider":"new","status":"staging"}]},
                 {"id":"owner/untold","object":"model","owned_by":"owner","providers":[]}]}
                """
            )
        );
        (await Family.Models!.ListModelsAsync(Connection(server.Url, "huggingface"), default)).ShouldBe([
            new OfferedModel("deepseek-ai/DeepSeek-V3", "deepseek-ai", 32_768),
            new OfferedModel("owner/untold", "owner"),
        ]);
        var got = server.Requests.ShouldHaveSingleItem();
        (got.Target, got.Headers["Authorization"]).ShouldBe(("/v1/models", "Bearer " + Token));
    }

    [Fact]
    public async Task A_model_is_asked_for_at_the_provider_that_its_name_says()
    {
        await using var server = await ScriptedAnthropic.StartAsync(
            Json(
                """{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"model":"m","usage":{"prompt_tokens":1,"completion_tokens":1}}"""
            )
        );
        await Family.Chat!.ChatAsync(Call(Ask("Hi"), Connection(server.Url, "huggingface"), "deepseek-ai/DeepSeek-V3:together"), default);
        server.Requests.ShouldHaveSingleItem().Body.ShouldContain("\"model\":\"deepseek-ai/DeepSeek-V3:together\"");
    }

    [Theory]
    [InlineData("huggingface", 401, """{"error":"Invalid username or password."}""", "upstream_credential", Fault.Credential)]
    [InlineData(
        "huggingface",
        402,
        """{"error":"You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more monthly included credits."}""",
        "upstream_credential",
        Fault.Credential
    )]
    [InlineData(
        "huggingface",
        400,
        """{"error":{"message":"The requested model 'x' is not supported by any provider you have enabled.","type":"invalid_request_error","param":"model","code":"model_not_supported"}}""",
        "upstream_rejected",
        Fault.Caller
    )]
    [InlineData(
        "tgi",
        422,
        """{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4090 `inputs` tokens and 512 `max_new_tokens`","error_type":"validation"}""",
        "context_length_exceeded",
        Fault.Caller
    )]
    [InlineData(
        "tgi",
        422,
        """{"error":"Template error: template not found","error_type":"template_error"}""",
        "upstream_rejected",
        Fault.Caller
    )]
    [InlineData(
        "tgi",
        424,
        """{"error":"Request failed during generation","error_type":"generation"}""",
        "upstream_failed",
        Fault.Upstream
    )]
    [InlineData("tgi", 429, """{"error":"Model is overloaded","error_type":"overloaded"}""", "upstream_rate_limited", Fault.RateLimit)]
    [InlineData("tgi", 503, """{"error":"503 Service Unavailable"}""", "upstream_overloaded", Fault.Upstream)]
    public async Task Knows_whose_fault_an_error_is(string preset, int status, string body, string kind, Fault fault)
    {
        await using var server = await ScriptedAnthropic.StartAsync(Json(body, status));
        var e = await FailureAsync(server, preset);
        (e.Kind.Code, e.Fault, e.Status).ShouldBe((kind, fault, status));
        if (fault == Fault.Credential)
            e.Message.ShouldStartWith("Connection conn_");
    }

    [Theory]
    [InlineData("overloaded", "upstream_rate_limited")]
    [InlineData("validation", "upstream_rejected")]
    [InlineData("generation", "upstream_failed")]
    public async Task An_error_in_place_of_a_stream_is_what_its_type_says(string type, string kind)
    {
        await using var server = await ScriptedAnthropic.StartAsync(
            Sse($$"""data:{"error":"It was said.","error_type":"{{type}}"}""" + "\n\n")
        );
        var e = await FailureAsync(server, "tgi", stream: true);
        (e.Kind.Code, e.Message).ShouldBe((kind, "It was said."));
    }

    [Fact]
    public async Task A_server_of_embeddings_lists_the_one_model_that_it_has()
    {
        await using var server = await ScriptedAnthropic.StartAsync(
            Json(
                """{"model_id":"BAAI/bge-m3","model_sha":"5617a9f","model_dtype":"float16","model_type":{"embedding":{"pooling":"cls"}},"max_input_length":8192,"version":"1.7.0"}"""
            )
        );
        (await Family.Models!.ListModelsAsync(Connection(server.Url, "tei"), default)).ShouldBe([
            new OfferedModel("BAAI/bge-m3", null, 8192),
        ]);
        server.Requests.ShouldHaveSingleItem().Target.ShouldBe("/info");
    }

    [Fact]
    public async Task A_server_of_embeddings_embeds_in_OpenAIs_form()
    {
        const string answer =
            """{"object":"list","data":[{"object":"embedding","embedding":[0.5,-1],"index":0}],"model":"BAAI/bge-m3","usage":{"prompt_tokens":4,"total_tokens":4}}""";
        await using var server = await ScriptedAnthropic.StartAsync(Json(answer));
        var call = new EmbeddingCall(
            Connection(server.Url, "tei"),
            "BAAI/bge-m3",
            new EmbeddingRequest { Model = "route", Inputs = ["a"] },
            null,
            CallId.New(TimeProvider.System)
        );
        (await Family.Embeddings!.EmbedAsync(call, default)).Usage.Input.ShouldBe(4);
        server.Requests.ShouldHaveSingleItem().Target.ShouldBe("/v1/embeddings");
    }
}
