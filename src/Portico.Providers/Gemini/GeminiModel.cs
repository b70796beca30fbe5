using System.Globalization;

namespace Portico.Providers.Gemini;

/// <summary>
/// What a Gemini model takes, read from its name: the version, major × 100 + minor, and the line (pro, flash, flash-lite). Sources:
/// https://ai.google.dev/gemini-api/docs/thinking, https://ai.google.dev/gemini-api/docs/gemini-3. An alias without a number (gemini-flash-latest) is
/// newer than what is numbered. A name that is not Gemini's (gemma …) gets the plain fields.
/// </summary>
sealed record GeminiModel(bool IsGemini, int Version, bool IsPro)
{
    const int V2_5 = 205;
    const int V3 = 300;

    /// <summary>From 3 on thinking has levels; 2.5 counts it in tokens; before it there is none.</summary>
    public bool TakesThinkingLevel => IsGemini && Version >= V3;
    public bool TakesThinking => IsGemini && Version >= V2_5;

    /// <summary>The pro line always thinks: 128 tokens, or the level low, is the least (https://ai.google.dev/gemini-api/docs/thinking#set-budget).</summary>
    public bool AlwaysThinks => IsGemini && (Version >= V3 || IsPro);
    public int LeastBudget => IsPro ? 128 : 0;
    public string LeastLevel => IsPro ? "low" : "minimal";

    /// <summary>From 3 on a call of a function without the seal of the thinking before it is refused (https://ai.google.dev/gemini-api/docs/thought-signatures).</summary>
    public bool WantsSignatures => IsGemini && Version >= V3;

    /// <summary>From 3 on calls have ids, and answers name them.</summary>
    public bool HasCallIds => IsGemini && Version >= V3;

    public static GeminiModel Of(string name)
    {
        var at = name.IndexOf("gemini-", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return new GeminiModel(false, 0, false);
        var words = name[(at + "gemini-".Length)..].Split('-');
        var isPro = words.Contains("pro", StringComparer.OrdinalIgnoreCase);
        var numbers = words[0].Split('.');
        return
            int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && major < 100
            && (numbers.Length == 1 || int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? new GeminiModel(
                true,
                major * 100 + (numbers.Length == 1 ? 0 : int.Parse(numbers[1], CultureInfo.InvariantCulture) % 100),
                isPro
            )
            : new GeminiModel(true, int.MaxValue, isPro);
    }
}
