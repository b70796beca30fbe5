using Portico.Core.Chat;
using Portico.Gateway.Stages;
using Portico.Guardrails;

namespace Portico.Tests.Gateway.Stages;

/// <summary>What looks like a placeholder of an earlier turn is made for nothing else, wherever it stands.</summary>
public sealed class ReservedPlaceholderTests
{
    const string Earlier = "⟦mail:1⟧";

    static ChatMessage Of(ChatRole role, params ContentPart[] parts) => new() { Role = role, Parts = parts };

    public static TheoryData<string> Places => ["text", "arguments", "refusal", "tool"];

    [Theory]
    [MemberData(nameof(Places))]
    public void A_placeholder_in_an_earlier_turn_is_not_made_again(string place)
    {
        var turn = place switch
        {
            "text" => Of(ChatRole.Assistant, new TextPart($"I wrote to {Earlier}")),
            "refusal" => Of(ChatRole.Assistant) with { Refusal = $"Not to {Earlier}" },
            "arguments" => Of(ChatRole.Assistant) with { ToolCalls = [new ToolCall("t1", "send", $$"""{"to":"{{Earlier}}"}""")] },
            _ => Of(ChatRole.Tool, new TextPart($"Sent to {Earlier}")) with { ToolCallId = "t1" },
        };
        var screen = Screen.Of([
            new ContentRule
            {
                Name = "mail",
                Patterns = ["[a-z]+@[a-z]+"],
                Action = ContentAction.Tokenise,
            },
        ])!;
        var vault = new TokenVault();
        var chat = new ChatRequest { Model = "m", Messages = [turn, Of(ChatRole.User, new TextPart("And bob@work?"))] };
        var changed = ScreenedInput.Of(chat, null, screen, vault).Changed.ShouldNotBeNull();
        changed.Messages[1].Parts.ShouldHaveSingleItem().ShouldBeOfType<TextPart>().Text.ShouldBe("And ⟦mail:2⟧?");
    }
}
