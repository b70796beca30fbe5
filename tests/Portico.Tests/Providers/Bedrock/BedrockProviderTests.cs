using Microsoft.Extensions.DependencyInjection;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Aws;
using Portico.Providers.Bedrock;
using Portico.Providers.Http;
using Portico.Tests.Providers.Anthropic;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.Bedrock.Bedrocks;

namespace Portico.Tests.Providers.Bedrock;

public sealed class BedrockProviderTests : IDisposable
{
    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    /// <summary>Without anything that this machine's environment may hold.</summary>
    ProviderFamily Family => BedrockProvider.Family(http, new AwsAuth(TimeProvider.System, new AwsAmbient(http, _ => null)));

    Task<ProviderReply> ChatAsync(
        ScriptedBedrock server,
        string credential = Credential,
        bool stream = false,
        string model = ConverseFixtures.Model
    ) => Family.Chat!.ChatAsync(Bedrocks.Call(Ask("Hi", stream), Bedrocks.Connection(server.Url, credential), model), default);

    async Task<UpstreamException> FailureAsync(ScriptedBedrock server, string credential = Credential) =>
        await Should.ThrowAsync<UpstreamException>(() => ChatAsync(server, credential));

    static Task<ScriptedBedrock> SayingAsync(string json) => ScriptedBedrock.StartAsync((_, http) => ScriptedBedrock.JsonAsync(http, json));

    [Fact]
    public void Is_registered_with_chat_embeddings_and_a_list()
    {
        using var services = new ServiceCollection().AddProviders().BuildServiceProvider();
        var family = services.GetRequiredService<ProviderRegistry>().Get("bedrock");
        family.Chat.ShouldNotBeNull();
        family.Embeddings.ShouldNotBeNull();
        family.Models.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_plain_answer_gives_everything_that_a_stream_of_it_would()
    {
        await using var server = await SayingAsync(ConverseFixtures.Answer);
        var reply = await ChatAsync(server);
        reply.Events.IsWhole.ShouldBeTrue();
        reply.UpstreamRequestId.ShouldBe("0b7d1b8e-6e1c-4d6e-9f0c-7f3a6a1f0001");
        var (events, failure) = await DrainAsync(reply.Events);
        failure.ShouldBeNull();
        events.ShouldBe([
            new ModelEvent { Kind = ModelEventKind.Reasoning, Text = "Two towns. Ask both." },
            new ModelEvent { Kind = ModelEventKind.Reasoning, Signature = "EqQBCkgIBxABGAIqQ==" },
            new ModelEvent { Kind = ModelEventKind.Reasoning, Sealed = "c2VhbGVk" },
            Of(ModelEventKind.Text, "Zürich 🚲 und 東京."),
            Tool(0, "tooluse_01", "weather", null),
            Tool(0, null, null, """{"city":"Zürich"}"""),
            Tool(1, "tooluse_02", "clock", null),
            Tool(1, null, null, "{}"),
            .. Bedrocks.End(FinishReason.ToolCalls, Bedrocks.FixtureUsage),
        ]);
        var got = server.Requests.ShouldHaveSingleItem();
        (got.Method, got.Target).ShouldBe(("POST", "/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse"));
        got.Headers["content-type"].ShouldBe("application/json");
        got.Text.ShouldBe("""{"messages":[{"role":"user","content":[{"text":"Hi"}]}]}""");
    }

    [Fact]
    public async Task A_guardrail_that_stepped_in_is_a_filtered_answer_with_its_words()
    {
        await using var server = await SayingAsync(ConverseFixtures.Guarded);
        var (events, _) = await DrainAsync((await ChatAsync(server)).Events);
        events[0].ShouldBe(Of(ModelEventKind.Text, "Sorry, the model cannot answer this question."));
        events[1].Finish.ShouldBe(FinishReason.ContentFilter);
    }

    [Fact]
    public async Task A_stream_gives_its_events_as_they_come()
    {
        var bytes = ConverseFixtures.Stream;
        await using var server = await ScriptedBedrock.StartAsync(
            (_, http) => ScriptedBedrock.StreamAsync(http, bytes[..700], bytes[700..1900], bytes[1900..])
        );
        var reply = await ChatAsync(server, stream: true);
        await using var stream = reply.Events;
        stream.Dialect.ShouldBe(Dialect.Canonical);
        var (events, failure) = await DrainAsync(stream);
        failure.ShouldBeNull();
        events.ShouldBe(FixtureEvents);
        server.Requests[0].Target.ShouldEndWith("/converse-stream");
    }

    [Theory]
    [InlineData("arn:aws:bedrock:eu-central-1:123456789012:application-inference-profile/a1b2c3d4")]
    [InlineData("arn:aws:bedrock:eu-central-1:123456789012:provisioned-model/abc+def~g h")]
    public async Task An_ARN_is_one_segment_of_the_path_and_the_signature_holds(string model)
    {
        await using var server = await SayingAsync(ConverseFixtures.Small);
        await ChatAsync(server, model: model);
        server.Requests[0].Target.ShouldBe($"/model/{Uri.EscapeDataString(model)}/converse");
    }

    public static TheoryData<string> Credentials =>
        new()
        {
            Credential,
            $$"""{"Version":1,"AccessKeyId":"{{ScriptedBedrock.TemporaryId}}","SecretAccessKey":"{{ScriptedBedrock.Secret}}","SessionToken":"{{ScriptedBedrock.Token}}","Expiration":"2999-01-01T00:00:00Z","region":"eu-central-1"}""",
            ScriptedBedrock.ApiKey,
            $$"""{"api_key":"{{ScriptedBedrock.ApiKey}}"}""",
        };

    [Theory]
    [MemberData(nameof(Credentials))]
    public async Task Each_form_of_credential_is_taken(string credential)
    {
        await using var server = await SayingAsync(ConverseFixtures.Small);
        var (events, _) = await DrainAsync((await ChatAsync(server, credential)).Events);
        events[0].ShouldBe(Of(ModelEventKind.Text, "Hello"));
    }

    [Fact]
    public async Task Headers_of_the_connection_go_along_and_an_authorization_among_them_wins()
    {
        await using var server = await SayingAsync(ConverseFixtures.Small);
        var connection = Bedrocks.Connection(server.Url) with
        {
            Headers = [new("traceparent", "00-1-2-01"), new("Authorization", "Bearer " + ScriptedBedrock.ApiKey)],
        };
        await Family.Chat!.ChatAsync(Bedrocks.Call(Ask("Hi"), connection), default);
        var got = server.Requests.ShouldHaveSingleItem();
        got.Headers["traceparent"].ShouldBe("00-1-2-01");
        got.Headers["authorization"].ShouldBe("Bearer " + ScriptedBedrock.ApiKey);
        got.Headers.ContainsKey("x-amz-date").ShouldBeFalse();
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"output":{"message":{"content":7}},"stopReason":"end_turn"}""")]
    [InlineData("""{"output":{"message":{"content":[{"text":"Hi"}]}}}""")]
    public async Task A_body_that_is_no_answer_is_malformed(string body)
    {
        await using var server = await SayingAsync(body);
        (await FailureAsync(server)).Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }

    [Fact]
    public async Task A_plain_answer_to_a_call_for_a_stream_is_malformed()
    {
        await using var server = await SayingAsync(ConverseFixtures.Small);
        var e = await Should.ThrowAsync<UpstreamException>(() => ChatAsync(server, stream: true));
        e.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }
}
