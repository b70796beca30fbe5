using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Aws;
using Portico.Providers.Gemini;
using Portico.Providers.Http;
using Portico.Tests.Support;

namespace Portico.Tests.Providers.Gemini;

/// <summary>Access tokens: one exchange for all who wait, renewed before the end, refused with what to do.</summary>
public sealed class GoogleTokenTests : IDisposable
{
    readonly ManualTime time = new();
    readonly UpstreamHttp http;

    public GoogleTokenTests() => http = new UpstreamHttp(time);

    public void Dispose() => http.Dispose();

    GoogleTokens Tokens(FakeGoogle? google = null) =>
        new(http, new AwsAmbient(http, _ => null), new Uri(google?.Url ?? "http://127.0.0.1:1"), null);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_asked_for_with_a_signed_statement_and_kept()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        var tokens = Tokens();
        var token = await tokens.GetAsync(google.Vertex(), Ct);
        token.ShouldStartWith("ya29.fake-");
        // The same credential in another object: a snapshot of the hub is made anew now and then.
        (await tokens.GetAsync(google.Vertex(), Ct)).ShouldBe(token);
        google.Exchanges.ShouldBe(1);
        google.Assertions.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Callers_that_come_together_wait_for_one_exchange_and_one_that_leaves_does_not_end_it()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        var gate = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        google.BeforeToken = _ =>
        {
            reached.TrySetResult();
            return gate.Task;
        };
        var (tokens, connection) = (Tokens(), google.Vertex());
        using var leaver = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var first = tokens.GetAsync(connection, leaver.Token).AsTask();
        await reached.Task;
        var others = Enumerable.Range(0, 50).Select(_ => tokens.GetAsync(connection, Ct).AsTask()).ToList();
        await leaver.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => first);
        gate.SetResult(true);
        (await Task.WhenAll(others)).Distinct().ShouldHaveSingleItem();
        google.Exchanges.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_is_renewed_before_its_end_while_the_old_one_serves()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        var (tokens, connection) = (Tokens(), google.Vertex());
        var old = await tokens.GetAsync(connection, Ct);
        time.Advance(TimeSpan.FromMinutes(50));
        (await tokens.GetAsync(connection, Ct)).ShouldBe(old);
        google.Exchanges.ShouldBe(1);
        time.Advance(TimeSpan.FromMinutes(6));
        (await tokens.GetAsync(connection, Ct)).ShouldBe(old);
        await Eventually.HoldsAsync(async () => await tokens.GetAsync(connection, Ct) != old, TimeSpan.FromSeconds(20));
        google.Exchanges.ShouldBe(2);
    }

    [Fact]
    public async Task A_token_that_is_over_is_not_used()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        var (tokens, connection) = (Tokens(), google.Vertex());
        var old = await tokens.GetAsync(connection, Ct);
        time.Advance(TimeSpan.FromSeconds(3_599 - 20));
        (await tokens.GetAsync(connection, Ct)).ShouldNotBe(old);
        google.Exchanges.ShouldBe(2);
    }

    [Fact]
    public async Task A_token_that_Google_no_longer_takes_is_replaced_once()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        var family = VertexProvider.Family(http, new Uri("http://127.0.0.1:1"), null, _ => null);
        google.Answer = (context, _) =>
            FakeGoogle.JsonAsync(context, 200, """{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}""");
        var call = Geminis.Call(Anthropic.Anthropics.Ask("Hi"), google.Vertex());
        await family.Chat!.ChatAsync(call, Ct);
        google.Revoke();
        await family.Chat!.ChatAsync(call, Ct);
        (google.Exchanges, google.Requests.Count).ShouldBe((2, 2));
    }

    [Fact]
    public async Task A_key_that_Google_refuses_says_which_connection_and_what_to_do_and_is_asked_for_again_later()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        using var another = RSA.Create(2048);
        var (tokens, connection) = (Tokens(), google.Vertex(google.AccountKey(another)));
        var e = await Should.ThrowAsync<UpstreamException>(() => tokens.GetAsync(connection, Ct).AsTask());
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamCredential, Fault.Credential));
        e.Message.ShouldBe(
            $"Connection {connection.Id}: Google refused the service account {FakeGoogle.Email} (invalid_grant: Invalid JWT Signature.). "
                + "Give the connection a current JSON key of the account."
        );
        await Should.ThrowAsync<UpstreamException>(() => tokens.GetAsync(connection, Ct).AsTask());
        google.Exchanges.ShouldBe(2);
    }

    [Fact]
    public async Task A_clock_that_is_wrong_is_told_in_Googles_words()
    {
        await using var google = await FakeGoogle.StartAsync(TimeProvider.System);
        var e = await Should.ThrowAsync<UpstreamException>(() => Tokens().GetAsync(google.Vertex(), Ct).AsTask());
        e.Message.ShouldContain("reasonable timeframe");
    }

    [Theory]
    [InlineData("AIzaSy-an-api-key", "is not JSON")]
    [InlineData("[]", "is of the type ''")]
    [InlineData("{\"type\":\"authorized_user\"}", "is of the type 'authorized_user'")]
    [InlineData("{\"type\":\"service_account\",\"client_email\":\"a@b\"}", "lacks client_email, private_key or token_uri")]
    [InlineData(
        "{\"type\":\"service_account\",\"client_email\":\"a@b\",\"private_key\":\"no key\",\"token_uri\":\"http://127.0.0.1:1/t\"}",
        "holds a private_key that is not one of RSA in PEM"
    )]
    [InlineData("", "has no credential")]
    public async Task What_is_no_key_of_a_service_account_is_refused_before_anybody_is_asked(string credential, string says)
    {
        var connection = Geminis.Connection("http://127.0.0.1:1/v1/projects/p/locations/l", credential);
        var e = await Should.ThrowAsync<UpstreamException>(() => Tokens().GetAsync(connection, Ct).AsTask());
        e.Fault.ShouldBe(Fault.Credential);
        e.Message.ShouldContain(says);
        if (credential.Length > 2)
            e.Message.ShouldNotContain(credential);
    }

    [Fact]
    public async Task A_key_whose_token_uri_leads_to_a_metadata_service_is_refused_before_anybody_is_asked()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        var key = google.AccountKey().Replace($"{google.Url}/token", "http://169.254.169.254/t", StringComparison.Ordinal);
        var e = await Should.ThrowAsync<UpstreamException>(() => Tokens().GetAsync(google.Vertex(key), Ct).AsTask());
        e.Fault.ShouldBe(Fault.Credential);
        e.Message.ShouldContain("is not one to connect to");
        VertexProvider.Family(http).CheckConnection!(google.Vertex(key)).ShouldNotBeNull().ShouldContain("is not one to connect to");
        VertexProvider.Family(http).CheckConnection!(google.Vertex()).ShouldBeNull();
    }

    [Theory]
    [InlineData(503, "")]
    [InlineData(200, "{}")]
    [InlineData(200, "{\"access_token\":\"two lines\\n\",\"expires_in\":10}")]
    [InlineData(200, "<html>")]
    public async Task A_token_endpoint_that_fails_is_an_upstream_that_fails(int status, string body)
    {
        await using var google = await FakeGoogle.StartAsync(time);
        google.BeforeToken = async context =>
        {
            await FakeGoogle.JsonAsync(context, status, body);
            return false;
        };
        var e = await Should.ThrowAsync<UpstreamException>(() => Tokens().GetAsync(google.Vertex(), Ct).AsTask());
        e.Fault.ShouldBe(Fault.Upstream);
    }

    [Fact]
    public async Task The_identity_of_the_machine_is_used_only_when_the_connection_says_so()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        var tokens = Tokens(google);
        await Should.ThrowAsync<UpstreamException>(() => tokens.GetAsync(google.Vertex(key: ""), Ct).AsTask());
        google.Exchanges.ShouldBe(0);
        (await tokens.GetAsync(google.Vertex(key: "", preset: "workload-identity"), Ct)).ShouldStartWith("ya29.fake-");
        google.Exchanges.ShouldBe(1);
    }
}
