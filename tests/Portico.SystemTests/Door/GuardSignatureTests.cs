using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>How a service that is asked as a guard knows that Portico asks.</summary>
public sealed class GuardSignatureTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    [Fact]
    public async Task Requests_are_signed_by_the_secret_of_their_address_and_a_renewed_one_signs_beside_it()
    {
        using var house = await Estate.MakeAsync(node);
        var seen = new List<(string Id, string Time, string? Signature, string Body)>();
        await using var guard = await Upstream.StartAsync(http =>
        {
            string? Header(string name) => http.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;
            seen.Add((Header("webhook-id")!, Header("webhook-timestamp")!, Header("webhook-signature"), Upstream.BodyOf(http)));
            return Guarding.PassAsync(http);
        });
        var url = new Uri(guard.Address, "/check").ToString();
        await node.WriteAsync(house.UseCase, Guarding.Policy(guard.Address, "block"));
        async Task CallAsync()
        {
            using var answer = await house.Door.ChatAsync(Calls.Chat("sim/echo"));
            ((int)answer.StatusCode).ShouldBe(200);
            seen[^1].Id.ShouldBe(answer.CallId() + ".house");
        }
        async Task<string> SecretAsync(bool renew = false) =>
            (
                await node.Admin.PostAsync(
                    "/api/guardrails/secret",
                    new JsonObject
                    {
                        ["level"] = house.UseCase,
                        ["url"] = url,
                        ["renew"] = renew,
                    }
                )
            ).Text("secret");
        static string Expected(string secret, (string Id, string Time, string? Signature, string Body) of) =>
            "v1,"
            + Convert.ToBase64String(
                HMACSHA256.HashData(
                    Convert.FromBase64String(secret["whsec_".Length..]),
                    Encoding.UTF8.GetBytes($"{of.Id}.{of.Time}.{of.Body}")
                )
            );

        await CallAsync();
        seen[0].Signature.ShouldBeNull("nobody has a secret to check it by");
        var first = await SecretAsync();
        (await SecretAsync()).ShouldBe(first, "it is told again");
        await CallAsync();
        seen[1].Signature.ShouldBe(Expected(first, seen[1]));
        var second = await SecretAsync(renew: true);
        second.ShouldNotBe(first);
        await CallAsync();
        seen[2].Signature.ShouldBe($"{Expected(second, seen[2])} {Expected(first, seen[2])}");
        node.Logs.Lines.ShouldNotContain(l => l.Text.Contains("whsec_", StringComparison.Ordinal));
        (await node.AuditLinesAsync()).ShouldNotContain(l => l.Contains("whsec_", StringComparison.Ordinal));
    }
}
