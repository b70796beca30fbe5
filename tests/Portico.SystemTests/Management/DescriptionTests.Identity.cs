using System.Text.Json.Nodes;
using Portico.OidcProvider;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        public async Task IdentityAsync()
        {
            await using var oidc = await OidcServer.StartAsync();
            oidc.Add(new OidcPerson("1001", "grace@example.com", "Grace", "pass phrase", ["portico-analysts"]));
            var provider = (
                await MakeAsync(
                    "/api/identity-providers",
                    $$"""
                    {"organisation_id":"{{node.OrganisationId}}","name":"Directory","issuer":"{{oidc.Issuer}}","client_id":"{{OidcServer.ClientId}}",
                     "client_secret":"{{OidcServer.ClientSecret}}","makes_people":true,"allow_special_addresses":true,
                     "group_roles":[{"group":"portico-analysts","role":"analyst"}],"email_domains":["example.com"]}
                    """
                )
            ).Text("id");
            await DoAsync("GET", $"/api/identity-providers?organisation_id={node.OrganisationId}&limit=5");
            await DoAsync("GET", $"/api/identity-providers/{provider}");
            await DoAsync("PATCH", $"/api/identity-providers/{provider}", """{"name":"Our directory"}""");
            await DoAsync("POST", $"/api/identity-providers/{provider}/check");

            var client = node.Client(null);
            browser = new Api(client);
            (await DoAsync("GET", "/api/sign-in"))["providers"]!.AsArray().Count.ShouldBe(1);
            var address = (await DoAsync("POST", $"/api/sign-in/{provider}", """{"return_to":"/console/calls"}""")).Text("address");
            using var directory = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
            using var form = new FormUrlEncodedContent([new("email", "grace@example.com"), new("password", "pass phrase")]);
            using var back = await directory.PostAsync(new Uri(address), form);
            var query = System.Web.HttpUtility.ParseQueryString(back.Headers.Location!.Query);
            var body = new JsonObject
            {
                ["code"] = query["code"],
                ["state"] = query["state"],
                ["iss"] = query["iss"],
            };
            var session = await DoAsync("POST", "/api/sign-in/complete", body.ToJsonString());
            client.DefaultRequestHeaders.Add("X-Portico-Csrf", session.Text("csrf"));
            (await DoAsync("DELETE", "/api/session")).Text("address").ShouldStartWith(oidc.Issuer);
            browser.Dispose();
            browser = null;
            await DoAsync("GET", $"/api/organisations/{node.OrganisationId}/sign-in-rule");
            await DoAsync("POST", $"/api/organisations/{node.OrganisationId}/sign-in-rule", """{"provider_only":false}""");
            await RemoveAsync($"/api/identity-providers/{provider}");

            var scim = (await MakeAsync("/api/scim-tokens", $$"""{"organisation_id":"{{node.OrganisationId}}","name":"directory"}"""))[
                "token"
            ]!.Text("id");
            await DoAsync("GET", $"/api/scim-tokens?organisation_id={node.OrganisationId}&limit=5");
            await DoAsync("POST", $"/api/scim-tokens/{scim}/revoke", status: 204);

            var workload = (
                await MakeAsync(
                    "/api/workloads",
                    $$"""
                    {"name":"pipeline","key_id":"{{node.KeyId}}","issuer":"https://token.example.com","audience":"portico","subject":"repo:bank/*",
                     "claims":[{"claim":"ref","value":"refs/heads/main"}]}
                    """
                )
            ).Text("id");
            await DoAsync("GET", $"/api/workloads?key_id={node.KeyId}&limit=5");
            await DoAsync(
                "POST",
                $"/api/workloads/{workload}/check",
                """{"claims":{"iss":"https://token.example.com","aud":["portico"],"sub":"repo:bank/letters","ref":"refs/heads/main"}}"""
            );
            await DoAsync("GET", $"/api/workloads/{workload}");
            await DoAsync("PATCH", $"/api/workloads/{workload}", """{"enabled":false}""");
            await RemoveAsync($"/api/workloads/{workload}");
        }
    }
}
