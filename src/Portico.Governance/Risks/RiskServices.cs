using Microsoft.Extensions.DependencyInjection;
using Portico.Governance.Audit;
using Portico.Governance.Forensics;
using Portico.Governance.Learning;
using Portico.Governance.Risks.Checks;
using Portico.Governance.SignIn;

namespace Portico.Governance.Risks;

/// <summary>The register with the checks of this module. Other modules add theirs behind.</summary>
static class RiskServices
{
    public static void AddRisks(this IServiceCollection services)
    {
        foreach (var check in OwnCheck.All)
            services.AddSingleton<IControlCheck>(check);
        services.AddSingleton<IControlCheck>(p => new AnchorCheck(p.GetServices<IAnchorPlace>()));
        services.AddSingleton<IControlCheck>(p => new RevealCheck(p.GetRequiredService<Reveals>()));
        services.AddSingleton<IControlCheck>(p => new SignInCheck(p.GetRequiredService<SignInRules>()));
        services.AddSingleton<IControlCheck>(p => LearningCheck.Courses(p.GetRequiredService<LearningCatalog>()));
        services.AddSingleton<IControlCheck>(p => LearningCheck.AcceptableUse(p.GetRequiredService<LearningCatalog>()));
        services.AddSingleton<RiskRegister>();
    }
}
