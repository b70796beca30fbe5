using System.Buffers;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Providers;
using Portico.Providers.OpenAi;
using Portico.Tests.Providers.Anthropic;
using Portico.Tests.Support;

namespace Portico.Tests.Gateway.Wire;

/// <summary>Requests in OpenAI's form: written and read again they are the same.</summary>
public sealed class OpenAiRoundTripTests
{
    internal static byte[] Written(ChatRequest request)
    {
        var target = new ArrayBufferWriter<byte>();
        OpenAiChatWriter.Write(target, Anthropics.Call(request, model: request.Model), OpenAiPresets.Find(null, "openai"));
        return target.WrittenSpan.ToArray();
    }

    /// <summary>What the form itself cannot tell apart: no content and an empty text, but for an assistant.</summary>
    internal static ChatRequest Normal(ChatRequest request) =>
        request with
        {
            Messages = request
                .Messages.Select(m => m.Parts.Count == 0 && m.Role != ChatRole.Assistant ? m with { Parts = [new TextPart("")] } : m)
                .ToList(),
        };

    [Fact]
    public void A_request_written_and_read_is_the_same() =>
        Prop.ForAll(
                ChatGen.Requests.ToArbitrary(),
                request =>
                {
                    var read = OpenAiChatReader.Read(Written(request)).Request;
                    CanonicalText.Of(read).ShouldBe(CanonicalText.Of(Normal(request)));
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    /// <summary>A caller's body goes on with model, cap and usage changed and nothing else; read at the other end it is the same request.</summary>
    [Fact]
    public void A_body_that_is_forwarded_says_the_same_but_for_what_was_meant_to_change() =>
        Prop.ForAll(
                ChatGen.Requests.ToArbitrary(),
                Gen.Choose(1, 9_999).ToArbitrary(),
                (request, cap) =>
                {
                    var body = Written(request with { IncludeUsage = false });
                    var read = OpenAiChatReader.Read(body);
                    var call = Anthropics.Call(read.Request, model: "up-1") with { Body = read.Body, OutputCap = cap };
                    var sent = OpenAiBody.For(call, OpenAiPresets.Find(null, "openai"));
                    var there = OpenAiChatReader.Read(sent).Request;
                    CanonicalText.Of(there).ShouldBe(CanonicalText.Of(read.Request with { Model = "up-1", MaxOutputTokens = cap }));

                    // Everything else is byte for byte what it was.
                    var changed = JsonNode.Parse(sent.Span)!.AsObject();
                    changed["model"] = "route";
                    var original = JsonNode.Parse(body)!.AsObject();
                    foreach (var name in new[] { "max_completion_tokens", "stream_options" })
                    {
                        changed.Remove(name);
                        original.Remove(name);
                    }
                    changed.ToJsonString().ShouldBe(original.ToJsonString());
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));
}
