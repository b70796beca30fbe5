namespace Portico.Tests.Core;

public sealed class IdTests
{
    [Fact]
    public void Reads_back_what_it_prints()
    {
        for (var i = 0; i < 1_000; i++)
        {
            var id = CallId.New(TimeProvider.System);
            CallId.Parse(id.ToString()).ShouldBe(id);
        }
    }

    [Fact]
    public void Prints_prefix_and_twenty_six_lower_case_characters() =>
        CallId.New(TimeProvider.System).ToString().ShouldMatch("^call_[0-7][0-9a-hjkmnp-tv-z]{25}$");

    [Fact]
    public void A_made_up_id_past_the_end_of_the_calendar_has_a_time_all_the_same() =>
        CallId.Parse("call_7zzzzzzzzzzzzzzzzzzzzzzzzz").CreatedAt.Year.ShouldBe(9999);

    [Fact]
    public void Texts_sort_by_time_of_creation()
    {
        var clock = new StepClock();
        var ids = Enumerable.Range(0, 50).Select(_ => KeyId.New(clock).ToString()).ToList();
        ids.ShouldBe(ids.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("call_")]
    [InlineData("key_01k8z7z7z7z7z7z7z7z7z7z7z7")]
    [InlineData("call_81k8z7z7z7z7z7z7z7z7z7z7z7")]
    [InlineData("call_01k8z7z7z7z7z7z7z7z7z7z7zu")]
    public void Refuses_what_is_not_an_id_of_its_kind(string text) => CallId.TryParse(text, out _).ShouldBeFalse();

    sealed class StepClock : TimeProvider
    {
        long ms = 1_760_000_000_000;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(ms++);
    }
}
