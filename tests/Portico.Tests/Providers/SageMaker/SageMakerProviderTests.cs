using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers;
using Portico.Providers.Aws;
using Portico.Providers.Http;
using Portico.Providers.SageMaker;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.Bedrock;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.SageMaker.SageMakers;

namespace Portico.Tests.Providers.SageMaker;

/// <summary>The family over HTTP, against a server that checks every signature (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html).</summary>
public sealed class SageMakerProviderTests : IDisposable
{
    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    ProviderFamily Family => SageMakerProvider.Family(http, new AwsAuth(TimeProvider.System, new AwsAmbient(http, _ => null, _ => null)));

    static async Task<ScriptedBedrock> StartAsync(Func<BedrockGot, HttpContext, Task> answer)
    {
        var server = await ScriptedBedrock.StartAsync(answer);
        server.Service = "sagemaker";
        return server;
    }

    Task<ProviderReply> ChatAsync(
        ScriptedBedrock server,
        ChatRequest request,
        string model = SageMakers.Endpoint,
        string credential = Bedrocks.Credential
    ) => Family.Chat!.ChatAsync(Call(request, SageMakers.Connection(server.Url, credential), model), default);

    async Task<UpstreamException> FailureAsync(ScriptedBedrock server, string credential = Bedrocks.Credential) =>
        await Should.ThrowAsync<UpstreamException>(() => ChatAsync(server, Ask("Hi"), credential: credential));

    [Fact]
    public async Task A_plain_call_is_signed_names_no_model_and_is_decoded()
    {
        await using var server = await StartAsync((_, context) => ScriptedBedrock.JsonAsync(context, Answer));
        var reply = await ChatAsync(server, Ask("Hi") with { MaxOutputTokens = 9 });
        var (events, failure) = await DrainAsync(reply.Events);
        failure.ShouldBeNull();
        events.ShouldBe([Of(ModelEventKind.Text, "Zürich 🚲"), .. End(FinishReason.Stop, SageMakers.FixtureUsage, "lmi")]);
        reply.UpstreamRequestId.ShouldNotBeNull();
        var got = server.Requests.ShouldHaveSingleItem();
        got.Target.ShouldBe($"/endpoints/{SageMakers.Endpoint}/invocations");
        got.Text.ShouldBe("""{"messages":[{"role":"user","content":"Hi"}],"max_tokens":9}""");
        got.Headers.Keys.ShouldNotContain("X-Amzn-SageMaker-Inference-Component");
    }

    [Fact]
    public async Task A_streamed_call_reads_the_containers_answer_out_of_its_parts()
    {
        await using var server = await StartAsync(
            (_, context) => ScriptedBedrock.StreamAsync(context, Parts(Sse, 150)[..700], Parts(Sse, 150)[700..])
        );
        var reply = await ChatAsync(server, Ask("Hi", stream: true), "endpoint-1/component-2#llama");
        var (events, failure) = await DrainAsync(reply.Events);
        failure.ShouldBeNull();
        events.ShouldBe(FixtureEvents);
        await reply.Events.DisposeAsync();
        var got = server.Requests.ShouldHaveSingleItem();
        got.Target.ShouldBe("/endpoints/endpoint-1/invocations-response-stream");
        got.Headers["X-Amzn-SageMaker-Inference-Component"].ShouldBe("component-2");
        var body = JsonNode.Parse(got.Text)!;
        body["model"]!.GetValue<string>().ShouldBe("llama");
        body["stream_options"]!["include_usage"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Theory]
    [InlineData(
        """{"model":"route","messages":[{"role":"user","content":"Hi"}],"guided_choice":["a"]}""",
        """{"messages":[{"role":"user","content":"Hi"}],"guided_choice":["a"]}"""
    )]
    [InlineData(
        """{"messages":[{"role":"user","content":"Hi"}],"top_k":3, "model" : "route" }""",
        """{"messages":[{"role":"user","content":"Hi"}],"top_k":3 }"""
    )]
    [InlineData(
        """{"max_completion_tokens":5,"model":"route","messages":[{"role":"user","content":"Hi"}]}""",
        """{"max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}"""
    )]
    public async Task A_callers_own_body_goes_on_without_the_name_that_it_called(string given, string sent)
    {
        await using var server = await StartAsync((_, context) => ScriptedBedrock.JsonAsync(context, Answer));
        var read = OpenAiChatReader.Read(Encoding.UTF8.GetBytes(given));
        var call = Call(read.Request, SageMakers.Connection(server.Url), SageMakers.Endpoint) with
        {
            Body = read.Body,
            ReplyDialect = Dialect.OpenAiChat,
        };
        var reply = await Family.Chat!.ChatAsync(call, default);
        var (events, _) = await DrainAsync(reply.Events);
        Encoding.UTF8.GetString(events[0].Bytes.Span).ShouldBe(Answer);
        server.Requests.ShouldHaveSingleItem().Text.ShouldBe(sent);
    }

    [Fact]
    public async Task A_container_of_another_schema_is_not_taken_for_an_empty_answer()
    {
        await using var server = await StartAsync(
            (_, context) => ScriptedBedrock.JsonAsync(context, """[{"generated_text":"Hi there"}]""")
        );
        var e = await FailureAsync(server);
        e.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
        e.Message.ShouldContain("Deploy the model with a container of TGI, LMI or vLLM");
    }

    // https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html#API_runtime_InvokeEndpoint_Errors
    [Theory]
    [InlineData(429, "ThrottlingException", """{"message":"Rate exceeded"}""", "upstream_rate_limited", Fault.RateLimit, "Rate exceeded")]
    [InlineData(400, "ThrottlingException", """{"message":"Rate exceeded"}""", "upstream_rate_limited", Fault.RateLimit, "Rate exceeded")]
    [InlineData(503, "ServiceUnavailable", """{"Message":"Try again"}""", "upstream_overloaded", Fault.Upstream, "Try again")]
    [InlineData(429, "ModelNotReadyException", """{"Message":"Loading"}""", "upstream_overloaded", Fault.Upstream, "Loading")]
    [InlineData(530, "InternalDependencyException", """{"Message":"Behind"}""", "upstream_failed", Fault.Upstream, "Behind")]
    [InlineData(
        400,
        "ValidationError",
        """{"message":"Endpoint x of account 123456789012 not found."}""",
        "upstream_failed",
        Fault.Model,
        "not found"
    )]
    [InlineData(400, "ValidationError", """{"message":"Value null"}""", "upstream_rejected", Fault.Caller, "Value null")]
    [InlineData(
        424,
        "ModelError",
        """{"ErrorCode":"CLIENT_ERROR_FROM_MODEL","LogStreamArn":"arn:aws:logs:x","Message":"Received client error (422) from primary","OriginalMessage":"{\"error\":\"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 4090 `inputs` tokens and 512 `max_new_tokens`\",\"error_type\":\"validation\"}","OriginalStatusCode":422}""",
        "context_length_exceeded",
        Fault.Caller,
        "must be <= 4096"
    )]
    [InlineData(
        424,
        "ModelError",
        """{"Message":"Received client error (400)","OriginalMessage":"{\"error\":{\"message\":\"temperature must be positive\",\"code\":\"bad\"}}","OriginalStatusCode":400}""",
        "upstream_rejected",
        Fault.Caller,
        "temperature must be positive"
    )]
    [InlineData(
        424,
        "ModelError",
        """{"Message":"Received server error (500)","OriginalMessage":"CUDA out of memory","OriginalStatusCode":500}""",
        "upstream_failed",
        Fault.Upstream,
        "CUDA out of memory"
    )]
    [InlineData(
        424,
        "ModelError",
        """{"Message":"Received client error (429)","OriginalMessage":"{\"error\":\"Model is overloaded\"}","OriginalStatusCode":429}""",
        "upstream_rate_limited",
        Fault.RateLimit,
        "overloaded"
    )]
    [InlineData(
        424,
        "ModelError",
        """{"Message":"Received client error (403)","OriginalMessage":"gated model","OriginalStatusCode":403}""",
        "upstream_failed",
        Fault.Model,
        "gated model"
    )]
    [InlineData(424, "ModelError", "<html>", "upstream_failed", Fault.Upstream, "424")]
    public async Task Knows_whose_fault_an_error_is(int status, string type, string body, string code, Fault fault, string words)
    {
        await using var server = await StartAsync(
            (_, context) =>
            {
                context.Response.Headers["x-amzn-ErrorType"] = type;
                return ScriptedBedrock.JsonAsync(context, body, status);
            }
        );
        var e = await FailureAsync(server);
        (e.Kind.Code, e.Fault).ShouldBe((code, fault));
        e.Message.ShouldContain(words);
    }

    [Theory]
    [InlineData("AKIAIOSFODNN7EXAMPLE", "ASIAEXPIREDNN7EXAMPLE", "Its temporary keys have ended")]
    [InlineData("wJalr", "wrong", "Its secret access key does not fit")]
    [InlineData("AKIAIOSFODNN7EXAMPLE", "AKIANOBODYNN7EXAMPLE", "AWS does not know its access key")]
    public async Task Wrong_and_expired_credentials_name_the_connection_and_the_way_out(string good, string bad, string words)
    {
        await using var server = await StartAsync((_, context) => ScriptedBedrock.JsonAsync(context, Answer));
        var e = await FailureAsync(server, Bedrocks.Credential.Replace(good, bad, StringComparison.Ordinal));
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamCredential, Fault.Credential));
        e.Message.ShouldStartWith("Connection conn_");
        e.Message.ShouldContain(words);
    }

    [Theory]
    [InlineData("""[[0.5,-1],[1,0.25]]""", 0)]
    [InlineData(
        """{"object":"list","data":[{"index":0,"embedding":[0.5,-1]},{"index":1,"embedding":[1,0.25]}],"model":"m","usage":{"prompt_tokens":6,"total_tokens":6}}""",
        6
    )]
    public async Task Embeddings_of_both_forms_become_OpenAIs(string answer, long tokens)
    {
        await using var server = await StartAsync((_, context) => ScriptedBedrock.JsonAsync(context, answer));
        var call = new EmbeddingCall(
            SageMakers.Connection(server.Url),
            "bge",
            new EmbeddingRequest { Model = "route", Inputs = ["a", "b"] },
            null,
            CallId.New(TimeProvider.System)
        );
        var reply = await Family.Embeddings!.EmbedAsync(call, default);
        server.Requests.ShouldHaveSingleItem().Text.ShouldBe("""{"inputs":["a","b"]}""");
        reply.Usage.Input.ShouldBe(tokens);
        var data = JsonNode.Parse(reply.OpenAiBody.Span)!["data"]!.AsArray();
        data.Select(d => d!["embedding"]!.ToJsonString()).ShouldBe(["[0.5,-1]", "[1,0.25]"]);
    }

    [Theory]
    [InlineData("[[0.5]]")]
    [InlineData("""{"generated_text":"x"}""")]
    [InlineData("[[\"a\"],[\"b\"]]")]
    public async Task Embeddings_that_are_none_are_refused(string answer)
    {
        await using var server = await StartAsync((_, context) => ScriptedBedrock.JsonAsync(context, answer));
        var call = new EmbeddingCall(
            SageMakers.Connection(server.Url),
            "bge",
            new EmbeddingRequest { Model = "route", Inputs = ["a", "b"] },
            null,
            CallId.New(TimeProvider.System)
        );
        (await Should.ThrowAsync<UpstreamException>(() => Family.Embeddings!.EmbedAsync(call, default))).Kind.ShouldBe(
            ErrorTable.UpstreamMalformed
        );
    }

    [Fact]
    public async Task Lists_the_endpoints_in_service_and_the_components_behind_them()
    {
        await using var server = await StartAsync(
            (got, context) =>
                ScriptedBedrock.JsonAsync(
                    context,
                    got.Headers["X-Amz-Target"] switch
                    {
                        "SageMaker.ListEndpoints" when got.Text.Contains("NextToken", StringComparison.Ordinal) =>
                            """{"Endpoints":[{"EndpointName":"shared","EndpointStatus":"InService"}]}""",
                        "SageMaker.ListEndpoints" =>
                            """{"Endpoints":[{"EndpointName":"llama","EndpointStatus":"InService"},{"EndpointName":"old","EndpointStatus":"Failed"}],"NextToken":"t"}""",
                        _ =>
                            """{"InferenceComponents":[{"InferenceComponentName":"mistral","EndpointName":"shared","InferenceComponentStatus":"InService"}]}""",
                    }
                )
        );
        var models = await Family.Models!.ListModelsAsync(SageMakers.Connection(server.Url), default);
        models.Select(m => m.Name).ShouldBe(["llama", "shared/mistral"]);
        server.Requests.Count.ShouldBe(3);
        server.Requests.ShouldAllBe(r => r.Headers["Content-Type"] == "application/x-amz-json-1.1" && r.Target == "/");
        SageMakerTarget
            .Control(new Uri("https://runtime.sagemaker.eu-central-1.amazonaws.com"))
            .Host.ShouldBe("api.sagemaker.eu-central-1.amazonaws.com");
    }
}
