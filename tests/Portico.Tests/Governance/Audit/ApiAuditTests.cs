using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Portico.Governance.Audit;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Governance.Audit;

public sealed class ApiAuditTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<List<JsonNode>> LinesAsync(TestNode node) =>
        (await AuditExports.OfAsync(node)).Lines.Select(l => JsonNode.Parse(l)!).ToList();

    static string? Text(JsonNode line, string name) => line[name]?.GetValue<string>();

    [Theory, ClassData(typeof(StoreCase))]
    public async Task A_change_has_an_intent_before_and_an_outcome_after_it_with_who_what_and_how_it_ended(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var made = await api.PostAsync("/api/organisations", """{"name":"Northwind"}""");
        made.Status.ShouldBe(201);
        (await api.PostAsync("/api/organisations", """{"name":""}""")).Status.ShouldBe(400);

        var lines = await LinesAsync(node);
        lines.Select(l => Text(l, "kind")).ShouldBe(["act.intent", "act.outcome", "act.intent", "act.outcome"]);
        Text(lines[0], "action").ShouldBe("POST /api/organisations");
        Text(lines[0], "actor").ShouldStartWith("admin_");
        Text(lines[1], "act").ShouldBe(Text(lines[0], "act"));
        lines[1]["status"]!.GetValue<int>().ShouldBe(201);
        Text(lines[1], "made").ShouldBe("/api/organisations/" + made.Json["id"]!.GetValue<string>());
        (lines[3]["status"]!.GetValue<int>(), Text(lines[3], "code")).ShouldBe((400, "invalid_request"));
        string.Join('\n', lines.Select(l => l.ToJsonString())).ShouldNotContain("Northwind");

        var acts = (await api.GetAsync("/api/audit/acts?action=organisations")).Json["items"]!.AsArray();
        acts.Select(a => a!["status"]!.GetValue<int>()).ShouldBe([400, 201]);
        acts[1]!["outcome_entry"]!.GetValue<long>().ShouldBe(1);
        // What was made is found by its own address, together with what was done to it later.
        Text(acts[1]!, "resource").ShouldBe(Text(lines[1], "made"));
        (await api.GetAsync($"/api/audit/acts/{acts[1]!["id"]}")).Json["status"]!.GetValue<int>().ShouldBe(201);
        (await api.GetAsync("/api/audit/acts?actor=nobody")).Json["items"]!.AsArray().ShouldBeEmpty();
        // Reading is no act.
        (await LinesAsync(node)).Count.ShouldBe(4);
        (await api.GetAsync("/api/audit/acts/act_none")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Refusals_of_who_showed_a_credential_are_written_and_those_of_strangers_are_not()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        using var stranger = new HttpClient { BaseAddress = api.Client.BaseAddress };
        (await stranger.GetAsync("/api/keys", Ct)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "pa_live_forged");
        (await stranger.GetAsync("/api/keys", Ct)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await api.GetAsync("/api/organisations/org_00000000000000000000000000")).Status.ShouldBe(404);

        var lines = await LinesAsync(node);
        lines
            .Select(l => (Text(l, "kind"), Text(l, "action"), l["status"]!.GetValue<int>(), Text(l, "actor") is null))
            .ShouldBe([("act.refused", "GET /api/keys", 401, true), ("act.refused", "GET /api/organisations/{id}", 404, false)]);
        string.Join('\n', lines.Select(l => l.ToJsonString())).ShouldNotContain("forged");
    }

    [Fact]
    public async Task A_flood_of_refusals_fills_no_log_and_is_counted()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var time = new ManualTime();
        var node = await store.OpenAsync(time: time);
        await using var api = await ApiHost.StartAsync(node);
        for (var i = 0; i < 60; i++)
            await api.GetAsync("/api/organisations/none");
        time.Advance(TimeSpan.FromSeconds(1));
        await api.GetAsync("/api/organisations/none");

        var lines = (await AuditExports.OfAsync(node, to: time.GetUtcNow().AddDays(1))).Lines.Select(l => JsonNode.Parse(l)!).ToList();
        lines.Count.ShouldBe(21);
        lines[^1]["left_out"]!.GetValue<long>().ShouldBe(40);
    }

    [Fact]
    public async Task A_change_is_refused_and_not_made_while_no_entry_can_be_kept_and_reading_goes_on()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync(settings: new Dictionary<string, string?> { ["Audit:MaxJournalBytes"] = "1048576" });
        await using var api = await ApiHost.StartAsync(node);
        Should.Throw<PorticoException>(() => AuditLogTests.Write(node, 0, 100_000));

        var refused = await api.PostAsync("/api/organisations", """{"name":"Northwind"}""");
        refused.Status.ShouldBe(503);
        refused.Json["code"]!.GetValue<string>().ShouldBe("audit_unavailable");
        (await api.GetAsync("/api/organisations")).Json["items"]!.AsArray().ShouldBeEmpty();

        await node.Get<AuditSequencer>().FlushAsync(Ct);
        (await api.PostAsync("/api/organisations", """{"name":"Northwind"}""")).Status.ShouldBe(201);
    }

    [Theory, ClassData(typeof(StoreCase))]
    public async Task The_api_gives_entries_with_proofs_checkpoints_keys_and_an_export_that_verifies(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        for (var i = 0; i < 5; i++)
            await api.PostAsync("/api/organisations", $$"""{"name":"org {{i}}"}""");
        await node.Get<AuditSequencer>().FlushAsync(Ct);

        var log = (await api.GetAsync("/api/audit/logs")).Json["items"]![0]!;
        var id = log["id"]!.GetValue<string>();
        log["size"]!.GetValue<long>().ShouldBe(10);
        var page = (await api.GetAsync($"/api/audit/logs/{id}/entries?limit=4")).Json;
        page["items"]!.AsArray().Select(e => e!["index"]!.GetValue<long>()).ShouldBe([0, 1, 2, 3]);
        page = (await api.GetAsync($"/api/audit/logs/{id}/entries?limit=4&cursor={page["next"]}")).Json;
        page["items"]!.AsArray().Select(e => e!["index"]!.GetValue<long>()).ShouldBe([4, 5, 6, 7]);
        var entry = (await api.GetAsync($"/api/audit/logs/{id}/entries/7")).Json;
        var signed = SignedCheckpoint.Parse(entry["checkpoint"]!.GetValue<string>());
        using var key = AuditKey.FromPem((await api.GetAsync("/api/audit/keys")).Json["items"]![0]!["pem"]!.GetValue<string>());
        key.Signed(signed).ShouldBeTrue();
        MerkleProofs
            .Includes(
                Merkle.Leaf(System.Text.Encoding.UTF8.GetBytes(entry["line"]!.GetValue<string>())),
                7,
                signed.Checkpoint.Size,
                entry["path"]!.AsArray().Select(h => Convert.FromBase64String(h!.GetValue<string>())).ToList(),
                signed.Checkpoint.Root
            )
            .ShouldBeTrue();
        (await api.GetAsync($"/api/audit/logs/{id}/checkpoints")).Json["items"]!.AsArray().Count.ShouldBeGreaterThan(0);
        (await api.GetAsync($"/api/audit/logs/{id}/entries/99")).Status.ShouldBe(404);
        (await api.GetAsync("/api/audit/logs/log_none/entries")).Status.ShouldBe(404);

        using var zip = new MemoryStream(await api.Client.GetByteArrayAsync("/api/audit/export", Ct));
        var verifier = new AuditVerifier();
        verifier.Trust(key.PublicPem);
        var verdict = verifier.Verify(zip);
        verdict.Faults.ShouldBeEmpty();
        verdict.Entries.ShouldBeGreaterThanOrEqualTo(10);
        (await api.GetAsync("/api/audit/export?from=2026-01-02&to=2026-01-01")).Status.ShouldBe(400);
    }
}
