using System.Text;
using Portico.Core.Chat;
using Portico.Providers.Http;
using Portico.Tests.Providers.Anthropic;

namespace Portico.Tests.Core;

public sealed class ShortTextTests
{
    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    [Theory]
    [InlineData("abc", 3, "abc")]
    [InlineData("abcd", 3, "abc")]
    [InlineData("ab🚲", 3, "ab")]
    [InlineData("ab🚲", 4, "ab🚲")]
    [InlineData("🚲🚲", 1, "")]
    [InlineData("", 1, "")]
    public void A_text_is_cut_between_characters(string text, int length, string expected) =>
        ShortText.UpTo(text, length).ShouldBe(expected);

    /// <summary>Half a character can neither be written to a caller nor into a column of PostgreSQL.</summary>
    [Fact]
    public void The_words_of_a_provider_are_cut_between_characters_whatever_their_length()
    {
        foreach (var before in Enumerable.Range(0, 4))
        {
            var said = new string('x', before) + string.Concat(Enumerable.Repeat("🚲", 3_000));
            var e = UpstreamErrors.From(401, new UpstreamErrorBody(said, null, null, null), null, Anthropics.Connection());
            Strict.GetByteCount(e.Message).ShouldBeGreaterThan(1_000);
            Strict.GetByteCount(ShortText.UpTo(e.ForRecord, 500)).ShouldBeGreaterThan(500);
        }
    }
}
