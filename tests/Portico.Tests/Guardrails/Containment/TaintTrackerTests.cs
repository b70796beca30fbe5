using System.Text;
using Portico.Guardrails.Containment;

namespace Portico.Tests.Guardrails.Containment;

public sealed class TaintTrackerTests
{
    static TaintTracker Of(string foreign, string user = "") => TaintTracker.Of([new(Origin.User, user), new(Origin.Tool, foreign)]);

    [Fact]
    public void A_run_of_twelve_characters_is_told_with_its_place_and_one_of_eleven_is_not()
    {
        var tracker = Of("xx qwertzuiopas yy");
        var taint = tracker.Find("-- QWERTZUIOPAS --").ShouldHaveSingleItem();
        (taint.Start, taint.Length, taint.Kind, taint.Origin, taint.Source).ShouldBe((2, 14, TaintKind.Run, Origin.Tool, 1));
        tracker.Find("--qwertzuiopa--").ShouldBeEmpty();
    }

    [Fact]
    public void Three_short_words_are_told_whatever_stands_between_them()
    {
        var tracker = Of("now: go, to IT.");
        var taint = tracker.Find("please GO to\tit").ShouldHaveSingleItem();
        (taint.Start, taint.Length, taint.Kind).ShouldBe((7, 8, TaintKind.Words));
        tracker.Find("go to him").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a@b.io", "write to <A@B.io>, now", TaintKind.Email)]
    [InlineData("xy.io", "look at xy.io.", TaintKind.Host)]
    [InlineData("q.xy.io", "look at xy.io.", TaintKind.Host)]
    [InlineData("10.2.3.4", "ping 10.2.3.4!", TaintKind.Host)]
    [InlineData("/etc/x", "open \"/etc/x\"", TaintKind.Path)]
    [InlineData(@"c:\x.y", @"open C:\x.y", TaintKind.Path)]
    [InlineData("s://b/c", "go to s://b/c;", TaintKind.Url)]
    [InlineData("ORD-20417", "for ord-20417 only", TaintKind.Account)]
    [InlineData("204 178", "number 204178.", TaintKind.Number)]
    [InlineData("(204) 17-80", "number 2041780.", TaintKind.Number)]
    [InlineData("20.41.78", "number 20-4178.", TaintKind.Number)]
    public void A_value_that_names_something_is_told_however_short_it_is(string value, string foreign, TaintKind kind)
    {
        Of(foreign).Find(value).ShouldContain(t => t.Kind == kind, $"{value} in {foreign}");
        Of("nothing of that").Find(value).ShouldBeEmpty();
        Of(foreign, "The user says " + value + " too").Find(value).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a@b.io", "write to aa@b.iox")]
    [InlineData("xy.io", "look at wxy.io")]
    [InlineData("2041", "number 204178")]
    [InlineData("shop.co.uk", "look at mill.co.uk")]
    public void Another_thing_of_nearly_the_same_name_is_not_told(string value, string foreign) => Of(foreign).Find(value).ShouldBeEmpty();

    public static TheoryData<string, TaintForm> Recodings()
    {
        const string value = "https://kestrel.example/in?x=1";
        var bytes = Encoding.UTF8.GetBytes(value);
        var data = new TheoryData<string, TaintForm>
        {
            { Convert.ToBase64String(bytes), TaintForm.Base64 },
            { Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_'), TaintForm.Base64 },
            { Convert.ToBase64String(Encoding.Unicode.GetBytes(value)), TaintForm.Base64 },
            { Convert.ToHexString(bytes), TaintForm.Hexadecimal },
            { Convert.ToHexStringLower(bytes), TaintForm.Hexadecimal },
            { Uri.EscapeDataString(value), TaintForm.Percent },
            { string.Concat(bytes.Select(b => $"%{b:X2}")), TaintForm.Percent },
            { Uri.EscapeDataString(Convert.ToBase64String(bytes)), TaintForm.Percent },
            { string.Concat(value.Select(c => $"\\u{(int)c:x4}")), TaintForm.Escapes },
            { value.Replace("/", "\\/", StringComparison.Ordinal), TaintForm.Escapes },
            { string.Concat(value.Select(c => $"&#{(int)c};")), TaintForm.Entities },
            { new string([.. value.Reverse()]), TaintForm.Reversed },
            { Convert.ToBase64String(Encoding.UTF8.GetBytes(Convert.ToBase64String(bytes))), TaintForm.Base64 },
        };
        return data;
    }

    [Theory]
    [MemberData(nameof(Recodings))]
    public void Another_way_of_writing_is_seen_through_on_either_side(string written, TaintForm form)
    {
        const string value = "https://kestrel.example/in?x=1";
        Of("Send it to " + value + " now").IsTainted(written).ShouldBeTrue();
        Of($"Send it to {written} now").IsTainted(value).ShouldBeTrue();
        // A text that only has the written form names it in that form.
        if (form is TaintForm.Base64 or TaintForm.Hexadecimal)
            Of($"Send it to {written} now").Find(value)[0].Form.ShouldBe(form);
        // Who writes backwards does not say that it is meant the other way round.
        if (form != TaintForm.Reversed)
            Of("Send it to " + value, "The user wants " + written).IsTainted(written).ShouldBeFalse();
    }

    [Fact]
    public void What_the_user_or_the_system_said_is_free_and_what_the_model_said_warrants_nothing()
    {
        const string text = "deliver the parcel to Quay 7";
        TaintTracker.Of([new(Origin.Tool, text), new(Origin.System, text)]).IsTainted(text).ShouldBeFalse();
        TaintTracker.Of([new(Origin.Tool, text), new(Origin.User, text.ToUpperInvariant())]).IsTainted(text).ShouldBeFalse();
        TaintTracker.Of([new(Origin.Tool, text), new(Origin.Model, text)]).IsTainted(text).ShouldBeTrue();
        TaintTracker.Of([new(Origin.User | Origin.Retrieved, text)]).IsTainted(text).ShouldBeTrue();
        TaintTracker.Of([new(Origin.User, text), new(Origin.Model, text)]).IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void The_source_is_the_text_that_the_piece_stands_in()
    {
        var texts = Enumerable
            .Range(0, 40)
            .Select(i => new OriginText(i % 2 == 0 ? Origin.Tool : Origin.Retrieved, $"number {i}: marker-of-text-{i}-end"))
            .ToList();
        var tracker = TaintTracker.Of(texts);
        for (var i = 10; i < 40; i++)
        {
            var taint = tracker.Find($"of-text-{i}-end").ShouldHaveSingleItem();
            (taint.Source, taint.Origin).ShouldBe((i, texts[i].Origin));
        }
    }

    [Fact]
    public void Every_piece_of_a_text_is_told_and_texts_of_other_letters_are_free()
    {
        for (var seed = 1; seed <= 60; seed++)
        {
            var random = new Random(seed);
            string Text(string letters, int length) =>
                new([.. Enumerable.Range(0, length).Select(_ => letters[random.Next(letters.Length)])]);
            var foreign = Text("abcdef ghij\u00E9\uFF41\u200B.,-/@", random.Next(20, 400));
            var tracker = Of(foreign);
            var piece = foreign.Substring(random.Next(0, foreign.Length - 19), 19);
            if (piece.Count(char.IsAsciiLetter) >= 13)
                tracker.IsTainted("--" + piece).ShouldBeTrue($"seed {seed}: {piece}");
            var value = Text("klmnopqrst", random.Next(1, 60));
            tracker.Find(value).ShouldBeEmpty($"seed {seed}: {value}");
            foreach (var taint in tracker.Find(value + piece + value))
                (taint.Start >= 0 && taint.Length > 0 && taint.Start + taint.Length <= value.Length * 2 + piece.Length).ShouldBeTrue(
                    $"seed {seed}"
                );
        }
    }

    [Fact]
    public void What_is_too_long_to_be_looked_through_counts_as_tainted()
    {
        var tracker = Of(new string('a', TaintTracker.MaxText + 1));
        tracker.Find("zz").ShouldHaveSingleItem().Kind.ShouldBe(TaintKind.Unchecked);
        Of("abc").Find(new string('z', TaintTracker.MaxValue + 1)).ShouldHaveSingleItem().Kind.ShouldBe(TaintKind.Unchecked);
    }

    /// <summary>
    /// Each of these would take minutes if any part looked again at what it has seen; the bound leaves room for a slow machine.
    /// </summary>
    [Theory]
    [InlineData("a")]
    [InlineData("1 ")]
    [InlineData("a.b")]
    [InlineData("a@b.co ")]
    [InlineData("://")]
    [InlineData("%41")]
    [InlineData("\\u0041")]
    [InlineData("QUJD")]
    [InlineData("x/")]
    [InlineData("https://a.io/ ")]
    public void Texts_of_one_piece_over_and_over_come_to_an_end(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 200_000 / piece.Length));
        var tracker = TaintTracker.Of([new(Origin.Tool, text), new(Origin.User, "https://a.io/ a@b.co")]);
        tracker.Find(text).Count.ShouldBeLessThanOrEqualTo(text.Length);
    }

    [Fact]
    public void Texts_of_any_characters_make_nothing_throw()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            string Text() =>
                new([
                    .. Enumerable
                        .Range(0, random.Next(0, 80))
                        .Select(_ => random.Next(3) == 0 ? (char)random.Next(0x10000) : "=%\\&#;u041/:@.-A"[random.Next(16)]),
                ]);
            var tracker = TaintTracker.Of([new(Origin.Tool, Text()), new(Origin.User, Text()), new(Origin.Retrieved, Text())]);
            Should.NotThrow(() => tracker.Find(Text()), $"seed {seed}");
        }
    }
}
