using System.Text;
using Portico.Core.Chat;
using Portico.Providers.Gemini;
using Portico.Tests.Repository;
using Portico.Tests.Support;
using static Portico.Tests.Providers.Gemini.Geminis;

namespace Portico.Tests.Providers.Gemini;

/// <summary>Streams as https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent gives them, cut anywhere, and what breaks them.</summary>
public sealed class GeminiStreamTests
{
    static string Fixture(string name) =>
        File.ReadAllText(Repo.PathOf($"tests/Portico.Tests/Providers/Gemini/Fixtures/answers/{name}.sse")).ReplaceLineEndings("\n");

    static readonly string Tools = Fixture("parallel-tools-with-thinking");

    public static TheoryData<string> Streams => ["stream", "parallel-tools-with-thinking", "answer-withheld", "two-candidates"];

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Gives_the_same_events_when_cut_at_any_one_byte(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(Fixture(name));
        var (expected, failure) = await ReadAsync([bytes]);
        failure.ShouldBeNull();
        for (var cut = 0; cut <= bytes.Length; cut++)
            (await ReadAsync(bytes[..cut], bytes[cut..])).Events.ShouldBe(expected, false, $"cut at {cut}");
        (await ReadAsync(bytes.Select(b => new[] { b }).ToArray())).Events.ShouldBe(expected);
        (await ReadAsync(Fixture(name).Replace("\n", "\r\n", StringComparison.Ordinal))).Events.ShouldBe(expected);
    }

    [Fact]
    public async Task A_stream_that_ends_anywhere_before_the_last_reason_is_cut()
    {
        var bytes = Encoding.UTF8.GetBytes(Tools);
        // From the last character of the last chunk on, nothing of the answer is missing.
        var final = Encoding.UTF8.GetByteCount(Tools.TrimEnd());
        for (var length = 0; length < bytes.Length; length++)
        {
            var (events, failure) = await ReadAsync([bytes[..length]]);
            if (length >= final)
            {
                failure.ShouldBeNull($"ends at {length}");
                events[^1].Completion!.Finish.ShouldBe(FinishReason.ToolCalls);
                continue;
            }
            failure.ShouldNotBeNull($"ends at {length}");
            failure.Kind.ShouldBe(ErrorTable.UpstreamCut, $"ends at {length}");
            events.ShouldNotContain(e => e.Kind == ModelEventKind.Completed);
        }
    }

    [Fact]
    public async Task An_error_as_the_first_event_comes_alone_and_says_when_to_come_back()
    {
        var (events, failure) = await ReadAsync($"data: {GoogleErrorTests.Exhausted.ReplaceLineEndings("")}\n\n");
        events.ShouldBeEmpty();
        (failure!.Kind, failure.Fault).ShouldBe((ErrorTable.UpstreamRateLimited, Fault.RateLimit));
        failure.RetryAfter.ShouldBe(TimeSpan.FromSeconds(34.5));
    }

    [Fact]
    public async Task An_error_behind_output_comes_behind_it()
    {
        var first = Tools[..(Tools.IndexOf("\n\n", StringComparison.Ordinal) + 2)];
        var (events, failure) = await ReadAsync(
            first + """data: {"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}""" + "\n\n" + first
        );
        events.ShouldHaveSingleItem().Kind.ShouldBe(ModelEventKind.Reasoning);
        (failure!.Kind, failure.Message).ShouldBe((ErrorTable.UpstreamOverloaded, "The model is overloaded."));
    }

    [Fact]
    public async Task A_broken_call_behind_text_ends_as_a_failure_and_not_as_an_answer()
    {
        var (events, failure) = await ReadAsync(
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"I call\"}]}}]}\n\n"
                + "data: {\"candidates\":[{\"finishReason\":\"MALFORMED_FUNCTION_CALL\"}]}\n\n"
        );
        events.ShouldHaveSingleItem().Text.ShouldBe("I call");
        failure!.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }

    [Theory]
    [InlineData("data: nonsense\n\n")]
    [InlineData("data: []\n\n")]
    [InlineData("data: {\"candidates\":7}\n\n")]
    [InlineData("data: {\"candidates\":[{\"content\":\"a\"}]}\n\n")]
    public async Task What_is_not_of_the_protocol_is_malformed(string text)
    {
        var (events, failure) = await ReadAsync(text + Tools);
        events.ShouldBeEmpty();
        failure!.Kind.ShouldBe(ErrorTable.UpstreamMalformed);
    }

    [Fact]
    public async Task Chunks_that_a_later_version_adds_are_passed_over()
    {
        var (plain, _) = await ReadAsync(Tools);
        var (events, failure) = await ReadAsync("data: {\"heartbeat\":{}}\n\n: comment\n\n" + Tools);
        failure.ShouldBeNull();
        events.ShouldBe(plain);
    }

    [Fact]
    public void A_read_of_random_bytes_ends_well_or_as_malformed() =>
        GeminiFuzz.Run(ReadAsync, Fixture("stream"), Tools, Fixture("answer-withheld"));

    /// <summary>A member that nobody knows leads the chunk the long way; what it says is the same.</summary>
    [Fact]
    public void A_chunk_that_is_read_in_one_pass_says_what_its_document_says()
    {
        string[] chunks =
        [
            """{"candidates":[{"content":{"parts":[{"text":"Zü"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":9,"totalTokenCount":9,"promptTokensDetails":[{"modality":"TEXT","tokenCount":5},{"modality":"AUDIO","tokenCount":4}]},"modelVersion":"g","responseId":"r"}""",
            """{"candidates":[{"content":{"parts":[{"text":"rich \u00e9"}],"role":"model"},"index":0}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":3,"totalTokenCount":12,"cachedContentTokenCount":2,"thoughtsTokenCount":1},"modelVersion":"g","responseId":"r"}""",
            """{"candidates":[{"content":{"parts":[{"text":"Hm","thought":true}],"role":"model"},"index":0}],"modelVersion":"g"}""",
            """{"candidates":[{"content":{"parts":[{"text":"."}],"role":"model"},"index":0,"finishReason":"STOP"}],"usageMetadata":{"candidatesTokenCount":4},"modelVersion":"g"}""",
        ];
        var (quick, whole) = (new GeminiDecoder(), new GeminiDecoder());
        var (fromQuick, fromWhole) = (new List<ModelEvent>(), new List<ModelEvent>());
        foreach (var chunk in chunks)
        {
            quick.Take(Encoding.UTF8.GetBytes(chunk), fromQuick).ShouldBeTrue();
            whole.Take(Encoding.UTF8.GetBytes("{\"xNew\":1," + chunk[1..]), fromWhole).ShouldBeTrue();
            quick.Reported.ShouldBe(whole.Reported);
        }
        quick.Reported.AudioInput.ShouldBe(4);
        quick.End(fromQuick);
        whole.End(fromWhole);
        fromQuick.ShouldBe(fromWhole);
        fromQuick.Where(e => e.Kind == ModelEventKind.Text).Select(e => e.Text).ShouldBe(["Zü", "rich é", "."]);
    }
}
