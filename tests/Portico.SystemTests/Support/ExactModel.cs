using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Portico.SystemTests.Support;

/// <summary>
/// A model whose calls cost exactly what is held for them: its provider bills the input as it was counted and the output up to the cap. So a budget
/// is worth a number of calls, whatever the order in which they come and end.
/// </summary>
sealed class ExactModel : IAsyncDisposable
{
    const string Name = "exact";
    const int OutputTokens = 20;

    readonly Upstream upstream;
    string usage = Upstream.DefaultUsage;

    ExactModel(Upstream upstream) => this.upstream = upstream;

    /// <summary>What one call costs.</summary>
    public long PriceNanoUsd { get; private set; }

    /// <summary>Looks at each call before it is answered; set anew at any time.</summary>
    public Func<HttpContext, Task> Before { get; set; } = _ => Task.CompletedTask;

    public static async Task<ExactModel> ConnectAsync(Node node)
    {
        var exact = new ExactModel(await Upstream.StartAsync());
        exact.upstream.Answer = exact.AnswerAsync;
        await node.ConnectAsync(exact.upstream.Address, Name);
        var (_, door) = await node.NewKeyAsync();
        using var response = await door.ChatAsync(Call());
        var input = (await node.RecordOfAsync(response)).Number("counted_input_tokens");
        exact.usage = $$"""{"prompt_tokens":{{input}},"completion_tokens":{{OutputTokens}},"total_tokens":{{input + OutputTokens}}}""";
        exact.PriceNanoUsd = input * Connecting.InputNano + OutputTokens * Connecting.OutputNano;
        return exact;
    }

    public static JsonObject Call(bool stream = false) => Calls.Chat(Name, "Count me in", stream).With("max_tokens", OutputTokens);

    async Task AnswerAsync(HttpContext http)
    {
        await Before(http);
        await Upstream.GoodAsync(http, Upstream.WantsStream(http), usage: usage);
    }

    /// <summary>A budget that never resets and is worth this many calls of a key; every node knows it when this returns.</summary>
    public async Task<string> BudgetAsync(string key, int calls, params Node[] nodes)
    {
        var made = await nodes[0]
            .Admin.PostAsync(
                "/api/budgets",
                new JsonObject
                {
                    ["scope"] = "key",
                    ["scope_id"] = key,
                    ["window"] = "total",
                    ["limit_usd"] = NanoUsd.Format(PriceNanoUsd * calls),
                }
            );
        var id = made.Text("id");
        foreach (var node in nodes)
            await Eventually.IsTrueAsync(async () => await node.BudgetAsync(id) is not null);
        return id;
    }

    /// <summary>Calls until one is refused; how many were served, and the refusal.</summary>
    public static async Task<(int Served, HttpResponseMessage Refusal)> CallUntilRefusedAsync(HttpClient door)
    {
        for (var served = 0; ; served++)
        {
            var response = await door.ChatAsync(Call(stream: served % 2 == 0));
            if ((int)response.StatusCode != 200)
                return (served, response);
            await response.Content.LoadIntoBufferAsync();
            response.Dispose();
        }
    }

    /// <summary>Calls until the budget refuses; how many were served.</summary>
    public static async Task<int> CallUntilTheBudgetIsSpentAsync(HttpClient door)
    {
        var served = 0;
        await Eventually.IsTrueAsync(async () =>
        {
            var (more, refusal) = await CallUntilRefusedAsync(door);
            served += more;
            // For a moment after the server is back a node may still be waiting for its next look.
            return (int)refusal.StatusCode == 429;
        });
        return served;
    }

    public ValueTask DisposeAsync() => upstream.DisposeAsync();
}
