using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Context;

/// <summary>A route that summarises, with an upstream for its own model and one for the model that writes.</summary>
sealed record Summarising(Upstream Main, Upstream Writer, string Route, string SummaryModel) : IAsyncDisposable
{
    public const string Told = "Ada asked for the weather; it was 12 degrees.";

    public static readonly string[] Long =
    [
        Conversation.Rules,
        .. Conversation.ToolTurn("One."),
        Conversation.User("Two."),
        Conversation.Assistant("Second."),
        Conversation.LastUser,
    ];

    public static async Task<Summarising> SetUpAsync(
        Node node,
        Func<HttpContext, Task>? writer = null,
        int window = 310,
        int? writersWindow = null,
        bool writerIsRoute = false,
        JsonObject? writersMore = null
    )
    {
        var name = "gpt-4o-" + Guid.NewGuid().ToString("N")[..8];
        var main = await Upstream.StartAsync();
        main.Answer = http => Upstream.GoodAsync(http, Upstream.WantsStream(http));
        var summaries = await Upstream.StartAsync(writer ?? (http => Upstream.WholeAsync(http, Told)));
        var deployment = await node.ConnectAsync(main.Address, name, contextTokens: window);
        var summaryModel = name + "-writer";
        var writing = await node.ConnectAsync(summaries.Address, summaryModel, contextTokens: writersWindow);
        if (writerIsRoute)
            await node.RouteAsync(summaryModel = "w-" + name, [writing], writersMore);
        var body = new JsonObject
        {
            ["context"] = "summarise",
            ["summary_model"] = summaryModel,
            ["summary_tokens"] = 64,
            ["retries"] = 0,
        };
        await node.RouteAsync("r-" + name, [deployment], body);
        return new Summarising(main, summaries, "r-" + name, summaryModel);
    }

    /// <summary>The record of the call in which the summary was written.</summary>
    public static async Task<JsonNode> InnerOfAsync(Node node, JsonNode outer)
    {
        var fact = outer["trail"]!.AsArray().First(t => t!.Text("stage") == "fit_context")!.Text("fact");
        var id = fact.Split(' ', ',').Single(w => w.StartsWith("call_", StringComparison.Ordinal));
        return await node.Admin.GetAsync($"/api/calls/{id}");
    }

    /// <summary>A whole answer that ended for this reason.</summary>
    public static string Finished(string text, string finish) =>
        $$"""{"id":"c1","object":"chat.completion","created":1,"model":"up-1","choices":[{"index":0,"message":{"role":"assistant","content":"{{text}}"},"finish_reason":"{{finish}}"}],"usage":{{Upstream.DefaultUsage}}}""";

    public async ValueTask DisposeAsync()
    {
        await Main.DisposeAsync();
        await Writer.DisposeAsync();
    }
}
