using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Responses;

static class Accounts
{
    public const string SealOfOne = "gAAAAABone";
    public const string SealOfTwo = "gAAAAABtwo";

    /// <summary>Two accounts that pass responses, each with seals of its own, under one route that tries the first one first.</summary>
    public static async Task<AccountPair> PairAsync(this Node node, JsonObject? more = null)
    {
        var one = await Upstream.StartAsync(http => Upstream.JsonAsync(http, 200, Thought(SealOfOne)));
        var two = await Upstream.StartAsync(http => Upstream.JsonAsync(http, 200, Thought(SealOfTwo)));
        var (_, connectionOne, first) = await node.PassingAsync(one);
        var (_, connectionTwo, second) = await node.PassingAsync(two);
        var route = "pair-" + Guid.NewGuid().ToString("N")[..8];
        var settings = new JsonObject { ["allow_unpriced"] = true, ["retries"] = 0 };
        foreach (var (name, value) in more ?? [])
            settings[name] = value?.DeepClone();
        await node.RouteAsync(route, [first, second], settings);
        return new AccountPair(route, one, two, connectionOne, connectionTwo, first, second);
    }

    public static string Thought(string seal) =>
        OwnResponses.Response(OwnResponses.Reasoning(seal) + "," + OwnResponses.Searched + "," + OwnResponses.FunctionCall);

    public static JsonArray Result =>
        new(
            new JsonObject
            {
                ["type"] = "function_call_output",
                ["call_id"] = "call_12345xyz",
                ["output"] = "rain",
            }
        );
}

sealed record AccountPair(string Route, Upstream One, Upstream Two, string ConnectionOne, string ConnectionTwo, string First, string Second)
    : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await One.DisposeAsync();
        await Two.DisposeAsync();
    }
}
