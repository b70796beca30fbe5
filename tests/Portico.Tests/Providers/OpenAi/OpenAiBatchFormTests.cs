using System.Text;
using Portico.Core;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;

namespace Portico.Tests.Providers.OpenAi;

/// <summary>Batches in OpenAI's form as they are read and written: https://platform.openai.com/docs/api-reference/batch.</summary>
public sealed class OpenAiBatchFormTests
{
    static readonly ProviderConnection Connection = new(
        ConnectionId.New(TimeProvider.System),
        "openai",
        null,
        new Uri("https://api.openai.com/v1"),
        new Secret("sk-x")
    );

    static readonly BatchMark Mark = new("step_1", DateTimeOffset.FromUnixTimeSeconds(1_000), 3, new HashSet<string>());

    static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Theory]
    [InlineData("validating", ProviderBatchState.Running)]
    [InlineData("in_progress", ProviderBatchState.Running)]
    [InlineData("finalizing", ProviderBatchState.Running)]
    [InlineData("cancelling", ProviderBatchState.Running)]
    [InlineData("a_word_of_tomorrow", ProviderBatchState.Running)]
    [InlineData("completed", ProviderBatchState.Ended)]
    [InlineData("failed", ProviderBatchState.Failed)]
    [InlineData("expired", ProviderBatchState.Expired)]
    [InlineData("cancelled", ProviderBatchState.Cancelled)]
    public void A_batch_stands_where_its_status_says(string word, ProviderBatchState state)
    {
        var batch = OpenAiBatchForm.Batch(
            Bytes($$"""{"id":"batch_1","status":"{{word}}","output_file_id":"file-1","error_file_id":null,"errors":null}"""),
            Connection
        );
        (batch.Id, batch.State, batch.Word, batch.Problem, batch.HasMetLimit).ShouldBe(("batch_1", state, word, null, false));
        batch.Results.ShouldBe(["file-1"]);
    }

    [Theory]
    [InlineData("token_limit_exceeded", true)]
    [InlineData("invalid_json_line", false)]
    public void Why_a_batch_failed_is_read_and_whether_it_may_be_taken_later(string code, bool isLimit)
    {
        var batch = OpenAiBatchForm.Batch(
            Bytes(
                $$$"""{"id":"b","status":"failed","errors":{"object":"list","data":[{"code":"{{{code}}}","message":"Too much.","line":null}]}}"""
            ),
            Connection
        );
        (batch.Problem, batch.HasMetLimit).ShouldBe((code, isLimit));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":1,"status":"completed"}""")]
    [InlineData("<html>")]
    public void What_is_no_batch_is_the_providers_fault(string body) =>
        Should.Throw<UpstreamException>(() => OpenAiBatchForm.Batch(Bytes(body), Connection)).Kind.ShouldBe(ErrorTable.UpstreamMalformed);

    static string Listed(string id, string? step, long created, string status = "in_progress") =>
        $$$"""{"id":"{{{id}}}","metadata":{"portico_step":{{{(step is null ? "null" : $"\"{step}\"")}}} },"status":"{{{status}}}","created_at":{{{created}}} }""";

    static (string? Found, string? Next) Find(bool hasMore, params string[] batches)
    {
        var page = Bytes($$"""{"object":"list","data":[{{string.Join(',', batches)}}],"has_more":{{(hasMore ? "true" : "false")}}}""");
        var found = OpenAiBatchForm.Find(page, Connection, Mark, out var next);
        return (found?.Id, next);
    }

    [Fact]
    public void A_batch_is_found_by_its_mark_within_its_time_and_not_when_it_failed()
    {
        Find(true, Listed("b3", null, 1_200), Listed("b2", "step_1", 1_100), Listed("b1", "step_2", 1_050)).ShouldBe(("b2", null));
        Find(true, Listed("b3", "step_1", 1_200, "failed"), Listed("b2", "step_1x", 1_100)).ShouldBe((null, "b2"));
        Find(false, Listed("b3", "step_2", 1_200)).ShouldBe((null, null), "there is no more");
        Find(true, Listed("b3", "step_2", 999)).ShouldBe((null, null), "what comes is older than the step");
        Find(true).ShouldBe((null, null));
    }

    [Fact]
    public async Task Lines_are_written_one_after_the_other_in_the_length_that_was_said()
    {
        using var content = new ItemsContent(
            "application/json",
            "[",
            [new BatchItem("step-1", Bytes("""{"a":1}""")), new BatchItem("step-2", Bytes("""{"b":"ö"}"""))],
            ("{\"id\":\"", "\",\"body\":"),
            "}",
            ",",
            "]"
        );
        var text = await content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        text.ShouldBe("""[{"id":"step-1","body":{"a":1}},{"id":"step-2","body":{"b":"ö"}}]""");
        content.Headers.ContentLength.ShouldBe(Encoding.UTF8.GetByteCount(text));
        content.Headers.ContentType!.MediaType.ShouldBe("application/json");
    }
}
