using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway.Ledger;
using Portico.Gateway.Routing;
using Portico.Governance.Risks;

namespace Portico.Gateway;

/// <summary>What the risk register asks of this module.</summary>
static class ControlChecks
{
    public static void AddControlChecks(this IServiceCollection services)
    {
        services.AddSingleton<IControlCheck>(p => MeterCheck.Budgets(p.GetRequiredService<MeterCatalog>()));
        services.AddSingleton<IControlCheck>(p => MeterCheck.Limits(p.GetRequiredService<MeterCatalog>()));
        services.AddSingleton<IControlCheck, FallbackCheck>();
    }
}
