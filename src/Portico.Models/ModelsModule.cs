using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Portico.Governance.Keys;
using Portico.Governance.Risks;
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
        services.AddSingleton<IControlCheck, PriceCheck>();
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

    /// <summary>Where the master key's shares are awaited, as text true.</summary>
    public const string SharesSetting = "MasterKey:Shares";

    /// <summary>The file that holds the master key, where no vault, no shares and no variable do; null there.</summary>
    public static string? MasterKeyFile(IConfiguration configuration, StorageOptions storage) =>
        IsInShares(configuration)
        || new[] { "MasterKey:KeyVault", KmsKey.FileSetting, MasterKey.EnvironmentName }.Any(s => !string.IsNullOrEmpty(configuration[s]))
            ? null
        : configuration["MasterKey:File"] is { Length: > 0 } file ? file
        : Path.Combine(storage.DataDirectory, "master.key");

    public static bool IsInShares(IConfiguration configuration) =>
        string.Equals(configuration[SharesSetting], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Out of a vault where one is configured, else the environment, else the file in the data directory.</summary>
    /// <exception cref="PorticoException">It cannot be had; with an inner exception where that may pass by itself.</exception>
    public static MasterKey LoadMasterKey(IConfiguration configuration, StorageOptions storage)
    {
        if (IsInShares(configuration))
            throw new PorticoException(
                ErrorTable.InvalidRequest,
                $"The master key is in shares ({SharesSetting}), which only a node that starts gathers: 'serve', then 'unseal'.",
                SharesSetting
            );
        if (configuration[KmsKey.FileSetting] is { Length: > 0 } ciphertext)
            return KmsKey.Read(configuration, ciphertext);
        if (configuration["MasterKey:KeyVault"] is { Length: > 0 } vault)
            return VaultKey.Read(vault, configuration["MasterKey:SecretName"] is { Length: > 0 } name ? name : VaultKey.DefaultSecret);
        return configuration[MasterKey.EnvironmentName] is { Length: > 0 } text
            ? MasterKey.FromBase64(text, $"the environment variable {MasterKey.EnvironmentName}")
            : MasterKey.FromFile(MasterKeyFile(configuration, storage)!);
    }
}
