using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Portico.Providers.Anthropic;
using Portico.Providers.Bedrock;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;
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
        services.AddSingleton(p => OpenAiProvider.AzureFamily(p.GetRequiredService<UpstreamHttp>()));
        services.AddSingleton(p => AnthropicProvider.Family(p.GetRequiredService<UpstreamHttp>()));
        services.AddSingleton(p => BedrockProvider.Family(p.GetRequiredService<UpstreamHttp>()));
        services.AddSingleton(p => SimulatedProvider.Family(p.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ProviderRegistry>();
        return services;
    }
}
