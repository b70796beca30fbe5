using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers.Anthropic;
using Portico.Providers.OpenAi;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Wire;

/// <summary>OpenAI's form, the canonical one and Anthropic's, there and back: what both protocols can say arrives as it was said.</summary>
public sealed class AcrossDialectsTests
{
    /// <summary>JSON texts of arguments are the same value, written without white space; auto is what holds where no choice is said.</summary>
    static string Text(ChatRequest request) =>
        CanonicalText.Of(
            request with
            {
                Model = "route",
                ToolChoice = request.ToolChoice?.Mode == ToolChoiceMode.Auto ? null : request.ToolChoice,
                Messages = request.Messages.Select(m => m with { ToolCalls = m.ToolCalls.Select(Normal).ToList() }).ToList(),
            }
        );

    static ToolCall Normal(ToolCall call) =>
        call with
        {
            Arguments = System.Text.Json.Nodes.JsonNode.Parse(call.Arguments)!.ToJsonString(),
        };

    static string Text(WholeAnswer answer) => CanonicalText.Of(answer with { Calls = answer.Calls.Select(Normal).ToList() });

    [Fact]
    public void A_request_in_openais_form_reaches_anthropic_and_says_the_same() =>
        Prop.ForAll(
                ChatGen.BothRequests.ToArbitrary(),
                request =>
                {
                    var read = OpenAiChatReader.Read(OpenAiRoundTripTests.Written(request)).Request;
                    var there = AnthropicMirror.Read(Anthropics.Written(read, out var dropped));
                    dropped.ShouldBeEmpty();
                    Text(there).ShouldBe(Text(request));
                    var back = OpenAiChatReader.Read(OpenAiRoundTripTests.Written(there)).Request;
                    Text(back).ShouldBe(Text(request));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_whole_answer_of_anthropic_reaches_a_caller_of_openais_form_and_says_the_same() =>
        Prop.ForAll(
                ChatGen.Answers.ToArbitrary(),
                answer =>
                {
                    var reply = AnthropicAnswer.Read(AnthropicMirror.Whole(answer), Anthropics.Connection(), asFrame: false);
                    reply.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult().ShouldBeTrue();
                    var events = reply.Batch.ToArray();
                    Text(WholeAnswer.Of(events)).ShouldBe(Text(answer));

                    var fold = new OpenAiAnswerFold(OpenAiChunkWriterTests.Call());
                    fold.Add(events);
                    var json = fold.ToJson(answer.Usage);
                    var back = new List<ModelEvent>();
                    OpenAiAnswerDecoder.Decode(json, back);
                    Text(WholeAnswer.Of(back) with { Usage = OpenAiUsage.Scan(json).Usage }).ShouldBe(Text(answer));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    /// <summary>In any framing, cut anywhere, through both state machines.</summary>
    [Fact]
    public void A_streamed_answer_of_anthropic_reaches_a_caller_of_openais_form_and_says_the_same() =>
        Prop.ForAll(
                ChatGen.Answers.ToArbitrary(),
                Cuts.Framings.ListOf().ToArbitrary(),
                Cuts.Places.ToArbitrary(),
                (answer, framings, places) =>
                {
                    var pieces = Cuts.Cut(Cuts.Frame(AnthropicMirror.Stream(answer), framings, mark: false), places);
                    var (events, failure) = Anthropics.ReadAsync(asFrames: false, pieces).GetAwaiter().GetResult();
                    failure.ShouldBeNull();
                    Text(WholeAnswer.Of(events)).ShouldBe(Text(answer));

                    var back = new List<ModelEvent>();
                    OpenAiChunkDecoder.DecodeFrames(OpenAiChunkWriterTests.Written(events), back);
                    Text(WholeAnswer.Of(back) with { Usage = answer.Usage }).ShouldBe(Text(answer));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}
