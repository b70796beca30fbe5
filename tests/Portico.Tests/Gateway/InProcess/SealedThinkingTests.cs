using Microsoft.Extensions.AI;
using Portico.Core.Chat;
using Portico.Gateway.InProcess;
using Portico.Observability;
using Portico.Tests.Providers.Anthropic;
using ChatRole = Microsoft.Extensions.AI.ChatRole;

namespace Portico.Tests.Gateway.InProcess;

/// <summary>What a model thought comes to a caller in this process with its seal, and goes back as it came.</summary>
public sealed class SealedThinkingTests
{
    [Fact]
    public void Thinking_with_its_seal_and_thinking_that_is_closed_go_back_as_they_came()
    {
        ModelEvent[] events =
        [
            Anthropics.Of(ModelEventKind.Reasoning, "Two "),
            Anthropics.Of(ModelEventKind.Reasoning, "towns."),
            new() { Kind = ModelEventKind.Reasoning, Signature = "seal" },
            new() { Kind = ModelEventKind.Reasoning, Sealed = "closed" },
            Anthropics.Of(ModelEventKind.Text, "Both."),
            .. Anthropics.End(FinishReason.Stop, default),
        ];
        var answer = new ChatUpdateWriter(new CallRecord { Id = CallId.New(TimeProvider.System) }).Write(events).ToChatResponse();
        List<Microsoft.Extensions.AI.ChatMessage> conversation = [new(ChatRole.User, "Which?"), .. answer.Messages];
        var request = ChatClientReader.Read(conversation, null, "route", stream: false);
        request
            .Messages[1]
            .Parts.ShouldBe([new ReasoningPart("Two towns.", "seal"), new ReasoningPart("", null, "closed"), new TextPart("Both.")]);
    }
}
