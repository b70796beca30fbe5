using Portico.Core.Chat;
using Portico.Guardrails;
using Portico.Guardrails.Detection;

namespace Portico.Gateway.Stages;

/// <summary>What a call gave the model to answer from: what tools gave back. What a search of a provider's own found is not seen here.</summary>
static class AnswerSources
{
    /// <param name="chat">As it went to the provider, so that placeholders are the same in both.</param>
    /// <param name="screen">Where none of its rules compares answers with sources, nothing is collected.</param>
    public static JudgeContext Of(ChatRequest chat, Screen screen) =>
        screen.NeedsSources
            ? new JudgeContext(
                null,
                [.. chat.Messages.Where(m => m.Role == ChatRole.Tool).SelectMany(m => m.Parts).OfType<TextPart>().Select(p => p.Text)]
            )
            : JudgeContext.None;
}
