using Portico.Core.Chat;

namespace Portico.Providers.Gemini;

/// <summary>What the reasons of an end mean (https://ai.google.dev/api/generate-content#FinishReason, …#BlockReason).</summary>
static class GeminiFinish
{
    public static FinishReason Of(string reason) =>
        reason switch
        {
            "STOP" => FinishReason.Stop,
            "MAX_TOKENS" => FinishReason.Length,
            "SAFETY"
            or "RECITATION"
            or "BLOCKLIST"
            or "PROHIBITED_CONTENT"
            or "SPII"
            or "MODEL_ARMOR"
            or "IMAGE_SAFETY"
            or "IMAGE_PROHIBITED_CONTENT"
            or "IMAGE_RECITATION" => FinishReason.ContentFilter,
            _ => FinishReason.Other,
        };

    /// <summary>The model broke off over its own mistake: what it said is not an answer, and asking again may give one.</summary>
    public static bool IsBroken(string reason) =>
        reason
            is "MALFORMED_FUNCTION_CALL"
                or "UNEXPECTED_TOOL_CALL"
                or "TOO_MANY_TOOL_CALLS"
                or "MALFORMED_RESPONSE"
                or "MISSING_THOUGHT_SIGNATURE";
}
