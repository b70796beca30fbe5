using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Portico.Governance.Keys;
using Portico.Models.Approval;
using Portico.Models.Cards;
using Portico.Models.Connecting;
using Portico.Models.Overview;
using Portico.Models.Prices;
using Portico.Models.Retirement;
using Portico.Models.Rules;
using Portico.Observability;
using Portico.Storage;

namespace Portico.Models;

/// <summary>The model hub: connections, models, deployments, the price book, on-boarding.</summary>
public static class ModelsModule
{
    public static IServiceCollection AddModels(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new MigrationSource("models", typeof(ModelsModule).Assembly));
        services.AddSingleton(p => LoadMasterKey(configuration, p.GetRequiredService<StorageOptions>()));
        services.AddSingleton<ModelsCatalog>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<ModelsCatalog>());
        services.AddSingleton<HubService>();
        services.AddSingleton<ConnectionChecks>();
        services.AddSingleton<ModelsAdministration>();
        services.AddSingleton<Approvals>();
        services.AddSingleton<RuleService>();
        services.AddSingleton<PriceImport>();
        services.AddSingleton<IPriceBook, PriceBook>();
        services.AddSingleton<ModelOnboarding>();
        services.AddSingleton<ModelUses>();
        return services;
    }

    public static void MapModels(this RouteGroupBuilder api)
    {
        FamilyEndpoints.Map(api);
        ConnectionEndpoints.Map(api);
        ModelEndpoints.Map(api);
        HubEndpoints.Map(api);
        CardEndpoints.Map(api);
        ApprovalEndpoints.Map(api);
        RuleEndpoints.Map(api);
        RetirementEndpoints.Map(api);
        DeploymentEndpoints.Map(api);
        PriceEndpoints.Map(api);
    }

    /// <summary>Azure Key Vault where one is configured, else the environment, else the file in the data directory.</summary>
    public static MasterKey LoadMasterKey(IConfiguration configuration, StorageOptions storage)
    {
        if (configuration["MasterKey:KeyVault"] is { Length: > 0 } vault)
            return VaultKey.Read(vault, configuration["MasterKey:SecretName"] is { Length: > 0 } name ? name : VaultKey.DefaultSecret);
        return configuration[MasterKey.EnvironmentName] is { Length: > 0 } text
            ? MasterKey.FromBase64(text, $"the environment variable {MasterKey.EnvironmentName}")
            : MasterKey.FromFile(
                configuration["MasterKey:File"] is { Length: > 0 } file ? file : Path.Combine(storage.DataDirectory, "master.key")
            );
    }
}
