using Microsoft.Extensions.DependencyInjection;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Providers.Bedrock;
using Portico.Tests.Providers.Gemini;
using Portico.Tests.Providers.Oci;

namespace Portico.Tests.Providers;

/// <summary>
/// A call that is to lose nothing, at every family: what has no word there is refused by name before anything is sent, for nobody listens at these addresses.
/// </summary>
public sealed class LossTests : IAsyncLifetime
{
    const string Nowhere = "http://127.0.0.1:1";

    readonly ServiceProvider services = new ServiceCollection().AddSingleton(TimeProvider.System).AddProviders().BuildServiceProvider();
    FakeGoogle google = null!;

    public async ValueTask InitializeAsync() => google = await FakeGoogle.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await google.DisposeAsync();
        await services.DisposeAsync();
    }

    ProviderConnection Connection(string family)
    {
        var credential = family switch
        {
            "vertex" => google.AccountKey(),
            "bedrock" or "sagemaker" => Bedrocks.Credential,
            "oci" => Ocis.Json(),
            _ => "sk-not-a-real-key",
        };
        var address = family == "vertex" ? $"{Nowhere}/v1/projects/a-project/locations/global" : Nowhere;
        return new ProviderConnection(ConnectionId.New(TimeProvider.System), family, null, new Uri(address), new Secret(credential));
    }

    async Task RefusedAsync(Func<Task> call, string field)
    {
        var e = await Should.ThrowAsync<UpstreamException>(call);
        (e.Kind, e.Fault, e.UpstreamParam).ShouldBe((ErrorTable.UnsupportedByModel, Fault.Model, field), e.Message);
        e.Message.ShouldContain($"'{field}'");
        google.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("openai", "m")]
    [InlineData("azure-openai", "m")]
    [InlineData("anthropic", "claude-sonnet-4-5")]
    [InlineData("bedrock", ConverseFixtures.Model)]
    [InlineData("bedrock", "amazon.nova-pro-v1:0")]
    [InlineData("sagemaker", "an-endpoint")]
    [InlineData("gemini", "gemini-2.5-flash")]
    [InlineData("vertex", "gemini-2.5-flash")]
    [InlineData("vertex", "claude-sonnet-4-5@20250929")]
    [InlineData("vertex", "meta/llama-4-maverick-17b-128e-instruct-maas")]
    [InlineData("cohere", "command-a-03-2025")]
    [InlineData("oci", "meta.llama-3.3-70b-instruct")]
    [InlineData("oci", "cohere.command-r-plus-08-2024")]
    [InlineData("sim", "echo")]
    public async Task A_chat_call_is_refused_before_it_is_sent(string family, string model)
    {
        var call = new ProviderCall
        {
            Connection = Connection(family),
            UpstreamModel = model,
            Request = Anthropics.Ask("Hi") with { MaxOutputTokens = 10, Unread = ["x_of_tomorrow"] },
            ReplyDialect = Dialect.OpenAiResponses,
            RefusesLosses = true,
            CallId = CallId.New(TimeProvider.System),
        };
        var chat = services.GetRequiredService<ProviderRegistry>().Get(family).Chat!;
        await RefusedAsync(() => chat.ChatAsync(call, default), "x_of_tomorrow");
    }

    [Theory]
    [InlineData("bedrock", "amazon.titan-embed-text-v2:0")]
    [InlineData("sagemaker", "an-endpoint")]
    [InlineData("gemini", "gemini-embedding-001")]
    [InlineData("vertex", "text-embedding-005")]
    [InlineData("cohere", "embed-v4.0")]
    [InlineData("oci", "cohere.embed-v4.0")]
    public async Task A_call_to_embed_is_refused_before_it_is_sent(string family, string model)
    {
        var request = new EmbeddingRequest
        {
            Model = "m",
            Inputs = ["a"],
            User = "ada",
        };
        var call = new EmbeddingCall(Connection(family), model, request, null, CallId.New(TimeProvider.System)) { RefusesLosses = true };
        var embeddings = services.GetRequiredService<ProviderRegistry>().Get(family).Embeddings!;
        await RefusedAsync(() => embeddings.EmbedAsync(call, default), "user");
    }
}
