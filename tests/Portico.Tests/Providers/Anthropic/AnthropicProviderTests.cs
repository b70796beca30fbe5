using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Anthropic;
using Portico.Providers.Http;
using static Portico.Tests.Providers.Anthropic.Anthropics;
using static Portico.Tests.Providers.Anthropic.ScriptedAnthropic;

namespace Portico.Tests.Providers.Anthropic;

public sealed class AnthropicProviderTests : IDisposable
{
    static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    ProviderFamily Family => AnthropicProvider.Family(http);

    [Fact]
    public void Is_a_family_of_its_own_dialect_with_chat_and_listing_and_no_embeddings()
    {
        (Family.Name, Family.NativeDialect).ShouldBe(("anthropic", Dialect.AnthropicMessages));
        Family.Chat.ShouldNotBeNull();
        Family.Models.ShouldNotBeNull();
        Family.Embeddings.ShouldBeNull();
    }

    [Fact]
    public void Is_registered_with_the_other_families()
    {
        using var services = new ServiceCollection().AddProviders().BuildServiceProvider();
        services.GetRequiredService<ProviderRegistry>().Get("anthropic").Name.ShouldBe("anthropic");
    }

    [Fact]
    public async Task Sends_key_version_and_body_and_gives_a_plain_answer_with_ids_and_limits()
    {
        await using var server = await StartAsync(
            Json(
                MessagesFixtures.Message,
                200,
                ("anthropic-ratelimit-requests-remaining", "49"),
                ("anthropic-ratelimit-tokens-remaining", "39000"),
                ("anthropic-ratelimit-input-tokens-remaining", "40000")
            )
        );
        var reply = await Family.Chat!.ChatAsync(Call(Ask("Hi") with { Seed = 7 }, Connection(server.Url)), default);

        var got = server.Requests.ShouldHaveSingleItem();
        (got.Method, got.Target).ShouldBe(("POST", "/v1/messages"));
        got.Headers["x-api-key"].ShouldBe(Key);
        got.Headers["anthropic-version"].ShouldBe("2023-06-01");
        got.Headers["content-type"].ShouldBe("application/json");
        got.Headers.ContainsKey("authorization").ShouldBeFalse();
        JsonNode.Parse(got.Body)!["messages"]![0]!["content"]![0]!["text"]!.GetValue<string>().ShouldBe("Hi");

        (reply.UpstreamRequestId, reply.Quota.Requests, reply.Quota.Tokens).ShouldBe(("req_011CSHoEeqs5C35K2UUqR7Fy", 49, 39000));
        reply.DroppedFields.ShouldBe(["seed"]);
        reply.Events.IsWhole.ShouldBeTrue();
        var (events, failure) = await DrainAsync(reply.Events);
        failure.ShouldBeNull();
        events[^1].Completion.ShouldBe(new Completion(FixtureUsage, FinishReason.ToolCalls, MessagesFixtures.Model));
    }

    [Fact]
    public async Task Headers_of_the_connection_win_over_its_own()
    {
        await using var server = await StartAsync(Json(MessagesFixtures.Message));
        var connection = Connection(server.Url + "/v1/") with
        {
            Headers =
            [
                new("Authorization", "Bearer token"),
                new("anthropic-version", "2030-01-01"),
                new("anthropic-beta", "context-1m-2025-08-07"),
            ],
        };
        await Family.Chat!.ChatAsync(Call(Ask("Hi"), connection), default);
        var got = server.Requests.ShouldHaveSingleItem();
        got.Target.ShouldBe("/v1/messages");
        got.Headers.ContainsKey("x-api-key").ShouldBeFalse();
        got.Headers["authorization"].ShouldBe("Bearer token");
        got.Headers["anthropic-version"].ShouldBe("2030-01-01");
        got.Headers["anthropic-beta"].ShouldBe("context-1m-2025-08-07");
    }

    [Fact]
    public async Task Streams_events_as_they_come()
    {
        var text = MessagesFixtures.Stream;
        await using var server = await StartAsync(Sse(text[..900], text[900..1500], text[1500..]));
        var reply = await Family.Chat!.ChatAsync(Call(Ask("Hi", stream: true), Connection(server.Url)), default);
        await using var stream = reply.Events;
        stream.Dialect.ShouldBe(Dialect.Canonical);
        var (events, failure) = await DrainAsync(stream);
        failure.ShouldBeNull();
        events.Count(e => e.Kind == ModelEventKind.Text).ShouldBe(2);
        events[^1].Completion!.Usage.ShouldBe(FixtureUsage);
        JsonNode.Parse(server.Requests[0].Body)!["stream"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Theory]
    [InlineData(400, "invalid_request_error", "max_tokens: Field required", "upstream_rejected", Fault.Caller)]
    [InlineData(
        400,
        "invalid_request_error",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "context_length_exceeded",
        Fault.Caller
    )]
    [InlineData(
        400,
        "invalid_request_error",
        "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000",
        "context_length_exceeded",
        Fault.Caller
    )]
    [InlineData(
        400,
        "invalid_request_error",
        "Your credit balance is too low to access the Anthropic API.",
        "upstream_credential",
        Fault.Credential
    )]
    [InlineData(401, "authentication_error", "invalid x-api-key", "upstream_credential", Fault.Credential)]
    [InlineData(402, "billing_error", "Pay first.", "upstream_credential", Fault.Credential)]
    [InlineData(403, "permission_error", "Not yours.", "upstream_credential", Fault.Credential)]
    [InlineData(404, "not_found_error", "model: claude-x", "upstream_failed", Fault.Model)]
    [InlineData(413, "request_too_large", "Request exceeds the maximum size", "request_too_large", Fault.Caller)]
    [InlineData(429, "rate_limit_error", "Too many.", "upstream_rate_limited", Fault.RateLimit)]
    [InlineData(500, "api_error", "Internal server error", "upstream_failed", Fault.Upstream)]
    [InlineData(504, "timeout_error", "Timed out.", "upstream_timeout", Fault.Upstream)]
    [InlineData(529, "overloaded_error", "Overloaded", "upstream_overloaded", Fault.Upstream)]
    public async Task Knows_each_error(int status, string type, string message, string code, Fault fault)
    {
        await using var server = await StartAsync(Json(MessagesFixtures.Error(type, message), status));
        var e = await Should.ThrowAsync<UpstreamException>(Family.Chat!.ChatAsync(Call(Ask("Hi"), Connection(server.Url)), default));
        (e.Kind.Code, e.Fault).ShouldBe((code, fault));
        e.Message.ShouldContain(message);
    }

    [Fact]
    public async Task A_limit_tells_how_long_to_wait_and_an_error_never_tells_the_key()
    {
        await using var server = await StartAsync(
            Json(MessagesFixtures.Error("rate_limit_error", $"The key {Key} is at its limit."), 429, ("retry-after", "12"))
        );
        var e = await Should.ThrowAsync<UpstreamException>(Family.Chat!.ChatAsync(Call(Ask("Hi"), Connection(server.Url)), default));
        e.RetryAfter.ShouldBe(TimeSpan.FromSeconds(12));
        e.Message.ShouldNotContain(Key);
    }

    [Fact]
    public async Task An_error_that_only_its_words_tell_apart_keeps_the_quota_that_came_with_it()
    {
        await using var server = await StartAsync(
            Json(
                MessagesFixtures.Error("invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
                400,
                ("anthropic-ratelimit-requests-remaining", "7")
            )
        );
        var e = await Should.ThrowAsync<UpstreamException>(Family.Chat!.ChatAsync(Call(Ask("Hi"), Connection(server.Url)), default));
        (e.Fault, e.Quota.Requests).ShouldBe((Fault.Credential, 7));
    }

    [Fact]
    public async Task A_page_of_a_proxy_in_between_still_has_a_status()
    {
        await using var server = await StartAsync(Json("<html>Bad gateway</html>", 502));
        var e = await Should.ThrowAsync<UpstreamException>(Family.Chat!.ChatAsync(Call(Ask("Hi"), Connection(server.Url)), default));
        (e.Kind, e.Fault, e.Status).ShouldBe((ErrorTable.UpstreamFailed, Fault.Upstream, 502));
    }

    [Fact]
    public async Task An_error_as_the_first_event_fails_the_attempt()
    {
        await using var server = await StartAsync(
            Sse(MessagesFixtures.Events(("message_start", MessagesFixtures.MessageStart), ("error", MessagesFixtures.Overloaded)))
        );
        var e = await Should.ThrowAsync<UpstreamException>(
            Family.Chat!.ChatAsync(Call(Ask("Hi", stream: true), Connection(server.Url)), default)
        );
        e.Kind.ShouldBe(ErrorTable.UpstreamOverloaded);
    }

    [Fact]
    public async Task A_connection_that_breaks_behind_content_is_a_cut()
    {
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(SseThenBreak(Begun, read.Task));
        var reply = await Family.Chat!.ChatAsync(Call(Ask("Hi", stream: true), Connection(server.Url)), default);
        read.SetResult();
        await using var stream = reply.Events;
        var (events, failure) = await DrainAsync(stream);
        events.ShouldBe([Of(ModelEventKind.Text, "Hello")]);
        failure!.Kind.ShouldBe(ErrorTable.UpstreamCut);
    }

    [Fact]
    public async Task Silence_behind_content_is_a_time_out()
    {
        await using var server = await StartAsync(SseThenSilence(Begun));
        var reply = await Family.Chat!.ChatAsync(Call(Ask("Hi", stream: true), Impatient(server.Url)), default);
        await using var stream = reply.Events;
        var (events, failure) = await DrainAsync(stream);
        events.ShouldBe([Of(ModelEventKind.Text, "Hello")]);
        failure!.Kind.ShouldBe(ErrorTable.UpstreamTimeout);
    }

    [Fact]
    public async Task Silence_before_the_head_is_a_time_out()
    {
        await using var server = await StartAsync(Silence());
        var e = await Should.ThrowAsync<UpstreamException>(Family.Chat!.ChatAsync(Call(Ask("Hi"), Impatient(server.Url)), default));
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamTimeout, Fault.Upstream));
    }

    [Fact]
    public async Task An_error_body_that_stalls_leaves_the_status()
    {
        await using var server = await StartAsync(async context =>
        {
            context.Response.StatusCode = 529;
            await SseThenSilence("{")(context);
        });
        var e = await Should.ThrowAsync<UpstreamException>(Family.Chat!.ChatAsync(Call(Ask("Hi"), Impatient(server.Url)), default));
        e.Kind.ShouldBe(ErrorTable.UpstreamOverloaded);
    }

    [Fact]
    public async Task Disposing_before_the_end_breaks_the_request_off()
    {
        await using var server = await StartAsync(SseThenSilence(Begun));
        var reply = await Family.Chat!.ChatAsync(Call(Ask("Hi", stream: true), Connection(server.Url)), default);
        await reply.Events.DisposeAsync();
        await server.ClientLeft.Task.WaitAsync(Bound);
    }

    [Fact]
    public async Task A_caller_who_leaves_is_not_the_providers_fault()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(context =>
        {
            arrived.SetResult();
            return Silence()(context);
        });
        using var leaving = new CancellationTokenSource();
        var call = Family.Chat!.ChatAsync(Call(Ask("Hi"), Connection(server.Url)), leaving.Token);
        await arrived.Task.WaitAsync(Bound);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(call);
        await server.ClientLeft.Task.WaitAsync(Bound);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_other_kind_of_answer_than_asked_for_is_malformed(bool stream)
    {
        await using var server = await StartAsync(stream ? Json(MessagesFixtures.Message) : Sse(MessagesFixtures.Stream));
        var e = await Should.ThrowAsync<UpstreamException>(
            Family.Chat!.ChatAsync(Call(Ask("Hi", stream), Connection(server.Url)), default)
        );
        e.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }

    static readonly string Begun = MessagesFixtures.Events(
        ("message_start", MessagesFixtures.MessageStart),
        ("content_block_start", MessagesFixtures.TextStart),
        ("content_block_delta", MessagesFixtures.TextDelta)
    );

    static ProviderConnection Impatient(string url) =>
        Connection(url) with
        {
            Timeouts = ProviderTimeouts.Default with { FirstByte = TimeSpan.FromSeconds(1), Idle = Soon },
        };
}
