using System.Text;
using Portico.Providers;
using Portico.Providers.Http;
using Portico.Providers.OpenAi;

namespace Portico.Tests.Providers.OpenAi;

/// <summary>Lines of the results of OpenAI, of Mistral (https://docs.mistral.ai/studio-api/batch-processing) and of Together (https://docs.together.ai/docs/inference/batch/manage).</summary>
public sealed class BatchResultLineTests
{
    static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public void Lines_of_results_are_read_and_what_is_none_is_passed_over()
    {
        var good = BatchResultLine.Read(
            Bytes("""{"id":"r","custom_id":"s-1","response":{"status_code":200,"request_id":"q","body":{"a": [1, "\n"]}},"error":null}""")
        )!;
        (good.CustomId, good.Kind, good.Status, good.RequestId).ShouldBe(("s-1", BatchResultKind.Answer, 200, "q"));
        Encoding.UTF8.GetString(good.Body.Span).ShouldBe("""{"a": [1, "\n"]}""");
        BatchResultLine
            .Read(Bytes("""{"custom_id":"s-2","response":{"status_code":429,"request_id":null,"body":{}},"error":null}"""))!
            .Kind.ShouldBe(BatchResultKind.Failed);
        foreach (
            var (code, kind, status) in new[]
            {
                ("batch_expired", BatchResultKind.Expired, 500),
                ("batch_cancelled", BatchResultKind.Cancelled, 500),
                ("request_timeout", BatchResultKind.Failed, 504),
            }
        )
        {
            var result = BatchResultLine.Read(
                Bytes($$$"""{"custom_id":"s-3","response":null,"error":{"code":"{{{code}}}","message":"So it is."}}""")
            )!;
            (result.Kind, result.Status).ShouldBe((kind, status));
            UpstreamErrors.Parse(result.Body.Span).Message.ShouldBe("So it is.");
        }
        foreach (
            var none in (string[])["null", "[]", "{", """{"custom_id":1}""", """{"custom_id":"s","response":null,"error":null}""", "text"]
        )
            BatchResultLine.Read(Bytes(none)).ShouldBeNull(none);
    }

    [Fact]
    public void A_line_that_is_cut_or_changed_anywhere_is_a_result_or_none_and_never_an_accident()
    {
        var line = Encoding.UTF8.GetBytes(
            """{"id":"r","custom_id":"s-1","response":{"status_code":200,"request_id":"q","body":{"usage":{"prompt_tokens":1}}},"error":null}"""
        );
        for (var i = 0; i < line.Length; i++)
        {
            BatchResultLine.Read(line.AsMemory(0, i)).ShouldBeNull();
            foreach (var b in (byte[])[0x00, 0xFF, (byte)'"', (byte)'{', (byte)'9'])
            {
                var changed = line.ToArray();
                changed[i] = b;
                _ = BatchResultLine.Read(changed);
            }
        }
    }

    [Fact]
    public void A_line_of_Mistral_names_the_request_by_itself()
    {
        var good = BatchResultLine.Read(
            Bytes(
                """{"id":"batch-cd0da3ab-1-377e2e82","custom_id":"0","response":{"status_code":200,"body":{"id":"85bc","object":"chat.completion"}},"error":null}"""
            )
        )!;
        (good.CustomId, good.Kind, good.Status, good.RequestId).ShouldBe(("0", BatchResultKind.Answer, 200, "batch-cd0da3ab-1-377e2e82"));
    }

    [Theory]
    // An error with a status of its own, in words alone, or as an object: the words are what a caller reads.
    [InlineData(
        """{"custom_id":"0","response":{"status_code":422,"body":{"object":"error","message":"So it is."}},"error":null}""",
        422,
        "So it is."
    )]
    [InlineData("""{"custom_id":"0","response":{"status_code":422,"body":null},"error":"So it is."}""", 422, "So it is.")]
    [InlineData("""{"custom_id":"0","response":{"status_code":422},"error":{"message":"So it is."}}""", 422, "So it is.")]
    [InlineData("""{"custom_id":"0","response":null,"error":"So it is."}""", 500, "So it is.")]
    // Together's have no response at all.
    [InlineData(
        """{"custom_id":"0","error":{"message":"Invalid model specified","code":"invalid_model"}}""",
        500,
        "Invalid model specified"
    )]
    [InlineData("""{"custom_id":"0","error":{"message":"Request timeout","code":"timeout"}}""", 504, "Request timeout")]
    public void A_line_that_tells_of_an_error_has_its_status_and_its_words(string line, int status, string words)
    {
        var result = BatchResultLine.Read(Bytes(line))!;
        (result.CustomId, result.Kind, result.Status).ShouldBe(("0", BatchResultKind.Failed, status));
        UpstreamErrors.Parse(result.Body.Span).Message.ShouldBe(words);
    }

    [Theory]
    [InlineData("""{"custom_id":"0","response":{"status_code":200,"body":null},"error":null}""")]
    [InlineData("""{"custom_id":"0","response":{"body":{}},"error":null}""")]
    [InlineData("""{"custom_id":"0","response":{"status_code":200.5,"body":{}},"error":null}""")]
    [InlineData("""{"custom_id":"0"}""")]
    public void A_line_that_says_neither_is_none(string line) => BatchResultLine.Read(Bytes(line)).ShouldBeNull();
}
