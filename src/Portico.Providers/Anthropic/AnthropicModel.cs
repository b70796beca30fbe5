using System.Globalization;

namespace Portico.Providers.Anthropic;

/// <summary>
/// What a model takes, read from its name: the line (opus, sonnet, haiku …) and the version, major × 100 + minor. Sources:
/// https://platform.claude.com/docs/en/about-claude/models/overview, …/build-with-claude/effort and …/build-with-claude/adaptive-thinking.
/// A name that is not Claude's belongs to another server of this protocol: it gets the plain fields.
/// </summary>
sealed record AnthropicModel(bool IsClaude, string Line, int Version)
{
    const int V4 = 400;
    const int V4_5 = 405;
    const int V4_6 = 406;
    const int V4_7 = 407;

    static readonly char[] Separators = ['-', '.', '@', ':', '_'];

    /// <summary>From 4.7 on a temperature or top_p is refused with status 400.</summary>
    public bool TakesSampling => !IsClaude || Version < V4_7;

    /// <summary>From 4 on only one of temperature and top_p may be set.</summary>
    public bool TakesBothSamplings => !IsClaude || Version < V4;

    public bool TakesEffort => IsClaude && (Version >= V4_6 || (Line == "opus" && Version >= V4_5));
    public bool TakesHighestEfforts => IsClaude && Version >= V4_7;

    /// <summary>Thinking takes a number of tokens: 3.7 to 4.6; later models refuse it. Other servers of the protocol are asked as they were in its beginning.</summary>
    public bool TakesThinkingBudget => !IsClaude || Version < V4_7;

    /// <summary>
    /// Thinking is a switch of the request. Before 4.6 it is one with a token budget, which demands earlier thinking blocks back with each tool
    /// result; callers that name an effort do not keep those. The lines beside these three always think.
    /// </summary>
    public bool TakesThinkingSwitch => IsClaude && Version >= V4_6 && Line is "opus" or "sonnet" or "haiku";

    /// <summary>The cap when nobody named one: max_tokens is required. Within what the model allows, and large enough for an answer with thinking.</summary>
    public int DefaultCap =>
        IsClaude && Version >= V4 ? 32_000
        : IsClaude && Version < 305 ? 4_096
        : 8_192;

    public static AnthropicModel Of(string name)
    {
        var at = name.IndexOf("claude-", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return new AnthropicModel(false, "", 0);
        var words = name[(at + "claude-".Length)..].Split(Separators);
        var line = words.FirstOrDefault(w => w.Length > 0 && char.IsAsciiLetter(w[0])) ?? "";
        var first = Array.FindIndex(words, IsVersionPart);
        // No number: a preview, newer than what is numbered.
        if (first < 0)
            return new AnthropicModel(true, line.ToLowerInvariant(), int.MaxValue);
        var minor = first + 1 < words.Length && IsVersionPart(words[first + 1]) ? Number(words[first + 1]) : 0;
        return new AnthropicModel(true, line.ToLowerInvariant(), Number(words[first]) * 100 + minor);
    }

    // Eight digits are the date of the snapshot.
    static bool IsVersionPart(string word) => word.Length is 1 or 2 && word.All(char.IsAsciiDigit);

    static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
