namespace Portico.SystemTests.Management;

/// <summary>What is tried and told before it is saved.</summary>
public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        async Task ConnectingAsync(string connection)
        {
            await DoAsync("GET", "/api/provider-families?limit=3");
            await DoAsync("POST", "/api/connections/check", """{"name":"x","family":"sim","base_url":"http://simulated.invalid/"}""");
            await DoAsync("POST", $"/api/connections/{connection}/check", """{"credential":"sk-3"}""");
        }

        async Task DraftsAsync()
        {
            await DoAsync(
                "POST",
                "/api/explain",
                $$$"""{"key_id":"{{{node.KeyId}}}","model":"draft","route":{"name":"draft","targets":[{"deployment":null,"model":"sim/echo"}]}}"""
            );
            await DoAsync("GET", "/api/provider-health/hours?from=2020-01-01T00:00:00Z");
        }
    }
}
