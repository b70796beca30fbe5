using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Portico.Providers.Anthropic;
using Portico.Providers.Aws;
using Portico.Providers.Azure;
using Portico.Providers.Bedrock;
using Portico.Providers.Cohere;
using Portico.Providers.Gemini;
using Portico.Providers.Http;
using Portico.Providers.Oci;
using Portico.Providers.OpenAi;
using Portico.Providers.SageMaker;
using Portico.Providers.Simulated;

namespace Portico.Providers;

/// <summary>The provider families. A new one is a folder and a line here.</summary>
public static class ProvidersModule
{
    public static IServiceCollection AddProviders(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<UpstreamHttp>();
        services.AddSingleton(p => OpenAiProvider.Family(p.GetRequiredService<UpstreamHttp>()));
        services.AddSingleton(p => AzureOpenAiProvider.Family(p.GetRequiredService<UpstreamHttp>()));
        services.AddSingleton(p => AnthropicProvider.Family(p.GetRequiredService<UpstreamHttp>()));
        services.AddSingleton(p => GeminiProvider.Family(p.GetRequiredService<UpstreamHttp>()));
        services.AddSingleton(p => VertexProvider.Family(p.GetRequiredService<UpstreamHttp>()));
        services.AddSingleton(p => CohereProvider.Family(p.GetRequiredService<UpstreamHttp>()));
        services.AddSingleton<AwsAuth>();
        services.AddSingleton(p => BedrockProvider.Family(p.GetRequiredService<UpstreamHttp>(), p.GetRequiredService<AwsAuth>()));
        services.AddSingleton(p => SageMakerProvider.Family(p.GetRequiredService<UpstreamHttp>(), p.GetRequiredService<AwsAuth>()));
        services.AddSingleton(p => OciProvider.Family(p.GetRequiredService<UpstreamHttp>()));
        services.AddSingleton(p => SimulatedProvider.Family(p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ProviderRegistry>();
        return services;
    }
}
