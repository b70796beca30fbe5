using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Http;
using Portico.Providers.Oci;
using Portico.Tests.Support;
using static Portico.Tests.Providers.Anthropic.Anthropics;

namespace Portico.Tests.Providers.Oci;

/// <summary>
/// The identity of the node at Oracle. The metadata service answers as https://docs.oracle.com/iaas/Content/Compute/Tasks/gettingmetadata.htm publishes; the exchange is checked
/// as https://github.com/oracle/oci-python-sdk/blob/master/src/oci/auth/federation_client.py makes it: signed by the key of the certificate, whose fingerprint names it.
/// </summary>
public sealed class OciPrincipalTests : IAsyncLifetime
{
    const string Instance = """{"auth":"instance_principal","compartment_id":"ocid1.compartment.oc1..ours"}""";
    const string Resource = """{"auth":"resource_principal"}""";

    readonly ManualTime time = new(TimeProvider.System.GetUtcNow());
    readonly UpstreamHttp http;
    readonly Dictionary<string, string> environment = [];
    readonly string folder = Directory.CreateTempSubdirectory("portico-oci").FullName;
    readonly RSA leafKey = RSA.Create(2048);
    readonly X509Certificate2 leaf;
    readonly ConcurrentQueue<string> told = new();
    WebApplication oracle = null!;
    ScriptedOci server = null!;
    int exchanges;
    int refusals;
    string? regionInfo =
        """{"realmKey":"oc1","realmDomainComponent":"oraclecloud.com","regionKey":"FRA","regionIdentifier":"eu-frankfurt-1"}""";

    public OciPrincipalTests()
    {
        http = new UpstreamHttp(time);
        var request = new CertificateRequest(
            $"CN=ocid1.instance.oc1.eu-frankfurt-1.example, OU=opc-certtype:instance, OU=opc-tenant:{ScriptedOci.Tenancy}",
            leafKey,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        leaf = request.CreateSelfSigned(time.GetUtcNow().AddHours(-1), time.GetUtcNow().AddHours(2));
    }

    public async ValueTask InitializeAsync()
    {
        server = await ScriptedOci.StartAsync((_, context) => ScriptedOci.JsonAsync(context, Ocis.Generic));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        oracle = builder.Build();
        oracle.Run(TakeAsync);
        await oracle.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await oracle.DisposeAsync();
        await server.DisposeAsync();
        http.Dispose();
        leaf.Dispose();
        leafKey.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    string Oracle => oracle.Urls.First();

    ProviderFamily Family(string? metadata = null) =>
        OciProvider.Family(
            http,
            name => environment.GetValueOrDefault(name),
            new OciPlaces(new Uri($"{metadata ?? Oracle}/opc/v2/"), (region, domain) => new Uri($"{Oracle}/{region}/{domain}/v1/x509"))
        );

    async Task TakeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        told.Enqueue(path);
        if (path == "/eu-frankfurt-1/oraclecloud.com/v1/x509")
        {
            await FederateAsync(context);
            return;
        }
        if (context.Request.Headers.Authorization != "Bearer Oracle")
        {
            context.Response.StatusCode = 401;
            return;
        }
        var text = path switch
        {
            "/opc/v2/instance/regionInfo" => regionInfo,
            "/opc/v2/identity/cert.pem" or "/opc/v2/identity/intermediate.pem" => leaf.ExportCertificatePem(),
            "/opc/v2/identity/key.pem" => leafKey.ExportPkcs8PrivateKeyPem(),
            _ => null,
        };
        context.Response.StatusCode = text is null ? 404 : 200;
        await context.Response.WriteAsync(text ?? "");
    }

    async Task FederateAsync(HttpContext context)
    {
        Interlocked.Increment(ref exchanges);
        using var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy);
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var got = new Bedrock.BedrockGot("POST", context.Request.Path.Value!, headers, copy.ToArray());
        var name = $"{ScriptedOci.Tenancy}/fed-x509/{string.Join(':', SHA1.HashData(leaf.RawData).Select(b => b.ToString("X2")))}";
        var asked = JsonNode.Parse(got.Text)!;
        var problem =
            refusals-- > 0 ? "The certificate is not known."
            : asked["certificate"]!.GetValue<string>() != Convert.ToBase64String(leaf.RawData) ? "certificate"
            : asked["intermediateCertificates"]!.AsArray().Count != 1 ? "intermediateCertificates"
            : ScriptedOci.Problem(got, time.GetUtcNow(), keyId => keyId == name ? leafKey : null);
        if (problem is not null)
        {
            await ScriptedOci.ErrorAsync(context, 401, "NotAuthenticated", problem);
            return;
        }
        var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(asked["publicKey"]!.GetValue<string>()), out _);
        var token = Token("instance", []);
        server.Sessions["ST$" + token] = key;
        await ScriptedOci.JsonAsync(context, new JsonObject { ["token"] = token }.ToJsonString());
    }

    string Token(string subject, JsonObject claims)
    {
        claims["sub"] = subject;
        claims["jti"] = Guid.NewGuid().ToString("N");
        claims["exp"] = (time.GetUtcNow() + TimeSpan.FromMinutes(20)).ToUnixTimeSeconds();
        return $"eyJhbGciOiJSUzI1NiJ9.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.c2ln";
    }

    async Task<string> CompartmentAsync(ProviderFamily family, string credential)
    {
        server.Ahead = time.GetUtcNow() - TimeProvider.System.GetUtcNow();
        var before = server.Requests.Count;
        await family.Chat!.ChatAsync(Call(Ask("Hi"), Ocis.Connection(server.Url, credential), Ocis.Llama), default);
        return JsonNode.Parse(server.Requests.Skip(before).Last().Text)!["compartmentId"]!.GetValue<string>();
    }

    async Task<UpstreamException> RefusalAsync(ProviderFamily family, string credential)
    {
        var e = await Should.ThrowAsync<UpstreamException>(() => CompartmentAsync(family, credential));
        (e.Kind, e.Fault).ShouldBe((ErrorTable.UpstreamCredential, Fault.Credential));
        e.Message.ShouldStartWith("Connection conn_");
        return e;
    }

    [Fact]
    public async Task An_instance_exchanges_its_certificate_for_a_session_that_signs_until_shortly_before_its_end()
    {
        var family = Family();
        family.CheckConnection!(Ocis.Connection(server.Url, Instance)).ShouldBeNull();
        (await CompartmentAsync(family, Instance)).ShouldBe("ocid1.compartment.oc1..ours");
        (await CompartmentAsync(family, """{"auth":"instance_principal"}""")).ShouldBe(ScriptedOci.Tenancy);
        exchanges.ShouldBe(1);
        time.Advance(TimeSpan.FromMinutes(19.8));
        await CompartmentAsync(family, Instance);
        exchanges.ShouldBe(2);
    }

    [Fact]
    public async Task A_session_that_Oracle_no_longer_takes_is_replaced_once()
    {
        var family = Family();
        await CompartmentAsync(family, Instance);
        server.Sessions.Clear();
        await CompartmentAsync(family, Instance);
        exchanges.ShouldBe(2);
    }

    [Fact]
    public async Task Calls_that_come_together_wait_for_one_exchange()
    {
        var family = Family();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CompartmentAsync(family, Instance)));
        exchanges.ShouldBe(1);
    }

    [Fact]
    public async Task An_instance_that_Oracle_refuses_is_told_in_its_words_with_what_to_do()
    {
        refusals = 1;
        var e = await RefusalAsync(Family(), Instance);
        e.Message.ShouldContain("refused the certificate of this instance (401: The certificate is not known.)");
        e.Message.ShouldContain("dynamic group");
    }

    [Fact]
    public async Task A_node_that_is_no_instance_of_Oracles_says_so()
    {
        (await RefusalAsync(Family("http://127.0.0.1:1"), Instance)).Message.ShouldContain("no metadata service of Oracle answers here");
        regionInfo = "{}";
        (await RefusalAsync(Family(), Instance)).Message.ShouldContain("does not tell its region");
        regionInfo = """{"realmDomainComponent":"evil.example/x?","regionIdentifier":"eu-frankfurt-1"}""";
        (await RefusalAsync(Family(), Instance)).Message.ShouldContain("does not tell its region");
        exchanges.ShouldBe(0);
    }

    [Fact]
    public async Task A_resource_signs_with_the_token_and_key_that_its_platform_keeps_in_files()
    {
        var family = Family();
        (await RefusalAsync(family, Resource)).Message.ShouldContain("OCI_RESOURCE_PRINCIPAL_VERSION is not set");
        environment["OCI_RESOURCE_PRINCIPAL_VERSION"] = "1.1";
        (await RefusalAsync(family, Resource)).Message.ShouldContain("Portico knows 2.2 alone");
        environment["OCI_RESOURCE_PRINCIPAL_VERSION"] = "2.2";
        (await RefusalAsync(family, Resource)).Message.ShouldContain("OCI_RESOURCE_PRINCIPAL_RPST is not set");
        var (tokenFile, keyFile) = (Path.Combine(folder, "rpst"), Path.Combine(folder, "private.pem"));
        environment["OCI_RESOURCE_PRINCIPAL_RPST"] = tokenFile;
        environment["OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM"] = keyFile;
        (await RefusalAsync(family, Resource)).Message.ShouldContain("cannot be read (FileNotFoundException)");
        await File.WriteAllTextAsync(tokenFile, "no token");
        await File.WriteAllTextAsync(keyFile, leafKey.ExportPkcs8PrivateKeyPem());
        (await RefusalAsync(family, Resource)).Message.ShouldContain("no usable token or key");
        var claims = new JsonObject { ["res_tenant"] = ScriptedOci.Tenancy, ["res_compartment"] = "ocid1.compartment.oc1..resource" };
        var token = Token("resource", claims);
        server.Sessions["ST$" + token] = leafKey;
        await File.WriteAllTextAsync(tokenFile, token + "\n");
        (await CompartmentAsync(family, Resource)).ShouldBe("ocid1.compartment.oc1..resource");
        // The platform renews the file.
        time.Advance(TimeSpan.FromMinutes(19.8));
        token = Token("resource", (JsonObject)claims.DeepClone());
        server.Sessions["ST$" + token] = leafKey;
        await File.WriteAllTextAsync(tokenFile, token);
        await CompartmentAsync(family, Resource);
        server.Requests[^1].Headers["Authorization"].ShouldContain($"keyId=\"ST${token}\"");
        // A token that nobody renewed is not used.
        time.Advance(TimeSpan.FromMinutes(30));
        (await RefusalAsync(family, Resource)).Message.ShouldContain("is over");
    }

    [Fact]
    public async Task A_resource_may_have_its_token_and_key_in_the_variables_themselves()
    {
        var token = Token("resource", new JsonObject { ["res_tenant"] = ScriptedOci.Tenancy });
        server.Sessions["ST$" + token] = ScriptedOci.Key;
        environment["OCI_RESOURCE_PRINCIPAL_VERSION"] = "2.2";
        environment["OCI_RESOURCE_PRINCIPAL_RPST"] = token;
        environment["OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM"] = Ocis.Encrypted("open sesame");
        environment["OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM_PASSPHRASE"] = "open sesame";
        (await CompartmentAsync(Family(), Resource)).ShouldBe(ScriptedOci.Tenancy);
    }

    [Theory]
    [InlineData("""{"auth":"canary"}""", "neither api_key, instance_principal nor resource_principal")]
    [InlineData("""{"auth":"instance_principal","user":"ocid1.user.oc1..canary"}""", "beside the principal of the node")]
    [InlineData("""{"auth":"instance_principal","compartment_id":"canary"}""", "no OCID")]
    public void A_form_that_cannot_work_is_refused_when_the_connection_is_made(string credential, string why)
    {
        var problem = Family().CheckConnection!(Ocis.Connection(server.Url, credential)).ShouldNotBeNull();
        problem.ShouldContain(why);
        problem.ShouldNotContain("canary");
    }
}
