using System.Text;
using Portico.Core;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Anthropic;

namespace Portico.Tests.Providers.Anthropic;

/// <summary>Message batches as they are read: https://platform.claude.com/docs/en/api/creating-message-batches.</summary>
public sealed class AnthropicBatchFormTests
{
    static readonly ProviderConnection Connection = new(
        ConnectionId.New(TimeProvider.System),
        "anthropic",
        null,
        new Uri("https://api.anthropic.com"),
        new Secret("sk-x")
    );

    static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Theory]
    [InlineData("in_progress", ProviderBatchState.Running)]
    [InlineData("canceling", ProviderBatchState.Running)]
    [InlineData("ended", ProviderBatchState.Ended)]
    public void A_batch_stands_where_its_status_says_and_its_results_lie_at_the_connections_address(string word, ProviderBatchState state)
    {
        var batch = AnthropicBatchForm.Batch(
            Bytes($$"""{"id":"msgbatch_1","processing_status":"{{word}}","results_url":"https://elsewhere.example/steal"}"""),
            Connection
        );
        (batch.Id, batch.State, batch.Word).ShouldBe(("msgbatch_1", state, word));
        batch.Results.ShouldBe(state == ProviderBatchState.Ended ? ["messages/batches/msgbatch_1/results"] : []);
    }

    static string Listed(string id, int lines, string created, string status = "ended") =>
        $$$"""{"id":"{{{id}}}","processing_status":"{{{status}}}","created_at":"{{{created}}}","request_counts":{"processing":1,"succeeded":{{{lines - 1}}},"errored":0,"canceled":0,"expired":0}}""";

    [Fact]
    public void Those_may_be_a_batch_that_have_its_size_and_time_and_are_not_known_as_others()
    {
        var mark = new BatchMark("step_1", default, 3, new HashSet<string> { "known" });
        var page = Bytes(
            $$"""{"data":[{{string.Join(',', Listed("a", 3, "2026-03-01T12:00:00Z"), Listed("known", 3, "2026-03-01T11:00:00Z"), Listed("other", 4, "2026-03-01T10:00:00Z"), Listed("b", 3, "2026-03-01T09:30:00Z", "in_progress"))}}],"has_more":true}"""
        );
        var since = new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
        AnthropicBatchForm.Candidates(page, Connection, mark, since, out var next).Select(b => b.Id).ShouldBe(["a", "b"]);
        next.ShouldBe("b");
        AnthropicBatchForm.Candidates(page, Connection, mark, since.AddHours(1), out next).Select(b => b.Id).ShouldBe(["a"]);
        next.ShouldBeNull("what comes is older");
        Should
            .Throw<UpstreamException>(() =>
                AnthropicBatchForm.Candidates(Bytes("""{"data":[{"id":"x"}]}"""), Connection, mark, since, out _)
            )
            .Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }

    [Theory]
    [InlineData("""{"type":"succeeded","message":{"type":"message"}}""", BatchResultKind.Answer)]
    [InlineData("""{"type":"errored","error":{"type":"error"}}""", BatchResultKind.Failed)]
    [InlineData("""{"type":"expired"}""", BatchResultKind.Expired)]
    [InlineData("""{"type":"canceled"}""", BatchResultKind.Cancelled)]
    [InlineData("""{"type":"of_tomorrow"}""", null)]
    [InlineData("""{"type":"succeeded"}""", null)]
    [InlineData("null", null)]
    public void Lines_of_results_are_read_and_what_is_none_is_passed_over(string result, BatchResultKind? kind) =>
        (AnthropicBatchForm.Result(Bytes($$"""{"custom_id":"s-1","result":{{result}} }"""))?.Kind).ShouldBe(kind);
}
