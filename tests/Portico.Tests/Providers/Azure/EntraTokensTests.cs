using System.Net;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Azure;
using Portico.Tests.Support;

namespace Portico.Tests.Providers.Azure;

/// <summary>
/// Tokens of Microsoft Entra. Azure's own library runs over a scripted transport that answers as
/// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow and
/// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token publish.
/// </summary>
public sealed class EntraTokensTests
{
    const string Tenant = "11111111-2222-3333-4444-555555555555";
    const string Client = "66666666-7777-8888-9999-000000000000";
    const string Application = $$"""{"tenant_id":"{{Tenant}}","client_id":"{{Client}}","client_secret":"s3cret~value"}""";

    readonly ManualTime time = new(DateTimeOffset.Parse("2026-11-25T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));

    static ProviderConnection Connection(string credential, string host = "house.openai.azure.com") =>
        new(ConnectionId.New(TimeProvider.System), "azure-openai", null, new Uri($"https://{host}"), new Secret(credential));

    static Task<string> TokenAsync(EntraTokens tokens, ProviderConnection connection) =>
        tokens.WithTokenAsync(connection, Task.FromResult, CancellationToken.None);

    sealed class Entra(Func<string, HttpResponseMessage> answer) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            if (path.EndsWith("/discovery/instance", StringComparison.Ordinal))
                return Json(
                    HttpStatusCode.OK,
                    """{"tenant_discovery_endpoint":"https://login.microsoftonline.com/common/.well-known/openid-configuration","api-version":"1.1","metadata":[{"preferred_network":"login.microsoftonline.com","preferred_cache":"login.windows.net","aliases":["login.microsoftonline.com","login.windows.net"]}]}"""
                );
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            Asked.Add($"{request.Method} {request.RequestUri} {WebUtility.UrlDecode(body)}".Trim());
            return answer(request.RequestUri.ToString());
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            SendAsync(request, cancellationToken).GetAwaiter().GetResult();
    }

    static HttpResponseMessage Json(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    static EntraTokens Over(Entra entra) =>
        new(
            TimeProvider.System,
            (credential, authority) => EntraTokens.Identity(credential, authority, new HttpClientTransport(new HttpClient(entra)))
        );

    [Fact]
    public async Task An_application_asks_for_a_token_with_its_secret_and_the_services_scope()
    {
        using var entra = new Entra(_ =>
            Json(HttpStatusCode.OK, """{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"eyJ0.the.token"}""")
        );
        var tokens = Over(entra);
        var connection = Connection(Application);
        (await TokenAsync(tokens, connection)).ShouldBe("eyJ0.the.token");
        (await TokenAsync(tokens, connection)).ShouldBe("eyJ0.the.token");
        // Another object with the same credential, as after a change of the hub, is the same identity.
        (await TokenAsync(tokens, Connection(Application))).ShouldBe("eyJ0.the.token");
        var asked = entra.Asked.ShouldHaveSingleItem();
        asked.ShouldStartWith($"POST https://login.microsoftonline.com/{Tenant}/oauth2/v2.0/token");
        asked.ShouldContain("grant_type=client_credentials");
        asked.ShouldContain($"client_id={Client}");
        asked.ShouldContain("client_secret=s3cret~value");
        asked.ShouldContain("https://cognitiveservices.azure.com/.default");
    }

    [Theory]
    [InlineData(
        "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value.",
        "AADSTS7000215"
    )]
    [InlineData("AADSTS7000222: The provided client secret keys for app are expired.", "has not expired")]
    [InlineData("AADSTS90002: Tenant not found.", "Check tenant_id and client_id")]
    public async Task What_Entra_refuses_names_the_connection_and_the_way_out(string description, string words)
    {
        using var entra = new Entra(_ =>
            Json(
                HttpStatusCode.Unauthorized,
                $$"""{"error":"invalid_client","error_description":"{{description}} Trace ID: 0000 Correlation ID: 0000 Timestamp: 2026-11-25","error_codes":[7000215]}"""
            )
        );
        var e = await Should.ThrowAsync<UpstreamException>(() => TokenAsync(Over(entra), Connection(Application)));
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamCredential, Fault.Credential));
        e.Message.ShouldStartWith("Connection conn_");
        e.Message.ShouldContain(Client);
        e.Message.ShouldContain(words);
        e.Message.ShouldNotContain("s3cret");
        e.Message.ShouldNotContain("Trace ID");
    }

    sealed class Identity(Func<int, AccessToken> give) : TokenCredential
    {
        public int Asked { get; private set; }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => give(++Asked);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }

    [Fact]
    public async Task A_token_is_kept_and_renewed_before_its_end_without_anybody_waiting()
    {
        var identity = new Identity(n => new AccessToken($"token-{n}", time.GetUtcNow() + TimeSpan.FromHours(1)));
        var tokens = new EntraTokens(time, (_, _) => identity);
        var connection = Connection("""{"identity":"default"}""");
        (await TokenAsync(tokens, connection)).ShouldBe("token-1");
        time.Advance(TimeSpan.FromMinutes(54));
        (await TokenAsync(tokens, connection)).ShouldBe("token-1");
        identity.Asked.ShouldBe(1);
        time.Advance(TimeSpan.FromMinutes(2));
        // The renewal runs beside; the old one serves meanwhile.
        (await TokenAsync(tokens, connection)).ShouldBeOneOf("token-1", "token-2");
        await Eventually.HoldsAsync(async () => await TokenAsync(tokens, connection) == "token-2", TimeSpan.FromSeconds(30));
        identity.Asked.ShouldBe(2);
        time.Advance(TimeSpan.FromHours(2));
        (await TokenAsync(tokens, connection)).ShouldBe("token-3");
    }

    [Fact]
    public async Task A_node_without_an_identity_says_so()
    {
        var tokens = new EntraTokens(
            time,
            (_, _) => new Identity(_ => throw new CredentialUnavailableException("No managed identity endpoint was found."))
        );
        var e = await Should.ThrowAsync<UpstreamException>(() => TokenAsync(tokens, Connection("""{"identity":"managed"}""")));
        e.Fault.ShouldBe(Fault.Credential);
        e.Message.ShouldContain("this node has no Azure identity that gives a token");
    }

    [Fact]
    public async Task Entra_that_does_not_answer_is_no_wrong_credential()
    {
        var tokens = new EntraTokens(time, (_, _) => new Identity(_ => throw new AuthenticationFailedException("Connection refused")));
        var e = await Should.ThrowAsync<UpstreamException>(() => TokenAsync(tokens, Connection(Application)));
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamFailed, Fault.Upstream));
    }

    [Theory]
    [InlineData(
        "house.openai.azure.com",
        """{"identity":"default"}""",
        "https://cognitiveservices.azure.com/.default",
        "login.microsoftonline.com"
    )]
    [InlineData(
        "house.openai.azure.us",
        """{"identity":"default"}""",
        "https://cognitiveservices.azure.us/.default",
        "login.microsoftonline.us"
    )]
    [InlineData(
        "house.openai.azure.cn",
        """{"identity":"default"}""",
        "https://cognitiveservices.azure.cn/.default",
        "login.chinacloudapi.cn"
    )]
    [InlineData(
        "house.services.ai.azure.com",
        """{"identity":"managed","scope":"https://ai.azure.com/.default"}""",
        "https://ai.azure.com/.default",
        "login.microsoftonline.com"
    )]
    public async Task Each_cloud_has_its_authority_and_scope(string host, string credential, string scope, string authority)
    {
        var asked = new List<string>();
        var tokens = new EntraTokens(
            time,
            (_, where) =>
            {
                asked.Add(where.Host);
                return new Scoped(asked, time);
            }
        );
        await TokenAsync(tokens, Connection(credential, host));
        asked.ShouldBe([authority, scope]);
    }

    sealed class Scoped(List<string> asked, TimeProvider time) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            asked.AddRange(requestContext.Scopes);
            return new AccessToken("token", time.GetUtcNow() + TimeSpan.FromHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
