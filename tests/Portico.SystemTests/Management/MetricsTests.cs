using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Management;

/// <summary>The scrape is valid by the text format that Prometheus publishes, and says what happened.</summary>
public sealed partial class MetricsTests
{
    /// <summary>A scrape, taken apart by https://prometheus.io/docs/instrumenting/exposition_formats/: anything the format does not know fails.</summary>
    sealed partial class Scrape
    {
        readonly Dictionary<string, string> kinds = new(StringComparer.Ordinal);
        readonly Dictionary<string, double> samples = new(StringComparer.Ordinal);

        public IReadOnlyDictionary<string, string> Kinds => kinds;
        public IReadOnlyDictionary<string, double> Samples => samples;

        public Scrape(string text)
        {
            text.ShouldEndWith("\n");
            string? family = null;
            foreach (var line in text.TrimEnd('\n').Split('\n'))
            {
                if (Help().Match(line) is { Success: true } help)
                {
                    family = help.Groups[1].Value;
                    kinds.ShouldNotContainKey(family, "a family stands in one piece");
                }
                else if (Type().Match(line) is { Success: true } type)
                {
                    type.Groups[1].Value.ShouldBe(family, line);
                    kinds[family!] = type.Groups[2].Value;
                }
                else
                {
                    var sample = Sample().Match(line);
                    sample.Success.ShouldBeTrue(line);
                    BelongsTo(sample.Groups[1].Value, family!).ShouldBeTrue($"{line} stands under {family}");
                    var value = double.Parse(sample.Groups[3].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
                    samples.TryAdd(sample.Groups[1].Value + sample.Groups[2].Value, value).ShouldBeTrue($"twice: {line}");
                }
            }
            foreach (var histogram in kinds.Where(k => k.Value == "histogram").Select(k => k.Key))
                CheckHistogram(histogram);
        }

        bool BelongsTo(string sample, string family) =>
            sample == family
            || (kinds.GetValueOrDefault(family) == "histogram" && sample[family.Length..] is "_bucket" or "_sum" or "_count");

        void CheckHistogram(string name)
        {
            foreach (var (key, count) in samples.Where(s => s.Key.StartsWith(name + "_count", StringComparison.Ordinal)))
            {
                var labels = key[(name.Length + "_count{".Length)..^1];
                var buckets = samples
                    .Where(s => s.Key.StartsWith($"{name}_bucket{{{labels},le=", StringComparison.Ordinal))
                    .Select(s => (Le: s.Key.Split("le=\"")[1].TrimEnd('}', '"'), s.Value))
                    .ToList();
                buckets.Count.ShouldBeGreaterThan(5);
                buckets[^1].ShouldBe(("+Inf", count));
                buckets.Select(b => b.Value).ShouldBeInOrder();
                buckets.SkipLast(1).Select(b => double.Parse(b.Le, CultureInfo.InvariantCulture)).ShouldBeInOrder();
                samples[$"{name}_sum{{{labels}}}"].ShouldBeGreaterThan(0);
            }
        }

        public double Sum(string name, string label) =>
            samples
                .Where(s => s.Key.StartsWith(name + "{", StringComparison.Ordinal) && s.Key.Contains(label, StringComparison.Ordinal))
                .Sum(s => s.Value);

        [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) \S.*$")]
        private static partial Regex Help();

        [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$")]
        private static partial Regex Type();

        [GeneratedRegex(
            """^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\\\|\\"|\\n)*",?)*\})? (-?[0-9][0-9.eE+-]*|[+-]Inf|NaN)$"""
        )]
        private static partial Regex Sample();
    }

    static async Task<Scrape> ScrapeAsync(Node node)
    {
        using var client = node.Client(null);
        using var response = await client.GetAsync("/metrics");
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        return new Scrape(await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_scrape_is_valid_before_and_after_calls_of_every_outcome_and_counters_only_grow()
    {
        await using var node = await Node.StartAsync();
        var first = await ScrapeAsync(node);
        first.Kinds.Count.ShouldBeGreaterThan(10);
        await using var upstream = await Upstream.StartAsync();
        // A name may hold what the format has to escape.
        await node.ConnectAsync(upstream.Address, "od\"d\\name");
        using var odd = await node.Door.ChatAsync("od\"d\\name");
        odd.EnsureSuccessStatusCode();
        for (var i = 0; i < 3; i++)
            (await node.Door.ChatAsync("sim/echo", stream: i == 1)).EnsureSuccessStatusCode();
        (await node.Door.ChatAsync("no-such-model")).Dispose();
        (await node.Door.ChatAsync("sim/fail-503")).Dispose();

        var then = await ScrapeAsync(node);

        then.Kinds.ShouldBe(first.Kinds);
        foreach (var (sample, value) in first.Samples)
            if (first.Kinds.GetValueOrDefault(sample.Split('{')[0]) == "counter")
                then.Samples[sample].ShouldBeGreaterThanOrEqualTo(value, sample);
        then.Sum("portico_calls_total", "model=\"sim/echo\",provider=\"sim\",outcome=\"completed\"").ShouldBe(3);
        then.Sum("portico_calls_total", "outcome=\"refused\"").ShouldBe(1);
        then.Sum("portico_calls_total", "outcome=\"failed\"").ShouldBe(1);
        then.Sum("portico_calls_total", """model="od\"d\\name",""").ShouldBe(1);
        then.Sum("portico_cost_nano_usd_total", "model=\"sim/echo\"").ShouldBeGreaterThan(0);
        then.Samples["portico_live_calls"].ShouldBe(0);
        then.Samples["portico_records_healthy"].ShouldBe(1);
    }

    [Fact]
    public async Task Names_of_callers_do_not_become_series()
    {
        await using var node = await Node.StartAsync();
        for (var i = 0; i < 50; i++)
            (await node.Door.ChatAsync($"made-up-{i}")).Dispose();
        var scrape = await ScrapeAsync(node);
        scrape.Samples.Keys.ShouldNotContain(s => s.Contains("made-up", StringComparison.Ordinal));
        scrape.Sum("portico_calls_total", "outcome=\"refused\"").ShouldBe(50);
    }

    [Fact]
    public async Task A_budget_raises_each_alert_once_and_tells_it()
    {
        await using var node = await Node.StartAsync();
        var budget = await node.Admin.PostAsync(
            "/api/budgets",
            new JsonObject
            {
                ["scope"] = "key",
                ["scope_id"] = node.KeyId,
                ["window"] = "total",
                ["limit_usd"] = "0.0003",
                ["alert_percents"] = new JsonArray(10, 50, 90),
            }
        );
        // Each call costs 10,000 nano-USD of 300,000; from the third on a tenth is spent, from the fifteenth on the half.
        for (var i = 0; i < 16; i++)
            (await node.Door.ChatAsync(Calls.Chat("sim/echo", "Hello").With("max_tokens", 10))).EnsureSuccessStatusCode();

        await Eventually.IsTrueAsync(async () => (await AlertsAsync()).Count == 2);
        var alerts = await AlertsAsync();
        alerts.Select(a => a!.Number("percent")).ShouldBe([50, 10]);
        foreach (var alert in alerts.Select(a => a!))
        {
            (alert.Text("meter_id"), alert.Text("of"), alert.Number("limit")).ShouldBe((budget.Text("id"), node.KeyId, 300_000));
            alert.Number("spent").ShouldBeGreaterThanOrEqualTo(3_000 * alert.Number("percent"));
        }
        (await ScrapeAsync(node)).Samples["portico_budget_alerts_total"].ShouldBe(2);
        node.Logs.Complaints.Count(l => l.Text.Contains(" are reached: ", StringComparison.Ordinal)).ShouldBe(2);

        var page = await node.Admin.GetAsync($"/api/alerts?budget_id={budget.Text("id")}&limit=1");
        var rest = await node.Admin.GetAsync($"/api/alerts?budget_id={budget.Text("id")}&limit=1&cursor={page.Text("next")}");
        (page["items"]![0]!.Number("percent"), rest["items"]![0]!.Number("percent"), rest["next"]).ShouldBe((50, 10, null));

        async Task<JsonArray> AlertsAsync() =>
            (await node.Admin.GetAsync($"/api/alerts?budget_id={budget.Text("id")}"))["items"]!.AsArray();
    }

    [Fact]
    public async Task Every_call_is_priced_again_from_its_row_after_its_price_changed()
    {
        await using var node = await Node.StartAsync();
        for (var i = 0; i < 5; i++)
            (await node.Door.ChatAsync("sim/echo", stream: i % 2 == 0)).EnsureSuccessStatusCode();
        (await node.Door.ChatAsync("sim/fail-503-twice")).EnsureSuccessStatusCode();
        var model = (await node.Admin.GetAsync("/api/models?limit=1000"))["items"]!.AsArray().Single(m => m!.Text("name") == "sim/echo")!;
        await node.Admin.PostAsync(
            "/api/prices",
            new JsonObject
            {
                ["model_id"] = model.Text("id"),
                ["usd_per_mtok"] = new JsonObject { ["input"] = "7", ["output"] = "9" },
            }
        );
        using var later = await node.Door.ChatAsync("sim/echo");
        (await node.RecordOfAsync(later)).Number("price_version").ShouldBe(2);

        var whole = await node.Admin.GetAsync("/api/usage/recompute");
        (whole.Number("calls"), whole["agree"]!.GetValue<bool>(), whole["differing"]!.AsArray().Count).ShouldBe((7, true, 0));
        whole.Number("recomputed_nano_usd").ShouldBe(whole.Number("recorded_nano_usd"));
        whole.Number("recorded_nano_usd").ShouldBe((await node.Admin.GetAsync("/api/usage/check")).Number("rows_nano_usd"));

        var (calls, sum, cursor) = (0L, 0L, (string?)null);
        do
        {
            var page = await node.Admin.GetAsync("/api/usage/recompute?limit=3" + (cursor is null ? "" : $"&cursor={cursor}"));
            (calls, sum, cursor) = (
                calls + page.Number("calls"),
                sum + page.Number("recomputed_nano_usd"),
                page["next"]?.GetValue<string>()
            );
        } while (cursor is not null);
        (calls, sum).ShouldBe((7, whole.Number("recomputed_nano_usd")));
    }
}
