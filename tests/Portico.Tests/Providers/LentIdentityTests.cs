using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Aws;
using Portico.Providers.Azure;
using Portico.Providers.Gemini;
using Portico.Providers.Http;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.Gemini;

namespace Portico.Tests.Providers;

/// <summary>The identity of the node goes to the cloud that it is of: a connection to another server does not get it, when it is made and when it is called.</summary>
public sealed class LentIdentityTests : IDisposable
{
    const string Place = "/v1/projects/p/locations/us-central1";
    const string Federated = """
        {"type":"external_account","audience":"//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
         "subject_token_type":"urn:ietf:params:oauth:token-type:jwt","token_url":"https://sts.googleapis.com/v1/token",
         "credential_source":{"file":"/var/run/secrets/token"}}
        """;

    readonly ServiceProvider services = new ServiceCollection().AddSingleton(TimeProvider.System).AddProviders().BuildServiceProvider();
    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose()
    {
        http.Dispose();
        services.Dispose();
    }

    string? Problem(string family, string address, string credential, string? preset = null) =>
        services
            .GetRequiredService<ProviderRegistry>()
            .Get(family)
            .CheckConnection!(new ProviderConnection(default, family, preset, new Uri(address), new Secret(credential)));

    [Theory]
    [InlineData("https://us-central1-aiplatform.googleapis.com", true)]
    [InlineData("https://aiplatform.googleapis.com", true)]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://us-central1-aiplatform.googleapis.com", false)]
    [InlineData("https://us-central1-aiplatform.googleapis.com:8443", false)]
    [InlineData("https://googleapis.com.example.org", false)]
    [InlineData("https://notgoogleapis.com", false)]
    [InlineData("https://example.org", false)]
    public void Googles_goes_to_Google(string host, bool goes)
    {
        foreach (var (credential, preset) in new[] { ("", "workload-identity"), (Federated, null) })
        {
            var problem = Problem("vertex", host + Place, credential, preset);
            if (goes)
                problem.ShouldBeNull();
            else
                problem.ShouldNotBeNull().ShouldContain("*.googleapis.com");
        }
    }

    [Theory]
    [InlineData("https://house.openai.azure.com", null, true)]
    [InlineData("https://house.services.ai.azure.com", null, true)]
    [InlineData("https://house.cognitiveservices.azure.us", null, true)]
    [InlineData("http://127.0.0.1:8080", null, true)]
    [InlineData("http://house.openai.azure.com", null, false)]
    [InlineData("https://machine.westeurope.cloudapp.azure.com", null, false)]
    [InlineData("https://house.openai.azure.com.example.org", null, false)]
    [InlineData("https://gateway.example.org", null, false)]
    [InlineData("https://gateway.example.org", "https://cognitiveservices.azure.com/.default", false)]
    [InlineData("https://gateway.example.org", "api://11111111-2222-3333-4444-555555555555/.default", true)]
    public void Azures_goes_to_Azures_services_or_to_an_application_of_ones_own(string address, string? scope, bool goes)
    {
        var member = scope is null ? "" : $",\"scope\":\"{scope}\"";
        foreach (var identity in new[] { "managed", "default" })
        {
            var problem = Problem("azure-openai", address, $$"""{"identity":"{{identity}}"{{member}}}""");
            if (goes)
                problem.ShouldBeNull();
            else
                problem.ShouldNotBeNull().ShouldContain("sent to no other");
        }
    }

    [Fact]
    public void A_secret_of_the_connection_goes_where_the_connection_says()
    {
        Problem("azure-openai", "https://gateway.example.org", """{"tenant_id":"t","client_id":"c","client_secret":"s"}""").ShouldBeNull();
        Problem("azure-openai", "https://gateway.example.org", "a-key").ShouldBeNull();
    }

    [Fact]
    public async Task A_connection_that_was_made_before_gets_no_token_either_and_none_that_is_kept_for_another()
    {
        await using var google = await FakeGoogle.StartAsync();
        var tokens = new GoogleTokens(http, new AwsAmbient(http, _ => null), new Uri(google.Url), null);
        var good = google.Vertex(key: "", preset: "workload-identity");
        await tokens.GetAsync(good, TestContext.Current.CancellationToken);
        var elsewhere = good with { BaseUrl = new Uri("https://example.org" + Place) };
        var e = await Should.ThrowAsync<UpstreamException>(() =>
            tokens.GetAsync(elsewhere, TestContext.Current.CancellationToken).AsTask()
        );
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamCredential, Fault.Credential));
        e.Message.ShouldContain(elsewhere.Id.ToString());
        e = await Should.ThrowAsync<UpstreamException>(() =>
            tokens.WithTokenAsync(elsewhere, Task.FromResult, TestContext.Current.CancellationToken)
        );
        e.Fault.ShouldBe(Fault.Credential);
        google.Exchanges.ShouldBe(1);

        var asked = 0;
        var azure = AzureOpenAiProvider.Family(http, new EntraTokens(TimeProvider.System, (_, _) => new Counted(() => asked++)));
        var made = Anthropics.Connection("https://gateway.example.org") with { Credential = new Secret("""{"identity":"managed"}""") };
        e = await Should.ThrowAsync<UpstreamException>(() =>
            azure.Chat!.ChatAsync(Anthropics.Call(Anthropics.Ask("Hi"), made), TestContext.Current.CancellationToken)
        );
        e.Fault.ShouldBe(Fault.Credential);
        asked.ShouldBe(0);
    }

    sealed class Counted(Action asked) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            asked();
            return new AccessToken("t", DateTimeOffset.MaxValue);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
