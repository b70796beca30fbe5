using System.Net;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Portico.Governance.Keys;
using Portico.Models;

namespace Portico.Tests.Models;

/// <summary>
/// The master key out of an Azure Key Vault. Azure's own client runs over a scripted transport that answers as
/// https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret publishes.
/// </summary>
public sealed class VaultKeyTests
{
    const string Vault = "https://house.vault.azure.net/";

    sealed class Identity(bool isThere = true) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            isThere
                ? new AccessToken("a-token-of-the-machine", TimeProvider.System.GetUtcNow().AddHours(1))
                : throw new CredentialUnavailableException("No managed identity endpoint was found.");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }

    sealed class ScriptedVault(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add($"{request.Method} {request.RequestUri!.GetLeftPart(UriPartial.Path)} {request.Headers.Authorization}".TrimEnd());
            if (request.Headers.Authorization is not null)
                return answer(request);
            var challenge = new HttpResponseMessage(HttpStatusCode.Unauthorized);
            challenge.Headers.TryAddWithoutValidation(
                "WWW-Authenticate",
                "Bearer authorization=\"https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555\", resource=\"https://vault.azure.net\""
            );
            return challenge;
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));
    }

    static HttpResponseMessage Json(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    static HttpResponseMessage Secret(string value) =>
        Json(HttpStatusCode.OK, $$"""{"value":"{{value}}","attributes":{"enabled":true},"id":"{{Vault}}secrets/portico-master-key/9"}""");

    static HttpResponseMessage Error(HttpStatusCode status, string code, string message) =>
        Json(status, $$"""{"error":{"code":"{{code}}","message":"{{message}}"} }""");

    static MasterKey Read(ScriptedVault vault, string secret = "portico-master-key", bool identity = true, string address = Vault)
    {
        var options = new SecretClientOptions { Transport = new HttpClientTransport(new HttpClient(vault)) };
        options.Retry.Delay = TimeSpan.FromMilliseconds(1);
        return VaultKey.Read(address, secret, new Identity(identity), options);
    }

    static string Fails(ScriptedVault vault, bool identity = true)
    {
        var e = Should.Throw<PorticoException>(() => Read(vault, identity: identity));
        e.Kind.ShouldBe(ErrorTable.InvalidRequest);
        return e.Message;
    }

    [Fact]
    public void The_key_is_read_once_with_the_identity_of_the_machine()
    {
        var vault = new ScriptedVault(_ => Secret(Convert.ToBase64String(new byte[32])));
        var key = Read(vault, "our-key", address: "https://fresh.vault.azure.net/");
        key.Source.ShouldBe("Azure Key Vault fresh.vault.azure.net, secret 'our-key'");
        // Asked without a token first: the vault says which directory gives one.
        vault.Asked.ShouldBe([
            "GET https://fresh.vault.azure.net/secrets/our-key",
            "GET https://fresh.vault.azure.net/secrets/our-key Bearer a-token-of-the-machine",
        ]);
    }

    [Fact]
    public void What_is_sealed_under_the_key_of_the_vault_opens_under_the_same_bytes_from_elsewhere()
    {
        var bytes = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
        var fromVault = Read(new ScriptedVault(_ => Secret(Convert.ToBase64String(bytes) + "\\n")));
        var box = fromVault.BoxFor("test").SealText("plain", "row");
        MasterKey.FromBase64(Convert.ToBase64String(bytes), "test").BoxFor("test").OpenText(box, "row").Reveal().ShouldBe("plain");
    }

    [Fact]
    public void A_secret_that_is_not_there_is_told_with_the_command_that_makes_it() =>
        Fails(new ScriptedVault(_ => Error(HttpStatusCode.NotFound, "SecretNotFound", "A secret with (name/id) was not found")))
            .ShouldBe(
                "Azure Key Vault house.vault.azure.net has no secret 'portico-master-key'. Make it: az keyvault secret set --vault-name house --name portico-master-key --value \"$(openssl rand -base64 32)\""
            );

    [Fact]
    public void An_identity_that_may_not_read_is_told_with_the_role_it_needs() =>
        Fails(new ScriptedVault(_ => Error(HttpStatusCode.Forbidden, "Forbidden", "Caller is not authorized")))
            .ShouldContain("Give it the role 'Key Vault Secrets User' there.");

    [Fact]
    public void A_machine_without_identity_is_told_so()
    {
        var said = Fails(new ScriptedVault(_ => Secret("never asked")), identity: false);
        said.ShouldContain("No Azure identity of this machine opens Azure Key Vault house.vault.azure.net");
        said.ShouldContain("No managed identity endpoint was found.");
    }

    [Fact]
    public void A_vault_that_is_busy_is_asked_again()
    {
        var busy = 1;
        var vault = new ScriptedVault(_ =>
            busy-- > 0 ? Error(HttpStatusCode.ServiceUnavailable, "Busy", "Later") : Secret(Convert.ToBase64String(new byte[32]))
        );
        Read(vault);
        vault.Asked.Count(a => a.EndsWith("a-token-of-the-machine", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public void A_vault_that_cannot_be_reached_is_told_by_its_name() =>
        Fails(new ScriptedVault(_ => throw new HttpRequestException("Connection refused")))
            .ShouldBe("Azure Key Vault house.vault.azure.net cannot be reached: Connection refused");

    [Fact]
    public void A_secret_that_is_no_key_is_told_and_not_repeated()
    {
        var e = Should.Throw<InvalidOperationException>(() => Read(new ScriptedVault(_ => Secret("canary-not-a-key"))));
        e.Message.ShouldContain("must be 32 bytes in base 64");
        e.Message.ShouldNotContain("canary");
    }

    [Theory]
    [InlineData("house")]
    [InlineData("http://house.vault.azure.net/")]
    public void An_address_that_is_no_vault_is_told(string vault) =>
        Should
            .Throw<PorticoException>(() => VaultKey.Read(vault, "portico-master-key"))
            .Message.ShouldBe($"MasterKey:KeyVault is '{vault}'; write it as https://NAME.vault.azure.net/.");
}
