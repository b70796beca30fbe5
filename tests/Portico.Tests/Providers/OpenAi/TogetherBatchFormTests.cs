using System.Text;
using Portico.Core;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.OpenAi;

namespace Portico.Tests.Providers.OpenAi;

/// <summary>Batches as Together documents them: https://docs.together.ai/reference/batch-create, its neighbours and https://docs.together.ai/reference/upload-file.</summary>
public sealed class TogetherBatchFormTests
{
    static readonly ProviderConnection Connection = new(
        ConnectionId.New(TimeProvider.System),
        "openai",
        "together",
        new Uri("https://api.together.xyz/v1"),
        new Secret("x")
    );

    static readonly TogetherBatchForm Form = new();

    static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public async Task Lines_are_a_file_and_the_order_names_it()
    {
        var order = new BatchOrder("step_1", "/v1/chat/completions", null, [new BatchItem("step_1-1", Bytes("""{"model":"m"}"""))]);
        Form.IsInline(order).ShouldBeFalse();
        using var file = Form.File(order);
        var ct = TestContext.Current.CancellationToken;
        (await file.ReadAsStringAsync(ct)).ShouldBe(
            "--portico-step_1\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch-api\r\n"
                + "--portico-step_1\r\nContent-Disposition: form-data; name=\"file_name\"\r\n\r\nstep_1.jsonl\r\n"
                + "--portico-step_1\r\nContent-Disposition: form-data; name=\"file_type\"\r\n\r\njsonl\r\n"
                + "--portico-step_1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"step_1.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n"
                + "{\"custom_id\":\"step_1-1\",\"body\":{\"model\":\"m\"}}\n\r\n--portico-step_1--\r\n"
        );
        using var content = Form.Order(order, "file-abc123");
        (await content.ReadAsStringAsync(ct)).ShouldBe(
            """{"endpoint":"/v1/chat/completions","input_file_id":"file-abc123","completion_window":"24h"}"""
        );
    }

    static string Job(string word, string more = "", string file = "file-1", string id = "b") =>
        $$$"""{"id":"{{{id}}}","user_id":"u","input_file_id":"{{{file}}}","file_size_bytes":1,"status":"{{{word}}}","job_deadline":"2026-01-15T15:30:00Z","created_at":"2026-01-15T14:30:00Z","endpoint":"/v1/chat/completions","progress":75,"model_id":"m"{{{more}}}}""";

    [Theory]
    [InlineData("VALIDATING", ProviderBatchState.Running)]
    [InlineData("IN_PROGRESS", ProviderBatchState.Running)]
    [InlineData("A_WORD_OF_TOMORROW", ProviderBatchState.Running)]
    [InlineData("COMPLETED", ProviderBatchState.Ended)]
    [InlineData("FAILED", ProviderBatchState.Failed)]
    [InlineData("EXPIRED", ProviderBatchState.Expired)]
    [InlineData("CANCELLED", ProviderBatchState.Cancelled)]
    public void A_batch_stands_where_its_status_says_bare_or_as_the_answer_to_an_order(string word, ProviderBatchState state)
    {
        var job = Job(word, ""","output_file_id":"out","error_file_id":"err","error":"Secret words" """);
        foreach (var body in (string[])[job, $$"""{"job":{{job}},"warning":"Mind."}"""])
        {
            var batch = Form.Batch(Bytes(body), Connection);
            (batch.Id, batch.State, batch.Word, batch.Problem, batch.HasMetLimit).ShouldBe(("b", state, word, null, false));
            batch.Results.ShouldBe(["out", "err"]);
        }
        Form.Batch(Bytes(Job(word)), Connection).Results.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"job":null}""")]
    [InlineData("""{"error":"No"}""")]
    public void What_is_no_batch_is_the_providers_fault(string body) =>
        Should.Throw<UpstreamException>(() => Form.Batch(Bytes(body), Connection)).Kind.ShouldBe(ErrorTable.UpstreamMalformed);

    static string? Find(string? file, string list)
    {
        var mark = new BatchMark("step_1", default, 3, new HashSet<string>()) { File = file };
        var found = Form.Find(Bytes(list), Connection, mark, null, out var next);
        next.ShouldBeNull();
        return found?.Id;
    }

    [Fact]
    public void A_batch_is_found_by_its_file_and_without_a_file_there_is_none()
    {
        var list = $"[{Job("IN_PROGRESS", file: "file-2", id: "a")},{Job("FAILED", id: "c")},{Job("IN_PROGRESS")}]";
        Find("file-1", list).ShouldBe("b");
        Find("file-3", list).ShouldBeNull();
        Find(null, list).ShouldBeNull();
        Find("file-1", $"[{Job("FAILED")}]").ShouldBeNull("it answers nothing");
        Find("file-1", $$"""[{{Job("FAILED", ""","output_file_id":"out" """)}}]""").ShouldBe("b", "what it answered is paid for");
        Find("file-1", "[]").ShouldBeNull();
        Find("file-1", "null").ShouldBeNull();
        Should.Throw<UpstreamException>(() => Find("file-1", "{}"));
    }
}
