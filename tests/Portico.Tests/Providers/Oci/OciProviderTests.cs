using System.Text;
using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Http;
using Portico.Providers.Oci;
using Portico.Tests.Providers.Bedrock;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.Oci.Ocis;

namespace Portico.Tests.Providers.Oci;

/// <summary>The family over HTTP, against a server that checks every signature.</summary>
public sealed class OciProviderTests : IDisposable
{
    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    ProviderFamily Family => OciProvider.Family(http);

    Task<ProviderReply> ChatAsync(ScriptedOci server, ChatRequest request, string model = Llama, string? credential = null) =>
        Family.Chat!.ChatAsync(Call(request, Ocis.Connection(server.Url, credential), model), default);

    [Fact]
    public async Task A_plain_call_is_signed_and_decoded()
    {
        await using var server = await ScriptedOci.StartAsync((_, context) => ScriptedOci.JsonAsync(context, Generic));
        var reply = await ChatAsync(server, Ask("Hi") with { Seed = 7, User = "ada" });
        var (events, _) = await DrainAsync(reply.Events);
        string.Concat(events.Where(e => e.Kind == ModelEventKind.Text).Select(e => e.Text)).ShouldBe("Zürich 🚲");
        events[^1].Completion.ShouldBe(new Completion(GenericUsage, FinishReason.ToolCalls, Llama));
        reply.UpstreamRequestId.ShouldBe("7B2C1E/5D3F/0001");
        reply.DroppedFields.ShouldBe(["user"]);
        var got = server.Requests.ShouldHaveSingleItem();
        (got.Method, got.Target).ShouldBe(("POST", "/20231130/actions/chat"));
        var body = JsonNode.Parse(got.Text)!;
        body["compartmentId"]!.GetValue<string>().ShouldBe(ScriptedOci.Compartment);
    }

    [Theory]
    [InlineData(Llama)]
    [InlineData(CommandR)]
    [InlineData(CommandA)]
    public async Task A_streamed_call_is_decoded_as_it_comes(string model)
    {
        var (sent, format, said) = model switch
        {
            Llama => (GenericEvents, "GENERIC", "Two towns.Zürich 🚲"),
            CommandR => (CohereEvents, "COHERE", "I look."),
            _ => (CohereV2Events, "COHEREV2", "Two towns.Zürich 🚲"),
        };
        await using var server = await ScriptedOci.StartAsync((_, context) => ScriptedOci.StreamAsync(context, sent));
        var reply = await ChatAsync(server, Ask("Hi", stream: true), model);
        var (events, failure) = await DrainAsync(reply.Events);
        await reply.Events.DisposeAsync();
        failure.ShouldBeNull();
        if (model == Llama)
            events.ShouldBe(Events(null));
        string.Concat(events.Select(e => e.Text)).ShouldBe(said);
        var asked = JsonNode.Parse(server.Requests.ShouldHaveSingleItem().Text)!["chatRequest"]!;
        asked["isStream"]!.GetValue<bool>().ShouldBeTrue();
        asked["apiFormat"]!.GetValue<string>().ShouldBe(format);
    }

    [Fact]
    public async Task Calls_of_tools_of_two_answers_have_different_ids()
    {
        await using var server = await ScriptedOci.StartAsync((_, context) => ScriptedOci.JsonAsync(context, Ocis.Cohere));
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 2; i++)
        {
            var (events, _) = await DrainAsync((await ChatAsync(server, Ask("Hi"), CommandR)).Events);
            ids.Add(events.Single(e => e.Kind == ModelEventKind.ToolCall).ToolCall!.Id!);
        }
        ids.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_configuration_form_signs_as_JSON_does_and_the_tenancy_is_the_compartment_where_none_is_named()
    {
        await using var server = await ScriptedOci.StartAsync((_, context) => ScriptedOci.JsonAsync(context, Generic));
        var configuration = $"""
            [DEFAULT]
            # the key of Ada
            user={ScriptedOci.User}
            fingerprint = {ScriptedOci.Fingerprint}
            tenancy={ScriptedOci.Tenancy}
            region=eu-frankfurt-1
            pass_phrase=open sesame
            key_file=~/.oci/oci_api_key.pem

            {Encrypted("open sesame")}
            """;
        await ChatAsync(server, Ask("Hi"), credential: configuration);
        JsonNode.Parse(server.Requests.ShouldHaveSingleItem().Text)!["compartmentId"]!.GetValue<string>().ShouldBe(ScriptedOci.Tenancy);
    }

    [Fact]
    public async Task Many_calls_at_once_are_each_signed_rightly()
    {
        await using var server = await ScriptedOci.StartAsync((_, context) => ScriptedOci.JsonAsync(context, Generic));
        var (family, connection) = (Family, Ocis.Connection(server.Url));
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => family.Chat!.ChatAsync(Call(Ask($"Hi {i}"), connection, Llama), default)));
        server.Requests.Count.ShouldBe(40);
    }

    /// <summary>The request of https://docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm with its signing string, under the right day of the week.</summary>
    [Fact]
    public void The_published_request_is_signed_over_the_published_text()
    {
        const string target =
            "/20160918/instances?availabilityDomain=Pjwf%3A%20PHX-AD-1&compartmentId=ocid1.compartment.oc1..aaaaaaaam3we6vgnherjq5q2idnccdflvjsnog7mlr6rtdb25gilchfeyjxa&displayName=TeamXInstances&volumeId=ocid1.volume.oc1.phx.abyhqljrgvttnlx73nmrwfaux7kcvzfs3s66izvxf2h4lgvyndsdsnoiwr5q";
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://iaas.us-phoenix-1.oraclecloud.com" + target);
        var now = new DateTimeOffset(2014, 1, 5, 21, 31, 40, TimeSpan.Zero);
        OciSigner.Sign(request, default, OciCredential.Parse(new Secret(Json())).Key!, now);
        var headers = request.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
        headers["date"].ShouldBe("Sun, 05 Jan 2014 21:31:40 GMT");
        headers["Authorization"].ShouldContain("headers=\"date (request-target) host\"");
        headers["host"] = "iaas.us-phoenix-1.oraclecloud.com";
        ScriptedOci.Problem(new BedrockGot("GET", target, headers, []), now).ShouldBeNull();
        // The check itself can fail.
        ScriptedOci.Problem(new BedrockGot("GET", target + "x", headers, []), now).ShouldNotBeNull();
    }

    [Fact]
    public async Task Embeddings_are_asked_for_in_batches_and_given_in_OpenAIs_form()
    {
        await using var server = await ScriptedOci.StartAsync(
            (got, context) =>
            {
                var asked = JsonNode.Parse(got.Text)!["inputs"]!.AsArray().Count;
                var vectors = string.Join(',', Enumerable.Repeat("[0.5,-1]", asked));
                return ScriptedOci.JsonAsync(
                    context,
                    $$$"""{"id":"e","embeddings":[{{{vectors}}}],"modelId":"cohere.embed-v4.0","usage":{"promptTokens":{{{asked}}},"totalTokens":{{{asked}}}}}"""
                );
            }
        );
        var texts = Enumerable.Range(0, 100).Select(i => $"text {i}").ToList();
        var call = new EmbeddingCall(
            Ocis.Connection(server.Url),
            "cohere.embed-v4.0",
            new EmbeddingRequest
            {
                Model = "route",
                Inputs = texts,
                Dimensions = 256,
            },
            null,
            CallId.New(TimeProvider.System)
        );
        var reply = await Family.Embeddings!.EmbedAsync(call, default);
        JsonNode.Parse(reply.OpenAiBody.Span)!["data"]!.AsArray().Count.ShouldBe(100);
        reply.Usage.Input.ShouldBe(100);
        server.Requests.Select(r => r.Target).Distinct().ShouldBe(["/20231130/actions/embedText"]);
        var first = JsonNode.Parse(server.Requests[0].Text)!;
        (first["inputType"]!.GetValue<string>(), first["outputDimensions"]!.GetValue<int>(), first["inputs"]!.AsArray().Count).ShouldBe(
            ("SEARCH_DOCUMENT", 256, 96)
        );
    }

    [Fact]
    public async Task Lists_what_is_served_on_demand_and_by_dedicated_endpoints_page_by_page()
    {
        await using var server = await ScriptedOci.StartAsync(
            (got, context) =>
            {
                if (got.Target.StartsWith("/20231130/endpoints?", StringComparison.Ordinal))
                    return ScriptedOci.JsonAsync(
                        context,
                        """
                        {"items":[{"id":"ocid1.generativeaiendpoint.1","displayName":"ours","lifecycleState":"ACTIVE","modelId":"ocid1.generativeaimodel.ours","dedicatedAiClusterId":"ocid1.generativeaidedicatedaicluster.a"},
                         {"id":"ocid1.generativeaiendpoint.2","lifecycleState":"ACTIVE","modelId":"ocid1.generativeaimodel.a"},
                         {"id":"ocid1.generativeaiendpoint.3","lifecycleState":"ACTIVE","modelId":"ocid1.generativeaimodel.r"},
                         {"id":"ocid1.generativeaiendpoint.4","lifecycleState":"ACTIVE","modelId":"ocid1.generativeaimodel.imported"},
                         {"id":"ocid1.generativeaiendpoint.5","lifecycleState":"FAILED","modelId":"ocid1.generativeaimodel.a"}]}
                        """
                    );
                var isFirst = !got.Target.Contains("page=", StringComparison.Ordinal);
                if (isFirst)
                    context.Response.Headers["opc-next-page"] = "p2";
                return ScriptedOci.JsonAsync(
                    context,
                    isFirst
                        ? """
                        {"items":[{"id":"ocid1.generativeaimodel.a","displayName":"meta.llama-3.3-70b-instruct","vendor":"meta","type":"BASE","lifecycleState":"ACTIVE","capabilities":["CHAT"]},
                         {"displayName":"cohere.rerank.v3-5","vendor":"cohere","type":"BASE","lifecycleState":"ACTIVE","capabilities":["TEXT_RERANK"]},
                             {"displayName":"old.summariser","type":"BASE","lifecycleState":"ACTIVE","capabilities":["TEXT_SUMMARIZATION"]},
                         {"displayName":"cohere.command","vendor":"cohere","type":"BASE","lifecycleState":"ACTIVE","capabilities":["CHAT"],"timeOnDemandRetired":"2024-08-07T00:00:00Z"}]}
                        """
                        : """
                        {"items":[{"id":"ocid1.generativeaimodel.ours","baseModelId":"ocid1.generativeaimodel.r","displayName":"ours","type":"CUSTOM","lifecycleState":"ACTIVE","capabilities":["CHAT"]},
                         {"id":"ocid1.generativeaimodel.r","displayName":"cohere.command-r-08-2024","vendor":"cohere","type":"BASE","lifecycleState":"ACTIVE","capabilities":["FINE_TUNE"]},
                         {"displayName":"cohere.embed-v4.0","vendor":"cohere","type":"BASE","lifecycleState":"ACTIVE","capabilities":["TEXT_EMBEDDINGS"]}]}
                        """
                );
            }
        );
        var models = await Family.Models!.ListModelsAsync(Ocis.Connection(server.Url), default);
        models.ShouldBe([
            new OfferedModel(Llama, "meta"),
            new OfferedModel("cohere.rerank.v3-5", "cohere"),
            new OfferedModel("cohere.embed-v4.0", "cohere"),
            new OfferedModel("cohere:ocid1.generativeaiendpoint.1", "cohere"),
            new OfferedModel("ocid1.generativeaiendpoint.2", "meta"),
            new OfferedModel("cohere:ocid1.generativeaiendpoint.3", "cohere"),
            new OfferedModel("ocid1.generativeaiendpoint.4"),
        ]);
        server.Requests[0].Target.ShouldBe($"/20231130/models?compartmentId={ScriptedOci.Compartment}&lifecycleState=ACTIVE&limit=500");
        OciProvider
            .Control(new Uri("https://inference.generativeai.eu-frankfurt-1.oci.oraclecloud.com/20231130"), "models", "c", null)
            .Host.ShouldBe("generativeai.eu-frankfurt-1.oci.oraclecloud.com");
    }

    [Fact]
    public async Task Who_may_see_no_endpoints_is_offered_the_models_alone()
    {
        await using var server = await ScriptedOci.StartAsync(
            (got, context) =>
                got.Target.StartsWith("/20231130/endpoints?", StringComparison.Ordinal)
                    ? ScriptedOci.ErrorAsync(
                        context,
                        404,
                        "NotAuthorizedOrNotFound",
                        "Authorization failed or requested resource not found."
                    )
                    : ScriptedOci.JsonAsync(
                        context,
                        $$"""{"items":[{"displayName":"{{Llama}}","vendor":"meta","capabilities":["CHAT"]}]}"""
                    )
        );
        (await Family.Models!.ListModelsAsync(Ocis.Connection(server.Url), default)).ShouldBe([new OfferedModel(Llama, "meta")]);
    }
}
