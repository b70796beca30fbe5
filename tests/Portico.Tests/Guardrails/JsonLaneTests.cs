using System.Globalization;
using System.Text;
using System.Text.Json;
using Portico.Guardrails;

namespace Portico.Tests.Guardrails;

/// <summary>The arguments of a tool are searched as whoever reads them as JSON would read them: escapes hide nothing, what is masked stays JSON, and every cut gives the same.</summary>
public sealed class JsonLaneTests
{
    /// <summary>Personal data and secrets, none of anybody.</summary>
    static readonly string[] Items =
    [
        "4111 1111 1111 1111",
        "anna.maria@example.org",
        "DE89 3704 0044 0532 0130 00",
        "+44 20 7946 0958",
        "AKIA5RWHFXHKGMWPV3XZ",
        "192.168.10.45",
        "378282246310005",
        "bücher@müller.example",
    ];

    static readonly Screen All = Screen.Of([
        new ContentRule
        {
            Name = "all",
            Kinds = ["pii", "secrets"],
            Words = ["Falcon", "Kite"],
            Action = ContentAction.Redact,
        },
    ])!;

    static ScreenLane Lane() => All.LaneFor(TextChannel.Arguments, null, isJson: true);

    static string Plain(string text) => Screen.Whole(text, All.LaneFor(TextChannel.Answer));

    /// <summary>A string of JSON with some characters escaped, in one of the ways that there are.</summary>
    static string Escaped(string text, Random chance, double share)
    {
        var json = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            var c = rune.ToString();
            var isNeeded = c is "\"" or "\\" || c[0] < ' ';
            if (!isNeeded && chance.NextDouble() >= share)
                json.Append(c);
            else if (c is "\"" or "\\" or "/" && chance.Next(2) == 0)
                json.Append('\\').Append(c);
            else if (c == "\n" && chance.Next(2) == 0)
                json.Append("\\n");
            else
                foreach (var unit in c)
                    json.Append("\\u").Append(((int)unit).ToString(chance.Next(2) == 0 ? "x4" : "X4", CultureInfo.InvariantCulture));
        }
        return json.Append('"').ToString();
    }

    static string Arguments(string text, Random chance, double share) =>
        $"{{{Escaped("note", chance, share)}: {Escaped(text, chance, share)}, \"cents\": 12}}";

    static string Streamed(string text, params ReadOnlySpan<int> ends)
    {
        var (lane, target, from) = (Lane(), new StringBuilder(), 0);
        foreach (var end in ends)
        {
            lane.Add(text.AsSpan(from, end - from), target);
            from = end;
        }
        lane.Add(text.AsSpan(from), target);
        lane.Complete(target);
        return target.ToString();
    }

    public static TheoryData<string> Texts => [.. Items, "Falcon", "\U0001D40Aite", "\\\"\n/ Falcon \\u0041 😀"];

    [Theory, MemberData(nameof(Texts))]
    public void What_is_escaped_is_found_masked_as_json_and_the_same_for_every_cut(string item)
    {
        for (var seed = 1; seed <= 12; seed++)
        {
            var chance = new Random(seed);
            var text = Arguments(
                $"He said \"so\":\n{item}, C:\\files",
                chance,
                seed == 1 ? 0
                    : seed == 2 ? 1
                    : chance.NextDouble()
            );
            var lane = Lane();
            var whole = Screen.Whole(text, lane);
            lane.Changed.ShouldBeTrue($"seed {seed}: {text}");
            var left = JsonDocument.Parse(whole).RootElement.GetProperty("note").GetString()!;
            left.ShouldStartWith("He said \"so\":\n");
            left.ShouldEndWith(", C:\\files");
            left.ShouldNotContain(item, Case.Insensitive, $"seed {seed}: {text}");
            foreach (var told in lane.Told)
                told.Start.ShouldBeGreaterThan(0);
            for (var cut = 1; cut < text.Length; cut++)
                Streamed(text, cut).ShouldBe(whole, $"seed {seed}, cut at {cut}: {text}");
            Streamed(text, [.. Enumerable.Range(1, text.Length - 1)]).ShouldBe(whole, $"seed {seed}, one by one: {text}");
            for (var way = 0; way < 20; way++)
                Streamed(text, [.. Enumerable.Range(1, text.Length - 1).Where(_ => chance.Next(5) == 0)])
                    .ShouldBe(whole, $"seed {seed}, way {way}: {text}");
        }
    }

    [Theory, MemberData(nameof(Texts))]
    public void As_much_is_found_as_where_nothing_is_escaped(string item)
    {
        var said = $"Of {item}; ok";
        var plain = Plain(said);
        var bare = All.LaneFor(TextChannel.Answer);
        Screen.Whole(said, bare);
        for (var seed = 1; seed <= 12; seed++)
        {
            var lane = Lane();
            var whole = Screen.Whole(Escaped(said, new Random(seed), 0.4), lane);
            lane.Told.Select(t => (t.Rule, t.Kind, t.Score)).ShouldBe(bare.Told.Select(t => (t.Rule, t.Kind, t.Score)), $"seed {seed}");
            var left = JsonDocument.Parse(whole).RootElement.GetString()!;
            // A digit for each letter and digit, and nothing else moved.
            left.Split(' ')[^1].ShouldBe("ok");
            left.ShouldStartWith("Of ");
            (plain == said).ShouldBe(left == said);
        }
    }

    [Theory]
    [InlineData("""{"a":"\u0046alcon"}""", """{"a":"111111"}""")]
    [InlineData("""{"a":"F\u0041LCON\n"}""", """{"a":"111111\n"}""")]
    [InlineData("""{"a":"\nFalcon\/"}""", """{"a":"\n111111\/"}""")]
    [InlineData("""{"a":"\\u0046alcon"}""", """{"a":"\\u0046alcon"}""")]
    [InlineData("""{"a":"\\Falcon"}""", """{"a":"\\111111"}""")]
    [InlineData("""{"a":"Fal\u200bcon"}""", """{"a":"111\u200b111"}""")]
    [InlineData("""{"a":"\ud835\udc0aite"}""", """{"a":"1111"}""")]
    [InlineData("""{"a":"\ud835 Falcon \udc0a"}""", """{"a":"\ud835 111111 \udc0a"}""")]
    [InlineData("""{"\u0046alcon":1}""", """{"111111":1}""")]
    [InlineData("""{"a":"\u00zz Falcon \q \""", """{"a":"\u00zz 111111 \q \""")]
    [InlineData("""{"a":"Falcon \ud835\u00""", """{"a":"111111 \ud835\u00""")]
    [InlineData("""{"a":"Falcon \""", """{"a":"111111 \""")]
    public void Escapes_are_what_they_stand_for_and_what_is_none_is_left(string text, string expected)
    {
        Screen.Whole(text, Lane()).ShouldBe(expected);
        for (var cut = 1; cut < text.Length; cut++)
            Streamed(text, cut).ShouldBe(expected, $"cut at {cut}");
        Streamed(text, [.. Enumerable.Range(1, text.Length - 1)]).ShouldBe(expected);
    }

    [Fact]
    public void Places_are_of_the_text_as_it_came_and_what_waits_is_counted()
    {
        const string Text = """{"a":"\n\u0046alcon, and more"}""";
        var lane = Lane();
        Screen.Whole(Text, lane);
        var told = lane.Told.ShouldHaveSingleItem();
        Text.Substring((int)told.Start, told.Length).ShouldBe(@"\u0046alcon");
        lane = Lane();
        var target = new StringBuilder();
        lane.Add(@"{""a"":""\u00", target);
        lane.Held.ShouldBe(10 - target.Length);
        lane.Held.ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public void Nothing_is_an_escape_where_the_text_is_no_json()
    {
        const string Text = @"\u0046alcon and C:\new\Falcon";
        Screen.Whole(Text, All.LaneFor(TextChannel.Answer)).ShouldBe(@"\u0046alcon and C:\new\[redacted:all]");
    }
}
