using System.Text;
using Portico.Core;
using Portico.Core.Chat;
using Portico.Providers;
using Portico.Providers.OpenAi;

namespace Portico.Tests.Providers.OpenAi;

/// <summary>Batch jobs as Mistral documents them: https://docs.mistral.ai/studio-api/batch-processing and https://docs.mistral.ai/api/endpoint/batch.</summary>
public sealed class MistralBatchFormTests
{
    static readonly ProviderConnection Connection = new(
        ConnectionId.New(TimeProvider.System),
        "openai",
        "mistral",
        new Uri("https://api.mistral.ai/v1"),
        new Secret("x")
    );

    static readonly MistralBatchForm Form = new();

    static readonly BatchMark Mark = new("step_1", DateTimeOffset.FromUnixTimeSeconds(1_000), 3, new HashSet<string>());

    static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static BatchOrder Order(params string[] bodies) =>
        new("step_1", "/v1/chat/completions", null, [.. bodies.Select((b, i) => new BatchItem($"step_1-{i + 1}", Bytes(b)))]);

    const string Ask =
        """{"model":"mistral-small-latest","max_tokens":100,"messages":[{"role":"user","content":"What is the best French cheese?"}]}""";

    [Fact]
    public async Task An_order_of_few_lines_has_them_in_itself()
    {
        var order = Order(Ask, """{"model":"mistral-small-latest"}""");
        Form.IsInline(order).ShouldBeTrue();
        using var content = Form.Order(order, null);
        content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(
            """{"endpoint":"/v1/chat/completions","model":"mistral-small-latest","metadata":{"portico_step":"step_1"},"timeout_hours":24,"requests":["""
                + """{"custom_id":"step_1-1","body":{"model":"mistral-small-latest","max_tokens":100,"messages":[{"role":"user","content":"What is the best French cheese?"}]}},"""
                + """{"custom_id":"step_1-2","body":{"model":"mistral-small-latest"}}]}"""
        );
    }

    [Fact]
    public async Task More_lines_are_a_file_and_the_order_names_it()
    {
        Form.IsInline(Order([.. Enumerable.Repeat("{}", 9_999)])).ShouldBeTrue();
        Form.IsInline(Order([.. Enumerable.Repeat("{}", 10_000)])).ShouldBeFalse();
        Form.IsInline(Order(new string(' ', 1024 * 1024 + 1))).ShouldBeFalse();
        var order = Order(Ask, "{}");
        using var file = Form.File(order);
        var ct = TestContext.Current.CancellationToken;
        (await file.ReadAsStringAsync(ct)).ShouldBe(
            "--portico-step_1\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
                + "--portico-step_1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"step_1.jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n"
                + "{\"custom_id\":\"step_1-1\",\"body\":"
                + Ask
                + "}\n{\"custom_id\":\"step_1-2\",\"body\":{}}\n\r\n--portico-step_1--\r\n"
        );
        using var content = Form.Order(order, "a621cf02-1cd9-4cf5-8403-315211a509a3");
        (await content.ReadAsStringAsync(ct)).ShouldBe(
            """{"endpoint":"/v1/chat/completions","model":"mistral-small-latest","metadata":{"portico_step":"step_1"},"timeout_hours":24,"input_files":["a621cf02-1cd9-4cf5-8403-315211a509a3"]}"""
        );
    }

    static string Job(
        string word,
        string? output = null,
        string? error = null,
        string step = "step_1",
        long created = 1_100,
        string id = "j"
    ) =>
        $$$"""{"id":"{{{id}}}","object":"batch","input_files":[],"metadata":{"portico_step":"{{{step}}}"},"endpoint":"/v1/chat/completions","model":"m","agent_id":null,"output_file":{{{Null(output)}}},"error_file":{{{Null(error)}}},"errors":[{"message":"Secret words","count":2}],"outputs":null,"status":"{{{word}}}","created_at":{{{created}}},"total_requests":3,"completed_requests":0,"succeeded_requests":0,"failed_requests":0,"started_at":null,"completed_at":null}""";

    static string Null(string? text) => text is null ? "null" : $"\"{text}\"";

    [Theory]
    [InlineData("QUEUED", ProviderBatchState.Running)]
    [InlineData("RUNNING", ProviderBatchState.Running)]
    [InlineData("CANCELLATION_REQUESTED", ProviderBatchState.Running)]
    [InlineData("A_WORD_OF_TOMORROW", ProviderBatchState.Running)]
    [InlineData("SUCCESS", ProviderBatchState.Ended)]
    [InlineData("FAILED", ProviderBatchState.Failed)]
    [InlineData("TIMEOUT_EXCEEDED", ProviderBatchState.Expired)]
    [InlineData("CANCELLED", ProviderBatchState.Cancelled)]
    public void A_job_stands_where_its_status_says(string word, ProviderBatchState state)
    {
        var batch = Form.Batch(Bytes(Job(word, "out", "err")), Connection);
        (batch.Id, batch.State, batch.Word, batch.Problem, batch.HasMetLimit).ShouldBe(("j", state, word, null, false));
        batch.Results.ShouldBe(["out", "err"]);
        Form.Batch(Bytes(Job(word, null, "err")), Connection).Results.ShouldBe(["err"]);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":1,"status":"SUCCESS"}""")]
    [InlineData("<html>")]
    public void What_is_no_job_is_the_providers_fault(string body) =>
        Should.Throw<UpstreamException>(() => Form.Batch(Bytes(body), Connection)).Kind.ShouldBe(ErrorTable.UpstreamMalformed);

    static (string? Found, string? Next) Find(string? place, long total, params string[] jobs)
    {
        var page = Bytes($$"""{"data":[{{string.Join(',', jobs)}}],"object":"list","total":{{total}}}""");
        var found = Form.Find(page, Connection, Mark, place, out var next);
        return (found?.Id, next);
    }

    [Fact]
    public void A_job_is_found_by_its_mark_page_by_page_within_its_time()
    {
        Form.ListPath(null).ShouldBe("batch/jobs?page=0&page_size=100&order_by=-created");
        Form.ListPath("7").ShouldBe("batch/jobs?page=7&page_size=100&order_by=-created");
        Find(null, 9, Job("RUNNING", step: "step_2", id: "a"), Job("RUNNING", id: "b")).ShouldBe(("b", null));
        Find(null, 9, Job("RUNNING", step: "step_2")).ShouldBe((null, "1"));
        Find("1", 9, Job("RUNNING", step: "step_2")).ShouldBe((null, "2"));
        Find("2", 9).ShouldBe((null, null), "a page of nothing is behind the last");
        Find(null, 1, Job("RUNNING", step: "step_2")).ShouldBe((null, null), "all are on the first page");
        Find(null, 9, Job("RUNNING", step: "step_2", created: 999)).ShouldBe((null, null), "what comes is older than the step");
        Find(null, 1, Job("FAILED")).ShouldBe((null, null), "it answers nothing");
        Find(null, 1, Job("FAILED", "out")).ShouldBe(("j", null), "what it answered is paid for");
    }
}
