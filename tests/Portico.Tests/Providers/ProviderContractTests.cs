using Portico.Providers;

namespace Portico.Tests.Providers;

public sealed class ProviderContractTests
{
    // A date of Azure's API, or where Vertex AI takes its identity from, is nobody who could be called.
    [Theory]
    [InlineData("openai", null, "openai")]
    [InlineData("openai", "groq", "groq")]
    [InlineData("azure-openai", "2024-10-21", "azure-openai")]
    [InlineData("vertex", "workload-identity", "vertex")]
    public void A_preset_names_who_is_called_only_where_it_is_a_service(string family, string? preset, string service) =>
        new ProviderConnection(default, family, preset, new Uri("http://127.0.0.1:1"), new Secret("")).Service.ShouldBe(service);
}
