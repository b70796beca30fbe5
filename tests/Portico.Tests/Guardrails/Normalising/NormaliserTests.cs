using Portico.Guardrails.Normalising;

namespace Portico.Tests.Guardrails.Normalising;

/// <summary>Texts come to one form, and each of its characters knows where it came from.</summary>
public sealed class NormaliserTests
{
    [Fact]
    public void A_text_in_ASCII_is_not_copied()
    {
        const string text = "Plain words, 100 % of them.";
        Normaliser.Normalise(text).Text.ShouldBeSameAs(text);
    }

    [Theory]
    [InlineData("Ｆｕｌｌ ｗｉｄｔｈ", "Full width")]
    [InlineData("𝐁𝐨𝐥𝐝 𝓼𝓬𝓻𝓲𝓹𝓽", "Bold script")]
    [InlineData("ﬁne ①", "fine 1")]
    [InlineData("ze\u200Bro\u2060wid\uFEFFth", "zerowidth")]
    [InlineData("so\u00ADft", "soft")]
    [InlineData("pаypаl sеndѕ", "paypal sends")]
    [InlineData("Привет, как дела?", "Привет, как дела?")]
    [InlineData("Αθήνα", "Αθήνα")]
    [InlineData("می\u200Cخواهم", "می\u200Cخواهم")]
    [InlineData("क्\u200Dष", "क्\u200Dष")]
    [InlineData("👩\u200D💻", "👩\u200D💻")]
    [InlineData("z\u0300\u0301\u0302\u0303\u0304a", "z\u0300\u0301a")]
    public void It_maps_drops_and_folds(string text, string normal) => Normaliser.Normalise(text).Text.ShouldBe(normal);

    [Fact]
    public void A_place_leads_back_to_where_it_came_from()
    {
        const string text = "a\u200Bb ﬁ c";
        var normal = Normaliser.Normalise(text);
        normal.Text.ShouldBe("ab fi c");
        normal.Piece(1, 1).ShouldBe((2, 1));
        normal.Piece(3, 2).ShouldBe((4, 1));
        normal.Piece(0, normal.Text.Length).ShouldBe((0, text.Length));
    }

    [Fact]
    public void Places_never_go_back_and_stay_within_the_text()
    {
        const string letters = "aб\u200Bﬁ\u0301Ａ\uD835\uDC00\u202E\uDB40\uDC41 \uD800é";
        for (var seed = 1; seed <= 300; seed++)
        {
            var random = new Random(seed);
            var text = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => letters[random.Next(letters.Length)])]);
            var normal = Normaliser.Normalise(text);
            var last = 0;
            for (var at = 0; at <= normal.Text.Length; at++)
            {
                normal.Place(at).ShouldBeInRange(last, text.Length, $"seed {seed}");
                last = normal.Place(at);
            }
            Views.Of(normal).ShouldAllBe(v => v.Start >= 0 && v.Length >= 0 && v.Start + v.Length <= text.Length);
        }
    }
}
