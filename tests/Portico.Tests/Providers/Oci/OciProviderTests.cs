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

    async Task<UpstreamException> FailureAsync(ScriptedOci server, string? credential = null) =>
        await Should.ThrowAsync<UpstreamException>(() => ChatAsync(server, Ask("Hi"), credential: credential));

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
    [InlineData(CommandA)]
    public async Task A_streamed_call_is_decoded_as_it_comes(string model)
    {
        var sent = model == Llama ? GenericEvents : CohereEvents;
        await using var server = await ScriptedOci.StartAsync((_, context) => ScriptedOci.StreamAsync(context, sent));
        var reply = await ChatAsync(server, Ask("Hi", stream: true), model);
        var (events, failure) = await DrainAsync(reply.Events);
        await reply.Events.DisposeAsync();
        failure.ShouldBeNull();
        if (model == Llama)
            events.ShouldBe(Events(null));
        else
            string.Concat(events.Select(e => e.Text)).ShouldBe("I look.");
        JsonNode.Parse(server.Requests.ShouldHaveSingleItem().Text)!["chatRequest"]!["isStream"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Calls_of_tools_of_two_answers_have_different_ids()
    {
        await using var server = await ScriptedOci.StartAsync((_, context) => ScriptedOci.JsonAsync(context, Ocis.Cohere));
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 2; i++)
        {
            var (events, _) = await DrainAsync((await ChatAsync(server, Ask("Hi"), CommandA)).Events);
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
        OciSigner.Sign(request, default, OciCredential.Parse(new Secret(Json())), now);
        var headers = request.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
        headers["date"].ShouldBe("Sun, 05 Jan 2014 21:31:40 GMT");
        headers["Authorization"].ShouldContain("headers=\"date (request-target) host\"");
        headers["host"] = "iaas.us-phoenix-1.oraclecloud.com";
        ScriptedOci.Problem(new BedrockGot("GET", target, headers, []), now).ShouldBeNull();
        // The check itself can fail.
        ScriptedOci.Problem(new BedrockGot("GET", target + "x", headers, []), now).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_wrong_key_or_clock_names_the_connection_and_the_way_out()
    {
        await using var server = await ScriptedOci.StartAsync((_, context) => ScriptedOci.JsonAsync(context, Generic));
        using var other = System.Security.Cryptography.RSA.Create(2048);
        var wrong = await FailureAsync(server, Json(c => c["private_key"] = other.ExportRSAPrivateKeyPem()));
        (wrong.Kind, wrong.Fault, wrong.Status).ShouldBe((ErrorTable.UpstreamCredential, Fault.Credential, 401));
        wrong.Message.ShouldStartWith("Connection conn_");
        wrong.Message.ShouldContain("User, tenancy, fingerprint and private key do not belong together");
        server.Ahead = TimeSpan.FromMinutes(6);
        (await FailureAsync(server)).Message.ShouldContain("clock of this node is more than 5 minutes off");
        using var client = new HttpClient();
        using var unsigned = await client.PostAsync(server.Url + "/20231130/actions/chat", new StringContent("{}"));
        ((int)unsigned.StatusCode).ShouldBe(401);
    }

    public static TheoryData<string, string> BadCredentials =>
        new()
        {
            { "", "its credential is missing" },
            { "sk-a-key", "needs user, tenancy and fingerprint" },
            { "{", "begins like a JSON object and is not one" },
            { Json(c => c.Remove("fingerprint")), "needs user, tenancy and fingerprint" },
            { Json(c => c.Remove("private_key")), "needs the private key" },
            { Json(c => c["user"] = "ada@example.org"), "is no OCID" },
            { Json(c => c["region_name"] = "x"), "has a member that is not known" },
            { Json(c => c["private_key"] = "MIIE"), "not one of RSA in PEM" },
            { Json(c => c["private_key"] = Encrypted("x")), "is encrypted, and no passphrase" },
            {
                Json(c =>
                {
                    c["private_key"] = Encrypted("x");
                    c["passphrase"] = "y";
                }),
                "does not open with its passphrase"
            },
            {
                $"user={ScriptedOci.User}\ntenancy={ScriptedOci.Tenancy}\nfingerprint=a\nkey_file=/etc/passwd",
                "files of this node are not read"
            },
        };

    [Theory]
    [MemberData(nameof(BadCredentials))]
    public async Task A_credential_that_cannot_be_used_says_why_and_nobody_is_called(string credential, string why)
    {
        await using var server = await ScriptedOci.StartAsync((_, context) => ScriptedOci.JsonAsync(context, Generic));
        var e = await FailureAsync(server, credential);
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamCredential, Fault.Credential));
        e.Message.ShouldContain(why);
        Family.CheckConnection!(Ocis.Connection(credential: credential)).ShouldNotBeNull().ShouldContain(why);
        server.Requests.ShouldBeEmpty();
    }

    // https://docs.oracle.com/iaas/Content/API/References/apierrors.htm
    [Theory]
    [InlineData(400, "InvalidParameter", "temperature must be less than 2", "upstream_rejected", Fault.Caller)]
    [InlineData(400, "InvalidParameter", "Please provide at most: too many tokens: total 200000", "context_length_exceeded", Fault.Caller)]
    [InlineData(400, "InvalidParameter", "Inappropriate content detected!!!", "content_filter", Fault.Caller)]
    [InlineData(404, "NotAuthorizedOrNotFound", "Authorization failed or requested resource not found.", "upstream_failed", Fault.Model)]
    [InlineData(404, "404", "Entity with key cohere.x not found", "upstream_failed", Fault.Model)]
    [InlineData(429, "TooManyRequests", "Too many requests for the user", "upstream_rate_limited", Fault.RateLimit)]
    [InlineData(400, "QuotaExceeded", "The compartment's quota is used", "upstream_rate_limited", Fault.RateLimit)]
    [InlineData(409, "IncorrectState", "The endpoint is being updated", "upstream_overloaded", Fault.Upstream)]
    [InlineData(500, "InternalServerError", "Internal server error", "upstream_failed", Fault.Upstream)]
    [InlineData(503, "ServiceUnavailable", "Unavailable", "upstream_overloaded", Fault.Upstream)]
    public async Task Knows_whose_fault_an_error_is(int status, string code, string message, string kind, Fault fault)
    {
        await using var server = await ScriptedOci.StartAsync((_, context) => ScriptedOci.ErrorAsync(context, status, code, message));
        var e = await FailureAsync(server);
        (e.Kind.Code, e.Fault).ShouldBe((kind, fault));
        e.Message.ShouldContain(message);
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
    public async Task Lists_what_is_served_on_demand_page_by_page()
    {
        await using var server = await ScriptedOci.StartAsync(
            (got, context) =>
            {
                var isFirst = !got.Target.Contains("page=", StringComparison.Ordinal);
                if (isFirst)
                    context.Response.Headers["opc-next-page"] = "p2";
                return ScriptedOci.JsonAsync(
                    context,
                    isFirst
                        ? """
                        {"items":[{"id":"ocid1.generativeaimodel.a","displayName":"meta.llama-3.3-70b-instruct","vendor":"meta","type":"BASE","lifecycleState":"ACTIVE","capabilities":["CHAT"]},
                         {"displayName":"cohere.rerank.v3-5","vendor":"cohere","type":"BASE","lifecycleState":"ACTIVE","capabilities":["TEXT_RERANK"]},
                         {"displayName":"cohere.command","vendor":"cohere","type":"BASE","lifecycleState":"ACTIVE","capabilities":["CHAT"],"timeOnDemandRetired":"2024-08-07T00:00:00Z"}]}
                        """
                        : """
                        {"items":[{"displayName":"ours","type":"CUSTOM","lifecycleState":"ACTIVE","capabilities":["CHAT"]},
                         {"displayName":"cohere.embed-v4.0","vendor":"cohere","type":"BASE","lifecycleState":"ACTIVE","capabilities":["TEXT_EMBEDDINGS"]}]}
                        """
                );
            }
        );
        var models = await Family.Models!.ListModelsAsync(Ocis.Connection(server.Url), default);
        models.ShouldBe([new OfferedModel(Llama, "meta"), new OfferedModel("cohere.embed-v4.0", "cohere")]);
        server.Requests[0].Target.ShouldBe($"/20231130/models?compartmentId={ScriptedOci.Compartment}&lifecycleState=ACTIVE&limit=500");
        OciProvider
            .Control(new Uri("https://inference.generativeai.eu-frankfurt-1.oci.oraclecloud.com/20231130"), "c", null)
            .Host.ShouldBe("generativeai.eu-frankfurt-1.oci.oraclecloud.com");
    }
}
