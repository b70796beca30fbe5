using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        async Task RulesAsync()
        {
            string Rule(string more) => $$"""{"organisation_id":"{{node.OrganisationId}}","when_unknown":"allow",{{more}}}""";
            var made = await MakeAsync("/api/model-rules", Rule("\"kind\":\"max_retention\",\"max_retention_days\":3650"));
            var address = $"/api/model-rules/{made["rule"]!.Text("id")}";
            await DoAsync("GET", "/api/model-rules?limit=1");
            await DoAsync("GET", address);
            await DoAsync("PUT", address, Rule("\"kind\":\"regions\",\"regions\":[\"eu\"],\"purpose\":\"production\""));
            await DoAsync("GET", "/api/model-rules/violations?limit=2");
            var hub = await DoAsync("GET", "/api/hub?limit=1");
            await DoAsync("GET", $"/api/hub/{hub["items"]![0]!.Text("model_id")}");
            await RemoveAsync(address);
            await DoAsync("GET", "/api/models/retirements?limit=3");
        }
    }
}
