using System.Text.Json.Nodes;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Gemini;
using Portico.Providers.Http;
using static Portico.Tests.Providers.Gemini.FederationTests;

namespace Portico.Tests.Providers.Gemini;

/// <summary>Credentials of Vertex AI before a connection is kept: what cannot work is refused with what is wrong (https://google.aip.dev/auth/4117).</summary>
public sealed class FederationFormTests : IDisposable
{
    readonly UpstreamHttp http = new(TimeProvider.System);

    public void Dispose() => http.Dispose();

    public static TheoryData<string, string> BadForms =>
        new()
        {
            { "{}", "is of the type ''" },
            { """{"type":"external_account"}""", "lacks audience" },
            { """{"token_url":"https://example.com/v1/token"}""", "token_url that is not one of Google's" },
            { """{"token_url":"https://sts.googleapis.com.example.com/v1/token"}""", "token_url that is not one of Google's" },
            { """{"token_url":"http://sts.googleapis.com/v1/token"}""", "token_url that is not one of Google's" },
            {
                """{"service_account_impersonation_url":"https://example.com/x:generateAccessToken"}""",
                "service_account_impersonation_url"
            },
            { """{"service_account_impersonation":{"token_lifetime_seconds":10}}""", "token_lifetime_seconds" },
            { """{"credential_source":{"executable":{"command":"/bin/canary"}}}""", "Portico runs none" },
            { """{"credential_source":{"certificate":{}}}""", "certificate" },
            { """{"credential_source":{}}""", "neither a file, an address nor AWS" },
            { """{"credential_source":{"file":"token"}}""", "begin at the root" },
            { """{"credential_source":{"url":"ftp://canary"}}""", "no address to ask" },
            { """{"credential_source":{"file":"/t","format":{"type":"json"}}}""", "no subject_token_field_name" },
            { """{"credential_source":{"file":"/t","format":{"type":"xml"}}}""", "neither text nor json" },
            { """{"credential_source":{"environment_id":"aws2"}}""", "aws1" },
            {
                """{"credential_source":{"environment_id":"aws1","regional_cred_verification_url":"https://sts.example.com"},"subject_token_type":"urn:ietf:params:aws:token-type:aws4_request"}""",
                "security token service"
            },
            { """{"subject_token_type":"urn:ietf:params:aws:token-type:aws4_request"}""", "does not belong to its credential_source" },
        };

    [Theory]
    [MemberData(nameof(BadForms))]
    public void A_form_that_cannot_work_is_refused_when_the_connection_is_made(string changes, string why)
    {
        var configuration = changes is "{}" or """{"type":"external_account"}"""
            ? []
            : Configuration("https://sts.googleapis.com", new JsonObject { ["file"] = "/var/run/secrets/token" });
        foreach (var (name, value) in JsonNode.Parse(changes)!.AsObject())
            configuration[name] = value?.DeepClone();
        var connection = Geminis.Connection("http://127.0.0.1:1/v1/projects/p/locations/l", configuration.ToJsonString());
        var family = VertexProvider.Family(http);
        var problem = family.CheckConnection!(connection).ShouldNotBeNull();
        problem.ShouldContain(why);
        problem.ShouldNotContain("canary");
    }

    [Fact]
    public void Good_forms_are_taken_and_others_say_what_is_wrong_before_anybody_is_asked()
    {
        var check = VertexProvider.Family(http).CheckConnection!;
        const string place = "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1";
        string? Of(string credential, string? preset = null, string address = place) =>
            check(new ProviderConnection(default, "vertex", preset, new Uri(address), new Secret(credential)));
        var good = Configuration("https://sts.googleapis.com", new JsonObject { ["file"] = "/var/run/secrets/token" });
        Of(good.ToJsonString()).ShouldBeNull();
        Of(Acting(good, "https://iamcredentials.googleapis.com").ToJsonString()).ShouldBeNull();
        Of("", "workload-identity").ShouldBeNull();
        Of("").ShouldNotBeNull().ShouldContain("is missing");
        Of("AIzaSy-canary").ShouldNotBeNull().ShouldBe($"its credential is not JSON. {GoogleCredential.Remedy}");
        Of("""{"type":"AIzaSy-canary"}""").ShouldNotBeNull().ShouldNotContain("canary");
        Of(good.ToJsonString(), "2024-10-21").ShouldNotBeNull().ShouldContain("'2024-10-21' is none of Vertex AI");
        Of(good.ToJsonString(), address: "https://us-central1-aiplatform.googleapis.com")
            .ShouldNotBeNull()
            .ShouldContain("project and location");
    }
}
