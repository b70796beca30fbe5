using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Portico.Server;
using Portico.Tests.Support;

namespace Portico.Tests.Server;

/// <summary>Health and readiness ask the store a real query: on a PostgreSQL of their own, which these tests take down.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    readonly PostgresServer postgres = new();
    readonly string folder = Directory.CreateTempSubdirectory("portico-health-").FullName;
    PorticoServer node = null!;
    HttpClient client = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        node = PorticoServer.Build(
            set: new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Server:Url"] = "http://127.0.0.1:0",
                ["Storage:DataDirectory"] = folder,
                ["Storage:PostgresConnection"] = await postgres.CreateDatabaseAsync(),
                ["Models:FromEnvironment"] = "false",
                ["Models:FromLoopback"] = "false",
            },
            more: b => b.Logging.ClearProviders()
        );
        client = new HttpClient { BaseAddress = (await node.StartAsync(Ct)).Address };
    }

    async Task<(int Status, JsonNode Body)> GetAsync(string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), Ct);
        return ((int)response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>(Ct))!);
    }

    [Fact]
    public async Task Health_and_readiness_tell_what_the_store_answers_to_a_real_query()
    {
        var (status, health) = await GetAsync("/health");
        (status, health["status"]!.GetValue<string>()).ShouldBe((200, "ok"));
        health["store"]!.GetValue<string>().ShouldContain("tables");
        health["query_ms"]!.GetValue<double>().ShouldBeGreaterThan(0);
        (status, var ready) = await GetAsync("/ready");
        (status, ready["ready"]!.GetValue<bool>()).ShouldBe((200, true));

        await postgres.StopAsync(crash: true);

        // Restarting the process would mend nothing; a load balancer is told.
        (status, health) = await GetAsync("/health");
        (status, health["status"]!.GetValue<string>()).ShouldBe((200, "degraded"));
        health["store"]!.GetValue<string>().ShouldContain("does not answer");
        (status, ready) = await GetAsync("/ready");
        (status, ready["ready"]!.GetValue<bool>()).ShouldBe((503, false));
        ready["detail"]!.GetValue<string>().ShouldContain("does not answer");

        await postgres.StartAsync();
        await Eventually.HoldsAsync(async () => (await GetAsync("/ready")).Status == 200, TimeSpan.FromSeconds(10));
        (await GetAsync("/health")).Body["status"]!.GetValue<string>().ShouldBe("ok");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await node.StopAsync(new CancellationToken(canceled: true));
        await node.DisposeAsync();
        await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
