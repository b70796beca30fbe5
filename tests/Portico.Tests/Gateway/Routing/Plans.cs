using Portico.Core.Chat;
using Portico.Gateway.Routing;
using Portico.Models;
using Portico.Providers;

namespace Portico.Tests.Gateway.Routing;

/// <summary>Plans made by hand, over deployments that nobody calls.</summary>
static class Plans
{
    public static Candidate Candidate(
        string model,
        int weight = 1,
        TimeProvider? time = null,
        ProviderFamily? family = null,
        int? window = null
    )
    {
        var clock = time ?? TimeProvider.System;
        var connection = new Connection
        {
            Id = ConnectionId.New(clock),
            Name = model + "-connection",
            Family = "openai",
            BaseUrl = new Uri("http://127.0.0.1:1/v1"),
        };
        var hub = new Model
        {
            Id = ModelId.New(clock),
            Name = model,
            TokenFamily = model,
            ContextTokens = window,
        };
        var deployment = new Deployment(DeploymentId.New(clock), hub.Id, connection.Id, model, 1, false, 1);
        var provider = new ProviderConnection(connection.Id, "openai", null, connection.BaseUrl, new Secret(""));
        var resolved = new ResolvedDeployment(
            deployment,
            hub,
            connection,
            provider,
            family ?? new ProviderFamily("openai", Dialect.OpenAiChat, null, null, null),
            []
        );
        return new Candidate(resolved, weight, new DeploymentHealth(clock));
    }

    public static RoutePlan Of(RouteStrategy strategy, params Candidate[] candidates) => Of(strategy, false, candidates);

    public static RoutePlan Of(RouteStrategy strategy, bool affinity, params Candidate[] candidates) =>
        new(
            new Route
            {
                Id = default,
                Name = "route",
                Targets = [],
                Strategy = strategy,
                SessionAffinity = affinity,
            },
            candidates
        );

    public static string Name(Candidate candidate) => candidate.Deployment.Model.Name;
}
