using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Door;

/// <summary>A call that is far longer than its caller's others is refused or noted, by the line of the policy alone.</summary>
public sealed class ShapeDoorTests(SharedNode shared) : IClassFixture<SharedNode>
{
    /// <summary>Calls after which a caller is known, and a few more.</summary>
    const int Known = 210;

    static readonly string Long = string.Concat(Enumerable.Repeat("and what else is there to say of it ", 300));

    readonly Node node = shared.Node;

    static async Task MakeKnownAsync(Estate house)
    {
        for (var i = 0; i < Known; i++)
        {
            using var answer = await house.Door.ChatAsync(Calls.Chat("sim/echo", $"What is the state of claim number {i % 7}?"));
            answer.EnsureSuccessStatusCode();
        }
    }

    [Fact]
    public async Task A_call_unlike_its_callers_others_is_refused_and_moves_no_bound()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, "shapes:\n  when_odd: refuse\n");
        using (var first = await house.Door.ChatAsync(Calls.Chat("sim/echo", Long)))
            first.EnsureSuccessStatusCode(); // nobody knows yet what is usual
        await MakeKnownAsync(house);
        for (var again = 0; again < 3; again++)
        {
            using var refused = await house.Door.ChatAsync(Calls.Chat("sim/echo", Long));
            var error = await refused.ShouldBeRefusedAsync(400, "content_filter");
            error.Text("message").ShouldContain("robust deviations above the usual");
            error.Text("message").ShouldContain("shapes.when_odd, line 2 of version 1");
            var record = await node.RecordOfAsync(refused);
            var finding = record["findings"]!.AsArray().ShouldHaveSingleItem()!;
            (finding.Text("rule"), finding.Text("kind"), finding.Text("channel"), finding.Text("action")).ShouldBe(
                ("shapes.when_odd", "shape.length", "user", "block")
            );
            finding.Number("length").ShouldBe(Long.Length);
            var hits = await node.Admin.GetAsync($"/api/findings/summary?use_case_id={house.UseCase}");
            var line = hits["lines"]!.AsArray().ShouldHaveSingleItem()!;
            line.Text("name").ShouldBe("shapes.when_odd");
            line["counts"]!.Number("screened_calls").ShouldBeGreaterThanOrEqualTo(line["counts"]!.Number("hit_calls"));
        }
        // Another key of the same use case is another caller.
        using var other = await house.AnotherKeyAsync();
        using var passes = await other.ChatAsync(Calls.Chat("sim/echo", Long));
        passes.EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task It_is_noted_where_the_line_says_flag_and_not_looked_at_without_one()
    {
        using var house = await Estate.MakeAsync(node);
        await MakeKnownAsync(house);
        using (var unwatched = await house.Door.ChatAsync(Calls.Chat("sim/echo", Long)))
            (await node.RecordOfAsync(unwatched))["findings"]!.AsArray().ShouldBeEmpty();
        await node.WriteAsync(house.UseCase, "shapes:\n  when_odd: flag\n");
        using (var unknown = await house.Door.ChatAsync(Calls.Chat("sim/echo", Long)))
            (await node.RecordOfAsync(unknown))["findings"]!.AsArray().ShouldBeEmpty();
        await MakeKnownAsync(house);
        using var flagged = await house.Door.ChatAsync(Calls.Chat("sim/echo", Long));
        flagged.EnsureSuccessStatusCode();
        var record = await node.RecordOfAsync(flagged);
        record["findings"]!.AsArray().ShouldHaveSingleItem()!.Text("action").ShouldBe("flag");
        record["trail"]!.ToJsonString().ShouldContain("robust deviations");
    }
}
