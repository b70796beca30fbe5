using System.Text.Json.Nodes;
using Portico.Guardrails.Models;
using Portico.SystemTests.Support;
using Portico.Tests.Guardrails.Models;
using Portico.Tests.Support;

namespace Portico.SystemTests.Door;

/// <summary>Models of the detectors are swapped under calls: on every node, each call with what it began with, and back again.</summary>
public sealed class DetectorModelDoorTests(PostgresServer postgres)
{
    const string Words = "I will kill you, you worthless idiot, and burn your house down";

    static async Task<string> NotedAsync(Node node, HttpClient door)
    {
        using var answer = await door.ChatAsync(Calls.Chat("sim/echo", Words));
        ((int)answer.StatusCode).ShouldBe(200);
        var record = await node.RecordOfAsync(answer);
        record["findings"]!.AsArray().ShouldNotBeEmpty();
        return string.Join(
            '\n',
            record["trail"]!.AsArray().Select(t => t!.Text("fact")).Where(f => f.Contains("went by models", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_set_comes_in_force_on_every_node_and_is_rolled_back_while_calls_run()
    {
        var (first, second) = await Node.StartTwoAsync(await postgres.CreateDatabaseAsync());
        await using var _ = first;
        await using var __ = second;
        using var house = await Estate.MakeAsync(first);
        await first.WriteAsync(house.UseCase, "guardrails:\n  manners:\n    detect: [content]\n    channels: [user]\n    action: flag\n");
        using var door = second.Client(house.Door.DefaultRequestHeaders.Authorization!.Parameter!);
        (await NotedAsync(first, house.Door)).ShouldBeEmpty("the product's own are not named");

        var set = await first.Admin.PostAsync(
            "/api/guardrails/models",
            new JsonObject { ["bundle"] = Convert.ToBase64String(ModelBundle.Write(ModelSets.Good("two"))) }
        );
        await first.Admin.PostAsync($"/api/guardrails/models/{set.Text("id")}/activate", []);
        (await NotedAsync(first, house.Door)).ShouldContain("input: detectors went by models two");
        await Eventually.IsTrueAsync(async () => (await NotedAsync(second, door)).Contains("models two", StringComparison.Ordinal));

        var calls = Enumerable.Range(0, 24).Select(i => NotedAsync(i % 2 == 0 ? first : second, i % 2 == 0 ? house.Door : door)).ToList();
        await first.Admin.PostAsync("/api/guardrails/models/rollback", []);
        // Each went by one set or by the other, and by one alone.
        foreach (var noted in await Task.WhenAll(calls))
            (noted.Length == 0 || (noted.Contains("models two", StringComparison.Ordinal) && !noted.Contains('\n'))).ShouldBeTrue(noted);
        (await NotedAsync(first, house.Door)).ShouldBeEmpty();
        await Eventually.IsTrueAsync(async () => (await NotedAsync(second, door)).Length == 0);
        (await first.AuditLinesAsync()).ShouldContain(l =>
            l.Contains("guardrails/models/rollback", StringComparison.Ordinal) && l.Contains("act.intent", StringComparison.Ordinal)
        );
    }
}
