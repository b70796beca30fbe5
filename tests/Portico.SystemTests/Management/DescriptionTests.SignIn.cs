using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

public sealed partial class DescriptionTests
{
    sealed partial class Walk
    {
        public async Task SignInAsync()
        {
            const string Password = "correct horse battery staple";
            var person = (
                await MakeAsync(
                    "/api/people",
                    $$"""{"name":"Olga","email":"olga@example.com","organisation_id":"{{node.OrganisationId}}"}"""
                )
            ).Text("id");
            (await DoAsync("GET", "/api/setup"))["needed"]!.GetValue<bool>().ShouldBeTrue();
            var client = node.Client(null);
            browser = new Api(client);
            await DoAsync(
                "POST",
                "/api/setup",
                $$"""{"admin_token":"{{node.AdminSecret}}","email":"ada@example.com","name":"Ada","password":"{{Password}}"}"""
            );
            var csrf = (await DoAsync("GET", "/api/me"))["session"]!.Text("csrf");
            client.DefaultRequestHeaders.Add("X-Portico-Csrf", csrf);

            await DoAsync("PATCH", "/api/me", """{"name":"Ada L."}""", 204);
            await DoAsync("GET", "/api/sessions");
            await DoAsync("DELETE", "/api/sessions", status: 204);

            var view = (await MakeAsync("/api/views", """{"page":"calls","name":"Failed today","query":"outcome=failed&time=24h"}""")).Text(
                "id"
            );
            await DoAsync("PATCH", $"/api/views/{view}", """{"query":"outcome=failed&time=7d"}""");
            await DoAsync("GET", $"/api/views/{view}");
            await DoAsync("GET", "/api/views?limit=5");
            await RemoveAsync($"/api/views/{view}");

            var made = await MakeAsync("/api/accounts", $$"""{"person_id":"{{person}}","roles":["analyst"]}""");
            await DoAsync("POST", "/api/invitations/accept", $$"""{"code":"{{made.Text("code")}}","password":"{{Password}}"}""", 204);
            await DoAsync("GET", "/api/accounts?limit=5");
            await DoAsync("GET", $"/api/accounts/{person}");
            await DoAsync("PATCH", $"/api/accounts/{person}", """{"roles":["engineer","officer"]}""");
            await DoAsync("POST", $"/api/accounts/{person}/invite");
            await RemoveAsync($"/api/accounts/{person}");
            await DoAsync(
                "POST",
                $"/api/playground/chat/completions?use_case_id={node.UseCaseId}",
                """{"model":"sim/echo","messages":[{"role":"user","content":"Hello"}]}"""
            );
            await DoAsync(
                "POST",
                "/api/explain",
                $$"""{"use_case_id":"{{node.UseCaseId}}","chat":{"model":"sim/echo","messages":[{"role":"user","content":"Hello"}] } }"""
            );
            await DoAsync("POST", "/api/session/password", $$"""{"old":"{{Password}}","password":"{{Password}} 2"}""", 204);
            await DoAsync("DELETE", "/api/session?everywhere=true", status: 204);
            await DoAsync("POST", "/api/session", $$"""{"email":"ada@example.com","password":"{{Password}} 2"}""");
            browser.Dispose();
            browser = null;
        }
    }
}
