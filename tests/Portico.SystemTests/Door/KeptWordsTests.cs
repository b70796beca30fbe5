using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Portico.Gateway.Responses;
using Portico.Observability.Contents;
using Portico.Storage;
using Portico.SystemTests.Support;
using Portico.Tests.Support;

namespace Portico.SystemTests.Door;

/// <summary>What a content rule takes out of a call is in nothing that is kept of it: the boxes of the store are opened and searched.</summary>
public sealed class KeptWordsTests(PostgresServer postgres)
{
    const string Card = "4929-1381";
    const string OtherCard = "5100-7777";
    const string Word = "Falcon";
    const string Stop = "embargo";

    const string Rules = """
        capture:
          state: redacted
        guardrails:
          card:
            patterns: ['\b\d{4}-\d{4}\b']
            action: tokenise
          codename:
            words: [Falcon]
            action: redact
          stop:
            words: [embargo]
            action: block
        """;

    async Task<Node> StartAsync(Engine engine) =>
        engine == Engine.Postgres
            ? (await Node.StartTogetherAsync(1, await postgres.CreateDatabaseAsync())).Single()
            : await Node.StartAsync();

    /// <summary>Everything kept in the workspace, when all that waits is written.</summary>
    static async Task<Dictionary<string, string>> OpenedAsync(Node node, string workspace)
    {
        await node.Services.GetRequiredService<ResponseKeeper>().FlushAsync(CancellationToken.None);
        await node.Services.GetRequiredService<ConversationKeeper>().FlushAsync(CancellationToken.None);
        await node.Services.GetRequiredService<ContentKeeper>().FlushAsync(CancellationToken.None);
        return await node.OpenedAsync(workspace);
    }

    static void ShouldHoldNone(Dictionary<string, string> opened)
    {
        foreach (var (where, text) in opened)
        foreach (var secret in new[] { Card, OtherCard, Word, Stop })
            text.ShouldNotContain(secret, Case.Insensitive, where);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.Postgres)]
    public async Task Responses_and_conversations_hold_what_the_rules_left_and_the_caller_gets_its_words(Engine engine)
    {
        await using var node = await StartAsync(engine);
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rules);
        var first = await house.Door.RespondAsync(
            ResponseCalls
                .Ask(
                    "sim/echo",
                    new JsonArray(
                        new JsonObject
                        {
                            ["type"] = "function_call",
                            ["call_id"] = "c1",
                            ["name"] = "pay",
                            ["arguments"] = """{"card":"4929-1381"}""",
                        },
                        new JsonObject
                        {
                            ["type"] = "function_call_output",
                            ["call_id"] = "c1",
                            ["output"] = $"paid with {Card} for {Word}",
                        },
                        new JsonObject
                        {
                            ["role"] = "user",
                            ["content"] = new JsonArray(
                                new JsonObject { ["type"] = "input_text", ["text"] = $"my card is {Card}, \"so\"" }
                            ),
                        }
                    )
                )
                .With("instructions", $"Speak of {Word} and {Card}")
                .With("metadata", new JsonObject { ["name"] = Word, ["note"] = Card })
        );
        first.OutputText().ShouldContain(Card, Case.Sensitive, "what was undone for the caller");
        // The placeholder of the first turn is none of the second, whose card is another.
        var second = await house.Door.RespondAsync(
            ResponseCalls.Ask("sim/echo", $"and {OtherCard}").With("previous_response_id", first.Text("id"))
        );
        second.OutputText().ShouldContain(OtherCard);

        var talk = await house.Door.NewConversationAsync(
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["topic"] = Word },
                ["items"] = ConversationCalls.Items($"it began with {Card}")["items"]!.DeepClone(),
            }
        );
        await house.Door.TalkedAsync(HttpMethod.Post, $"/{talk}/items", ConversationCalls.Items($"then {OtherCard} and {Word}"));
        var turn = await house.Door.RespondAsync(ResponseCalls.Ask("sim/echo", $"of {Card} I say").With("conversation", talk));
        turn.OutputText().ShouldContain(Card);
        (await house.Door.SaidAsync(talk)).ShouldBe([
            "user: it began with [redacted:card]",
            "user: then [redacted:card] and [redacted:codename]",
            "user: of ⟦card:1⟧ I say",
            "assistant: of ⟦card:1⟧ I say",
        ]);
        using (var refused = await house.Door.TalkAsync(HttpMethod.Post, $"/{talk}/items", ConversationCalls.Items($"the {Stop}")))
            await refused.ShouldBeRefusedAsync(400, "content_filter", null);

        var opened = await OpenedAsync(node, house.Workspace);
        ShouldHoldNone(opened);
        opened.Keys.Count(k => k.Contains("responses", StringComparison.Ordinal)).ShouldBe(3);
        var kept = opened.Single(o => o.Key.EndsWith(first.Text("id"), StringComparison.Ordinal)).Value;
        kept.ShouldContain("my card is ⟦card:1⟧");
        kept.ShouldContain("[redacted:codename]");
        opened.Single(o => o.Key.EndsWith(second.Text("id"), StringComparison.Ordinal)).Value.ShouldContain("and ⟦card:2⟧");
        (await house.Door.KeptAsync(first.Text("id"))).OutputText().ShouldContain("⟦card:1⟧");
        opened.Keys.Count(k => k.Contains("contents", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.Postgres)]
    public async Task A_response_in_the_background_holds_no_word_that_a_rule_blocks_or_takes_out_from_its_first_row_on(Engine engine)
    {
        await using var node = await StartAsync(engine);
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rules);
        using var slow = await house.Door.ResponseAsync(
            ResponseCalls.Ask("sim/slow-first-output", $"wait for {Card} of {Word}").With("background", true)
        );
        var waiting = (await slow.GoodAsync()).Text("id");
        // Its row is there before it has an answer.
        var queued = await OpenedAsync(node, house.Workspace);
        queued.Keys.ShouldContain(k => k.EndsWith(waiting, StringComparison.Ordinal));
        ShouldHoldNone(queued);
        using var blocked = await house.Door.ResponseAsync(
            ResponseCalls.Ask("sim/echo", $"under {Stop}").With("background", true).With("instructions", $"{Stop} too")
        );
        var refused = await house.Door.UntilAsync((await blocked.GoodAsync()).Text("id"), "failed");
        refused["error"]!.Text("code").ShouldBe("content_filter");
        await house.Door.UntilAsync(waiting, "completed");

        var opened = await OpenedAsync(node, house.Workspace);
        ShouldHoldNone(opened);
        opened.Single(o => o.Key.EndsWith(refused.Text("id"), StringComparison.Ordinal)).Value.ShouldContain("[blocked:stop]");
        opened
            .Single(o => o.Key.EndsWith(waiting, StringComparison.Ordinal))
            .Value.ShouldContain("wait for ⟦card:1⟧ of [redacted:codename]");
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.Postgres)]
    public async Task Answers_of_batches_and_contents_hold_placeholders_streamed_and_whole(Engine engine)
    {
        await using var node = await StartAsync(engine);
        using var house = await Estate.MakeAsync(node);
        await node.WriteAsync(house.UseCase, Rules);
        var id = await house.Door.BatchAsync(
            Batching.Line("one", body: Calls.Chat("sim/echo", $"say {Card} and {Word}"))
                + Batching.Line("two", body: Calls.Chat("sim/echo", $"say {Stop}"))
        );
        var batch = await house.Door.UntilBatchAsync(id, "completed");
        (await house.Door.AnswersAsync(batch))["one"].ToJsonString().ShouldContain("card:1");
        (await house.Door.AnswersAsync(batch, "error_file_id"))["two"].ToJsonString().ShouldContain("content_filter");
        foreach (var stream in new[] { false, true })
        {
            using var answer = await house.Door.ChatAsync(Calls.Chat("sim/echo", $"I have {Card}", stream));
            (await answer.Content.ReadAsStringAsync()).Replace("\"}}]}", "", StringComparison.Ordinal).ShouldContain("4929");
        }

        var opened = await OpenedAsync(node, house.Workspace);
        ShouldHoldNone(opened);
        opened.Keys.Count(k => k.StartsWith("gateway/files", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(2);
        opened
            .Where(o => o.Key.StartsWith("observability/contents", StringComparison.Ordinal))
            .Count(o => o.Value.Contains("card:1", StringComparison.Ordinal))
            .ShouldBe(3);
    }
}
