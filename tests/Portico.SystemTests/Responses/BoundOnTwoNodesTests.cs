using System.Text.Json.Nodes;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>A conversation that a provider's account holds goes on there from whichever node it is asked.</summary>
public sealed class BoundOnTwoNodesTests(PostgresServer postgres)
{
    [Fact]
    public async Task The_next_turn_goes_to_the_same_account_from_another_node()
    {
        var (one, two) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = one;
        await using var __ = two;
        string[] seals = ["gAAAAABfirst", "gAAAAABsecond"];
        var accounts = new List<Upstream>();
        var deployments = new List<string>();
        foreach (var seal in seals)
        {
            var account = await Upstream.StartAsync(http =>
                Upstream.JsonAsync(http, 200, OwnResponses.Response(OwnResponses.Reasoning(seal) + "," + OwnResponses.Searched))
            );
            accounts.Add(account);
            deployments.Add((await one.PassingAsync(account)).Deployment);
        }
        // By chance, so that only the place decides.
        await one.RouteAsync("drawn", deployments, new JsonObject { ["allow_unpriced"] = true, ["strategy"] = "weighted" });
        await Eventually.IsTrueAsync(async () =>
        {
            using var seen = await two.Door.ResponseAsync(OwnResponses.Ask("drawn"));
            return seen.IsSuccessStatusCode;
        });
        for (var i = 0; i < 8; i++)
        {
            var before = accounts.Select(a => a.Calls).ToList();
            var first = await one.Door.RespondAsync(OwnResponses.Ask("drawn"));
            var at = accounts[0].Calls > before[0] ? 0 : 1;
            await two.Door.RespondAsync(ResponseCalls.Ask("drawn").With("previous_response_id", first.Text("id")));
            accounts.Select((a, n) => a.Calls - before[n]).ShouldBe(at == 0 ? [2, 0] : [0, 2]);
            accounts[at].Bodies[^1].ShouldContain(seals[at]);
        }
        foreach (var account in accounts)
            await account.DisposeAsync();
    }
}
