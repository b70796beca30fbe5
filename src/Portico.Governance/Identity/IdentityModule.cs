using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portico.Governance.Audit;
using Portico.Governance.Identity.Oidc;
using Portico.Governance.Identity.Scim;
using Portico.Governance.Identity.Tokens;
using Portico.Governance.Identity.Workloads;
using Portico.Governance.SignIn;

namespace Portico.Governance.Identity;

/// <summary>Sign-in by identity providers, SCIM, and tokens of services.</summary>
public static class IdentityModule
{
    internal static void AddIdentity(this IServiceCollection services)
    {
        services.AddSingleton<IssuerHttp>();
        services.AddSingleton<IssuerDirectory>();
        services.AddSingleton<TokenVerifier>();
        services.AddSingleton<IdentityProviders>();
        services.AddSingleton<ProviderCheck>();
        services.AddSingleton<OidcClient>();
        services.AddSingleton<SignInStore>();
        services.AddSingleton<ProviderRoles>();
        services.AddSingleton<ProviderPeople>();
        services.AddSingleton<OidcSignIn>();
        services.AddSingleton<ProviderSignOut>();
        services.AddSingleton<BackChannelLogout>();
        services.AddSingleton<IdentityRecheck>();
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<IdentityRecheck>());
        services.AddSingleton<WorkloadService>();
        services.AddSingleton<WorkloadCheck>();
        services.AddSingleton(p => new WorkloadTokens(
            p.GetRequiredService<GovernanceCatalog>(),
            p.GetRequiredService<TokenVerifier>(),
            p.GetRequiredService<Storage.Database>(),
            p.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<SignInRules>();
        services.AddSingleton<ScimTokens>();
        services.AddSingleton<ScimUsers>();
        services.AddSingleton<ScimGroups>();
        services.AddSingleton<ScimEndpoints>();
    }

    internal static void Map(RouteGroupBuilder api)
    {
        IdentityProviderEndpoints.Map(api);
        OidcEndpoints.Map(api);
        ScimTokenEndpoints.Map(api);
        WorkloadEndpoints.Map(api);
        SignInRuleEndpoints.Map(api);
    }

    /// <summary>Errors, sign-in and audit of /scim. Comes before the endpoints.</summary>
    public static void UseScim(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILogger<ScimEndpoints>>();
        var tokens = app.ApplicationServices.GetRequiredService<ScimTokens>();
        var audit = app.ApplicationServices.GetRequiredService<ApiAudit>();
        app.UseWhen(
            http => http.Request.Path.StartsWithSegments("/scim", StringComparison.OrdinalIgnoreCase),
            scim =>
            {
                scim.Use((http, next) => ScimErrors.GuardAsync(http, () => next(http), logger));
                scim.Use((http, next) => audit.SeeRefusalsAsync(http, () => next(http)));
                scim.Use((http, next) => tokens.SignInAsync(http, () => next(http)));
                scim.Use((http, next) => audit.WriteActAsync(http, () => next(http)));
            }
        );
    }

    /// <summary>The endpoints under /scim/v2.</summary>
    public static void MapScim(this IEndpointRouteBuilder app) => app.ServiceProvider.GetRequiredService<ScimEndpoints>().Map(app);
}
