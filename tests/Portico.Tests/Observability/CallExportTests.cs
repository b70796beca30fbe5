using System.Text.Json.Nodes;
using Portico.Observability;
using Portico.Storage;
using Portico.Tests.Support;

namespace Portico.Tests.Observability;

public sealed class CallExportTests(PostgresServer server)
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, ClassData(typeof(StoreCase))]
    public async Task An_export_has_every_call_that_fits_once_over_more_pages_than_one(Engine engine)
    {
        await using var store = await TestStore.CreateAsync(engine, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var calls = new Samples(41).Take(1_203);
        await node.Get<ICallStore>().InsertAsync(calls, Ct);
        var newest = calls.OrderByDescending(c => c.Id.ToString(), StringComparer.Ordinal).Select(c => c.Id.ToString()).ToList();

        var csv = await api.GetAsync("/api/calls/export");
        csv.MediaType.ShouldBe("text/csv");
        var lines = csv.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldStartWith("id,started_at,outcome,status,error_code,");
        lines.Skip(1).Select(l => l.Split(',')[0]).ShouldBe(newest);
        lines.ShouldAllBe(l => l.Split(',').Length == lines[0].Split(',').Length);

        var json = await api.GetAsync("/api/calls/export?format=jsonl&route=fast&limit=501");
        json.MediaType.ShouldBe("application/x-ndjson");
        var ids = json.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!["id"]!.GetValue<string>());
        var fast = calls.Where(c => c.Route == "fast").Select(c => c.Id.ToString()).ToHashSet();
        ids.ShouldBe(newest.Where(fast.Contains).Take(501));
    }

    [Fact]
    public async Task What_a_spreadsheet_would_take_for_a_formula_is_text_and_a_comma_stays_in_its_cell()
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        var node = await store.OpenAsync();
        await using var api = await ApiHost.StartAsync(node);
        var call = new Samples(42).Next();
        (call.EndUser, call.RequestedModel) = ("=HYPERLINK(\"http://x\")", "a,b");
        await node.Get<ICallStore>().InsertAsync([call], Ct);

        var text = (await api.GetAsync("/api/calls/export")).Text;
        text.ShouldContain("\"'=HYPERLINK(\"\"http://x\"\")\"");
        text.ShouldContain(",\"a,b\",");
    }

    [Theory]
    [InlineData("format=xml", "format")]
    [InlineData("limit=0", "limit")]
    [InlineData("outcome=good", "outcome")]
    public async Task A_wrong_parameter_is_named_before_a_file_begins(string query, string field)
    {
        await using var store = await TestStore.CreateAsync(Engine.Sqlite, server);
        await using var api = await ApiHost.StartAsync(await store.OpenAsync());
        var refused = await api.GetAsync($"/api/calls/export?{query}");
        (refused.Status, refused["param"]).ShouldBe((400, field));
    }
}
