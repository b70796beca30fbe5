using System.Text;
using Portico.Core;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.Gemini;

namespace Portico.Tests.Providers.Gemini;

/// <summary>Batches of the Gemini API as they are read: https://ai.google.dev/api/batch-api.</summary>
public sealed class GeminiBatchFormTests
{
    static readonly ProviderConnection Connection = Geminis.Connection();

    static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static string Operation(string more) => "{\"name\":\"batches/b1\"" + more + "}";

    static string At(string state, string more = "") =>
        Operation($$$""","metadata":{"state":"{{{state}}}","displayName":"step_1"}{{{more}}}""");

    const string File = ""","done":true,"response":{"responsesFile":"files/batch-b1"}""";

    [Theory]
    [InlineData("BATCH_STATE_PENDING", "", ProviderBatchState.Running)]
    [InlineData("BATCH_STATE_RUNNING", "", ProviderBatchState.Running)]
    [InlineData("JOB_STATE_RUNNING", "", ProviderBatchState.Running)]
    [InlineData("BATCH_STATE_UNSPECIFIED", "", ProviderBatchState.Running)]
    [InlineData("A_WORD_OF_TOMORROW", "", ProviderBatchState.Running)]
    [InlineData("BATCH_STATE_SUCCEEDED", File, ProviderBatchState.Ended)]
    [InlineData("JOB_STATE_SUCCEEDED", File, ProviderBatchState.Ended)]
    [InlineData("JOB_STATE_PARTIALLY_SUCCEEDED", File, ProviderBatchState.Ended)]
    [InlineData("BATCH_STATE_SUCCEEDED", "", ProviderBatchState.Running)]
    [InlineData("BATCH_STATE_FAILED", "", ProviderBatchState.Failed)]
    [InlineData("BATCH_STATE_CANCELLED", "", ProviderBatchState.Cancelled)]
    [InlineData("JOB_STATE_EXPIRED", "", ProviderBatchState.Expired)]
    [InlineData("A_WORD_OF_TOMORROW", File, ProviderBatchState.Ended)]
    [InlineData("A_WORD_OF_TOMORROW", ""","done":true,"error":{"code":1}""", ProviderBatchState.Cancelled)]
    [InlineData("A_WORD_OF_TOMORROW", ""","done":true,"error":{"code":13}""", ProviderBatchState.Failed)]
    public void A_batch_stands_where_its_state_says_in_either_spelling(string word, string more, ProviderBatchState state)
    {
        var batch = GeminiBatchForm.Batch(Bytes(At(word, more)), Connection);
        (batch.Id, batch.State, batch.Word).ShouldBe(("batches/b1", state, word));
        batch.Results.ShouldBe(more == File ? ["files/batch-b1"] : []);
    }

    [Theory]
    [InlineData("8", "RESOURCE_EXHAUSTED", true)]
    [InlineData("429", "RESOURCE_EXHAUSTED", true)]
    [InlineData("3", "INVALID_ARGUMENT", false)]
    public void Why_a_batch_failed_is_read_and_whether_it_may_be_taken_later(string code, string name, bool isLimit)
    {
        var batch = GeminiBatchForm.Batch(
            Bytes(At("BATCH_STATE_FAILED", $$$""","done":true,"error":{"code":{{{code}}},"message":"Line 1 says: secret"}""")),
            Connection
        );
        (batch.State, batch.Problem, batch.HasMetLimit).ShouldBe((ProviderBatchState.Failed, name, isLimit));
    }

    [Fact]
    public void Results_stand_in_the_response_or_in_the_batch_itself()
    {
        var body = Operation(""","metadata":{"state":"BATCH_STATE_CANCELLED","output":{"responsesFile":"files/part"}}""");
        var batch = GeminiBatchForm.Batch(Bytes(body), Connection);
        (batch.State, batch.Results.Single()).ShouldBe((ProviderBatchState.Cancelled, "files/part"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("no JSON")]
    [InlineData("{}")]
    [InlineData("""{"name":"operations/x"}""")]
    [InlineData("""{"name":"batches/"}""")]
    [InlineData("""{"name":"batches/../models/m:generateContent"}""")]
    [InlineData("""{"name":"batches/b?key=x"}""")]
    [InlineData("""{"name":"batches/b","done":true,"response":{"responsesFile":"https://elsewhere.example/f"}}""")]
    [InlineData("""{"name":"batches/b","done":true,"response":{"responsesFile":"files/a/../b"}}""")]
    public void What_is_no_batch_or_names_what_is_none_is_malformed(string body) =>
        Should.Throw<UpstreamException>(() => GeminiBatchForm.Batch(Bytes(body), Connection)).Kind.ShouldBe(ErrorTable.UpstreamMalformed);

    static string Page(params string[] operations) => $$"""{"operations":[{{string.Join(',', operations)}}],"nextPageToken":"t 2"}""";

    [Fact]
    public void A_batch_is_found_by_the_name_it_was_given_unless_it_failed()
    {
        var other = """{"name":"batches/b2","metadata":{"displayName":"step_12"}}""";
        // What others made need not be of a form that is known.
        var strange = """{"metadata":{}}""";
        var page = Bytes(Page(other, strange, At("BATCH_STATE_RUNNING")));
        GeminiBatchForm.Find(page, Connection, "step_1", out var next)!.Id.ShouldBe("batches/b1");
        next.ShouldBeNull();
        GeminiBatchForm.Find(page, Connection, "step_3", out next).ShouldBeNull();
        next.ShouldBe("t 2");
        GeminiBatchForm.Find(Bytes(Page(At("BATCH_STATE_FAILED"))), Connection, "step_1", out _).ShouldBeNull();
        GeminiBatchForm.Find(Bytes("{}"), Connection, "step_1", out next).ShouldBeNull("a page without batches");
        next.ShouldBeNull();
        Should.Throw<UpstreamException>(() => GeminiBatchForm.Find(Bytes("""{"operations":{}}"""), Connection, "step_1", out _));
    }

    [Theory]
    [InlineData("""{"file":{"name":"files/a","state":"ACTIVE"}}""", true)]
    [InlineData("""{"file":{"name":"files/a"}}""", true)]
    [InlineData("""{"name":"files/a","state":"PROCESSING"}""", false)]
    public void A_file_may_be_used_when_it_is_read(string body, bool isReady) =>
        GeminiBatchForm.File(Bytes(body), Connection).ShouldBe(("files/a", isReady));

    [Theory]
    [InlineData("""{"file":{"name":"files/a","state":"FAILED"}}""")]
    [InlineData("""{"file":{"name":"a"}}""")]
    public void A_file_that_failed_or_has_no_name_is_none(string body) =>
        Should.Throw<UpstreamException>(() => GeminiBatchForm.File(Bytes(body), Connection)).Fault.ShouldBe(Fault.Upstream);
}
