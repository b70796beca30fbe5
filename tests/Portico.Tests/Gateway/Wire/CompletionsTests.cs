using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Wire;

/// <summary>The older completions API: https://platform.openai.com/docs/api-reference/completions.</summary>
public sealed class CompletionsTests
{
    static ChatRequest Read(string body) => CompletionsReader.Read(Encoding.UTF8.GetBytes(body)).Request;

    static PorticoException Refused(string body) => Should.Throw<PorticoException>(() => Read(body));

    [Theory]
    [InlineData("""{"model":"m","prompt":"Once upon"}""")]
    [InlineData("""{"model":"m","prompt":["Once upon"],"suffix":null,"echo":false,"logprobs":null,"best_of":1}""")]
    [InlineData("""{"prompt":"Once upon","suffix":"","n":2,"best_of":2,"model":"m"}""")]
    public void A_prompt_is_the_one_message_of_a_chat_call(string body)
    {
        var request = Read(body);
        request.Model.ShouldBe("m");
        var message = request.Messages.ShouldHaveSingleItem();
        message.Role.ShouldBe(ChatRole.User);
        message.Parts.ShouldBe([new TextPart("Once upon")]);
        request.MaxOutputTokens.ShouldBe(16);
    }

    [Fact]
    public void What_both_apis_have_keeps_its_meaning()
    {
        var request = Read(
            """{"model":"m","prompt":"p","max_tokens":99,"temperature":0.5,"top_p":0.25,"n":3,"stream":true,"stream_options":{"include_usage":true},"stop":["a","b"],"presence_penalty":1,"frequency_penalty":-1,"seed":7,"user":"ada","logit_bias":{"50256":-100}}"""
        );
        request.MaxOutputTokens.ShouldBe(99);
        (request.Temperature, request.TopP, request.Choices, request.Stream, request.IncludeUsage).ShouldBe((0.5, 0.25, 3, true, true));
        request.Stop.ShouldBe(["a", "b"]);
        (request.PresencePenalty, request.FrequencyPenalty, request.Seed, request.User).ShouldBe((1, -1, 7, "ada"));
        request.Extra.Select(e => e.Key).ShouldBe(["logit_bias"]);
    }

    [Theory]
    [InlineData("""{"model":"m"}""", "prompt")]
    [InlineData("""{"model":"m","prompt":null}""", "prompt")]
    [InlineData("""{"model":"m","prompt":[]}""", "prompt")]
    [InlineData("""{"model":"m","prompt":["a","b"]}""", "prompt")]
    [InlineData("""{"model":"m","prompt":[1,2]}""", "prompt")]
    [InlineData("""{"model":"m","prompt":[[1,2]]}""", "prompt")]
    [InlineData("""{"model":"m","prompt":"a","prompt":"b"}""", "prompt")]
    [InlineData("""{"model":"m","prompt":"a","suffix":"b"}""", "suffix")]
    [InlineData("""{"model":"m","prompt":"a","echo":true}""", "echo")]
    [InlineData("""{"model":"m","prompt":"a","logprobs":5}""", "logprobs")]
    [InlineData("""{"model":"m","prompt":"a","best_of":3}""", "best_of")]
    [InlineData("""{"model":"m","prompt":"a","messages":[]}""", "messages")]
    [InlineData("""{"model":"m","prompt":"a","temperature":"hot"}""", "temperature")]
    [InlineData("""{"prompt":"a"}""", "model")]
    public void What_cannot_be_served_is_refused_by_its_name(string body, string param)
    {
        var refusal = Refused(body);
        refusal.Kind.Status.ShouldBe(400);
        refusal.Param.ShouldBe(param);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"model":"m","prompt":""")]
    [InlineData("""{"model":"m","prompt":"\ud800"}""")]
    public void What_is_not_json_is_said_to_be_none(string body) => Refused(body).Kind.ShouldBe(ErrorTable.InvalidJson);

    static string[] Written(IEnumerable<ModelEvent> events, bool includeUsage)
    {
        using var writer = CompletionsForm.Instance.Events(OpenAiChunkWriterTests.Call(includeUsage));
        var target = new ArrayBufferWriter<byte>();
        foreach (var e in events)
            writer.Write(target, e, new Usage { Input = 3, Output = 4 });
        var text = Encoding.UTF8.GetString(target.WrittenSpan);
        text.ShouldEndWith("\n\n");
        return text[..^2].Split("\n\n");
    }

    static string Whole(ModelEvent[] events)
    {
        var fold = CompletionsForm.Instance.Fold(OpenAiChunkWriterTests.Call());
        foreach (var e in events)
            fold.Add([e]);
        return Encoding.UTF8.GetString(fold.ToJson(new Usage { Input = 3, Output = 4 }));
    }

    [Fact]
    public void What_is_written_is_a_legal_stream_that_says_the_same_as_the_whole_answer() =>
        Prop.ForAll(
                ChatGen.AnyEvents.ToArbitrary(),
                Gen.Elements(true, false).ToArbitrary(),
                (drawn, usage) =>
                {
                    ModelEvent[] events = [.. drawn];
                    var written = Written([.. events, .. events], usage);
                    written[^1].ShouldBe("data: [DONE]");
                    var chunks = written[..^1].Select(e => JsonNode.Parse(e["data: ".Length..])!).ToList();
                    if (usage)
                    {
                        chunks[^1]!["choices"]!.AsArray().ShouldBeEmpty();
                        ((long)chunks[^1]!["usage"]!["total_tokens"]!).ShouldBe(7);
                        chunks.RemoveAt(chunks.Count - 1);
                    }
                    var streamed = chunks
                        .Select(c => c["choices"]!.AsArray().ShouldHaveSingleItem()!)
                        .GroupBy(c => (int)c["index"]!)
                        .OrderBy(g => g.Key)
                        .Select(g =>
                        {
                            g.SkipLast(1).ShouldAllBe(c => c["finish_reason"] == null);
                            return $"{g.Key} {string.Concat(g.Select(c => (string)c["text"]!))} {g.Last()["finish_reason"]}";
                        });
                    var whole = JsonNode.Parse(Whole(events))!["choices"]!.AsArray();
                    streamed.ShouldBe(whole.Select(c => $"{c!["index"]} {c["text"]} {c["finish_reason"]}"));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
}
