using Portico.Guardrails.Grounding;

namespace Portico.Tests.Guardrails.Grounding;

/// <summary>Sentences that the sources say are left alone, and those that they do not say are told with what is wrong.</summary>
public sealed class GroundingReaderTests
{
    const string Handbook = """
        # Working at Fjordline
        Fjordline Logistics was founded in Bergen in 1987 by Ingrid Solheim. It employs 1,200 people in four countries.
        Full-time employees have 28 days of paid holiday a year. Unused days may be carried over until 31 March 2025.
        The probation period lasts six months, and during it the notice period is two weeks. After that it is three months.
        Overtime is paid at 150 percent of the hourly wage. Managers do not receive overtime pay.
        The canteen is open from Monday to Friday; it is not open at weekends. A lunch costs $7.50.
        Travel expenses above 400 euros must be approved by the finance department before the trip.
        The company pays 60 % of the fee for public transport. Parking spaces are free for employees with disabilities.
        The code of conduct says: "Gifts of more than fifty euros are given back." The European Union has similar rules.
        Revenue grew by 12.5 % to 340 million euros in 2023. Profit fell slightly because of higher fuel prices.
        """;

    const string Manual = """
        The pump X200 delivers 45 litres a minute at a pressure of 6 bar. The pump X300 delivers 80 litres a minute at a pressure of 9 bar.
        Never run the pump without water: the seal is damaged within seconds. The filter must be cleaned every 500 hours.
        The warranty covers defects of material for 24 months. It does not cover wear of the seal.
        Batteries of type CR2032 are not included. The device was tested by Hanna Vogt in Rotterdam on 2023-06-14.
        """;

    static readonly GroundingReader Reader = GroundingReader.Of([Handbook, Manual]);

    public static TheoryData<string> Supported => [.. GroundingClaims.Supported];

    public static TheoryData<string, UnsupportedReason> Unsupported
    {
        get
        {
            var data = new TheoryData<string, UnsupportedReason>();
            foreach (var (text, reason) in GroundingClaims.Unsupported)
                data.Add(text, reason);
            return data;
        }
    }

    [Theory, MemberData(nameof(Supported))]
    public void What_the_sources_say_has_support(string text) => Reader.Check(text).ShouldBeEmpty();

    [Theory, MemberData(nameof(Unsupported))]
    public void What_they_do_not_say_is_told_with_the_reason(string text, UnsupportedReason reason)
    {
        var span = Reader.Check(text).ShouldHaveSingleItem();
        (span.Start, span.Length, span.Reason).ShouldBe((0, text.Length, reason));
        span.Score.ShouldBeInRange(0, GroundingReader.LeastSupport);
    }

    /// <summary>Measured: 30 of 32 true claims left alone, 30 of 32 false ones told. What is missed says it in words of the opposite ("allowed" for "forbidden").</summary>
    [Fact]
    public void Claims_that_no_rule_was_written_for_are_told_apart()
    {
        var second = GroundingReader.Of([GroundingClaims.SecondSource]);
        var passed =
            GroundingClaims.HeldOutSupported.Count(t => Reader.Check(t).Count == 0)
            + GroundingClaims.SecondSupported.Count(t => second.Check(t).Count == 0);
        var told =
            GroundingClaims.HeldOutUnsupported.Count(t => Reader.Check(t).Count > 0)
            + GroundingClaims.SecondUnsupported.Count(t => second.Check(t).Count > 0);
        passed.ShouldBeGreaterThanOrEqualTo(29);
        told.ShouldBeGreaterThanOrEqualTo(29);
    }

    [Theory]
    [InlineData("How many bicycles does the moon have?")]
    [InlineData("Hello! Thank you for asking.")]
    [InlineData("I don't know whether elephants work there.")]
    [InlineData("The sources do not mention any elephants.")]
    [InlineData("I’m not sure about the elephants.")]
    [InlineData("## Elephants of Fjordline")]
    [InlineData("Here are the most important rules for elephants:")]
    [InlineData("```python\nelephants = 17 * zebras + antelopes\nreturn elephants\n```")]
    [InlineData("Ich weiß nicht, wie viele Elefanten dort arbeiten.")]
    [InlineData("")]
    public void What_claims_nothing_is_left_alone(string text) => Reader.Check(text).ShouldBeEmpty();

    [Theory]
    [InlineData("1,200", "1200")]
    [InlineData("1.200", "1200")]
    [InlineData("1 200", "1,200")]
    [InlineData("1.2 million", "1,200,000")]
    [InlineData("12 %", "12 percent")]
    [InlineData("12%", "12 per cent")]
    [InlineData("$20", "20 dollars")]
    [InlineData("EUR 20", "20 €")]
    [InlineData("3 May 2021", "May 3, 2021")]
    [InlineData("2021-05-03", "3 May 2021")]
    [InlineData("03.05.2021", "May 3rd, 2021")]
    [InlineData("7", "seven")]
    [InlineData("12,5", "12.5")]
    [InlineData("-5", "-5.0")]
    public void Numbers_are_compared_by_their_values(string source, string answer) =>
        GroundingReader
            .Of([$"The archive was given the value {source} by its keeper."])
            .Check($"The archive was given the value {answer} by its keeper.")
            .ShouldBeEmpty();

    [Theory]
    [InlineData("1,200", "12,000")]
    [InlineData("12 %", "12 euros")]
    [InlineData("$20", "€20")]
    [InlineData("3 May 2021", "5 March 2021")]
    [InlineData("2021-05-03", "3 June 2021")]
    [InlineData("7", "eight")]
    [InlineData("-5", "5")]
    [InlineData("12345678901234567890", "12345678901234567891")]
    public void Other_values_differ(string source, string answer) =>
        GroundingReader
            .Of([$"The archive was given the value {source} by its keeper."])
            .Check($"The archive was given the value {answer} by its keeper.")
            .ShouldHaveSingleItem()
            .Reason.ShouldBe(UnsupportedReason.NumberDiffers);

    [Fact]
    public void Other_languages_deny_too()
    {
        var reader = GroundingReader.Of([
            "Die Kantine nimmt am Wochenende keine Karten. Le musée ferme le lundi. El museo abre los domingos.",
        ]);
        reader.Check("Die Kantine nimmt am Wochenende Karten.").ShouldHaveSingleItem().Reason.ShouldBe(UnsupportedReason.NegationDiffers);
        reader.Check("Die Kantine nimmt keine Karten am Wochenende.").ShouldBeEmpty();
        reader.Check("Le musée ne ferme pas le lundi.").ShouldHaveSingleItem().Reason.ShouldBe(UnsupportedReason.NegationDiffers);
        reader.Check("El museo no abre los domingos.").ShouldHaveSingleItem().Reason.ShouldBe(UnsupportedReason.NegationDiffers);
    }

    [Fact]
    public void Only_what_has_no_support_is_told_and_where_it_stands()
    {
        const string text =
            "Hello!\n\n1. Fjordline was founded in **Bergen** in 1987 [1].\n2. It employs 1,300 people [1, 2].\n\nAnything else?";
        var span = Reader.Check(text).ShouldHaveSingleItem();
        text.Substring(span.Start, span.Length).ShouldBe("It employs 1,300 people [1, 2].");
        span.Reason.ShouldBe(UnsupportedReason.NumberDiffers);
    }

    [Fact]
    public void Without_sources_no_claim_has_support()
    {
        var span = GroundingReader.Of([]).Check("The pump delivers 45 litres.").ShouldHaveSingleItem();
        (span.Score, span.Reason).ShouldBe((0f, UnsupportedReason.WordsMissing));
        Should.Throw<ArgumentException>(() => GroundingReader.Of([new string('x', GroundingReader.MaxSourceCharacters + 1)]));
    }

    [Fact]
    public void The_work_grows_with_the_answer_and_not_with_its_product_with_the_sources()
    {
        var one = Work(sources: 2_000, sentences: 1_000);
        Work(sources: 2_000, sentences: 10_000).ShouldBeLessThan(11 * one);
        Work(sources: 20_000, sentences: 1_000).ShouldBeLessThan(2 * one);
    }

    static long Work(int sources, int sentences)
    {
        var source = string.Join(
            '\n',
            Enumerable.Range(0, sources).Select(n => $"Pump {n} of the harbour was delivered with {n % 97} litres of oil.")
        );
        var answer = string.Join(
            ' ',
            Enumerable.Range(0, sentences).Select(n => $"Pump {n % 1000} of the harbour was delivered with {n % 89} litres of oil.")
        );
        GroundingReader.Of([source]).Check(answer, out var work).Count.ShouldBePositive();
        return work;
    }

    [Fact]
    public void Any_text_at_all_is_read_and_spans_lie_within_it()
    {
        string[] parts =
        [
            "The pump ",
            "45 ",
            "$",
            "% ",
            "\"",
            "“",
            "not ",
            ". ",
            "\n",
            "; ",
            "[",
            "] ",
            "1,2",
            "1.2.3",
            "-",
            "Bergen ",
            "```",
            "’s ",
            "🙂",
            "May ",
            "\u200B",
        ];
        for (var seed = 1; seed <= 400; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(
                Enumerable
                    .Range(0, 200)
                    .Select(_ => random.Next(3) == 0 ? $"{(char)random.Next(0x10000)}" : parts[random.Next(parts.Length)])
            );
            var end = 0;
            foreach (var span in GroundingReader.Of([text[..100], Manual]).Check(text))
            {
                span.Length.ShouldBePositive();
                span.Start.ShouldBeInRange(end, text.Length - span.Length, $"seed {seed}");
                end = span.Start + span.Length;
                span.Score.ShouldBeInRange(0, 1);
                Cuts(text, span.Start).ShouldBeFalse($"seed {seed}");
                Cuts(text, end).ShouldBeFalse($"seed {seed}");
            }
        }
    }

    [Fact]
    public void Long_lines_and_many_invisible_characters_are_no_trouble()
    {
        foreach (
            var text in new[]
            {
                new string('x', 1 << 20),
                new string('7', 1 << 20),
                new string('\u200B', 100_000),
                new string('"', 100_000),
                new string('[', 100_000),
                string.Concat(Enumerable.Repeat("not ", 100_000)),
                string.Concat(Enumerable.Repeat("1,", 100_000)),
                string.Concat(Enumerable.Repeat("🙂", 100_000)),
            }
        )
        {
            Reader.Check(text, out var work);
            work.ShouldBeLessThan(200L * text.Length);
            GroundingReader.Of([text]).Check(text, out work);
            work.ShouldBeLessThan(200L * text.Length);
        }
    }

    /// <summary>Whether a place stands within a pair of surrogates.</summary>
    static bool Cuts(string text, int at) =>
        at > 0 && at < text.Length && char.IsHighSurrogate(text[at - 1]) && char.IsLowSurrogate(text[at]);
}
