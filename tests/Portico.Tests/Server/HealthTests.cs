using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Portico.Server;
using Portico.Tests.Support;

namespace Portico.Tests.Server;

/// <summary>Health and readiness ask the store a real query: on a PostgreSQL of their own, which these tests take down.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    readonly PostgresServer postgres = new();
    string connection = "";
    readonly string folder = Directory.CreateTempSubdirectory("portico-health-").FullName;
    PorticoServer node = null!;
    HttpClient client = null!;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        connection = await postgres.CreateDatabaseAsync();
        node = PorticoServer.Build(
            set: new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Server:Url"] = "http://127.0.0.1:0",
                ["Storage:DataDirectory"] = folder,
                ["Storage:PostgresConnection"] = connection,
                ["Models:FromEnvironment"] = "false",
                ["Models:FromLoopback"] = "false",
            },
            more: b => b.Logging.ClearProviders()
        );
        client = new HttpClient { BaseAddress = (await node.StartAsync(Ct)).Address };
    }

    async Task<(int Status, JsonNode Body)> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        var token = await File.ReadAllTextAsync(Path.Combine(folder, "admin.token"), Ct);
        request.Headers.Authorization = new("Bearer", token.Trim());
        using var response = await client.SendAsync(request, Ct);
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

    static JsonNode Check(JsonNode report, string what) => report["checks"]!.AsArray().Single(c => c!["what"]!.GetValue<string>() == what)!;

    [Fact]
    public async Task The_report_tells_of_store_journal_disk_queues_and_rounds_of_this_node()
    {
        JsonNode report = null!;
        // The rounds begin with the node and end a moment later.
        await Eventually.HoldsAsync(
            async () =>
            {
                report = (await GetAsync("/api/health")).Body;
                return report["rounds"]!.AsArray().All(r => r!["swept_at"] is not null);
            },
            TimeSpan.FromSeconds(10)
        );
        report["store"]!["engine"]!.GetValue<string>().ShouldBe("postgres");
        report["store"]!["query_ms"]!.GetValue<double>().ShouldBeGreaterThan(0);
        report["store"]!["migrations"]!.GetValue<int>().ShouldBeGreaterThan(10);
        report["journal"]!["takes_records"]!.GetValue<bool>().ShouldBeTrue();
        report["disk"]!["directory"]!.GetValue<string>().ShouldBe(folder);
        report["disk"]!["free_bytes"]!.GetValue<long>().ShouldBeGreaterThan(0);
        report["node"]!["started_at"]!
            .GetValue<DateTimeOffset>()
            .ShouldBeLessThanOrEqualTo(report["node"]!["now"]!.GetValue<DateTimeOffset>());
        report["queues"]!.AsArray().Select(q => q!["name"]!.GetValue<string>()).ShouldContain("contents");
        var rounds = report["rounds"]!.AsArray();
        rounds.Select(r => r!["name"]!.GetValue<string>()).ShouldContain("sign-in-prune");
        rounds.ShouldAllBe(r => r!["here"]!.GetValue<bool>());
        Check(report, "budgets")["state"]!.GetValue<string>().ShouldBe("well");
        report.ToJsonString().ShouldNotContain("Password=");
    }

    [Fact]
    public async Task Many_who_ask_at_once_all_hear_that_the_data_directory_can_be_written()
    {
        for (var round = 0; round < 5; round++)
            foreach (var (status, report) in await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => GetAsync("/api/health"))))
            {
                status.ShouldBe(200);
                var directory = Check(report, "data directory");
                directory["state"]!.GetValue<string>().ShouldBe("well", directory["detail"]!.GetValue<string>());
            }
        Directory.EnumerateFiles(folder, ".probe*").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_that_does_not_tell_who_makes_the_rounds_holds_up_no_report()
    {
        await using var holder = new Npgsql.NpgsqlConnection(connection);
        await holder.OpenAsync(Ct);
        await using (var held = await holder.BeginTransactionAsync(Ct))
        {
            await Dapper.SqlMapper.ExecuteAsync(holder, "lock table storage_leases in access exclusive mode", transaction: held);

            var making = node.Services.GetRequiredService<HealthReports>().MakeAsync(Ct);

            var report = await making.WaitAsync(TimeSpan.FromSeconds(20), Ct);
            report.Store.Good.ShouldBeTrue();
            report.Rounds.ShouldNotBeEmpty();
            report.Rounds.ShouldAllBe(r => r.Holder == null);
            report.Checks.Single(c => c.What == "rounds").State.ShouldBe(Health.Degraded);
        }
        (await GetAsync("/api/health")).Body["checks"]!.AsArray().ShouldNotContain(c => c!["what"]!.GetValue<string>() == "rounds");
    }

    [Fact]
    public async Task A_store_that_is_away_fails_the_report_and_says_what_to_do()
    {
        // Whoever asks is looked up in the store: so the report is made as its endpoint makes it.
        await postgres.StopAsync(crash: true);
        var report = await node.Services.GetRequiredService<HealthReports>().MakeAsync(Ct);
        report.State.ShouldBe(Health.Failed);
        report.Store.Good.ShouldBeFalse();
        report.Store.Migrations.ShouldBeNull();
        var store = report.Checks.Single(c => c.What == "store");
        store.State.ShouldBe(Health.Failed);
        store.Fix.ShouldNotBeEmpty();
        report.Rounds.ShouldAllBe(r => r.Holder == null);
        await postgres.StartAsync();
        await Eventually.HoldsAsync(async () => (await GetAsync("/api/health")).Status == 200, TimeSpan.FromSeconds(10));
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
