using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Aws;
using Portico.Providers.Gemini;
using Portico.Providers.Http;
using Portico.Tests.Providers.Bedrock;
using Portico.Tests.Support;
using static Portico.Tests.Providers.Anthropic.Anthropics;

namespace Portico.Tests.Providers.Gemini;

/// <summary>
/// Workload identity federation (https://google.aip.dev/auth/4117): the token of another provider is exchanged at a server that checks the question as
/// https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token publishes, and acts as a service account as
/// https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken does.
/// </summary>
public sealed class FederationTests : IDisposable
{
    const string Audience = "//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/pool/providers/provider";

    readonly ManualTime time = new();
    readonly UpstreamHttp http;
    readonly string folder = Directory.CreateTempSubdirectory("portico-federation").FullName;
    readonly Dictionary<string, string> environment = new()
    {
        ["AWS_ACCESS_KEY_ID"] = ScriptedBedrock.KeyId,
        ["AWS_SECRET_ACCESS_KEY"] = ScriptedBedrock.Secret,
        ["AWS_REGION"] = ScriptedBedrock.Region,
    };

    public FederationTests() => http = new UpstreamHttp(time);

    public void Dispose()
    {
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    GoogleTokens Tokens(FakeGoogle? google = null) =>
        new(
            http,
            new AwsAmbient(http, name => environment.GetValueOrDefault(name)),
            new Uri("http://127.0.0.1:1"),
            google is null ? null : new Uri(google.Url)
        );

    internal static JsonObject Configuration(string url, JsonNode source, string type = "urn:ietf:params:oauth:token-type:jwt") =>
        new()
        {
            ["type"] = "external_account",
            ["universe_domain"] = "googleapis.com",
            ["audience"] = Audience,
            ["subject_token_type"] = type,
            ["token_url"] = url + "/v1/token",
            ["credential_source"] = source,
        };

    internal static JsonObject Acting(JsonObject configuration, string url)
    {
        configuration["service_account_impersonation_url"] = $"{url}/v1/projects/-/serviceAccounts/{FakeGoogle.Email}:generateAccessToken";
        return configuration;
    }

    JsonObject File(string content)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        System.IO.File.WriteAllText(path, content);
        return new JsonObject { ["file"] = path };
    }

    Task<string> AskAsync(FakeGoogle google, JsonObject configuration) =>
        Tokens(google).GetAsync(google.Vertex(configuration.ToJsonString()), Ct).AsTask();

    async Task<UpstreamException> RefusalAsync(FakeGoogle google, JsonObject configuration)
    {
        var connection = google.Vertex(configuration.ToJsonString());
        var e = await Should.ThrowAsync<UpstreamException>(() => Tokens(google).GetAsync(connection, Ct).AsTask());
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamCredential, Fault.Credential));
        e.Message.ShouldStartWith($"Connection {connection.Id}: ");
        return e;
    }

    [Fact]
    public async Task The_token_in_a_file_is_exchanged_kept_and_read_anew_for_the_next_exchange()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        var source = File("eyJ.first.token\n");
        var connection = google.Vertex(Configuration(google.Url, source).ToJsonString());
        var tokens = Tokens(google);
        var token = await tokens.GetAsync(connection, Ct);
        token.ShouldStartWith("ya29.fake-");
        (await tokens.GetAsync(connection, Ct)).ShouldBe(token);
        var asked = google.Federations.ShouldHaveSingleItem();
        asked
            .AllKeys.ToDictionary(k => k!, k => asked[k])
            .ShouldBe(
                new Dictionary<string, string?>
                {
                    ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
                    ["requested_token_type"] = "urn:ietf:params:oauth:token-type:access_token",
                    ["audience"] = Audience,
                    ["scope"] = "https://www.googleapis.com/auth/cloud-platform",
                    ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt",
                    ["subject_token"] = "eyJ.first.token",
                },
                ignoreOrder: true
            );
        System.IO.File.WriteAllText(source["file"]!.GetValue<string>(), "eyJ.second.token");
        time.Advance(TimeSpan.FromHours(1));
        (await tokens.GetAsync(connection, Ct)).ShouldNotBe(token);
        google.Federations.Last()["subject_token"].ShouldBe("eyJ.second.token");
    }

    [Fact]
    public async Task A_federated_identity_acts_as_the_service_account_that_is_named()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        var source = File("""{"id_token":"eyJ.of.json"}""");
        source["format"] = new JsonObject { ["type"] = "json", ["subject_token_field_name"] = "id_token" };
        var configuration = Acting(Configuration(google.Url, source), google.Url);
        configuration["service_account_impersonation"] = new JsonObject { ["token_lifetime_seconds"] = 1_200 };
        var connection = google.Vertex(configuration.ToJsonString());
        var tokens = Tokens(google);
        var token = await tokens.GetAsync(connection, Ct);
        google.Federations.Single()["subject_token"].ShouldBe("eyJ.of.json");
        google.Impersonations.ShouldBe(["""{"scope":["https://www.googleapis.com/auth/cloud-platform"],"lifetime":"1200s"}"""]);
        // It ends when the service said, not an hour on.
        time.Advance(TimeSpan.FromSeconds(1_180));
        (await tokens.GetAsync(connection, Ct)).ShouldNotBe(token);
    }

    [Fact]
    public async Task A_call_goes_out_with_the_federated_token()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        google.Answer = (context, _) =>
            FakeGoogle.JsonAsync(context, 200, """{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}""");
        var family = VertexProvider.Family(http, new Uri("http://127.0.0.1:1"), new Uri(google.Url), _ => null);
        var connection = google.Vertex(Acting(Configuration(google.Url, File("eyJ.a.b")), google.Url).ToJsonString());
        family.CheckConnection!(connection).ShouldBeNull();
        await family.Chat!.ChatAsync(Geminis.Call(Ask("Hi"), connection), Ct);
        google.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_token_of_an_address_is_asked_for_with_its_headers()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        var source = new JsonObject
        {
            ["url"] = google.Url + "/identity?resource=x",
            ["headers"] = new JsonObject { ["Metadata"] = "True" },
            ["format"] = new JsonObject { ["type"] = "json", ["subject_token_field_name"] = "access_token" },
        };
        (await AskAsync(google, Configuration(google.Url, source))).ShouldStartWith("ya29.fake-");
        google.Federations.Single()["subject_token"].ShouldBe("eyJ.from.an.address");
        source = (JsonObject)source.DeepClone();
        source["headers"] = new JsonObject();
        (await RefusalAsync(google, Configuration(google.Url, source))).Message.ShouldContain("status 403");
        source = (JsonObject)source.DeepClone();
        source["url"] = "http://169.254.169.254/latest/meta-data/iam/security-credentials/role";
        var guarded = await Should.ThrowAsync<UpstreamException>(() => AskAsync(google, Configuration(google.Url, source)));
        guarded.Message.ShouldNotContain("ya29");
        google.Federations.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_identity_at_AWS_is_proved_by_a_signed_request_that_names_the_pool()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        environment["AWS_SESSION_TOKEN"] = ScriptedBedrock.Token;
        await AskAsync(google, Aws(google));
        var told = JsonNode.Parse(Uri.UnescapeDataString(google.Federations.Single()["subject_token"]!))!;
        (told["url"]!.GetValue<string>(), told["method"]!.GetValue<string>()).ShouldBe(
            ("https://sts.eu-central-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15", "POST")
        );
        var headers = told["headers"]!
            .AsArray()
            .ToDictionary(h => h!["key"]!.GetValue<string>(), h => h!["value"]!.GetValue<string>(), StringComparer.OrdinalIgnoreCase);
        headers["x-goog-cloud-target-resource"].ShouldBe(Audience);
        headers["Authorization"].ShouldContain("SignedHeaders=host;x-amz-date;x-amz-security-token;x-goog-cloud-target-resource,");
        SigV4Check
            .Problem(
                "POST",
                "/?Action=GetCallerIdentity&Version=2011-06-15",
                headers,
                [],
                id => id == ScriptedBedrock.KeyId ? (ScriptedBedrock.Secret, ScriptedBedrock.Token) : null,
                ScriptedBedrock.Region,
                "sts",
                time.GetUtcNow()
            )
            .ShouldBeNull();
    }

    static JsonObject Aws(FakeGoogle google) =>
        Configuration(
            google.Url,
            new JsonObject
            {
                ["environment_id"] = "aws1",
                ["region_url"] = "http://169.254.169.254/latest/meta-data/placement/availability-zone",
                ["url"] = "http://169.254.169.254/latest/meta-data/iam/security-credentials",
                ["regional_cred_verification_url"] = "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
            },
            "urn:ietf:params:aws:token-type:aws4_request"
        );

    [Fact]
    public async Task A_node_that_knows_no_region_of_AWS_is_told_which_variable_to_set()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        environment.Remove("AWS_REGION");
        (await RefusalAsync(google, Aws(google))).Message.ShouldContain("Set AWS_REGION");
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_holds_no_token_is_refused_and_sent_nowhere()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        var none = new JsonObject { ["file"] = Path.Combine(folder, "none") };
        (await RefusalAsync(google, Configuration(google.Url, none))).Message.ShouldContain(
            "cannot be read on this node (FileNotFoundException)"
        );
        (await RefusalAsync(google, Configuration(google.Url, File("root:x:0:0\ncanary:x:1:1")))).Message.ShouldEndWith(
            "names holds no token."
        );
        var json = File("no json");
        json["format"] = new JsonObject { ["type"] = "json", ["subject_token_field_name"] = "id_token" };
        (await RefusalAsync(google, Configuration(google.Url, json))).Message.ShouldContain("does not hold JSON");
        (await RefusalAsync(google, Configuration(google.Url, File(new string('a', 70_000))))).Message.ShouldContain("too long");
        google.Federations.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_Google_refuses_says_which_connection_and_what_to_check()
    {
        await using var google = await FakeGoogle.StartAsync(time);
        (await RefusalAsync(google, Configuration(google.Url, File("eyJ.over.token")))).Message.ShouldContain(
            "Google refused the token of the other identity provider (invalid_grant: ID Token issued at 1 is stale to sign-in.). Check audience"
        );
        var foreign = Acting(Configuration(google.Url, File("eyJ.a.b")), google.Url);
        foreign["service_account_impersonation_url"] =
            $"{google.Url}/v1/projects/-/serviceAccounts/other@p.iam.gserviceaccount.com:generateAccessToken";
        (await RefusalAsync(google, foreign)).Message.ShouldContain(
            "(PERMISSION_DENIED: Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).). Grant it the role roles/iam.workloadIdentityUser"
        );
    }
}
