using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Portico.Governance.Api;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

/// <summary>A node that starts makes nothing for endpoints that nobody asks.</summary>
public sealed class OnDemandTests
{
    [Fact]
    public async Task What_reads_a_request_is_made_for_the_endpoints_that_are_asked_and_for_no_other()
    {
        await using var node = await Node.StartAsync();

        await node.Admin.GetAsync("/api/keys");
        await node.Admin.GetAsync("/api/keys");

        var endpoints = node
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<System.Reflection.MethodInfo>() is not null)
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .ToList();
        endpoints.Count.ShouldBeGreaterThan(200);
        // The document is the framework's own, and what is not there has nothing to read.
        endpoints
            .Where(e => e.Metadata.GetMetadata<OnDemandBinding>() is null)
            .Select(e => e.RoutePattern.RawText)
            .ShouldBe(["/api/openapi.json", "/api/{**path}"], ignoreOrder: true);
        endpoints
            .Where(e => e.Metadata.GetMetadata<OnDemandBinding>()?.IsMade == true)
            .Select(e => e.DisplayName)
            .ShouldBe(["HTTP: GET /api/keys => List"]);
    }
}
