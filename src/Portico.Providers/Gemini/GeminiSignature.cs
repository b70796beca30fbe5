namespace Portico.Providers.Gemini;

/// <summary>
/// The seal that Gemini puts on its thinking (https://ai.google.dev/gemini-api/docs/thought-signatures). To callers it bears a mark of ours: a
/// conversation that was begun at another provider brings other seals, which Gemini would refuse with the whole request.
/// </summary>
static class GeminiSignature
{
    const string Mark = "gemini:";

    /// <summary>Google's documented stand-in where a call of a function was made by another model.</summary>
    public const string OfAnother = "skip_thought_signature_validator";

    public static string ToCaller(string signature) => Mark + signature;

    /// <summary>The seal as Gemini gave it, or null when it is not one of Gemini's.</summary>
    public static string? FromCaller(string? signature) =>
        signature is not null && signature.StartsWith(Mark, StringComparison.Ordinal) ? signature[Mark.Length..] : null;
}
