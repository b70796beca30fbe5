using System.Text;
using System.Text.Json;
using Portico.Gateway.Guards;
using Portico.Gateway.Stages;
using Portico.Guardrails;

namespace Portico.Tests.Gateway.Guards;

/// <summary>What goes to a guard, and which answers are believed.</summary>
public sealed class GuardProtocolTests
{
    static readonly CallText[] Two =
    [
        new("Who is 😀 Anna?", TextChannel.User, new TextPlace("messages", 0), false, true),
        new("{\"a\":1}", TextChannel.Output, new TextPlace("messages", 1).Of("tool_calls", 0), true, true),
    ];

    static GuardVerdict[] Read(string answer) => GuardProtocol.Read(Encoding.UTF8.GetBytes(answer), Two);

    [Fact]
    public void Each_text_goes_with_its_number_its_channel_and_its_place()
    {
        using var sent = JsonDocument.Parse(GuardProtocol.Write("call_1", "g", Two));
        var root = sent.RootElement;
        (root.GetProperty("version").GetInt32(), root.GetProperty("call").GetString(), root.GetProperty("guard").GetString()).ShouldBe(
            (1, "call_1", "g")
        );
        root.GetProperty("texts")
            .EnumerateArray()
            .Select(t =>
                (
                    t.GetProperty("index").GetInt32(),
                    t.GetProperty("channel").GetString(),
                    t.GetProperty("where").GetString(),
                    t.GetProperty("text").GetString()
                )
            )
            .ShouldBe([(0, "user", "messages[0]", "Who is 😀 Anna?"), (1, "output", "messages[1].tool_calls[0]", "{\"a\":1}")]);
    }

    [Fact]
    public void Verdicts_come_in_the_order_of_the_texts_whatever_their_order()
    {
        var read = Read(
            """{"verdicts":[{"index":1,"flagged":false},{"index":0,"flagged":true,"score":0.5,"reason":" a\nb‮ ","spans":[{"start":10,"length":2},{"start":11,"length":3},{"start":0,"length":1}],"more":1}],"x":2}"""
        );
        (read[0].Flagged, read[0].Score, read[0].Reason).ShouldBe((true, 0.5, "a b"));
        read[0].Spans.ShouldBe([new GuardSpan(0, 1), new GuardSpan(10, 4)]);
        (read[1].Flagged, read[1].Score, read[1].Reason, read[1].Spans.Count).ShouldBe((false, 0, null, 0));
    }

    [Fact]
    public void A_flag_without_a_score_is_sure() =>
        Read("""{"verdicts":[{"index":0,"flagged":true},{"index":1,"flagged":false}]}""")[0].Score.ShouldBe(1);

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("nonsense", "no JSON")]
    [InlineData("[]", "no list of verdicts")]
    [InlineData("""{"verdicts":{}}""", "no list of verdicts")]
    [InlineData("""{"verdicts":[]}""", "0 verdicts for 2 texts")]
    [InlineData("""{"verdicts":[{"index":0,"flagged":false}]}""", "1 verdicts for 2 texts")]
    [InlineData("""{"verdicts":[1,2]}""", "no object")]
    [InlineData("""{"verdicts":[{"index":0,"flagged":false},{"index":0,"flagged":false}]}""", "each text once")]
    [InlineData("""{"verdicts":[{"index":0,"flagged":false},{"index":2,"flagged":false}]}""", "each text once")]
    [InlineData("""{"verdicts":[{"index":0,"flagged":false},{"index":1.5,"flagged":false}]}""", "each text once")]
    [InlineData("""{"verdicts":[{"index":0,"flagged":false},{"index":1}]}""", "does not say whether it flags")]
    [InlineData("""{"verdicts":[{"index":0,"flagged":"false"},{"index":1,"flagged":false}]}""", "does not say whether it flags")]
    [InlineData("""{"verdicts":[{"index":0,"flagged":true,"flagged":false},{"index":1,"flagged":false}]}""", "no JSON")]
    [InlineData("""{"verdicts":[{"index":0,"flagged":true,"score":1.1},{"index":1,"flagged":false}]}""", "score")]
    [InlineData("""{"verdicts":[{"index":0,"flagged":true,"score":-1},{"index":1,"flagged":false}]}""", "score")]
    [InlineData("""{"verdicts":[{"index":0,"flagged":true,"score":"1"},{"index":1,"flagged":false}]}""", "score")]
    [InlineData("""{"verdicts":[{"index":0,"flagged":true,"reason":[]},{"index":1,"flagged":false}]}""", "reason")]
    [InlineData("""{"verdicts":[{"index":0,"flagged":true,"spans":[{"start":14,"length":2}]},{"index":1,"flagged":false}]}""", "span")]
    [InlineData("""{"verdicts":[{"index":0,"flagged":true,"spans":[{"start":-1,"length":2}]},{"index":1,"flagged":false}]}""", "span")]
    [InlineData("""{"verdicts":[{"index":0,"flagged":true,"spans":[{"start":0,"length":0}]},{"index":1,"flagged":false}]}""", "span")]
    [InlineData(
        """{"verdicts":[{"index":0,"flagged":true,"spans":[{"start":2147483647,"length":2147483647}]},{"index":1,"flagged":false}]}""",
        "span"
    )]
    [InlineData(
        """{"verdicts":[{"index":0,"flagged":true,"spans":[{"start":8,"length":2}]},{"index":1,"flagged":false}]}""",
        "cuts a character"
    )]
    [InlineData(
        """{"verdicts":[{"index":0,"flagged":false,"spans":[{"start":0,"length":2}]},{"index":1,"flagged":false}]}""",
        "does not flag has spans"
    )]
    public void What_is_no_answer_to_the_texts_is_none(string answer, string why) =>
        Should.Throw<GuardFailedException>(() => Read(answer)).Message.ShouldContain(why);

    [Fact]
    public void A_reason_is_one_short_line_that_ends_in_no_half_of_a_character()
    {
        var reason = GuardProtocol.Clean("\u001b[31m" + string.Concat(Enumerable.Repeat("😀", 300)))!;
        reason.ShouldStartWith("[31m😀");
        reason.Length.ShouldBe(GuardProtocol.MostReason);
        reason.ShouldNotContain('\u001b');
        GuardProtocol.Clean("\r\n\t\u200b").ShouldBeNull();
    }

    [Fact]
    public void More_than_a_guard_is_given_goes_to_none() =>
        Should
            .Throw<GuardFailedException>(() =>
                GuardProtocol.Write(
                    "c",
                    "g",
                    [new CallText(new string('a', GuardProtocol.MostChars + 1), TextChannel.User, new TextPlace("input", 0), false, true)]
                )
            )
            .Message.ShouldContain("more than the 1000000 characters");

    [Theory]
    [InlineData("Who is Anna or Bob?", false, "Who is [redacted:g] or [redacted:g]?")]
    [InlineData("{\"n\":\"Ann Lee and Bob 7\"}", true, "{\"n\":\"111 111 and 111 7\"}")]
    public void What_is_taken_out_leaves_a_text_and_JSON_stays_JSON(string text, bool isJson, string left)
    {
        var names = isJson ? new[] { "Ann Lee", "Bob" } : ["Anna", "Bob"];
        GuardWords
            .Without(
                new CallText(text, TextChannel.User, new TextPlace("input", 0), isJson, true),
                [.. names.Select(n => (new GuardSpan(text.IndexOf(n, StringComparison.Ordinal), n.Length), "g"))]
            )
            .ShouldBe(left);
    }

    [Fact]
    public void What_cannot_be_taken_out_of_JSON_is_not() =>
        GuardWords
            .Without(
                new CallText("{\"n\":\"a\\nb\"}", TextChannel.User, new TextPlace("input", 0), true, true),
                [(new GuardSpan(8, 1), "g")]
            )
            .ShouldBeNull("half of an escape would be masked");
}
