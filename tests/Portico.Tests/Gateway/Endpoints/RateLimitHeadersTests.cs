using Portico.Gateway.Endpoints;

namespace Portico.Tests.Gateway.Endpoints;

/// <summary>Times of reset in the form that OpenAI's headers have (https://platform.openai.com/docs/guides/rate-limits).</summary>
public sealed class RateLimitHeadersTests
{
    [Theory]
    [InlineData(-5, "0s")]
    [InlineData(0, "0s")]
    [InlineData(0.001, "1s")]
    [InlineData(1, "1s")]
    [InlineData(59, "59s")]
    [InlineData(59.2, "1m0s")]
    [InlineData(60, "1m0s")]
    [InlineData(360, "6m0s")]
    [InlineData(3_599, "59m59s")]
    [InlineData(3_600, "1h0m0s")]
    [InlineData(5_405, "1h30m5s")]
    [InlineData(2_678_400, "744h0m0s")]
    public void A_time_is_written_in_hours_minutes_and_begun_seconds(double seconds, string text) =>
        RateLimitHeaders.Duration(TimeSpan.FromSeconds(seconds)).ShouldBe(text);
}
