using System.Text.Json.Nodes;

namespace Portico.SystemTests.Support;

/// <summary>Models whose lines go to a provider's own batches. An answer of the fake has ten tokens in and five out.</summary>
static class ProviderBatching
{
    public const string Model = "cheap";

    /// <summary>At 2 and 8 USD per million tokens, and half of it in a batch.</summary>
    public const long BatchCost = 10 * 1_000 + 5 * 4_000;
    public const long StandardCost = 10 * 2_000 + 5 * 8_000;

    static JsonObject Rates(string input, string output) => new() { ["input"] = input, ["output"] = output };

    /// <summary>Connects the provider, switched on, and prices its model; returns the deployment.</summary>
    public static async Task<string> ConnectBatchesAsync(
        this Api admin,
        Uri address,
        string family = "openai",
        bool on = true,
        string credential = FakeBatches.Credential,
        string model = Model,
        string? preset = null
    )
    {
        var deployment = await admin.ConnectAsync(address, model, priced: false, family: family, credential: credential, preset: preset);
        var id = (await admin.GetAsync("/api/models?limit=1000"))["items"]!.AsArray().Single(m => m!.Text("name") == model)!.Text("id");
        await admin.PostAsync(
            "/api/prices",
            new JsonObject
            {
                ["model_id"] = id,
                ["usd_per_mtok"] = Rates("2", "8"),
                ["classes"] = new JsonObject { ["batch"] = new JsonObject { ["usd_per_mtok"] = Rates("1", "4") } },
            }
        );
        if (on)
            await admin.SwitchBatchesAsync(deployment, on: true);
        return deployment;
    }

    /// <summary>Connects a service of its own form.</summary>
    public static Task<string> ConnectJobsAsync(this Api admin, FakeJobs provider, bool on = true) =>
        admin.ConnectBatchesAsync(provider.Address, on: on, preset: provider.Preset);

    public static async Task SwitchBatchesAsync(this Api admin, string deployment, bool on)
    {
        var connection = (await admin.GetAsync($"/api/deployments/{deployment}")).Text("connection_id");
        var now = await admin.PatchAsync($"/api/connections/{connection}", new JsonObject { ["provider_batches"] = on });
        now["provider_batches"]!.GetValue<bool>().ShouldBe(on);
    }

    /// <summary>The steps of a batch, as an administrator sees them.</summary>
    public static async Task<List<JsonNode>> StepsAsync(this Api admin, string batch) =>
        (await admin.GetAsync($"/api/batches/{batch}"))["steps"]!.AsArray().Select(s => s!).ToList();

    /// <summary>The records of a batch's lines, when they have all come to the store.</summary>
    public static async Task<List<JsonNode>> CallsOfAsync(this Api admin, string batch, int count)
    {
        List<JsonNode> calls = [];
        await Eventually.IsTrueAsync(
            async () =>
            {
                calls = (await Books.CallsAsync(admin)).Where(c => (string?)c["parent_id"] == batch).ToList();
                return calls.Count >= count;
            },
            () => $"{calls.Count} of {count} records"
        );
        calls.Count.ShouldBe(count);
        return calls;
    }

    /// <summary>The next of the batches that came to the provider, when it is there.</summary>
    public static async Task<JsonNode> BatchAsync(this FakeBatches provider, int number = 1)
    {
        await Eventually.IsTrueAsync(() => provider.Batches.Count >= number);
        return provider.Batches[number - 1];
    }

    /// <summary>Every line has one completed call, at the batch's price; calls that were given up cost nothing.</summary>
    public static async Task ShouldBeBilledOnceAsync(this Api admin, string id, int lines)
    {
        List<JsonNode> calls = [];
        await Eventually.IsTrueAsync(async () =>
        {
            calls = (await Books.CallsAsync(admin)).Where(c => (string?)c["parent_id"] == id).ToList();
            return calls.Count(c => c.Text("outcome") == "completed") >= lines;
        });
        var good = calls.Where(c => c.Text("outcome") == "completed").ToList();
        good.Count.ShouldBe(lines);
        good.ShouldAllBe(c => c.Number("cost_nano_usd") == ProviderBatching.BatchCost);
        calls.Except(good).ShouldAllBe(c => c.Number("cost_nano_usd") == 0);
    }

    /// <summary>
    /// Lets time pass, again and again, until it is so: whoever looks may just have begun to wait when time passed, and then waits on from there.
    /// </summary>
    public static async Task LetPassUntilAsync(this Node node, TimeSpan step, Func<Task<bool>> isSo, string what)
    {
        for (var turn = 0; turn < 40; turn++)
        {
            node.Time.LetPass(step);
            for (var i = 0; i < 50; i++)
            {
                if (await isSo())
                    return;
                await Task.Delay(10);
            }
        }
        throw new ShouldAssertException($"It did not become true: {what}");
    }

    /// <summary>The same, until a batch has a status.</summary>
    public static async Task<JsonNode> LetPassUntilBatchAsync(this Node node, HttpClient door, TimeSpan step, string id, string status)
    {
        JsonNode? last = null;
        await node.LetPassUntilAsync(step, async () => (last = await door.BatchOfAsync(id)).Text("status") == status, $"{id} {status}");
        return last!;
    }
}
