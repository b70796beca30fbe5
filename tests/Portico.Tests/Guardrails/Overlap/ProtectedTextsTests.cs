using System.Text;
using Portico.Guardrails.Overlap;

namespace Portico.Tests.Guardrails.Overlap;

/// <summary>Words that stand in a protected text are found however they are set, and nothing else is.</summary>
public sealed class ProtectedTextsTests
{
    static readonly ProtectedTexts Texts = OverlapTexts.All;

    [Fact]
    public void A_copied_passage_is_found_where_it_stands_with_its_name_and_its_words()
    {
        var copied = OverlapTexts.Words(OverlapTexts.Tale, 30, 40);
        var text = "Of course, here it goes: " + copied + " And that is how I would end it.";
        var span = Texts.Find(text).Single();
        (span.Name, span.Words).ShouldBe(("The Light", 40));
        text.Substring(span.Start, span.Length).ShouldBe(copied.TrimEnd('.', ';', ','));
    }

    [Fact]
    public void Twenty_four_words_in_a_row_are_always_found_and_nothing_short_is()
    {
        foreach (var source in new[] { OverlapTexts.Tale, OverlapTexts.Licence })
        {
            var length = source.Split(' ').Length;
            for (var first = 0; first + 24 <= length; first++)
            {
                var span = Texts.Find($"qua {OverlapTexts.Words(source, first, 24)} quo").Single();
                span.Words.ShouldBe(24, $"from word {first}");
                Texts.Find($"qua {OverlapTexts.Words(source, first, 23)} quo").ShouldBeEmpty($"from word {first}");
            }
        }
    }

    [Fact]
    public void Two_lines_of_code_are_found_whatever_their_blanks()
    {
        const string text = """
            for (;;) { Wait(); }
              IF (LEDGER.Balance[ hold.Account ]+hold.Amount>ledger.Limit)
              throw  new LedgerException( $"Account {hold.Account} has { hold.Amount }" ) ;
            """;
        var span = Texts.Find(text).Single();
        span.Name.ShouldBe("Ledger.cs");
        text.Substring(span.Start, span.Length).ShouldStartWith("IF (LEDGER");
        Texts.Find("holds.Where(h => h.Until <= ledger.Now)").ShouldBeEmpty("half a line is nobody's");
    }

    [Fact]
    public void Case_signs_line_breaks_marks_and_invisible_characters_do_not_matter()
    {
        var copied = OverlapTexts.Words(OverlapTexts.Tale, 3, 30);
        foreach (
            var text in new[]
            {
                copied.ToUpperInvariant(),
                copied.Replace(" ", "\r\n> ", StringComparison.Ordinal),
                copied.Replace(" ", " ** ", StringComparison.Ordinal),
                "_" + copied.Replace(" ", "_ _", StringComparison.Ordinal) + "_",
                copied.Replace("e", "e\u0301", StringComparison.Ordinal),
                copied.Replace("a", "\u200Ba\u00AD", StringComparison.Ordinal),
                copied.Replace(",", " 🙂", StringComparison.Ordinal),
            }
        )
            Texts.Find(text).Single().Words.ShouldBe(30, text);
    }

    [Fact]
    public void Ideographs_count_as_words() => Texts.Find("他说：" + OverlapTexts.Poem[5..40]).Single().Name.ShouldBe("灯");

    [Fact]
    public void Other_words_and_the_same_words_in_another_order_are_left_alone()
    {
        Texts
            .Find("The keeper of the lamp said that on stormy nights nobody came, and that he had been told to go home twice.")
            .ShouldBeEmpty();
        Texts.Find(string.Join(' ', OverlapTexts.Tale.Split(' ').Reverse())).ShouldBeEmpty();
        Texts.Find("").ShouldBeEmpty();
        ProtectedTexts.Of([]).Find(OverlapTexts.Tale).ShouldBeEmpty();
    }

    [Fact]
    public void A_row_of_numbers_is_nobodys()
    {
        var numbers = string.Join(", ", Enumerable.Range(0, 200));
        ProtectedTexts.Of([new ProtectedText("table", numbers)]).Find(numbers).ShouldBeEmpty();
    }

    [Fact]
    public void What_two_texts_share_is_named_after_the_one_that_the_run_goes_on_in()
    {
        var shared = OverlapTexts.Licence;
        var both = ProtectedTexts.Of([
            new ProtectedText("first", shared + " In the first place it is for ships and for boats and for rafts of any size."),
            new ProtectedText("second", shared + " In the second place it is for trains and for trams and for carts of any kind."),
        ]);
        both.Find(shared).Single().Name.ShouldBe("first");
        both.Find(shared + " In the second place it is for trains and for trams and for carts of any kind.")
            .Single()
            .Name.ShouldBe("second");
    }

    [Fact]
    public void Copies_hidden_at_random_are_all_found_within_the_text()
    {
        var words = OverlapTexts.Tale.Split(' ');
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var text = new StringBuilder();
            var copies = new List<(int Start, int End)>();
            for (var part = 0; part < 4; part++)
            {
                for (var noise = random.Next(1, 30); noise > 0; noise--)
                    text.Append((char)random.Next(0x20, 0xFFFF)).Append(random.Next(3) == 0 ? " x " : "");
                text.Append(" qua ");
                var count = random.Next(26, 40);
                var first = random.Next(words.Length - count);
                copies.Add((text.Length, text.Length + OverlapTexts.Words(OverlapTexts.Tale, first, count).Length));
                text.Append(OverlapTexts.Words(OverlapTexts.Tale, first, count)).Append(" quo ");
            }
            var all = text.ToString();
            var spans = Texts.Find(all);
            foreach (var (start, end) in copies)
                spans.ShouldContain(s => s.Start <= start && s.Start + s.Length >= end - 1, $"seed {seed}");
            AreWithin(all, spans, seed);
        }
    }

    [Fact]
    public void Any_text_at_all_is_read()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var text = new string([.. Enumerable.Range(0, 400).Select(_ => (char)random.Next(0x10000))]);
            var texts = ProtectedTexts.Of([new ProtectedText("any", text), new ProtectedText("other", text[50..350])]);
            AreWithin(text, texts.Find(text), seed);
        }
    }

    [Fact]
    public void Long_lines_and_many_invisible_characters_are_no_trouble()
    {
        var line = string.Concat(Enumerable.Repeat("la ", 350_000));
        var texts = ProtectedTexts.Of([new ProtectedText("song", line), new ProtectedText("again", line)]);
        texts.Find(line).ShouldBeEmpty("no word of it could be a name");
        Texts.Find(new string('x', 1 << 20)).ShouldBeEmpty();
        Texts.Find(new string('\u200B', 100_000) + "x" + new string('_', 100_000)).ShouldBeEmpty();
        var many = string.Join(' ', Enumerable.Repeat(OverlapTexts.Tale, 1700));
        var span = Texts.Find(many);
        span.Count.ShouldBe(1700);
        AreWithin(many, span, 0);
    }

    [Fact]
    public void There_are_bounds()
    {
        Should.Throw<ArgumentException>(() => ProtectedTexts.Of([.. Enumerable.Repeat(new ProtectedText("a", "b"), 1001)]));
        var large = new string('x', ProtectedTexts.MaxCharacters);
        Should.Throw<ArgumentException>(() => ProtectedTexts.Of([new ProtectedText("a", large), new ProtectedText("b", "c")]));
        ProtectedTexts.Of([new ProtectedText("a", large)]).Find(large).ShouldBeEmpty();
    }

    static void AreWithin(string text, IReadOnlyList<OverlapSpan> spans, int seed)
    {
        foreach (var span in spans)
        {
            span.Length.ShouldBePositive();
            span.Start.ShouldBeInRange(0, text.Length - span.Length, $"seed {seed}");
            char.IsLowSurrogate(text[span.Start]).ShouldBeFalse($"seed {seed}");
            char.IsHighSurrogate(text[span.Start + span.Length - 1]).ShouldBeFalse($"seed {seed}");
        }
    }
}
