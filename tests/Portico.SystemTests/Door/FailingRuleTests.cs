using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Portico.Governance;
using Portico.Guardrails;
using Portico.SystemTests.Support;

namespace Portico.SystemTests.Door;

/// <summary>A rule whose search fails: what it says of that case holds for what is sent and for what comes back. The fault is put into the rule's automaton.</summary>
public sealed class FailingRuleTests(SharedNode shared) : IClassFixture<SharedNode>
{
    readonly Node node = shared.Node;

    static string Rules(string onError, string channels = "output") =>
        $"""
            guardrails:
              codenames:
                channels: [{channels}]
                words: [Falcon]
                action: redact
                on_error: {onError}
              strict:
                channels: [{channels}]
                words: [Eagle]
                action: redact
            """;

    /// <summary>From now on the search for a rule fails.</summary>
    void Break(Estate house, string rule)
    {
        var caller = node.Services.GetRequiredService<GovernanceCatalog>().Current.Callers[KeyId.Parse(house.Key)];
        var screen = caller.Policies.InForce!.At(node.Time.GetUtcNow()).Screen!;
        screen.All.Single(r => r.Rule.Name == rule).Automata[0] = null!;
    }

    async Task<(Upstream Upstream, string Model)> ConnectAsync(TaskCompletionSource? goesOn = null)
    {
        var upstream = await Upstream.StartAsync(async http =>
        {
            if (!Upstream.WantsStream(http))
            {
                await Upstream.WholeAsync(http, "the Falcon and the Eagle");
                return;
            }
            await Upstream.BeginStreamAsync(http, Upstream.Frame(Upstream.RoleChunk) + Upstream.Frame(Upstream.Chunk("first words. ")));
            if (goesOn is not null)
                await goesOn.Task;
            foreach (var text in new[] { "the Falcon ", "and the Eagle" })
                await Upstream.WriteAsync(http, Upstream.Frame(Upstream.Chunk(text)));
            await Upstream.WriteAsync(
                http,
                Upstream.Frame(Upstream.StopChunk) + Upstream.Frame(Upstream.UsageChunk()) + Upstream.Frame("[DONE]")
            );
        });
        var name = "up/" + Guid.NewGuid().ToString("N")[..8];
        await node.ConnectAsync(upstream.Address, name);
        return (upstream, name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Open_lets_the_answer_pass_that_rule_and_no_other_and_the_record_says_so(bool stream)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rules("open"));
        Break(house, "codenames");
        var (upstream, model) = await ConnectAsync();
        await using var _ = upstream;
        using var answer = await house.Door.ChatAsync(Calls.Chat(model, stream: stream));
        ((int)answer.StatusCode).ShouldBe(200);
        var said = stream ? Calls.Said(await answer.EventsAsync()) : (await answer.JsonAsync())["choices"]![0]!["message"]!.Text("content");
        said.ShouldEndWith("the Falcon and the [redacted:strict]");
        (await node.TrailAsync(answer, "screen_content")).ShouldBe([
            "answer: strict found 1 time",
            "answer: the search for codenames failed, and it fails open: the text passed",
        ]);
        (await node.RecordOfAsync(answer)).Text("outcome").ShouldBe("completed");
    }

    [Theory]
    [InlineData("/v1/chat/completions", "messages", "data: {\"error\"")]
    [InlineData("/v1/messages", "messages", "event: error")]
    [InlineData("/v1/responses", "input", "event: response.failed")]
    public async Task Closed_ends_a_stream_with_the_error_of_its_dialect_and_bills_what_came(string path, string member, string error)
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rules("closed"));
        var goesOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (upstream, model) = await ConnectAsync(goesOn);
        await using var _ = upstream;
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(
                $$"""{"model":"{{model}}","stream":true,"max_tokens":50,"{{member}}":[{"role":"user","content":"Hi"}]}""".Replace(
                    path == "/v1/responses" ? "\"max_tokens\":50," : "\"nothing\"",
                    "",
                    StringComparison.Ordinal
                ),
                Encoding.UTF8,
                "application/json"
            ),
        };
        using var answer = await house.Door.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        ((int)answer.StatusCode).ShouldBe(200);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var begun = new StringBuilder();
        while (!begun.ToString().Contains("first words", StringComparison.Ordinal))
            begun.AppendLine(await reader.ReadLineAsync());
        Break(house, "strict");
        goesOn.SetResult();
        var rest = await reader.ReadToEndAsync();

        rest.ShouldContain(error);
        rest.ShouldContain("The search for the rule strict failed");
        rest.ShouldNotContain("Falcon");
        rest.ShouldNotContain("Eagle");
        rest.ShouldNotContain("[DONE]");
        var id = answer.Header("x-request-id") ?? answer.Header("request-id")!;
        var record = await node.Admin.GetAsync($"/api/calls/{id}");
        (record.Text("outcome"), record.Text("error_code")).ShouldBe(("failed", "internal_error"));
        record["usage"]!.Number("output").ShouldBeGreaterThan(0);
        record["trail"]!.ToJsonString().ShouldContain("the search for strict failed, and nothing passes");
    }

    [Fact]
    public async Task Closed_refuses_a_request_before_anybody_is_sent_it_and_nothing_of_it_is_kept()
    {
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, "capture:\n  state: redacted\n" + Rules("open", "user"));
        Break(house, "strict");
        var (upstream, model) = await ConnectAsync();
        await using var _ = upstream;
        using var refused = await house.Door.ChatAsync(Calls.Chat(model, "a plain secret"));
        ((int)refused.StatusCode).ShouldBe(500);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("guardrails.strict, line 9 of version 1");
        upstream.Calls.ShouldBe(0);
        using var queued = await house.Door.ResponseAsync(ResponseCalls.Ask(model, "a plain secret").With("background", true));
        await house.Door.UntilAsync((await queued.GoodAsync()).Text("id"), "failed");
        await Eventually.IsTrueAsync(async () => (await node.OpenedAsync(house.Workspace)).Count >= 3);
        foreach (var (where, text) in await node.OpenedAsync(house.Workspace))
            text.ShouldNotContain("plain secret", Case.Sensitive, where);
    }

    [Fact]
    public async Task A_draft_that_cannot_be_searched_for_costs_no_call()
    {
        using var house = await Estate.MakeAsync(node);
        await node.Admin.PutAsync($"/api/policies/{house.UseCase}/draft", new() { ["text"] = Rules("closed", "user") });
        var caller = node.Services.GetRequiredService<GovernanceCatalog>().Current.Callers[KeyId.Parse(house.Key)];
        caller.Policies.Shadow!.At(node.Time.GetUtcNow()).Screen!.All[0].Automata[0] = null!;
        using var answer = await house.Door.ChatAsync("sim/echo");
        ((int)answer.StatusCode).ShouldBe(200);
        (await node.TrailAsync(answer, "policy_shadow")).ShouldHaveSingleItem().ShouldContain("could not be asked");
    }
}
