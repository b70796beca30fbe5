using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers;
using Portico.Providers.Bedrock;
using Portico.Providers.Http;

namespace Portico.Tests.Providers.Bedrock;

/// <summary>What a connection offers beside chat: embeddings in the bodies of each vendor, and its list of models.</summary>
public sealed class BedrockEmbeddingTests : IDisposable
{
    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    ProviderFamily Family => BedrockProvider.Family(http, new Portico.Providers.Aws.AwsAuth(http));

    static Task<ScriptedBedrock> SayingAsync(string json) => ScriptedBedrock.StartAsync((_, http) => ScriptedBedrock.JsonAsync(http, json));

    [Fact]
    public async Task Lists_models_on_demand_and_the_profiles_of_every_page_and_leaves_out_what_makes_no_text()
    {
        await using var server = await ScriptedBedrock.StartAsync(
            (got, http) =>
                ScriptedBedrock.JsonAsync(
                    http,
                    got.Target.StartsWith("/foundation-models", StringComparison.Ordinal) ? ConverseFixtures.FoundationModels
                        : got.Target.Contains("nextToken=a%2Fb%3D%3D", StringComparison.Ordinal)
                            ? ConverseFixtures.Profiles(null, "eu.amazon.nova-canvas-v1:0", "global.model.of-tomorrow")
                        : ConverseFixtures.Profiles("a/b==", ConverseFixtures.Model)
                )
        );
        var offered = await Family.Models!.ListModelsAsync(Bedrocks.Connection(server.Url), default);
        offered.ShouldBe([
            new OfferedModel("amazon.titan-embed-text-v2:0", "Amazon"),
            new OfferedModel("mistral.mistral-large-2402-v1:0", "Mistral AI"),
            new OfferedModel(ConverseFixtures.Model, "Anthropic"),
            new OfferedModel("global.model.of-tomorrow"),
        ]);
        server
            .Requests.Select(r => r.Target)
            .ShouldBe([
                "/foundation-models",
                "/inference-profiles?maxResults=1000",
                "/inference-profiles?maxResults=1000&nextToken=a%2Fb%3D%3D",
            ]);
    }

    [Fact]
    public void Models_are_listed_at_the_control_plane_of_the_same_region()
    {
        BedrockAddresses
            .Control(new Uri("https://bedrock-runtime.eu-central-1.amazonaws.com"), "foundation-models")
            .ToString()
            .ShouldBe("https://bedrock.eu-central-1.amazonaws.com/foundation-models");
        BedrockAddresses
            .Control(new Uri("http://127.0.0.1:8123/aws/"), "foundation-models")
            .ToString()
            .ShouldBe("http://127.0.0.1:8123/aws/foundation-models");
    }

    [Fact]
    public async Task A_list_that_never_ends_is_malformed()
    {
        await using var server = await ScriptedBedrock.StartAsync(
            (got, http) =>
                ScriptedBedrock.JsonAsync(
                    http,
                    got.Target.StartsWith("/foundation-models", StringComparison.Ordinal)
                        ? ConverseFixtures.FoundationModels
                        : ConverseFixtures.Profiles("x")
                )
        );
        (
            await Should.ThrowAsync<UpstreamException>(() => Family.Models!.ListModelsAsync(Bedrocks.Connection(server.Url), default))
        ).Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }

    static EmbeddingCall Embedding(ScriptedBedrock server, string model, EmbeddingRequest request) =>
        new(Bedrocks.Connection(server.Url), model, request, null, CallId.New(TimeProvider.System));

    static EmbeddingRequest Texts(params string[] texts) => new() { Model = "m", Inputs = texts };

    // https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
    [Fact]
    public async Task Titan_embeds_one_text_in_a_request_and_the_answers_come_back_in_order()
    {
        await using var server = await ScriptedBedrock.StartAsync(
            (got, http) =>
            {
                var text = JsonNode.Parse(got.Text)!["inputText"]!.GetValue<string>();
                return ScriptedBedrock.JsonAsync(http, $$"""{"embedding":[{{text}},0.25],"inputTextTokenCount":3}""");
            }
        );
        var texts = Enumerable.Range(0, 20).Select(i => $"{i}").ToArray();
        var reply = await Family.Embeddings!.EmbedAsync(
            Embedding(server, "amazon.titan-embed-text-v2:0", Texts(texts) with { Dimensions = 256 }),
            default
        );
        var body = JsonNode.Parse(reply.OpenAiBody.Span)!;
        body["data"]!.AsArray().Select(d => d!["embedding"]![0]!.GetValue<int>()).ShouldBe(Enumerable.Range(0, 20));
        body["data"]!.AsArray().Select(d => d!["index"]!.GetValue<int>()).ShouldBe(Enumerable.Range(0, 20));
        body["usage"]!.ToJsonString().ShouldBe("""{"prompt_tokens":60,"total_tokens":60}""");
        reply.Usage.ShouldBe(new Usage { Input = 60, Source = UsageSource.Reported });
        server.Requests[0].Target.ShouldBe("/model/amazon.titan-embed-text-v2%3A0/invoke");
        server.Requests.ShouldAllBe(r => r.Text.Contains("\"dimensions\":256", StringComparison.Ordinal));
    }

    // https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html
    [Fact]
    public async Task Cohere_embeds_96_texts_in_a_request_and_counts_in_a_header()
    {
        await using var server = await ScriptedBedrock.StartAsync(
            (got, http) =>
            {
                var texts = JsonNode.Parse(got.Text)!["texts"]!.AsArray();
                http.Response.Headers["X-Amzn-Bedrock-Input-Token-Count"] = texts.Count.ToString(
                    System.Globalization.CultureInfo.InvariantCulture
                );
                return ScriptedBedrock.JsonAsync(
                    http,
                    $$$"""{"id":"e","embeddings":{"float":[{{{string.Join(',', texts.Select(_ => "[1.5,-2]"))}}}]},"response_type":"embeddings_by_type"}"""
                );
            }
        );
        var request = Texts(Enumerable.Repeat("x", 200).ToArray()) with { EncodingFormat = "base64" };
        var reply = await Family.Embeddings!.EmbedAsync(Embedding(server, "cohere.embed-multilingual-v3", request), default);
        server.Requests.Count.ShouldBe(3);
        server.Requests.ShouldAllBe(r => r.Text.Contains("\"input_type\":\"search_document\"", StringComparison.Ordinal));
        reply.Usage.Input.ShouldBe(200);
        var packed = Convert.FromBase64String(JsonNode.Parse(reply.OpenAiBody.Span)!["data"]![199]!["embedding"]!.GetValue<string>());
        (
            BinaryPrimitives.ReadSingleLittleEndian(packed),
            BinaryPrimitives.ReadSingleLittleEndian(packed.AsSpan(4)),
            packed.Length
        ).ShouldBe((1.5f, -2f, 8));
    }

    [Fact]
    public async Task An_input_type_in_the_callers_body_is_taken()
    {
        await using var server = await SayingAsync("""{"embeddings":[[1]]}""");
        var request = OpenAiEmbeddingReader
            .Read(
                Encoding.UTF8.GetBytes(
                    """{"model":"m","input":"x","dimensions":512,"input_type":"search_query","user":"ada","x_new":null,"x_of_tomorrow":1}"""
                )
            )
            .Request;
        var reply = await Family.Embeddings!.EmbedAsync(Embedding(server, "us.cohere.embed-v4:0", request), default);
        reply.DroppedFields.ShouldBe(["user", "x_of_tomorrow"]);
        server
            .Requests[0]
            .Text.ShouldBe("""{"texts":["x"],"input_type":"search_query","embedding_types":["float"],"output_dimension":512}""");
        // Nobody counted: the record says so, and the answer makes nothing up.
        reply.Usage.Source.ShouldBe(UsageSource.None);
        Encoding.UTF8.GetString(reply.OpenAiBody.Span).ShouldNotContain("usage");
    }

    [Theory]
    [InlineData("amazon.titan-embed-text-v2:0", """{"embedding":"x"}""")]
    [InlineData("amazon.titan-embed-text-v2:0", "{}")]
    [InlineData("cohere.embed-english-v3", """{"embeddings":{"float":[[1],[2]]}}""")]
    [InlineData("cohere.embed-english-v3", "nothing")]
    public async Task Embeddings_that_do_not_fit_the_question_are_malformed(string model, string answer)
    {
        await using var server = await SayingAsync(answer);
        var e = await Should.ThrowAsync<UpstreamException>(() =>
            Family.Embeddings!.EmbedAsync(Embedding(server, model, Texts("x")), default)
        );
        e.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }

    [Fact]
    public async Task Embeddings_that_a_model_cannot_give_are_refused_by_name_before_anyone_is_called()
    {
        await using var server = await SayingAsync("{}");
        foreach (
            var (model, request, param) in new (string, EmbeddingRequest, string)[]
            {
                ("anthropic.claude-3-haiku-20240307-v1:0", Texts("x"), "model"),
                ("cohere.embed-english-v3", Texts("x") with { Dimensions = 5 }, "dimensions"),
                ("amazon.titan-embed-text-v1", Texts("x") with { Dimensions = 5 }, "dimensions"),
                (
                    "amazon.titan-embed-text-v2:0",
                    new EmbeddingRequest
                    {
                        Model = "m",
                        TokenInputs =
                        [
                            [1, 2],
                        ],
                    },
                    "input"
                ),
            }
        )
            (
                await Should.ThrowAsync<UpstreamException>(() => Family.Embeddings!.EmbedAsync(Embedding(server, model, request), default))
            ).UpstreamParam.ShouldBe(param);
        server.Requests.ShouldBeEmpty();
    }
}
