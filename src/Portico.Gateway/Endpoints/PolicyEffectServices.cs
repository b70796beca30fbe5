using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway.Guards;
using Portico.Gateway.Stages;
using Portico.Governance.Policy.Requests;
using Portico.Guardrails;
using Portico.Observability;

namespace Portico.Gateway.Endpoints;

/// <summary>What shows the effect of policies before they hold: shadow and replay.</summary>
static class PolicyEffectServices
{
    public static void AddPolicyEffects(this IServiceCollection services)
    {
        services.AddSingleton<Portico.Guardrails.Shapes.ShapeBook>(_ => new());
        services.AddSingleton<PolicyShadow>();
        services.AddSingleton(_ => new CleanTexts(RandomNumberGenerator.GetBytes(CleanTexts.KeyBytes)));
        services.AddSingleton<PolicyReplay>();
        services.AddSingleton<PolicyReplays>();
        services.AddHostedService(p => p.GetRequiredService<PolicyReplays>());
        services.AddSingleton<PersonAsker>();
        services.AddSingleton<ServiceGuards>();
        services.AddSingleton<JudgeGuards>();
        services.AddSingleton<GuardAsker>();
        services.AddSingleton(p => new MetricCounter(
            "portico_policy_requests_total",
            "Calls that a policy had wait for a person, each counted once",
            () => p.GetRequiredService<PolicyRequests>().Raised
        ));
        services.AddSingleton(p => new MetricCounter(
            "portico_policy_shadow_refusals_total",
            "Calls that a draft of a policy would have refused",
            () => p.GetRequiredService<PolicyShadow>().Refusals
        ));
    }
}
