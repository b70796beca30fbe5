using Portico.Core.Chat;
using Portico.Gateway.Wire;
using Portico.Guardrails;
using Portico.Guardrails.Detection;

namespace Portico.Gateway.Stages;

/// <summary>What a call gave the model to answer from: what tools gave back, and documents that a person enclosed as text. What a search of a provider's own found is not seen here.</summary>
static class AnswerSources
{
    /// <param name="chat">As it went to the provider, so that placeholders are the same in both.</param>
    /// <param name="screen">Where none of its rules compares answers with sources, nothing is collected.</param>
    public static JudgeContext Of(ChatRequest chat, Screen screen) =>
        screen.NeedsSources
            ? new JudgeContext(
                null,
                [.. chat.Messages.SelectMany(m => m.Parts.Select(p => Of(m.Role, p))).OfType<string>().Where(s => s.Length > 0)]
            )
            : JudgeContext.None;

    static string? Of(ChatRole role, ContentPart part) =>
        part switch
        {
            TextPart text when role == ChatRole.Tool => text.Text,
            FilePart file when role is ChatRole.Tool or ChatRole.User => DocumentText.Of(file),
            _ => null,
        };
}
