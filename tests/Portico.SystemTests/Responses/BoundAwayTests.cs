using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Responses;

/// <summary>A conversation whose account cannot be reached any more: why, and what is lost.</summary>
public sealed class BoundAwayTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    [Fact]
    public async Task An_account_that_is_switched_off_left_by_the_route_or_forbidden_is_told_with_what_is_lost()
    {
        await using var pair = await node.PairAsync();
        pair.One.Answer = http => Upstream.ErrorAsync(http, 404, "No such model");
        var first = await node.Door.RespondAsync(OwnResponses.Ask(pair.Route));
        JsonObject Next(string route) => ResponseCalls.Ask(route, Accounts.Result).With("previous_response_id", first.Text("id"));
        async Task<string> RefusedAsync(string route, int status, string code)
        {
            using var answer = await node.Door.ResponseAsync(Next(route));
            return (await answer.ShouldBeRefusedAsync(status, code)).Text("message");
        }
        const string Lost = "What was thought there cannot be read elsewhere";
        await node.Admin.PatchAsync($"/api/connections/{pair.ConnectionTwo}", new JsonObject { ["responses"] = false });
        var off = await RefusedAsync(pair.Route, 503, "no_deployment_available");
        (off.Contains("takes no such calls any more", StringComparison.Ordinal), off.Contains(Lost, StringComparison.Ordinal)).ShouldBe(
            (true, true)
        );
        await node.Admin.PatchAsync($"/api/connections/{pair.ConnectionTwo}", new JsonObject { ["responses"] = true, ["disabled"] = true });
        (await RefusedAsync(pair.Route, 503, "no_deployment_available")).ShouldContain("is switched off");
        await node.Admin.PatchAsync($"/api/connections/{pair.ConnectionTwo}", new JsonObject { ["disabled"] = false });

        var elsewhere = "elsewhere-" + Guid.NewGuid().ToString("N")[..8];
        await node.LooseAsync(elsewhere, pair.First);
        (await RefusedAsync(elsewhere, 404, "model_not_found")).ShouldContain(Lost);
        (await RefusedAsync("no/such-model", 404, "model_not_found")).ShouldContain(Lost);
        var strict = "strict-" + Guid.NewGuid().ToString("N")[..8];
        await node.Admin.PatchAsync($"/api/connections/{pair.ConnectionOne}", new JsonObject { ["region"] = "eu" });
        await node.Admin.PatchAsync($"/api/connections/{pair.ConnectionTwo}", new JsonObject { ["region"] = "us" });
        await node.RouteAsync(
            strict,
            [pair.First, pair.Second],
            new JsonObject { ["demands"] = new JsonObject { ["residency"] = new JsonArray("eu") } }
        );
        var denied = await RefusedAsync(strict, 403, "policy_denied");
        denied.ShouldContain("residency eu is demanded");
        denied.ShouldContain(Lost);
        // A credential that was refused benches the account: the caller is told until when.
        pair.Two.Answer = http => Upstream.ErrorAsync(http, 401, "No");
        using var bad = await node.Door.ResponseAsync(Next(pair.Route));
        bad.IsSuccessStatusCode.ShouldBeFalse();
        using var benched = await node.Door.ResponseAsync(Next(pair.Route));
        await benched.ShouldBeRefusedAsync(503, "no_deployment_available");
        benched.Headers.RetryAfter.ShouldNotBeNull();
    }
}
