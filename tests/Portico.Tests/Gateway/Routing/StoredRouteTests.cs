using Portico.Gateway.Routing;

namespace Portico.Tests.Gateway.Routing;

/// <summary>Routes as earlier versions stored them are still read.</summary>
public sealed class StoredRouteTests
{
    [Fact]
    public void A_route_of_before_summaries_has_the_default_of_what_it_does_not_say()
    {
        const string stored =
            """{"id":"route_01k9a3x7s8fjn8w2v5d1b6c4e0","name":"assistant","strategy":"Weighted","targets":[{"deployment":null,"model":"sim/echo","weight":9}],"retries":1,"max_attempts":3,"timeout_ms":500,"session_affinity":true,"cache_seconds":60,"context":"DropOldest","summary_model":null,"default_output_tokens":100,"allow_unpriced":true,"keep_contents":true,"disabled":false,"version":4,"is_implicit":false}""";
        var route = RouteJson.Read(stored);
        route.Targets.ShouldBe([new RouteTarget(null, "sim/echo", 9)]);
        (route with { Targets = [] }).ShouldBe(
            new Route
            {
                Id = RouteId.Parse("route_01k9a3x7s8fjn8w2v5d1b6c4e0"),
                Name = "assistant",
                Strategy = RouteStrategy.Weighted,
                Targets = [],
                Retries = 1,
                MaxAttempts = 3,
                TimeoutMs = 500,
                SessionAffinity = true,
                CacheSeconds = 60,
                Context = ContextPolicy.DropOldest,
                DefaultOutputTokens = 100,
                AllowUnpriced = true,
                KeepContents = true,
                Version = 4,
                SummaryTokens = Route.DefaultSummaryTokens,
            }
        );
    }
}
