using System.Text;
using System.Text.Json.Nodes;
using Azure.Core;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers;
using Portico.Providers.Azure;
using Portico.Providers.Http;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.OpenAi;
using static Portico.Tests.Providers.Anthropic.Anthropics;

namespace Portico.Tests.Providers.Azure;

/// <summary>Azure OpenAI over HTTP: v1 and the dated API, a key and an identity.</summary>
public sealed class AzureOpenAiProviderTests : IDisposable
{
    const string Managed = """{"identity":"managed"}""";

    readonly UpstreamHttp http = new(TimeProvider.System);
    readonly List<string> scopes = [];

    public void Dispose() => http.Dispose();

    /// <summary>An identity whose tokens are t1, t2 and so on.</summary>
    sealed class Identity(List<string> scopes) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            scopes.AddRange(requestContext.Scopes);
            return new AccessToken($"token-{scopes.Count}", TimeProvider.System.GetUtcNow().AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }

    ProviderFamily Family => AzureOpenAiProvider.Family(http, new EntraTokens(TimeProvider.System, (_, _) => new Identity(scopes)));

    static ProviderConnection Connection(ScriptedAzure server, string? version, string credential = ScriptedAzure.Key, string path = "") =>
        new(ConnectionId.New(TimeProvider.System), "azure-openai", version, new Uri(server.Url + path), new Secret(credential));

    async Task<UpstreamException> FailureAsync(
        ScriptedAzure server,
        string? version,
        string credential = ScriptedAzure.Key,
        string model = ScriptedAzure.Deployment
    ) =>
        await Should.ThrowAsync<UpstreamException>(() =>
            Family.Chat!.ChatAsync(Call(Ask("Hi"), Connection(server, version, credential), model), default)
        );

    [Theory]
    [InlineData(null, "", "/openai/v1/chat/completions")]
    [InlineData(null, "/openai/v1/", "/openai/v1/chat/completions")]
    [InlineData("v1", "", "/openai/v1/chat/completions")]
    [InlineData("2024-10-21", "", "/openai/deployments/our-gpt-5/chat/completions?api-version=2024-10-21")]
    [InlineData("2024-10-21", "/openai/", "/openai/deployments/our-gpt-5/chat/completions?api-version=2024-10-21")]
    [InlineData("2025-04-01-preview", "/openai/v1", "/openai/deployments/our-gpt-5/chat/completions?api-version=2025-04-01-preview")]
    public async Task A_call_goes_to_the_address_of_its_API(string? version, string path, string target)
    {
        foreach (var credential in (string[])[ScriptedAzure.Key, Managed])
        {
            await using var server = await ScriptedAzure.StartAsync();
            server.Tokens.Add("token-1");
            scopes.Clear();
            var reply = await Family.Chat!.ChatAsync(
                Call(Ask("Hi") with { MaxOutputTokens = 9 }, Connection(server, version, credential, path), ScriptedAzure.Deployment),
                default
            );
            var (events, _) = await DrainAsync(reply.Events);
            events[^1].Completion.ShouldBe(new Completion(AzureFixtures.FixtureUsage, FinishReason.Stop, "gpt-5-2025-08-07"));
            reply.UpstreamRequestId.ShouldBe("f1b0c7d2");
            var got = server.Requests.ShouldHaveSingleItem();
            got.Target.ShouldBe(target);
            got.Headers.ContainsKey("api-key").ShouldBe(credential == ScriptedAzure.Key);
            got.Body.ShouldContain("\"max_completion_tokens\":9");
        }
    }

    [Fact]
    public async Task A_version_from_before_the_newer_members_is_sent_the_older_ones()
    {
        await using var server = await ScriptedAzure.StartAsync(
            ScriptedAnthropic.Sse([.. AzureFixtures.Chunks.Select(c => $"data: {c}\n\n"), "data: [DONE]\n\n"])
        );
        var read = OpenAiChatReader.Read(
            Encoding.UTF8.GetBytes(
                """{"model":"route","stream":true,"max_completion_tokens":9,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Hi"}]}"""
            )
        );
        var call = Call(read.Request, Connection(server, "2024-06-01"), ScriptedAzure.Deployment) with
        {
            Body = read.Body,
            ReplyDialect = Dialect.OpenAiChat,
        };
        var reply = await Family.Chat!.ChatAsync(call, default);
        await DrainAsync(reply.Events);
        await reply.Events.DisposeAsync();
        reply.DroppedFields.ShouldBe(["stream_options"]);
        var body = JsonNode.Parse(server.Requests.ShouldHaveSingleItem().Body)!;
        body["max_tokens"]!.GetValue<int>().ShouldBe(9);
        body.AsObject().Select(m => m.Key).ShouldNotContain("stream_options");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_filters_say_in_a_stream_reaches_callers_and_its_end_is_that_of_a_filter(bool asFrames)
    {
        var chunks = AzureFixtures.Chunks.Select(c => $"data: {c}\n\n").ToArray();
        await using var server = await ScriptedAzure.StartAsync(ScriptedAnthropic.Sse([.. chunks, "data: [DONE]\n\n"]));
        var call = Call(
            Ask("Hi", stream: true) with
            {
                IncludeUsage = true,
            },
            Connection(server, "2024-10-21"),
            ScriptedAzure.Deployment
        ) with
        {
            ReplyDialect = asFrames ? Dialect.OpenAiChat : Dialect.Canonical,
        };
        var reply = await Family.Chat!.ChatAsync(call, default);
        var (events, failure) = await DrainAsync(reply.Events);
        await reply.Events.DisposeAsync();
        failure.ShouldBeNull();
        events[^1].Completion.ShouldBe(new Completion(AzureFixtures.FixtureUsage, FinishReason.ContentFilter, "gpt-5-2025-08-07"));
        if (asFrames)
            Frames(events).ShouldBe(string.Concat(chunks) + "data: [DONE]\n\n");
        else
            events[0].ShouldBe(Of(ModelEventKind.Text, "Zürich"));
    }

    [Fact]
    public async Task A_prompt_that_is_filtered_says_by_what()
    {
        await using var server = await ScriptedAzure.StartAsync(ScriptedAnthropic.Json(AzureFixtures.Filtered, 400));
        foreach (var version in (string?[])[null, "2024-10-21"])
        {
            var e = await FailureAsync(server, version);
            (e.Kind, e.Fault, e.UpstreamCode).ShouldBe((ErrorTable.ContentFilter, Fault.Caller, "content_filter"));
            e.Message.ShouldEndWith("content management policy. Filtered: hate (high), jailbreak.");
        }
        // Older services put the reason behind another code.
        server.Answer = ScriptedAnthropic.Json(
            AzureFixtures.Filtered.Replace("\"content_filter\"", "\"BadRequest\"", StringComparison.Ordinal),
            400
        );
        (await FailureAsync(server, null)).Kind.ShouldBe(ErrorTable.ContentFilter);
    }

    [Fact]
    public async Task A_wrong_key_names_the_connection()
    {
        await using var server = await ScriptedAzure.StartAsync();
        foreach (var version in (string?[])[null, "2024-10-21"])
        {
            var e = await FailureAsync(server, version, "another-key-0123456789");
            (e.Kind, e.Fault, e.Status).ShouldBe((ErrorTable.UpstreamCredential, Fault.Credential, 401));
            e.Message.ShouldStartWith("Connection conn_");
            e.Message.ShouldContain("valid key for an active subscription");
        }
    }

    [Fact]
    public async Task A_missing_deployment_or_version_is_not_the_callers_fault_and_says_what_to_look_at()
    {
        await using var server = await ScriptedAzure.StartAsync();
        var e = await FailureAsync(server, "2024-10-21", model: "gone");
        (e.Fault, e.UpstreamCode).ShouldBe((Fault.Model, "DeploymentNotFound"));
        e.Message.ShouldContain("Check base_url, the deployment's name and the API version 2024-10-21");
        e = await FailureAsync(server, "2019-01-01");
        e.Fault.ShouldBe(Fault.Model);
        e.Message.ShouldBe("API version not supported The connection's preset is 2019-01-01.");
    }

    [Fact]
    public async Task A_token_that_is_refused_is_replaced_once()
    {
        await using var server = await ScriptedAzure.StartAsync();
        server.Tokens.Add("token-2");
        var (family, connection) = (Family, Connection(server, null, Managed));
        await family.Chat!.ChatAsync(Call(Ask("Hi"), connection, ScriptedAzure.Deployment), default);
        await family.Chat.ChatAsync(Call(Ask("Hi"), connection, ScriptedAzure.Deployment), default);
        server.Requests.Select(r => r.Headers["Authorization"]).ShouldBe(["Bearer token-1", "Bearer token-2", "Bearer token-2"]);
        scopes.ShouldBe(["https://cognitiveservices.azure.com/.default", "https://cognitiveservices.azure.com/.default"]);
    }

    [Fact]
    public async Task An_identity_without_its_role_is_told_which()
    {
        await using var server = await ScriptedAzure.StartAsync();
        server.Tokens.UnionWith(["token-1", "token-2"]);
        server.HasRole = false;
        var e = await FailureAsync(server, "2024-10-21", Managed);
        (e.Fault, e.Status).ShouldBe((Fault.Credential, 401));
        e.Message.ShouldStartWith("Connection conn_");
        e.Message.ShouldContain("lacks the required data action");
        e.Message.ShouldEndWith("Give the identity the role 'Cognitive Services OpenAI User' on the resource.");
        e.Message.ShouldNotContain("token-");
    }

    [Theory]
    [InlineData(null, "/openai/v1/embeddings")]
    [InlineData("2024-10-21", "/openai/deployments/embed%20one/embeddings?api-version=2024-10-21")]
    public async Task Embeddings_go_the_same_way(string? version, string target)
    {
        const string answer =
            """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-1]}],"model":"text-embedding-3-small","usage":{"prompt_tokens":3,"total_tokens":3}}""";
        await using var server = await ScriptedAzure.StartAsync(ScriptedAnthropic.Json(answer));
        server.Tokens.Add("token-1");
        var call = new EmbeddingCall(
            Connection(server, version, Managed),
            "embed one",
            new EmbeddingRequest { Model = "route", Inputs = ["a"] },
            null,
            CallId.New(TimeProvider.System)
        );
        var reply = await Family.Embeddings!.EmbedAsync(call, default);
        Encoding.UTF8.GetString(reply.OpenAiBody.Span).ShouldBe(answer);
        reply.Usage.Input.ShouldBe(3);
        server.Requests.ShouldHaveSingleItem().Target.ShouldBe(target);
    }

    [Theory]
    [InlineData(null, "/openai/v1/models")]
    [InlineData("2024-10-21", "/openai/models?api-version=2024-10-21")]
    public async Task Models_of_the_resource_are_listed(string? version, string target)
    {
        await using var server = await ScriptedAzure.StartAsync(
            ScriptedAnthropic.Json(
                """{"data":[{"id":"gpt-5-2025-08-07","object":"model","capabilities":{"chat_completion":true}}],"object":"list"}"""
            )
        );
        (await Family.Models!.ListModelsAsync(Connection(server, version), default)).ShouldBe([new OfferedModel("gpt-5-2025-08-07")]);
        server.Requests.ShouldHaveSingleItem().Target.ShouldBe(target);
    }

    [Theory]
    [InlineData(null, "a-key", null)]
    [InlineData("2024-10-21", Managed, null)]
    [InlineData(null, """{"identity":"managed","client_id":"11111111-2222-3333-4444-555555555555"}""", null)]
    [InlineData(null, """{"tenant_id":"t","client_id":"c","client_secret":"s"}""", null)]
    [InlineData(null, """{"appId":"c","displayName":"portico","password":"s","tenant":"t"}""", null)]
    [InlineData("2024", "a-key", "its preset '2024' is no version")]
    [InlineData("groq", "a-key", "its preset 'groq' is no version")]
    [InlineData(null, """{"tenant_id":"t","client_id":"c"}""", "needs tenant_id, client_id and client_secret together")]
    [InlineData(null, """{"identity":"me"}""", "neither default nor managed")]
    [InlineData(null, """{"identity":"default","client_secret":"s"}""", "keep one")]
    [InlineData(null, """{"identity":"default","secret":"s"}""", "has a member that is not known")]
    [InlineData(null, "{", "begins like a JSON object and is not one")]
    public async Task The_form_of_a_connection_is_checked_before_it_is_kept_and_before_a_call(
        string? version,
        string credential,
        string? why
    )
    {
        await using var server = await ScriptedAzure.StartAsync();
        var problem = Family.CheckConnection!(Connection(server, version, credential));
        if (why is null)
        {
            problem.ShouldBeNull();
            return;
        }
        problem.ShouldNotBeNull().ShouldContain(why);
        if (credential == "a-key")
            return;
        var e = await FailureAsync(server, version, credential);
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamCredential, Fault.Credential));
        e.Message.ShouldContain(why);
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(null, ScriptedAzure.Key, "/openai/v1/audio/speech")]
    [InlineData("2025-04-01-preview", ScriptedAzure.Key, "/openai/deployments/our-gpt-5/audio/speech?api-version=2025-04-01-preview")]
    [InlineData(null, Managed, "/openai/v1/audio/speech")]
    public async Task Speech_goes_the_same_ways(string? version, string credential, string target)
    {
        await using var server = await ScriptedAzure.StartAsync(Singled.Bytes("audio/mpeg", [1, 2, 3]));
        server.Tokens.Add("token-1");
        var read = Singled.Speech();
        var reply = await Family.Singles!.AskAsync(
            new SingleCall(Connection(server, version, credential), ScriptedAzure.Deployment, read.Request, read.Body, default),
            default
        );
        await using var events = reply.Events;
        (await events.ReadAsync(default)).ShouldBeTrue();
        reply.ContentType.ShouldBe("audio/mpeg");
        server.Requests.ShouldHaveSingleItem().Target.ShouldBe(target);
    }

    [Fact]
    public void What_the_resource_lacks_is_said_before_it_is_asked() =>
        Enum.GetValues<CallKind>().Where(k => !Family.Serves(k)).ShouldBe([CallKind.Rerank, CallKind.Moderation], ignoreOrder: true);
}
