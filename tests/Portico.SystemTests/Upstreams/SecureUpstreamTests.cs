using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Upstreams;

/// <summary>A provider behind TLS, as all but local ones are: HTTP/2 where it is offered, and nothing without a certificate that is trusted.</summary>
public sealed class SecureUpstreamTests
{
    static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    static async Task ConnectAsync(PorticoProcess node, Upstream upstream)
    {
        using var admin = new Api(node.Client(node.AdminSecret!));
        var connection = await admin.PostAsync(
            "/api/connections",
            new JsonObject
            {
                ["name"] = "secure",
                ["family"] = "openai",
                ["base_url"] = $"https://127.0.0.1:{upstream.Address.Port}/v1",
                ["credential"] = "sk-test",
            }
        );
        var model = await admin.PostAsync("/api/models", new JsonObject { ["name"] = "secure", ["approve"] = true });
        await admin.PostAsync(
            "/api/deployments",
            new JsonObject
            {
                ["model_id"] = model.Text("id"),
                ["connection_id"] = connection.Text("id"),
                ["upstream_model"] = "secure",
            }
        );
        await admin.PostAsync(
            "/api/prices",
            new JsonObject
            {
                ["model_id"] = model.Text("id"),
                ["usd_per_mtok"] = new JsonObject { ["input"] = "1", ["output"] = "2" },
            }
        );
    }

    [Fact]
    public async Task Calls_go_by_HTTP_2_to_a_provider_that_offers_it()
    {
        using var certificate = Certificate();
        using var data = new TemporaryDirectory();
        var trusted = Path.Combine(data.Path, "trusted.pem");
        await File.WriteAllTextAsync(trusted, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        var protocols = new ConcurrentBag<string>();
        await using var upstream = await Upstream.StartAsync(
            async http =>
            {
                protocols.Add(http.Request.Protocol);
                await Upstream.GoodAsync(http, Upstream.BodyOf(http).Contains("\"stream\":true", StringComparison.Ordinal));
            },
            certificate
        );
        await using var node = await PorticoProcess.StartAsync(Path.Combine(data.Path, "data"), ("SSL_CERT_FILE", trusted));
        await ConnectAsync(node, upstream);
        using var door = node.Client(node.KeySecret!);

        var calls = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => door.ChatAsync("secure", stream: n % 2 == 0)));

        foreach (var call in calls)
        {
            ((int)call.StatusCode).ShouldBe(200);
            (await call.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldNotContain("error");
            call.Dispose();
        }
        protocols.Count.ShouldBe(20);
        protocols.ShouldAllBe(p => p == "HTTP/2");
    }

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_named_as_the_reason_and_nothing_is_sent()
    {
        using var certificate = Certificate();
        using var data = new TemporaryDirectory();
        await using var upstream = await Upstream.StartAsync(null, certificate);
        await using var node = await PorticoProcess.StartAsync(Path.Combine(data.Path, "data"));
        await ConnectAsync(node, upstream);
        using var door = node.Client(node.KeySecret!);

        using var call = await door.ChatAsync("secure");

        ((int)call.StatusCode).ShouldBe(502);
        (await call.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("check its certificate");
        upstream.Calls.ShouldBe(0);
    }
}
